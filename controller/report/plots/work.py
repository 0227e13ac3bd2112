"""Plots of the work: orders by hour, and the output of each pick station."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from controller.report.document import Report
from controller.report.spans import in_spans, named
from controller.report.style import BLUE, GREEN, RED, SKY, WIDTH

NAMED_STATIONS = 30
"""Largest number of pick stations shown by name."""


def orders_by_hour(report: Report) -> Figure:
    """Plot orders received and shipped by hour, or by several hours in a long run, and orders open after them."""
    hours = report.hours
    columns: dict[str, Sequence[float]] = {
        "received": hours.received,
        "shipped": hours.shipped,
        "open": hours.open,
        "covered_s": hours.covered_s,
    }
    length, starts, spans = in_spans(hours.start, columns)
    figure = Figure(figsize=(WIDTH, 3.4))
    flow, still = figure.subplots(1, 2, width_ratios=(2, 1))
    _flow(flow, starts, spans, length)
    _still(still, starts, spans["open"], length)
    return figure


def _flow(axes: Axes, starts: Sequence[str], hours: Mapping[str, Sequence[float]], length: int) -> None:
    positions = np.arange(len(starts))
    for shift, name, colour in ((-0.2, "received", SKY), (0.2, "shipped", BLUE)):
        bars = axes.bar(positions + shift, hours[name], 0.38, color=colour, edgecolor="white", label=f"Orders {name}")
        for bar, covered in zip(bars, hours["covered_s"], strict=True):
            bar.set_hatch("////" if covered < 3600 * length else "")
    part = " (hatched: incomplete)" if min(hours["covered_s"]) < 3600 * length else ""
    axes.set(title=f"Orders in and out by {named(length)}", ylabel="Orders", xlabel=f"From{part}")
    axes.grid(axis="x", visible=False)
    axes.margins(y=0.2)
    axes.legend(ncols=2, loc="upper left")
    hour_axis(axes, starts, most=12)


def _still(axes: Axes, starts: Sequence[str], still: Sequence[float], length: int) -> None:
    axes.plot(np.arange(len(still)), still, color=RED, marker="o", markersize=4)
    axes.set(title=f"Orders still open after each {named(length)}", ylabel="Orders", xlabel="From")
    axes.set_ylim(0, max(still) * 1.1 + 1)
    hour_axis(axes, starts, most=5)


def hour_axis(axes: Axes, starts: Sequence[str], most: int) -> None:
    """Label at most `most` of the starts, or half of that if they include the day."""
    count, most = len(starts), most if all(len(start) <= len("00:00") for start in starts) else most // 2
    step = max(1, -(-count // most))
    axes.set_xticks(range(0, count, step), starts[::step])
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))


def stations(report: Report) -> Figure:
    """Plot lines an hour and utilisation of each pick station; if there are many, they are sorted by utilisation and
    unnamed.
    """
    rows = [row for row in report.stations if row.kind == "pick"][::-1]
    named = len(rows) <= NAMED_STATIONS
    if not named:
        rows.sort(key=lambda row: row.utilisation or 0)
    figure = Figure(figsize=(WIDTH, min(6.0, 1.3 + 0.28 * max(2, len(rows)))))
    lines, busy = figure.subplots(1, 2, sharey=True)
    positions = range(len(rows))
    lines.barh(positions, [row.lines_per_hour or 0 for row in rows], 0.7, color=BLUE)
    lines.set(title="Lines an hour", xlabel="Lines an hour that the station was open")
    busy.barh(positions, [100 * (row.utilisation or 0) for row in rows], 0.7, color=GREEN)
    busy.axvline(85, color=RED, linewidth=1.2, linestyle="--")
    busy.set(title="Utilisation (dashed: 85 %)", xlabel="At work, % of the time with work", xlim=(0, 100))
    lines.set_yticks(positions if named else [], [row.id for row in rows] if named else [])
    lines.set_ylabel("" if named else f"{len(rows)} pick stations, by utilisation")
    lines.grid(axis="y", visible=False)
    busy.grid(axis="y", visible=False)
    return figure
