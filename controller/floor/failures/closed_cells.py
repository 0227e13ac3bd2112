"""Closed cells: stations and pods that become unreachable, and reachable again when a cell is opened.

A dead robot's cell stays closed for good, the cell of a robot that has stood stopped for long only until it drives on,
and a cell closed by an operator until it is opened. While cells of the latter two kinds exist, nothing is abandoned
that would have to be bought or picked again: full totes and orders already begun wait at their stations.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from controller.floor import storing
from controller.floor.failures import recovery
from controller.planning.fields import FAR
from controller.site.out_of_service import Kind
from controller.site.site import Site
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation, StowStation, WorkStation
from controller.warehouse.tasks import Task
from layout.roads import build_roads, main_component
from robots.recording.events import CellClosed, CellOpened, PodAvailable
from robots.recording.events import StationState as StationStateEvent
from robots.recording.kinds import StationState, TaskKind
from robots.units.lifecycle import RobotState


def close_cells(site: Site, reasons: Mapping[int, str]) -> None:
    """Close cells to all robots: {cell: reason}. `check_reach` handles the consequences."""
    for cell, reason in reasons.items():
        site.closed.add(cell)
        site.emit(CellClosed(site.tick, cell, reason))
    site.use_roads(build_roads(site.floor, site.closed))


def open_cells(site: Site, reasons: Mapping[int, str]) -> None:
    """Open cells again: {cell: reason}, except those that something else keeps closed.

    Before the call, remove what kept a cell closed from `standstills` or from the desk's closed cells.
    """
    for cell, reason in reasons.items():
        if not _kept_closed(site, cell):
            site.closed.discard(cell)
            site.emit(CellOpened(site.tick, cell, reason))
    site.use_roads(build_roads(site.floor, site.closed))


def may_open(site: Site) -> bool:
    """Return whether there are closed cells that may be opened again."""
    return bool(site.standstills or site.operator_state.closed or site.robots.elsewhere)


def kept_by(site: Site, robot: int) -> list[int]:
    """Return the cells in which a robot that doesn't move may be.

    A robot that an operator has taken off the floor keeps only its own cell, because the controller continues to see it
    there.
    """
    return site.robots.cells(robot)[:1] if robot in site.operator_state.removed else site.robots.cells(robot)


def _kept_closed(site: Site, cell: int) -> bool:
    dead = np.flatnonzero(site.robots.state == RobotState.DEAD).tolist()
    standing = [*site.standstills.values(), *(kept_by(site, robot) for robot in dead)]
    reported = site.robots.elsewhere.values()
    return cell in site.operator_state.closed or cell in reported or any(cell in cells for cells in standing)


def check_reach(site: Site) -> None:
    """Close stations and quarantine pods that are now unreachable; reopen and release those reachable again."""
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
            site.emit(StationStateEvent(site.tick, station.index, station.state, "in reach again"))
    check_pods(site)


def _unreachable(site: Site, station: WorkStation, anywhere: int) -> str:
    """Return why robots cannot serve a station, "" if they can. anywhere: a cell of the floor's main part."""
    outfeed = station.info.outfeed
    if outfeed is not None and not site.distances.reachable[outfeed]:
        return "without an outfeed in reach"
    entry = site.distances.to_station[station.index, anywhere] != FAR
    exit_ = site.distances.from_station[station.index, anywhere] != FAR
    return "" if entry and exit_ else "out of reach"


def check_pods(site: Site, reason: str = "its place is in reach again") -> None:
    """Quarantine stored pods that are unreachable, and release those that can be fetched again, for this reason."""
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
    site.emit(PodAvailable(site.tick, pod, int(site.pods.cell[pod]), reason))
    for sku in site.pods.free_in[pod]:
        site.book.restocked(sku)


def _in_hand(site: Site, pod: int) -> Counter[int]:
    """Return {sku: units} that people are picking from a pod at this moment."""
    held: Counter[int] = Counter()
    for _, _, _, task, job in site.busy_until:
        if task is not None and task.pod == pod and job.line is not None:
            held[job.sku] += job.units
    return held


def _close_station(site: Site, station: WorkStation, reason: str) -> None:
    """Close a station that robots cannot reach or leave; loads, put-away and orders not yet begun go elsewhere."""
    station.advance("close")
    site.emit(StationStateEvent(site.tick, station.index, station.state, reason))
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
    """Withdraw the orders of a pick station that no robot will serve again, and of totes out of reach; they are picked
    again.
    """
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
    """Redirect a task from a station it cannot reach: before the lift the task fails, afterwards its load goes
    elsewhere.
    """
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
