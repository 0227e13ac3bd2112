"""Moves that robots and stow stations do when nothing else needs them, until all is where the slotting has it.

Pods that stand in another's place, or in nobody's, are carried to their own. Units in a bin that isn't theirs are taken out at
a stow station and are a receipt from then on. No order waits for it: what one needs is left where it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from controller.site.site import Site
from controller.warehouse.lifecycles import StationState
from controller.warehouse.pods import PodState
from controller.warehouse.slot_assignments import Bin, Slots
from controller.warehouse.stations import StowStation
from controller.warehouse.tasks import Job, TaskKind
from robots.wording.formatting import count

_RESERVE = 10
"""One robot of so many is left over for orders that may come, while there are any."""
_JOBS = 8
"""Bins that are cleared at a visit at the most."""
_UNITS = 50
"""Units that are taken out at a visit at the most: two minutes' work, which is what a receipt may have to wait."""
_LOOK = 256
"""Bins looked at in a tick, of those that are to be cleared."""


@dataclass(frozen=True, slots=True)
class MoveTask:
    """A pod to be moved, or carried to a stow station (index, else -1) where units are taken out."""

    kind: TaskKind
    pod: int
    reason: str
    station: int = -1
    place: int = -1
    """Where the pod is to go, -1: its place by the slotting, or where it goes home to anyway."""
    jobs: list[Job] = field(default_factory=list)


def move_tasks(site: Site, robots: int) -> list[MoveTask]:
    """What so many free robots can do for the slotting now."""
    slots = site.slots
    keep = max(1, len(site.robots) // _RESERVE) if site.book.open else 0
    if slots is None or robots <= keep or site.desk.draining:
        return []
    at_leisure = [station for station in site.stow_stations if slots.leaving and _at_leisure(site, slots, station)]
    return _begun(site, slots, at_leisure, robots - keep)


def overdue_move(site: Site) -> list[MoveTask]:
    """One move, if any can be done now, however busy robots and stow stations are."""
    if site.slots is None or site.desk.draining:
        return []
    with_place = [s for s in site.stow_stations if s.state == StationState.OPEN and s.place_free]
    return _begun(site, site.slots, with_place, 1)


def any_left(site: Site, slots: Slots) -> bool:
    """Whether anything is still to be moved; while there isn't, nothing waits."""
    if slots.leaving or slots.displaced(site.pods):
        return True
    slots.moved = site.tick
    return False


def _begun(site: Site, slots: Slots, stations: list[StowStation], robots: int) -> list[MoveTask]:
    """Moves for so many robots; bins are cleared at these stow stations."""
    found = list(islice(_clearings(site, slots, stations), robots))
    taken = {move.pod for move in found}
    pods = (move for move in _pod_moves(site, slots) if move.pod not in taken)
    found += islice(pods, robots - len(found))
    if found:
        slots.moved = site.tick
    return found


def _pod_moves(site: Site, slots: Slots) -> Iterator[MoveTask]:
    waiting = [pod for pod in slots.displaced(site.pods) if not _wanted(site, pod)]
    ready = [pod for pod in waiting if site.place_free(int(slots.place[pod]))]
    for pod in ready:
        yield MoveTask(TaskKind.MOVE, pod, "its place by the slotting is free")
    under_way = any(task.kind == TaskKind.MOVE for task in site.tasks.values())
    if waiting and not ready and not under_way:
        yield MoveTask(TaskKind.MOVE, waiting[0], "makes room, for pods stand in each other's places")


def _clearings(site: Site, slots: Slots, stations: list[StowStation]) -> Iterator[MoveTask]:
    """One pod for each of the stow stations."""
    if not slots.leaving:
        return
    ready = _ready(site, slots) if stations else {}
    for station in stations:
        if not ready:
            return
        pod = next(iter(ready))
        jobs = _jobs(site, slots, ready.pop(pod))
        yield MoveTask(TaskKind.STOW, pod, _reason(jobs), station.index, jobs=jobs)


def _ready(site: Site, slots: Slots) -> dict[int, list[Bin]]:
    """{pod: its bins that can be cleared now}, in the slotting's order: what they hold has room where it is to go.

    Where there is no such bin and nothing on its way, one of those that wait for each other.
    """
    ready: dict[int, list[Bin]] = {}
    blocked: Bin | None = None
    for bin_ in list(islice(slots.leaving, _LOOK)):
        pod, (sku, _) = bin_[0], slots.leaving[bin_]
        if site.pods.state[pod] != PodState.STORED:
            continue
        if int(site.ledger.bin_sku[bin_]) != sku:
            del slots.leaving[bin_]  # picked empty in the meantime
        elif site.supply.demand[sku] or _wanted(site, pod):
            continue
        elif slots.has_room(site.pods, sku) or not slots.has_bins(sku):
            ready.setdefault(pod, []).append(bin_)
        elif blocked is None:
            blocked = bin_
    if not ready and blocked is not None and not any(s.trips for s in site.stow_stations):
        ready[blocked[0]] = [blocked]
    return ready


def _at_leisure(site: Site, slots: Slots, station: StowStation) -> bool:
    """Whether it has nothing to do: no pod is on its way, and what is on its dock waits for room."""
    waits = not station.trips and not any(slots.has_room(site.pods, sku) for sku in station.put_away)
    return waits and station.state == StationState.OPEN


def _wanted(site: Site, pod: int) -> bool:
    """Whether a line at a pick station may be picked from the pod."""
    return any(sku in site.open_by_sku for sku in site.pods.free_in[pod])


def _jobs(site: Site, slots: Slots, bins: list[Bin]) -> list[Job]:
    jobs: list[Job] = []
    left = _UNITS
    for bin_ in bins[:_JOBS]:
        sku, asked = slots.leaving[bin_]
        there = int(site.ledger.bin_units[bin_])
        if units := min(left, there if asked is None else asked, there):
            jobs.append(Job(units, sku, bin=bin_[1], out=True))
            left -= units
    return jobs


def _reason(jobs: list[Job]) -> str:
    return f"{count(len(jobs), 'bin')} to be cleared by the slotting"
