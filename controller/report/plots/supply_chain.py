"""Plots of the supply chain: promises by hour and by class, and costs and emissions by cause."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from controller.kpis.summary import PromiseTotals
from controller.report.document import ChainHours, Report
from controller.report.plots.work import hour_axis
from controller.report.spans import in_spans, named
from controller.report.style import BLUE, GREEN, GREY, LIGHT, ORANGE, RED, SKY, WIDTH, Columns, thinned, time_axis

_CAUSES = 12
"""Largest number of cost causes shown separately."""


def promises(report: Report) -> Figure:
    """Plot orders promised and parcels delivered by hour, and the share on time by class of promise."""
    figure = Figure(figsize=(WIDTH, 3.4))
    flow, classes = figure.subplots(1, 2, width_ratios=(2, 1))
    _flow(flow, report)
    chain = report.summary.supply_chain
    _classes(classes, chain.promises.promises if chain else {})
    return figure


def waiting(report: Report) -> Figure:
    """Plot the orders in the backlog over time, with disruptions shaded."""
    figure = Figure(figsize=(WIDTH, 2.4))
    axes = figure.subplots()
    time: Columns = np.array(report.samples.time_s, float) / 3600
    backlog: Columns = np.array([report.samples.backlog], float)
    if time.size:
        time, backlog = thinned(time, backlog)
        axes.fill_between(time, backlog[0], color=SKY, step="mid")
    for row in report.disruptions:
        axes.axvspan(row.begin_s / 3600, row.end_s / 3600, color=ORANGE, alpha=0.25, linewidth=0)
    shaded = " (shaded: disruptions)" if report.disruptions else ""
    axes.set(title=f"Orders in the backlog{shaded}", ylabel="Orders")
    axes.set_ylim(0, max(1.0, 1.1 * float(backlog.max(initial=0.0))))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    time_axis(axes, time)
    return figure


def costs(report: Report) -> Figure:
    """Plot cost and CO2e of an order by cause."""
    chain, orders = report.summary.supply_chain, report.summary.orders_shipped
    cents, grams = (chain.money.costs_cents, chain.money.co2e_g_by_cause) if chain else ({}, {})
    figure = Figure(figsize=(WIDTH, 1.2 + 0.26 * max(3, min(_CAUSES, len(cents)))))
    money, air = figure.subplots(1, 2)
    _bars(money, cents, orders, BLUE)
    money.set(title="Cost of an order by cause", xlabel="Cents an order shipped")
    _bars(air, grams, orders, GREEN)
    air.set(title="CO2e of an order by cause", xlabel="Grams an order shipped")
    return figure


def _flow(axes: Axes, report: Report) -> None:
    chain = report.chain or ChainHours([], [], [])
    columns = {"promised": chain.promised, "delivered": chain.delivered, "late": chain.delivered_late}
    length, starts, counted = in_spans(report.hours.start[: len(chain.promised)], columns)
    positions = np.arange(len(starts))
    late = np.array(counted["late"])
    axes.bar(positions - 0.2, counted["promised"], 0.38, color=LIGHT, edgecolor="white", label="Promised")
    axes.bar(
        positions + 0.2, np.array(counted["delivered"]) - late, 0.38, color=BLUE, edgecolor="white", label="Delivered"
    )
    bottom = np.array(counted["delivered"]) - late
    axes.bar(positions + 0.2, late, 0.38, bottom=bottom, color=RED, edgecolor="white", label="Delivered late")
    axes.set(title=f"Orders promised and parcels delivered by {named(length)}", ylabel="Orders", xlabel="From")
    hour_axis(axes, starts, most=9)
    axes.grid(axis="x", visible=False)
    axes.margins(y=0.2)
    axes.legend(ncols=3, loc="upper left")


def _classes(axes: Axes, classes: Mapping[str, PromiseTotals]) -> None:
    names = list(classes)[::-1]
    values = [100 * (classes[name].on_time or 0.0) for name in names]
    axes.barh(range(len(names)), values, 0.6, color=GREEN)
    for position, name in enumerate(names):
        label = "nothing due" if classes[name].on_time is None else f"{values[position]:.1f}"
        axes.text(2, position, label, va="center", fontsize=8.5)
    axes.axvline(99.5, color=RED, linewidth=1.2, linestyle="--")
    axes.set(title="On time (dashed: 99.5 %)", xlabel="% of orders delivered or due", xlim=(0, 102))
    axes.set_yticks(range(len(names)), names)
    axes.grid(axis="y", visible=False)


def _bars(axes: Axes, amounts: Mapping[str, int], orders: int, colour: str) -> None:
    ranked = sorted(amounts.items(), key=lambda item: -item[1])
    shown = ranked[:_CAUSES]
    if others := sum(amount for _, amount in ranked[_CAUSES:]):
        shown.append(("other", others))
    shown.reverse()
    values = [amount / max(1, orders) for _, amount in shown]
    axes.barh(range(len(shown)), values, 0.7, color=colour)
    for position, value in enumerate(values):
        axes.text(value, position, f" {value:.1f}", va="center", fontsize=8.5)
    axes.set_yticks(range(len(shown)), [name for name, _ in shown])
    axes.set_xlim(0, max(values, default=0) * 1.18 or 1)
    axes.grid(axis="y", visible=False)
    if not shown:
        axes.text(0.5, 0.5, "there were no costs", transform=axes.transAxes, ha="center", color=GREY)
