"""Plots of an order history, in the style of the report."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from controller.report.style import BLUE, GREEN, ORANGE, SKY, STYLE, WIDTH, svg
from controller.slotting.analysis import WEEKDAYS
from controller.slotting.documents import AbcClass, OrderAnalysis
from robots.wording.formatting import count

_COLOURS = (BLUE, ORANGE, SKY)


def plots(report: OrderAnalysis) -> dict[str, str]:
    """Return the SVGs by the name of the function that draws them."""
    drawn = {}
    for draw in (demand, order_sizes, times_of_orders, bins):
        name = draw.__name__
        with mpl.rc_context(STYLE | {"svg.hashsalt": name}):
            drawn[name] = svg(draw(report), name)
    return drawn


def demand(report: OrderAnalysis) -> Figure:
    """Plot the Pareto curve with its classes."""
    figure = Figure(figsize=(WIDTH, 3.4))
    curve, classes = figure.subplots(1, 2, width_ratios=(2, 1))
    skus, lines = np.array(report.curve.skus), np.array(report.curve.lines)
    begin = 0.0
    for row, colour in zip(report.abc, _COLOURS, strict=True):
        end = begin + row.share_of_skus
        inside = (skus >= begin - 1e-9) & (skus <= end + 1e-9)
        curve.fill_between(skus[inside], lines[inside], color=colour, alpha=0.35, label=f"{row.name} SKUs")
        begin = end
    curve.plot(skus, lines, color=BLUE, linewidth=1.6)
    curve.set(title="Share of the order lines", xlabel="SKUs, the fastest first", xlim=(0, 1), ylim=(0, 1.02))
    for axis in (curve.xaxis, curve.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    curve.legend(loc="lower right")
    _classes(classes, report.abc)
    return figure


def _classes(axes: Axes, rows: list[AbcClass]) -> None:
    positions = np.arange(len(rows))
    for shift, key, label, colour in (
        (-0.26, "share_of_skus", "SKUs", SKY),
        (0.0, "share_of_lines", "Lines", BLUE),
        (0.26, "share_of_units", "Units", GREEN),
    ):
        axes.bar(positions + shift, [getattr(row, key) for row in rows], 0.24, color=colour, label=label)
    axes.set_xticks(positions, [row.name for row in rows])
    axes.set(title="Share by class", ylim=(0, 1))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis="x", visible=False)
    axes.legend(loc="upper right")


def order_sizes(report: OrderAnalysis) -> Figure:
    """Plot the number of lines and units of orders."""
    figure = Figure(figsize=(WIDTH, 3.0))
    lines, units = figure.subplots(1, 2)
    counted = report.lines_per_order.histogram
    lines.bar(np.arange(1, len(counted) + 1), counted, 0.85, color=BLUE)
    median = report.lines_per_order.p50
    lines.axvline(median, color=ORANGE, linewidth=1.4, label=f"median {median:g}")
    lines.set(title="Orders by lines", xlabel=f"Lines (the last bar: {len(counted)} or more)", ylabel="Orders")
    lines.legend(loc="upper right")
    sizes = report.units_per_order
    units.bar(np.arange(len(sizes.least)), sizes.count, 0.85, color=GREEN)
    units.set_xticks(np.arange(len(sizes.least)), [f"{least:,}" for least in sizes.least], rotation=30)
    units.set(title=f"Orders by units (median {sizes.p50:g})", xlabel="Units, from", ylabel="Orders")
    for axes in (lines, units):
        axes.grid(axis="x", visible=False)
    return figure


def times_of_orders(report: OrderAnalysis) -> Figure:
    """Plot orders by hour and weekday."""
    counted = np.array(report.profile)
    figure = Figure(figsize=(WIDTH, 3.2))
    hours, week = figure.subplots(1, 2)
    hours.bar(np.arange(24) + 0.5, counted.sum(axis=0), 0.85, color=BLUE)
    hours.set(title="Orders by hour", xlabel="Hour of the day", ylabel="Orders", xlim=(0, 24), xticks=range(0, 25, 3))
    hours.grid(axis="x", visible=False)
    picture = week.imshow(counted, aspect="auto", cmap="Blues", extent=(0, 24, 7, 0))
    week.set(title="By weekday and hour", xlabel="Hour of the day", xticks=range(0, 25, 3))
    week.set_yticks(np.arange(7) + 0.5, WEEKDAYS)
    week.grid(visible=False)
    figure.colorbar(picture, ax=week, label="Orders")
    return figure


def bins(report: OrderAnalysis) -> Figure:
    """Plot how long a full bin lasts."""
    lasts = report.space.bin_lasts_days
    edges = lasts.edges
    labels = [f"{low}–{high}" for low, high in pairwise(edges)] + [f"over {edges[-1]}"]
    figure = Figure(figsize=(WIDTH, 2.6))
    axes = figure.subplots()
    axes.bar(np.arange(len(labels)), lasts.skus, 0.7, color=SKY)
    axes.set_xticks(np.arange(len(labels)), labels)
    units = report.space.bin_units
    axes.set(title=f"How long a bin of {count(units, 'unit')} lasts", xlabel="Days", ylabel="SKUs")
    axes.grid(axis="x", visible=False)
    return figure
