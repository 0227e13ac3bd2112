"""Idle policies: remaining robots wait in quiet times, or carry pods with expected demand near the pick stations.

Carrying hardly ever pays, because a pod is carried twice; docs/explanation/forecast.md has the figures.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from controller.policies.eligible import unclaimed_places
from controller.policies.own import asking
from controller.site.site import Site
from controller.warehouse.pods import PodState
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.tasks import MoveTask
from layout.arrays import Floats
from robots.recording.kinds import TaskKind
from robots.wording.formatting import count

IdlePolicy = Callable[[Site, int], list[MoveTask]]
"""(site, remaining robots) → moves to carry out."""

_SPARE = 2
"""One robot in this number has to be free, or it is not a quiet time."""
_AT_ONCE = 4
"""One in this number of the free robots carries something."""
_NEARER = 10.0
"""Cells by which a place has to be nearer, to the nearest pick station and back (about the lift and the set-down)."""
_LIKELY = 0.5
"""Units expected of a pod within the horizon below which no robot will fetch it."""


def choose(site: Site, robots: int) -> list[MoveTask]:
    """Return the choice of the scenario's policy."""
    ours = POLICIES.get(site.scenario.policies.idle)
    return ours(site, robots) if ours else _own(site, robots)


def _own(site: Site, robots: int) -> list[MoveTask]:
    def check(answer: Iterable[object]) -> list[MoveTask]:
        stored = np.flatnonzero(site.pods.state == PodState.STORED).tolist()
        rows = asking.moves_of(answer, ("pod", stored), ("cell", unclaimed_places(site).tolist()))
        if len(rows) > robots:
            raise asking.WrongAnswerError(f"it chose {count(len(rows), 'move')} for {count(robots, 'robot')}")
        return [MoveTask(TaskKind.MOVE, pod, reason, place=place) for pod, place, reason in rows]

    if robots <= 0 or site.operator_state.draining:
        return []
    return asking.ask(site, "idle", [robots], check, lambda: wait(site, robots))


def wait(site: Site, robots: int) -> list[MoveTask]:
    """Let the robots wait under pods."""
    return []


def preposition(site: Site, robots: int) -> list[MoveTask]:
    """Move the pods with most expected demand to nearer places before a peak, with no order waiting and half of the
    robots free.
    """
    ahead = site.look_ahead
    if ahead is None or site.book.backlog or site.operator_state.draining or _SPARE * robots < len(site.robots):
        return []
    under_way = [task.place for task in site.tasks.values() if task.kind == TaskKind.MOVE]
    spare = robots // _AT_ONCE - len(under_way)
    if spare <= 0 or not ahead.is_peak_ahead(site.tick):
        return []
    soon = ahead.of_pods(site.ledger, site.tick)
    if site.slots is not None:
        if not under_way:
            _change_places(site, site.slots, soon)
        return []
    return _nearer(site, soon, under_way, spare)


def _nearer(site: Site, soon: Floats, taken: list[int], most: int) -> list[MoveTask]:
    """Return moves of the pods with most expected demand, each to the best free place clearly nearer than its own."""
    rank, places = site.distances.rank, site.distances.usable
    free = [
        cell for cell in places[site.pods.pod_at[places] < 0].tolist() if site.place_free(cell) and cell not in taken
    ]
    free.sort(key=lambda cell: (rank[cell], cell))
    moves: list[MoveTask] = []
    for pod in _by_expectation(site, soon):
        if len(moves) == most or not free:
            break
        saved = float(rank[site.pods.cell[pod]] - rank[free[0]])
        if saved >= _NEARER:
            reason = f"{soon[pod]:.1f} units expected of it soon, {count(round(saved), 'cell')} nearer here"
            moves.append(MoveTask(TaskKind.MOVE, pod, reason, place=free.pop(0)))
    return moves


def _by_expectation(site: Site, soon: Floats) -> list[int]:
    """Return stored pods that will probably be fetched, likeliest first."""
    pods = np.flatnonzero((site.pods.state == PodState.STORED) & (soon >= _LIKELY))
    return [int(pod) for pod in pods[np.argsort(-soon[pods], kind="stable")]]


def _change_places(site: Site, slots: Slots, soon: Floats) -> None:
    """Swap the places of the two pods that gain most by it; reslotting carries them (controller/floor/reslotting.py)."""
    if slots.displaced(site.pods):
        return
    stored = np.flatnonzero(site.pods.state == PodState.STORED)
    rank = site.distances.rank[slots.place[stored]]
    if not len(stored):
        return
    farther = int(np.argmax(soon[stored] * (rank - rank.min())))
    gain = (soon[stored[farther]] - soon[stored]) * (rank[farther] - rank)
    nearer = int(np.argmax(gain))
    if (
        soon[stored[farther]] >= _LIKELY
        and rank[farther] - rank[nearer] >= _NEARER
        and gain[nearer] > _way(site, slots, stored, farther, nearer)
    ):
        pair = [stored[farther], stored[nearer]]
        slots.place[pair] = slots.place[pair[::-1]]


def _way(site: Site, slots: Slots, stored: NDArray[np.intp], first: int, second: int) -> float:
    """Return the cells it takes to swap them: both routes, and one pod out of the way first."""
    place = slots.place[stored]
    return 3.0 * site.grid.distance(int(place[first]), int(place[second]))


POLICIES: dict[str, IdlePolicy] = {"wait": wait, "preposition": preposition}
