"""Plots of the orders: turnover, lateness, and time spent by stage."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from controller.report.document import Histogram, Quantiles, Report
from controller.report.style import BLUE, GREEN, GREY, INK, ORANGE, RED, SKY, WIDTH
from robots.histories.order_stages import STAGE_WORDS, STAGES, Stage
from robots.wording.formatting import span

STAGE_LABELS = {stage: STAGE_WORDS[stage].capitalize() for stage in STAGES}
STAGE_COLOURS = dict(zip(STAGES, (ORANGE, BLUE, SKY, GREEN), strict=True))


def times(report: Report) -> Figure:
    """Plot turnover and lateness of the orders shipped, and the mean time in each stage."""
    orders = report.orders
    figure = Figure(figsize=(WIDTH, 4.6))
    grid = figure.add_gridspec(2, 2, height_ratios=(3, 1))
    turnover, lateness = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
    turnover.set(title="Turnover: from receipt to parcel", xlabel="Minutes", ylabel="Orders")
    lateness.set(title="Lateness (right of the red line: late)", xlabel="Minutes after due", ylabel="Orders")
    lateness.axvline(0, color=RED, linewidth=1.4)
    _histogram(turnover, orders.turnover_histogram, orders.turnover_s, BLUE)
    _histogram(lateness, orders.lateness_histogram, orders.lateness_s, ORANGE)
    _stage_bar(figure.add_subplot(grid[1, :]), orders.stages_mean_s)
    return figure


def _histogram(axes: Axes, counted: Histogram, quantiles: Quantiles | None, colour: str) -> None:
    if quantiles is None:
        axes.text(0.5, 0.5, "no order shipped", transform=axes.transAxes, ha="center", color=GREY)
        return
    axes.stairs(counted.count, np.array(counted.edges_s) / 60, fill=True, color=colour)
    axes.margins(y=0.18)
    for percent, value, style in ((50, quantiles.p50, "-"), (95, quantiles.p95, "--")):
        words = f"{percent} %: {span(value)}"
        axes.axvline(value / 60, color=INK, linewidth=1.1, linestyle=style, label=words)
    axes.legend(loc="upper right", handlelength=1.6, frameon=True, edgecolor="none", framealpha=0.9)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))


def _stage_bar(axes: Axes, stages: Mapping[Stage, float]) -> None:
    left = 0.0
    for stage, seconds in stages.items():
        words = f"{STAGE_LABELS[stage]}: {span(seconds)}"
        axes.barh(0, seconds / 60, 0.6, left=left, color=STAGE_COLOURS[stage], label=words)
        left += seconds / 60
    axes.set(title="Where the time of an order goes, on average", xlabel="Minutes", yticks=[], ylim=(-0.4, 1.4))
    axes.spines.left.set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.legend(ncols=4, loc="upper left", handlelength=1.2)
