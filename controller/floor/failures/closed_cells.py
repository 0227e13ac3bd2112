"""Closed cells and what follows: stations and pods out of reach, and in reach again when a cell is opened.

A dead robot's cell is closed for good, that of a robot which has stood stopped for long only until it drives on, and one
that an operator has closed until it is opened. While there are any of the latter two, nothing is given up that would have to
be bought or picked again: full totes and orders that are begun wait at their stations.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from controller.floor import storing
from controller.floor.failures import recovery
from controller.planning.fields import FAR
from controller.site.out_of_service import Kind
from controller.site.site import Site
from controller.warehouse.lifecycles import StationState
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation, StowStation, WorkStation
from controller.warehouse.tasks import Task, TaskKind
from layout.roads import build_roads, main_component
from robots.recording.events import CellClosed, CellOpened, PodAvailable
from robots.recording.events import StationState as StationStateEvent
from robots.units.lifecycle import RobotState


def close_cells(site: Site, reasons: Mapping[int, str]) -> None:
    """Nobody may enter these cells: {cell: why}. `check_reach` sees to what follows."""
    for cell, reason in reasons.items():
        site.closed.add(cell)
        site.tell(CellClosed(site.tick, cell, reason))
    site.use_roads(build_roads(site.floor, site.closed))


def open_cells(site: Site, reasons: Mapping[int, str]) -> None:
    """These cells may be entered again: {cell: why}, but for those that somebody else still keeps closed.

    Whoever kept a cell closed is to be struck off first: from `standstills`, or from the desk's closed cells.
    """
    for cell, reason in reasons.items():
        if not _kept_closed(site, cell):
            site.closed.discard(cell)
            site.tell(CellOpened(site.tick, cell, reason))
    site.use_roads(build_roads(site.floor, site.closed))


def may_open(site: Site) -> bool:
    """Whether there are closed cells that may be opened again."""
    return bool(site.standstills or site.desk.closed or site.robots.elsewhere)


def kept_by(site: Site, robot: int) -> list[int]:
    """Cells in which a robot that doesn't move may be. One that an operator has taken off the floor keeps its own only,
    for there the controller goes on to see it."""
    return site.robots.cells(robot)[:1] if robot in site.desk.removed else site.robots.cells(robot)


def _kept_closed(site: Site, cell: int) -> bool:
    dead = np.flatnonzero(site.robots.state == RobotState.DEAD).tolist()
    standing = [*site.standstills.values(), *(kept_by(site, robot) for robot in dead)]
    said = site.robots.elsewhere.values()
    return cell in site.desk.closed or cell in said or any(cell in cells for cells in standing)


def check_reach(site: Site) -> None:
    """Close the stations and quarantine the pods that are out of reach now; open and free those that are in reach again."""
    main = main_component(site.grid, site.roads)
    if not main.any():
        return
    anywhere = int(np.flatnonzero(main)[0])
    for station in site.stations:
        reason = _unreachable(site, station, anywhere)
        if reason and station.state != StationState.CLOSED:
            _close_station(site, station, reason)
        if reason and not may_open(site):
            _give_up_orders(site, station, reason)
        elif not reason and station.state == StationState.CLOSED:
            station.advance("reopen")
            site.tell(StationStateEvent(site.tick, station.index, str(station.state), "in reach again"))
    check_pods(site)


def _unreachable(site: Site, station: WorkStation, anywhere: int) -> str:
    """Why robots can't serve a station, "" if they can. anywhere: a cell of the floor's main part."""
    outfeed = station.info.outfeed
    if outfeed is not None and not site.distances.reachable[outfeed]:
        return "without an outfeed in reach"
    there = site.distances.to_station[station.index, anywhere] != FAR
    back = site.distances.from_station[station.index, anywhere] != FAR
    return "" if there and back else "out of reach"


def check_pods(site: Site, reason: str = "its place is in reach again") -> None:
    """Quarantine the stored pods that are out of reach, and free those that can be fetched again, for this reason."""
    pods, reachable = site.pods, site.distances.reachable
    stored = np.flatnonzero(pods.state == PodState.STORED)
    for pod in stored[~reachable[pods.cell[stored]]].tolist():
        recovery.quarantine(site, pod, int(pods.cell[pod]), "its place is out of reach")
    stands = np.flatnonzero((pods.state == PodState.QUARANTINED) & (pods.cell >= 0))
    for pod in stands[reachable[pods.cell[stands]]].tolist():
        if not site.out_of_service.has(Kind.POD, pod):
            _make_available(site, pod, reason)


def _make_available(site: Site, pod: int, reason: str) -> None:
    site.pods.available_again(pod, _in_hand(site, pod))
    site.tell(PodAvailable(site.tick, pod, int(site.pods.cell[pod]), reason))
    for sku in site.pods.free_in[pod]:
        site.book.restocked(sku)


def _in_hand(site: Site, pod: int) -> Counter[int]:
    """{sku: units} that people are picking from a pod just now."""
    held: Counter[int] = Counter()
    for _, _, _, task, job in site.busy_until:
        if task is not None and task.pod == pod and job.line is not None:
            held[job.sku] += job.units
    return held


def _close_station(site: Site, station: WorkStation, reason: str) -> None:
    """A station that robots can't reach or leave: loads, receipts and orders not yet begun go elsewhere."""
    station.advance("close")
    site.tell(StationStateEvent(site.tick, station.index, str(station.state), reason))
    for task in list(station.trips.values()):
        turn_away(site, station, task, f"{station.info.id} is closed")
    if isinstance(station, PickStation):
        for order in list(station.orders.values()):
            if not any(line.picked for line in order.lines):
                recovery.withdraw(site, order, f"{station.info.id} is {reason}")
    elif isinstance(station, StowStation):
        others = [other for other in site.stow_stations if other.state != StationState.CLOSED]
        if others:
            station.transfer_put_away(others[0])


def _give_up_orders(site: Site, station: WorkStation, reason: str) -> None:
    """No robot will ever serve a pick station again: its orders are picked anew, and so are totes out of reach."""
    if not isinstance(station, PickStation):
        return
    for order in list(station.orders.values()):
        recovery.withdraw(site, order, f"{station.info.id} is {reason}")
    if station.info.outfeed is not None and not site.distances.reachable[station.info.outfeed]:
        totes = [order for order, _ in station.outfeed]
        station.outfeed.clear()
        for order in totes:
            recovery.withdraw(site, order, f"its tote at {station.info.id} is out of reach")


def turn_away(site: Site, station: WorkStation, task: Task, reason: str) -> None:
    """A task on its way to a station that it can't get to: before the lift it fails, afterwards its load goes elsewhere."""
    robot, state = task.robot, site.robots.state[task.robot]
    if state in (RobotState.FETCHING, RobotState.HOLDING) or robot < 0:
        recovery.fail_task(site, task, reason, lost=False)
        if robot >= 0:
            site.robots.advance(robot, "release", site.tick)
            site.robots.task[robot] = None
        return
    storing.leave_station(station, task)
    if station.visit is task:
        station.visit = None
    recovery.drop_jobs(site, task)
    if task.kind == TaskKind.PACK:
        task.station = -1
        if state == RobotState.PRESENTING:
            site.robots.advance(robot, "carry", site.tick)
        elif state == RobotState.CARRYING:
            site.robots.goal[robot] = -1
    elif state in (RobotState.CARRYING, RobotState.PRESENTING):
        storing.store(site, task, storing.nearest_station(site, int(site.robots.cell[robot])))
    else:
        task.station = -1
