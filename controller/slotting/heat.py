"""Heat map of slottings: the floor with the velocity of each pod's content at its place.

It is drawn with matplotlib and not with the window's code: it has the colour bar, titles and axes that a standalone
picture needs, looks like the report's congestion map, and neither part of the program may import the other's drawing.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from controller.report.map import name_stations, paint_ground
from controller.report.style import STYLE, WIDTH
from layout.escaping import drawn
from layout.files.writing import replacing
from layout.floor import Floor

COLOURS = "magma_r"
_TOP = 0.995
"""Quantile of all pods that gets the darkest colour, so that one pod does not make all others pale."""


def write_heat(out: Path, floor: Floor, maps: Mapping[str, NDArray[np.float64]]) -> None:
    """Write the maps side by side as PNG, with one scale and one legend.

    maps: by title, order lines a day float64[cells], NaN without a pod. Raises InputError if the file cannot be
    written.
    """
    grid = floor.grid
    across = WIDTH / len(maps)
    down = min(12.0, max(2.2, 0.9 * across * grid.height / grid.width + 0.9))
    with mpl.rc_context(STYLE | {"axes.grid": False}):
        figure = Figure(figsize=(WIDTH, down))
        panels = figure.subplots(1, len(maps), squeeze=False, sharey=True)[0].tolist()
        norm = scale(maps.values())
        for axes, (title, value) in zip(panels, maps.items(), strict=True):
            shown = _panel(axes, floor, value, norm)
            axes.set_title(drawn(title))
        panels[0].set_ylabel("Row")
        bar = figure.colorbar(
            shown, ax=panels, pad=0.01, fraction=0.03, shrink=0.8, extend="max", label="Order lines a day and pod"
        )
        bar.outline.set_visible(False)
        with replacing(out) as part:
            figure.savefig(part, format="png", dpi=130 if grid.width < 200 else 220, metadata={"Software": None})


def scale(maps: Iterable[NDArray[np.float64]]) -> PowerNorm:
    """Return a scale from no lines to a value that few pods exceed on any of the maps; square root, because few SKUs
    sell very fast.
    """
    values = np.concatenate([value[np.isfinite(value)] for value in maps])
    top = float(np.quantile(values, _TOP)) if len(values) else 0.0
    return PowerNorm(0.5, 0.0, top or 1.0)


def _panel(axes: Axes, floor: Floor, value: NDArray[np.float64], norm: PowerNorm) -> AxesImage:
    paint_ground(axes, floor)
    heat = np.ma.masked_invalid(value.reshape(floor.grid.height, floor.grid.width))
    shown = axes.imshow(heat, cmap=COLOURS, norm=norm, interpolation="nearest")
    axes.set_xlabel("Column")
    name_stations(axes, floor)
    return shown
