"""Congestion map of the report: where on the floor robots waited and where they drove."""

import base64
import io

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, PowerNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from controller.report.style import GREY, STYLE, WIDTH
from layout.floor import Floor
from layout.grid import CellKind

GROUND = {
    CellKind.WALL: "#a9b2bb",
    CellKind.AISLE: "#ffffff",
    CellKind.STORAGE: "#e9ecf0",
    CellKind.QUEUE: "#dcebf7",
    CellKind.SERVICE: "#9ecae9",
    CellKind.OUTFEED: "#e6def0",
    CellKind.CHARGER: "#cfe8d5",
}
_NAMED_STATIONS = 24
"""Largest number of stations whose names are shown on the map."""


def congestion_map(floor: Floor, waited: NDArray[np.number], entered: NDArray[np.number], hours: float) -> str:
    """Return a PNG as a data URI. waited: robot seconds by cell; entered: robots that drove in; hours: of the run."""
    grid = floor.grid
    side_by_side = grid.width <= 1.3 * grid.height
    with mpl.rc_context(STYLE | {"axes.grid": False}):
        figure = Figure(figsize=_size(grid.height, grid.width, side_by_side))
        shape = (1, 2) if side_by_side else (2, 1)
        waiting, traffic = figure.subplots(*shape)
        _panel(figure, waiting, floor, waited / max(hours, 1e-9), "magma_r", unit="Robot seconds an hour")
        _panel(figure, traffic, floor, entered / max(hours, 1e-9), "YlGnBu", unit="Robots an hour")
        waiting.set_title("Waiting: standing before reaching the goal", loc="left", fontweight="bold")
        traffic.set_title("Traffic: robots that drove in", loc="left", fontweight="bold")
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=130 if grid.width < 200 else 220, metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _size(height: int, width: int, side_by_side: bool) -> tuple[float, float]:
    across = WIDTH / 2 if side_by_side else WIDTH
    down = min(9.0, max(1.8, 0.88 * across * height / width + 0.7))
    return (WIDTH, down if side_by_side else 2 * down)


def _panel(figure: Figure, axes: Axes, floor: Floor, value: NDArray[np.number], colours: str, *, unit: str) -> None:
    grid = floor.grid
    paint_ground(axes, floor)
    heat = np.ma.masked_equal(value.reshape(grid.height, grid.width), 0)
    top = float(np.quantile(heat.compressed(), 0.995)) if heat.count() else 1.0
    shown = axes.imshow(heat, cmap=colours, norm=PowerNorm(0.5, 0, max(top, 1e-9)), interpolation="nearest")
    bar = figure.colorbar(shown, ax=axes, pad=0.01, fraction=0.03, extend="max", label=unit)
    bar.outline.set_visible(False)
    axes.set(xlabel="Column", ylabel="Row")
    name_stations(axes, floor)


def paint_ground(axes: Axes, floor: Floor) -> None:
    """Paint every cell in the colour of its kind, a square of edge 1 around (column, row)."""
    axes.imshow(
        floor.grid.kind.reshape(floor.grid.height, floor.grid.width),
        cmap=ListedColormap([GROUND[kind] for kind in CellKind]),
        vmin=-0.5,
        vmax=len(CellKind) - 0.5,
        interpolation="nearest",
    )


def name_stations(axes: Axes, floor: Floor) -> None:
    """Write the stations' names beside them, unless there are too many to read."""
    if len(floor.stations) > _NAMED_STATIONS:
        return
    for station in floor.stations:
        row, col = floor.grid.at(station.cell)
        aside = -10 if row > floor.grid.height / 2 else 10
        axes.annotate(
            station.id,
            (col, row),
            (0, aside),
            textcoords="offset points",
            fontsize=7,
            ha="center",
            va="center",
            bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": GREY, "lw": 0.5, "alpha": 0.85},
        )
