"""Check the index ranges of a restored site, because kernels index by its numbers without checking."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike

from controller.site.site import Site
from layout.grid import HEADINGS, CellKind, Grid, steps
from layout.roads import Roads
from robots.recording.frames import TOTES
from robots.units.lifecycle import RobotState


def check(site: Site) -> None:
    """Check that roads, robots, pods and stock fit the floor. ValueError if not."""
    if wrong := next(chain(_wrong_roads(site.roads, site.grid), _wrong(site)), ""):
        raise ValueError(f"{wrong} that can't be")


def _wrong_roads(roads: Roads, grid: Grid) -> Iterator[str]:
    cells = grid.cells
    if (
        roads.exits.shape != (cells,)
        or roads.area.shape != (2, cells)
        or tuple(roads.step.tolist()) != steps(grid.width)
    ):
        yield "roads of another floor"
    for heading in HEADINGS:
        leading = np.flatnonzero(roads.exits >> heading & 1) + int(roads.step[heading])
        if not _within(leading, 0, cells) or (grid.kind[leading] == CellKind.WALL).any():
            yield "roads into walls"


def _wrong(site: Site) -> Iterator[str]:
    robots, pods, ledger = site.robots, site.pods, site.ledger
    count, cells = len(robots), site.grid.cells
    driven = np.append(site.grid.kind != CellKind.WALL, True)  # the last one is -1, for none
    for name, of_each, low, high in (
        ("cells of robots", robots.cell, 0, cells),
        ("goals of robots", robots.goal, -1, cells),
        ("headings of robots", robots.heading, 0, 4),
        ("loads of robots", robots.load, TOTES, len(pods)),
        ("states of robots", robots.state, 0, len(RobotState)),
    ):
        if of_each.shape != (count,) or not _within(of_each, low, high):
            yield name
    if not (driven[robots.cell].all() and driven[robots.goal].all()):
        yield "robots in walls"
    if not (_within(robots.trailing[:, 0], 0, count) and _within(robots.trailing[:, 1], 0, cells)):
        yield "cells behind robots"
    if not _within(pods.cell, -1, cells) or pods.state.shape != pods.cell.shape:
        yield "cells of pods"
    if pods.pod_at.shape != (cells,) or not _within(pods.pod_at, -1, len(pods)):
        yield "places of pods"
    if not ledger.bin_sku.shape == ledger.bin_units.shape == (len(pods), ledger.bin_sku.shape[-1]):
        yield "bins of pods"
    if not _within(ledger.bin_sku, -1, len(ledger.catalogue)) or not _within(ledger.bin_units, 0, 1 << 31):
        yield "units in pods"


def _within(numbers: ArrayLike, low: int, high: int) -> bool:
    """Tell whether low ≤ n < high for all numbers."""
    values = np.asarray(numbers)
    return not values.size or bool(low <= values.min() and values.max() < high)
