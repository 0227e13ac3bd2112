"""Plot of a ranking: throughput over robots with the knees if fleets were swept, else bars of the floors."""

from collections import defaultdict
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from controller.experiments.ranking import Ranking, VariantRow
from controller.experiments.statistics import Estimate
from controller.report.style import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, SKY, STYLE, WIDTH
from layout.escaping import drawn
from layout.files.writing import replacing
from robots.wording.formatting import count

_COLOURS = (BLUE, ORANGE, GREEN, RED, SKY, PINK, BLACK)
_MOST = len(_COLOURS)
"""Number of floors drawn: more lines cannot be distinguished."""
_BARS = 30


def write_plot(path: Path, found: Ranking) -> None:
    """Write the plot as PNG. There must be a row. InputError if it cannot be written."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 5.0 if found.knees else 1.2 + 0.3 * min(len(found.rows), _BARS)))
        axes = figure.subplots()
        if found.knees:
            _curves(axes, found)
        else:
            _bars(axes, found)
        with replacing(path) as part:
            figure.savefig(part, format="png", dpi=130, metadata={"Software": None})


def _curves(axes: Axes, found: Ranking) -> None:
    knees = {one.name: one.robots for one in found.knees if one.steady}
    curves: defaultdict[str, list[VariantRow]] = defaultdict(list)
    for row in found.rows:
        curves[row.variant.name].append(row)
    aside = 0.004 * max(row.variant.robots for row in found.rows)
    for number, ((name, rows), colour) in enumerate(zip(curves.items(), _COLOURS, strict=False)):
        rows.sort(key=lambda row: row.variant.robots)
        robots, units = [row.variant.robots for row in rows], [row.figures["units"] for row in rows]
        means, halves = [one.mean for one in units], [_half(one) for one in units]
        places = [count + aside * number for count in robots]  # so that bars of equal fleets do not overlap
        axes.errorbar(places, means, halves, color=colour, marker="o", markersize=4, capsize=3, label=drawn(name))
        if (fleet := knees.get(name)) is not None:
            axes.plot(
                places[robots.index(fleet)],
                means[robots.index(fleet)],
                "o",
                markersize=13,
                mfc="none",
                mec=colour,
                mew=1.6,
            )
    axes.set(xlabel="Robots", ylabel="Units per hour", ylim=(0, None), xlim=(0, None))
    more = f"; the best {_MOST} of {len(curves)} floors" if len(curves) > _MOST else ""
    axes.set_title(f"Throughput by fleet (ring: the knee{more})")
    axes.legend(loc="lower right")


def _bars(axes: Axes, found: Ranking) -> None:
    rows = found.rows[:_BARS]
    units = [row.figures["units_per_station"] for row in rows]
    names = [f"{drawn(row.variant.name)}, {count(row.variant.robots, 'robot')}" for row in rows]
    axes.barh(
        names,
        [estimate.mean for estimate in units],
        xerr=[_half(estimate) for estimate in units],
        color=BLUE,
        ecolor=GREY,
    )
    axes.invert_yaxis()
    axes.set(xlabel="Units per station-hour", title="Throughput by floor")


def _half(one: Estimate) -> float:
    return one.half or 0.0
