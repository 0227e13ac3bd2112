"""Policies of your own, one of each kind, as docs/how-to/write-a-policy.md explains them.

podfleet run maps/demo.toml --headless --ticks 250 --set policies.release=examples.own_policies:largest_first
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from controller.policies.own.view import FloorView, StationView, TaskView


def largest_first(floor: FloorView, station: StationView) -> tuple[int, str] | None:
    """Release the order with the most lines."""
    if not floor.backlog:
        return None
    order = max(floor.backlog, key=lambda order: (len(order.lines), -order.created))
    return order.id, f"largest order of the backlog, {len(order.lines)} lines"


class Fullest:
    """Fetch the pod with the most open lines; among equals, the one that was chosen least often."""

    def __init__(self) -> None:
        self._chosen: dict[int, int] = {}

    def __call__(self, floor: FloorView, station: StationView) -> tuple[int, str] | None:
        lines = floor.pods_for(station)
        if not lines:
            return None
        pod = max(lines, key=lambda pod: (lines[pod], -self._chosen.get(pod, 0), -pod))
        self._chosen[pod] = self._chosen.get(pod, 0) + 1
        return pod, f"{lines[pod]} open lines, chosen {self._chosen[pod]} times"


def near_the_wall(floor: FloorView, pod: int, station: StationView) -> tuple[int, str] | None:
    """Store the pod on the free place with the lowest number, at the top of the floor."""
    if not len(floor.free_places):
        return None
    return int(floor.free_places[0]), f"first of {len(floor.free_places)} free places from the top"


def in_order(floor: FloorView, tasks: Sequence[TaskView], robots: NDArray[np.intp]) -> list[tuple[int, int, str]]:
    """Give the first task to the fullest battery, and so on."""
    fullest = robots[np.argsort(-floor.battery_wh[robots], kind="stable")]
    return [
        (task.id, int(robot), f"fullest battery of {len(robots)} free robots")
        for task, robot in zip(tasks, fullest, strict=False)
    ]


def half_empty(floor: FloorView, robots: NDArray[np.intp]) -> tuple[NDArray[np.intp], str]:
    """Charge each free robot that is below half of the charge at which it would leave."""
    low = robots[floor.battery_wh[robots] < floor.full_wh / 2]
    return low[np.argsort(floor.battery_wh[low], kind="stable")], "battery below half of a full stay"


def tidy(floor: FloorView, robots: int) -> list[tuple[int, int, str]]:
    """Carry one stored pod at a time to a free place nearer to the first station, if that saves twenty cells."""
    distances = floor.to_station(floor.stations[0])
    pods = np.flatnonzero(floor.stored)
    if not len(pods) or not len(floor.free_places):
        return []
    pod = int(pods[np.argmax(distances[floor.pod_cells[pods]])])
    place = int(floor.free_places[np.argmin(distances[floor.free_places])])
    saved = int(distances[floor.pod_cells[pod]]) - int(distances[place])
    return [(pod, place, f"{saved} cells nearer to {floor.stations[0].name}")] if saved >= 20 else []
