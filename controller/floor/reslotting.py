"""Reslotting: moves done when robots and stow stations are free, until all pods and units are where the slotting has them.

Pods on the wrong storage location are carried to their own. Units in a wrong bin are taken out at a stow station and
put away again. No order waits for reslotting: stock that an order needs is left where it is.
"""

from collections.abc import Iterator
from itertools import islice

from controller.site.site import Site
from controller.warehouse.pods import PodState
from controller.warehouse.slot_assignments import Bin, Slots
from controller.warehouse.stations import StowStation
from controller.warehouse.tasks import Job, MoveTask
from robots.recording.kinds import StationState, TaskKind
from robots.wording.formatting import count

_RESERVE = 10
"""Share of robots, one in this number, left free for new orders while any order is open."""
_JOBS = 8
"""Largest number of bins cleared in one visit."""
_UNITS = 50
"""Largest number of units taken out in one visit: two minutes' work, which put-away may have to wait."""
_LOOK = 256
"""Bins to be cleared that are considered in a tick."""


def move_tasks(site: Site, robots: int) -> list[MoveTask]:
    """Return the reslotting moves that this number of free robots can do now."""
    slots = site.slots
    keep = max(1, len(site.robots) // _RESERVE) if site.book.open else 0
    if slots is None or robots <= keep or site.operator_state.draining:
        return []
    at_leisure = [station for station in site.stow_stations if slots.leaving and _at_leisure(site, slots, station)]
    return _begun(site, slots, at_leisure, robots - keep)


def overdue_move(site: Site) -> list[MoveTask]:
    """Return one move, if any can be done now, however busy robots and stow stations are."""
    if site.slots is None or site.operator_state.draining:
        return []
    with_place = [s for s in site.stow_stations if s.state == StationState.OPEN and s.place_free]
    return _begun(site, site.slots, with_place, 1)


def _begun(site: Site, slots: Slots, stations: list[StowStation], robots: int) -> list[MoveTask]:
    """Return moves for this number of robots; bins are cleared at the given stow stations."""
    moves = list(islice(_clearings(site, slots, stations), robots))
    taken = {move.pod for move in moves}
    pods = (move for move in _pod_moves(site, slots) if move.pod not in taken)
    moves += islice(pods, robots - len(moves))
    if moves:
        slots.moved = site.tick
    return moves


def _pod_moves(site: Site, slots: Slots) -> Iterator[MoveTask]:
    waiting = [pod for pod in slots.displaced(site.pods) if not _wanted(site, pod)]
    ready = [pod for pod in waiting if site.place_free(int(slots.place[pod]))]
    for pod in ready:
        yield MoveTask(TaskKind.MOVE, pod, "its place by the slotting is free")
    under_way = any(task.kind == TaskKind.MOVE for task in site.tasks.values())
    if waiting and not ready and not under_way:
        yield MoveTask(TaskKind.MOVE, waiting[0], "makes room, because pods occupy each other's places")


def _clearings(site: Site, slots: Slots, stations: list[StowStation]) -> Iterator[MoveTask]:
    """Yield one pod to clear for each of the stow stations."""
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
    """Return {pod: its bins that can be cleared now}, in the slotting's order: there is room where their units belong.

    If there is no such bin and no pod on its way, return one of the bins that wait for each other.
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
    """Return whether a station has nothing to do: no pod is on its way, and its put-away waits for room."""
    waits = not station.trips and not any(slots.has_room(site.pods, sku) for sku in station.put_away)
    return waits and station.state == StationState.OPEN


def _wanted(site: Site, pod: int) -> bool:
    """Return whether a line at a pick station may be picked from the pod."""
    return any(sku in site.open_by_sku for sku in site.pods.free_in[pod])


def _jobs(site: Site, slots: Slots, bins: list[Bin]) -> list[Job]:
    jobs: list[Job] = []
    left = _UNITS
    for bin_ in bins[:_JOBS]:
        sku, quota = slots.leaving[bin_]
        held = int(site.ledger.bin_units[bin_])
        if units := min(left, held if quota is None else quota, held):
            jobs.append(Job(units, sku, bin=bin_[1], out=True))
            left -= units
    return jobs


def _reason(jobs: list[Job]) -> str:
    return f"{count(len(jobs), 'bin')} to be cleared by the slotting"
