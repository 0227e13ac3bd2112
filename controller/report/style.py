"""Style of the report's plots, and their conversion to SVG for the page.

The colours are those of Okabe and Ito, which any colour vision can distinguish; they work in print.
"""

import io
import re
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator
from numpy.typing import NDArray

from robots.wording.formatting import clock_of

mpl.use("agg")

Columns = NDArray[np.float64]
_TIME_STEPS = (1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 3, 4, 6, 12, 24, 48, 96, 168)
"""Hours between the marks of a time axis."""

INK, GREY, LIGHT = "#1f2933", "#6b7785", "#d5dbe1"
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PINK, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
WIDTH = 10.0
"""Width of the page in inches."""

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e6eaee",
    "grid.linewidth": 0.8,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "hatch.linewidth": 0.6,
}


def svg(figure: Figure, name: str) -> str:
    """Return the figure as an <svg> that scales with the page, its ids unique to the plot."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", text)
    return re.sub(
        r'<svg ([^>]*?)width="[^"]*"',
        r'<svg role="img" \1',
        re.sub(r' height="[^"]*pt"', "", text, count=1),
        count=1,
    )


def time_axis(axes: Axes, hours: Columns, most: int = 9) -> None:
    """Set times of day along x, over `hours` after midnight, with at most `most` + 1 marks."""
    length = hours[-1] - hours[0] if len(hours) > 1 else 0.0
    step = next((step for step in _TIME_STEPS if length <= most * step), _TIME_STEPS[-1])
    if len(hours) > 1:
        axes.set_xlim(hours[0], hours[-1])
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda hour, _: clock_of(round(hour * 3600), seconds=False)))
    axes.set_xlabel("Time of day")


def thinned(time: Columns, rows: Columns, most: int = 240) -> tuple[Columns, Columns]:
    """Average neighbouring columns so that at most `most` are left. time: [n]; rows: [k, n]."""
    step = max(1, -(-len(time) // most))
    if step == 1:
        return time, rows
    starts = np.arange(0, len(time), step)
    lengths = np.diff(np.append(starts, len(time)))
    return time[starts], np.add.reduceat(rows, starts, axis=1) / lengths
