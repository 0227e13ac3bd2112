"""Age before worth: what has waited for long precedes everything that policies rank, oldest first.

A policy takes what is worth most at the moment, and so it may pass over the same line repeatedly. It may do so for the
first three quarters of `[policies] max_wait_s`. In the last quarter, kept for a robot and a place at the station to
come free, nothing that is ranked precedes what is overdue. Because this is checked before the policies, each of them
keeps the bound, whatever it prefers.
"""

from collections.abc import Iterator
from typing import NamedTuple

from controller.site.site import Site
from controller.warehouse.orders import OrderLine
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation, StowStation, WorkStation
from robots.recording.kinds import StationState
from robots.units.lifecycle import RobotState
from robots.wording.formatting import count

_RANKED = 0.75
"""Share of the bound within which worth decides; the rest is time for a robot to come free."""
_NEW_ORDERS = 0.85
"""Share of the bound within which new orders come to a station.

Orders that pods there fill at once take its people's time, and so keep the next pod away.
"""


class OverdueLine(NamedTuple):
    """Line at a pick station for which no pod has been sent. since: tick since which it has needed one."""

    since: int
    station: PickStation
    line: OrderLine


class OverduePutAway(NamedTuple):
    """Stow station for whose oldest units no pod has been sent. since: tick since which they have been there."""

    since: int
    station: StowStation


class OverdueMoves(NamedTuple):
    """Reslotting moves, none of which has begun. since: tick of the last one."""

    since: int


Overdue = OverdueLine | OverduePutAway | OverdueMoves


def bound(site: Site) -> int:
    """Return the ticks within which a free pod is fetched."""
    return site.scenario.ticks(site.scenario.policies.max_wait_s)


def latest_overdue(site: Site) -> float:
    """Return the latest starting tick of a wait that now precedes everything ranked."""
    return site.tick - _RANKED * bound(site)


def is_overdue(site: Site, since: int) -> bool:
    """Return whether a wait since a tick precedes everything ranked."""
    return since <= latest_overdue(site)


def overdue(site: Site) -> list[Overdue]:
    """Return overdue work, oldest first: lines and put-away at reachable stations, and moves."""
    items: list[Overdue] = [*_lines(site), *_put_away(site)]
    if site.slots is not None and is_overdue(site, site.slots.moved) and site.slots.any_left(site.pods, site.tick):
        items.append(OverdueMoves(site.slots.moved))
    return sorted(items, key=lambda item: item.since)


def pod_for(site: Site, item: OverdueLine) -> tuple[int, str] | None:
    """Return the free pod for an overdue line that fills most other open lines of its station, near ones first, and the
    reason.
    """
    station, line = item.station, item.line
    pods = _standing_free(site, line)
    if not pods:
        return None
    wanted = [other.sku for other in station.open_lines]
    lines = {pod: sum(sku in site.pods.free_in[pod] for sku in wanted) for pod in pods}
    distance = site.distances.to_station[station.index]
    pod = min(pods, key=lambda pod: (-lines[pod], int(distance[site.pods.cell[pod]]), pod))
    waited = f"order {line.order.name} has waited {site.clock(site.tick - item.since)} for it, so age goes before worth"
    return (
        pod,
        f"{waited}; {count(lines[pod], 'open line')} here, {count(int(distance[site.pods.cell[pod]]), 'cell')} away",
    )


def takes_orders(site: Site, station: PickStation) -> bool:
    """Return whether a pick station has time for new orders.

    It has not while a line there has nearly waited for the bound although its pod is free, because the station has as
    many pods as it may. If robots are what is missing, new orders that pods at the station fill cost none.
    """
    if station.place_free and len(station.trips) < site.scenario.robots.per_station:
        return True
    latest = site.tick - _NEW_ORDERS * bound(site)
    return not any(line.opened <= latest and _standing_free(site, line) for line in station.open_lines)


def takes_more(site: Site, station: WorkStation) -> bool:
    """Return whether a pod that is carried anyway may take a place at a station.

    It may not while a line there, or a robot that waits at its load for a place, is overdue.
    """
    if isinstance(station, PickStation) and any(is_overdue(site, line.opened) for line in station.open_lines):
        return False
    waiting = (task.robot for task in station.trips.values() if task.id not in station.inbound)
    holding = [robot for robot in waiting if robot >= 0 and site.robots.state[robot] == RobotState.HOLDING]
    return not any(is_overdue(site, int(site.robots.since[robot])) for robot in holding)


def _standing_free(site: Site, line: OrderLine) -> list[int]:
    """Return pods with stock for a line that no task has claimed."""
    return [pod for pod in site.pods.free[line.sku] if site.pods.state[pod] == PodState.STORED]


def _lines(site: Site) -> Iterator[OverdueLine]:
    latest = latest_overdue(site)
    for station in site.pick_stations:
        if station.state != StationState.CLOSED:
            for line in station.open_lines:
                if line.opened <= latest:
                    yield OverdueLine(line.opened, station, line)


def _put_away(site: Site) -> Iterator[OverduePutAway]:
    for station in site.stow_stations:
        if station.state == StationState.OPEN and station.put_away:
            since = min(station.since.values())
            if is_overdue(site, since):
                yield OverduePutAway(since, station)
