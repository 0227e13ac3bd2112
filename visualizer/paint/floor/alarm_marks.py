"""Present alarms on the floor and their places: for crosses, signs, and the pointers at the edge of the view."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from visualizer.history import Mark
from visualizer.scene.scene import Scene, Selection, ShownRobots, Thing
from visualizer.view.arrangement import Box
from visualizer.view.camera import Camera

RECENT_S = 60.0
"""Seconds that a reported alarm is shown; a robot out of order is shown as long as it is."""
_INSET, _TOGETHER = 20, 34
"""Distance of pointers from the edge, and distance between pointers below which they are merged, in pixels."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm. row, col: middle of its place. selection: selected by a click."""

    row: float
    col: float
    selection: Selection


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer at pixel (x, y) of the view to `alarms` beyond its edge, in the direction (dx, dy) of length 1. A click
    goes to the first alarm.
    """

    x: float
    y: float
    dx: float
    dy: float
    alarms: tuple[Alarm, ...]

    def holds(self, x: float, y: float) -> bool:
        return math.hypot(self.x - x, self.y - y) <= _INSET


def alarms(scene: Scene, robots: ShownRobots, marks: Sequence[Mark]) -> list[Alarm]:
    """Return the robots out of order, and the places of recent alarms without such a robot."""
    out = np.flatnonzero(robots.faulty).tolist()
    present = [Alarm(robots.row[robot] + 0.5, robots.col[robot] + 0.5, Selection(Thing.ROBOT, robot)) for robot in out]
    cells = {mark.cell for mark in marks if scene.on_floor(mark.cell) and mark.robot not in out}
    for cell in sorted(cells):
        row, col = scene.grid.at(cell)
        present.append(Alarm(row + 0.5, col + 0.5, Selection(Thing.CELL, cell)))
    return present


def pointers(
    present: Sequence[Alarm], camera: Camera, view: tuple[int, int], taken: Box | None = None
) -> list[Pointer]:
    """Return a pointer at the edge of the view, (width, height), for each alarm beyond it; neighbours are merged.

    taken: a box in the lower right corner that pointers stay clear of.
    """
    made: list[Pointer] = []
    for alarm in present:
        x, y = camera.at(alarm.row, alarm.col)
        if 0 <= x < view[0] and 0 <= y < view[1]:
            continue
        new = _clear_of(_pointer(alarm, float(x), float(y), view), taken)
        for number, old in enumerate(made):
            if math.hypot(old.x - new.x, old.y - new.y) < _TOGETHER:
                made[number] = Pointer(old.x, old.y, old.dx, old.dy, (*old.alarms, alarm))
                break
        else:
            made.append(new)
    return made


def _pointer(alarm: Alarm, x: float, y: float, view: tuple[int, int]) -> Pointer:
    """Return the pointer where the line from the middle of the view to pixel (x, y) meets the edge."""
    half = max(view[0] / 2 - _INSET, 1.0), max(view[1] / 2 - _INSET, 1.0)
    dx, dy = x - view[0] / 2, y - view[1] / 2
    length = math.hypot(dx, dy)
    share = min(half[0] / max(abs(dx), 1e-9), half[1] / max(abs(dy), 1e-9))
    return Pointer(view[0] / 2 + dx * share, view[1] / 2 + dy * share, dx / length, dy / length, (alarm,))


def _clear_of(pointer: Pointer, taken: Box | None) -> Pointer:
    """Return the pointer moved left of or above the box if it lies on it, whichever is nearer."""
    if taken is None or pointer.x < taken.x - _INSET or pointer.y < taken.y - _INSET:
        return pointer
    left, up = pointer.x - (taken.x - _INSET), pointer.y - (taken.y - _INSET)
    return replace(pointer, x=pointer.x - left) if left < up else replace(pointer, y=pointer.y - up)
