"""Counts of robots by cell: present, waiting, and moving on, computed from frames minute by minute.

A minute is a few arrays of the floor's size, so any span of minutes is a sum; nothing is kept per robot.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layout.grid import HEADINGS, Grid, steps
from robots.recording.chunk import Moves
from robots.units.lifecycle import DRIVING, RobotState

_ON_THE_WAY = np.zeros(256, np.bool_)
_ON_THE_WAY[[*DRIVING, RobotState.HOLDING]] = True
"""bool[256] by state: True for states in which a robot drives if it can, False while it lifts, sets down, stands at a
station, charges or is idle.
"""


class CellCounts:
    """Counts of a span. present, waited: uint32[cells], robots counted once per tick. moved: uint32[4, cells], by
    heading, from which cell.

    ticks: number of frames counted. steps: number of pairs of consecutive ticks, from which moves are counted.
    """

    __slots__ = ("moved", "present", "steps", "ticks", "waited")

    def __init__(self, cells: int) -> None:
        self.present, self.waited = np.zeros(cells, np.uint32), np.zeros(cells, np.uint32)
        self.moved = np.zeros((len(HEADINGS), cells), np.uint32)
        self.ticks = self.steps = 0

    def fold(self, grid: Grid, frames: Sequence[Moves], before: Moves | None) -> None:
        """Count frames in their order. before: the frame of the tick before them, None if there is none."""
        known = [frame for frame in (before, *frames) if frame is not None]
        cell = np.stack([frame.robots["cell"] for frame in known]).astype(np.int32, copy=False)
        inside = (cell >= 0) & (cell < grid.cells)
        first = len(known) - len(frames)
        self.present += _counted(cell[first:], inside[first:], grid.cells)
        self.ticks += len(frames)
        if len(known) > 1:
            self._fold_steps(grid, known, cell, inside)

    def add(self, other: "CellCounts", times: int = 1) -> None:
        """Add the counts of another; times = -1 subtracts them."""
        for name in ("present", "waited", "moved"):
            mine, theirs = getattr(self, name), getattr(other, name)
            (np.add if times > 0 else np.subtract)(mine, theirs, out=mine)
        self.ticks += times * other.ticks
        self.steps += times * other.steps

    def _fold_steps(
        self, grid: Grid, known: Sequence[Moves], cell: NDArray[np.int32], inside: NDArray[np.bool_]
    ) -> None:
        """Count waits and moves between consecutive ticks; gaps are left out."""
        heading, goal, state, stopped = (
            np.stack([frame.robots[name] for frame in known]) for name in ("heading", "goal", "state", "stopped")
        )
        follows = np.diff([frame.tick for frame in known]) == 1
        both = inside[1:] & inside[:-1] & follows[:, None]
        change = cell[1:] - cell[:-1]
        stood = both & (change == 0) & (heading[1:] == heading[:-1])
        waits = stood & (goal[1:] >= 0) & _ON_THE_WAY[state[1:]] & (stopped[1:] == 0)
        self.waited += _counted(cell[1:], waits, grid.cells)
        for heading_of, cells in enumerate(steps(grid.width)):
            self.moved[heading_of] += _counted(cell[:-1], both & (change == cells), grid.cells)
        self.steps += int(follows.sum())


def _counted(cells: NDArray[np.int32], mask: NDArray[np.bool_], most: int) -> NDArray[np.uint32]:
    return np.bincount(cells[mask], minlength=most).astype(np.uint32)
