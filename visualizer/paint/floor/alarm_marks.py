"""What is wrong on the floor just now, and where: what crosses and signs stand on, and pointers at the edge lead to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from visualizer.history import Mark
from visualizer.scene.scene import Scene, Selection, ShownRobots, Thing
from visualizer.view.arrangement import Box
from visualizer.view.camera import Camera

RECENT_S = 60.0
"""Seconds that an alarm of the log is shown for; a robot out of order is shown for as long as it is."""
_INSET, _TOGETHER = 20, 34
"""Pixels of pointers from the edge, and from each other below which they are one."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """row, col: of the middle of what is wrong. selection: what to look at."""

    row: float
    col: float
    selection: Selection


@dataclass(frozen=True, slots=True)
class Pointer:
    """At pixel (x, y) of the view, for `alarms` beyond it towards (dx, dy), a length of 1; the first is where a click leads."""

    x: float
    y: float
    dx: float
    dy: float
    alarms: tuple[Alarm, ...]

    def holds(self, x: float, y: float) -> bool:
        return math.hypot(self.x - x, self.y - y) <= _INSET


def alarms(scene: Scene, robots: ShownRobots, marks: Sequence[Mark]) -> list[Alarm]:
    """Robots out of order, and places of what the log tells of late and no such robot stands for."""
    out = np.flatnonzero(robots.faulty).tolist()
    found = [Alarm(robots.row[at] + 0.5, robots.col[at] + 0.5, Selection(Thing.ROBOT, at)) for at in out]
    cells = {mark.cell for mark in marks if scene.on_floor(mark.cell) and mark.robot not in out}
    for cell in sorted(cells):
        row, col = scene.grid.at(cell)
        found.append(Alarm(row + 0.5, col + 0.5, Selection(Thing.CELL, cell)))
    return found


def pointers(found: Sequence[Alarm], camera: Camera, view: tuple[int, int], taken: Box | None = None) -> list[Pointer]:
    """One at the edge of the view, (width, height), for each alarm beyond it, neighbours as one.

    taken: a box in the lower right corner that they stay clear of.
    """
    made: list[Pointer] = []
    for alarm in found:
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
    """Where the line from the middle of the view to pixel (x, y) reaches the view's rim."""
    half = max(view[0] / 2 - _INSET, 1.0), max(view[1] / 2 - _INSET, 1.0)
    dx, dy = x - view[0] / 2, y - view[1] / 2
    length = math.hypot(dx, dy)
    share = min(half[0] / max(abs(dx), 1e-9), half[1] / max(abs(dy), 1e-9))
    return Pointer(view[0] / 2 + dx * share, view[1] / 2 + dy * share, dx / length, dy / length, (alarm,))


def _clear_of(pointer: Pointer, taken: Box | None) -> Pointer:
    """The pointer left of or above the box if it would lie on it, whichever is nearer."""
    if taken is None or pointer.x < taken.x - _INSET or pointer.y < taken.y - _INSET:
        return pointer
    left, up = pointer.x - (taken.x - _INSET), pointer.y - (taken.y - _INSET)
    return replace(pointer, x=pointer.x - left) if left < up else replace(pointer, y=pointer.y - up)
