"""Plots of the fleet over time: use of time, queues, battery."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from controller.report.document import Report, Samples
from controller.report.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    PINK,
    RED,
    SKY,
    WIDTH,
    YELLOW,
    Columns,
    thinned,
    time_axis,
)
from robots.wording.formatting import count

STATE_GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Loaded, driving", BLUE, ("CARRYING", "STORING")),
    ("Empty, driving to a load", SKY, ("FETCHING",)),
    ("Presenting", GREEN, ("PRESENTING",)),
    ("Lifting, setting down", YELLOW, ("LIFTING", "SETTING_DOWN")),
    ("Waiting for a place in a lane", ORANGE, ("HOLDING",)),
    ("Charging and on the way", PINK, ("TO_CHARGER", "CHARGING")),
    ("Idle, parking", LIGHT, ("IDLE", "PARKING")),
    ("Dead", BLACK, ("DEAD",)),
)
"""Robot states as the plots show them: label, colour, states."""
NAMED_STATIONS = 40


def robot_time(report: Report) -> Figure:
    """Plot the share of robot time by activity, over the run and over the day."""
    figure = Figure(figsize=(WIDTH, 3.6))
    total, along = figure.subplots(1, 2, width_ratios=(1, 1.6))
    _whole_run(total, report.robot_time.share)
    _over_time(along, report.samples)
    return figure


def _whole_run(axes: Axes, shares: Mapping[str, float | None]) -> None:
    labels, colours, states = zip(*reversed(STATE_GROUPS), strict=True)
    values = [100 * sum(shares[state] or 0 for state in group) for group in states]
    axes.barh(labels, values, 0.7, color=colours, edgecolor=GREY, linewidth=0.4)
    for position, value in enumerate(values):
        axes.text(value + 0.8, position, f"{value:.1f}", va="center", fontsize=8.5)
    axes.set(title="Over the whole run", xlabel="% of robot time", xlim=(0, max(values) * 1.18 or 1))
    axes.grid(axis="y", visible=False)


def _over_time(axes: Axes, samples: Samples) -> None:
    _, colours, states = zip(*STATE_GROUPS, strict=True)
    ticks = [np.sum([samples.robot_ticks[state] for state in group], axis=0) for group in states]
    time, ticks_at = thinned(_hours(samples), np.array(ticks, float), most=120)
    axes.stackplot(time, 100 * ticks_at / np.maximum(ticks_at.sum(axis=0), 1e-9), colors=colours)
    axes.set(title="Over time", ylabel="% of robots", ylim=(0, 100))
    time_axis(axes, time, most=4)


def queues(report: Report) -> Figure:
    """Plot the robots at each station over time, as one strip for each station."""
    names = [row.id for row in report.stations]
    samples = report.samples
    table = np.array([samples.queue[name] for name in names], float).reshape(len(names), -1)
    time, queue = thinned(_hours(samples), table)
    named = len(names) <= NAMED_STATIONS
    figure = Figure(figsize=(WIDTH, min(7.0, 1.3 + 0.26 * max(2, len(names)))))
    axes = figure.subplots()
    axes.set_title("Robots in the queue lane and at work")
    axes.set_ylabel("" if named else f"{count(len(names), 'station')}")
    axes.grid(visible=False)
    if len(time) > 1 and names:
        extent = (time[0], time[-1], len(names) - 0.5, -0.5)
        strip = axes.imshow(queue, "Blues", aspect="auto", extent=extent, interpolation="nearest", vmin=0)
        bar = figure.colorbar(strip, ax=axes, pad=0.01, fraction=0.03, label="Robots at the station")
        bar.outline.set_visible(False)
    axes.set_yticks(range(len(names)) if named else [], names if named else [])
    time_axis(axes, time)
    return figure


def battery(report: Report) -> Figure:
    """Plot the battery charge over time: the emptiest robot, the median, and eight of ten robots."""
    samples = report.samples
    columns = np.array([samples.battery[name] for name in ("least", "p10", "p50", "p90")], float)
    time, (least, low, half, high) = thinned(_hours(samples), columns)
    figure = Figure(figsize=(WIDTH, 2.8))
    axes = figure.subplots()
    axes.fill_between(time, low, high, color=SKY, alpha=0.45, linewidth=0, label="8 of 10 robots")
    axes.plot(time, half, color=BLUE, linewidth=1.8, label="Median")
    axes.plot(time, least, color=RED, linewidth=1.2, linestyle="--", label="Emptiest")
    axes.set(title="Battery of the fleet", ylabel="Charge, %", ylim=(0, 100))
    axes.legend(ncols=3, loc="lower left")
    time_axis(axes, time)
    return figure


def _hours(samples: Samples) -> Columns:
    """Return the hours after midnight of each sample."""
    return np.array(samples.time_s, float) / 3600
