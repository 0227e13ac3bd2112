"""When robots stop or die: cells closed, work given to others, stock and orders kept track of.

Nothing is forgotten: a task that fails gives its order lines back to their stations, a lost tote sends its order back to
the backlog, a pod that nobody can fetch is quarantined with its stock, and a station out of reach gives up its orders.
"""

import numpy as np

from controller import homeward, release
from controller.distances import reachable_places
from controller.lifecycles import ORDER, StationState, advance
from controller.orders import Order, OrderState
from controller.planning.fields import FAR
from controller.pods import PodState
from controller.site import Site
from controller.stations import PickStation, StowStation, WorkStation
from controller.stock import Place, tote
from controller.tasks import Task, TaskKind
from layout.grid import CellKind
from layout.roads import EMPTY, LOADED, build_roads, main_component
from robots.events import (
    CellClosed,
    OrderWithdrawn,
    PodQuarantined,
    RobotFault,
    RobotRecovered,
    TaskFailed,
)
from robots.events import StationState as StationStateEvent
from robots.fleet import Reports
from robots.frames import NO_LOAD
from robots.lifecycle import RobotState


def take_reports(site: Site, reports: Reports) -> None:
    """The robots' word on themselves, and what follows from faults in it."""
    robots = site.robots
    was_stopped = robots.stopped
    robots.take(reports)
    for robot in np.flatnonzero(reports.stopped & ~was_stopped).tolist():
        site.tell(RobotFault(site.tick, robot, int(robots.cell[robot]), "stop"))
    for robot in np.flatnonzero(was_stopped & ~reports.stopped).tolist():
        site.tell(RobotRecovered(site.tick, robot, int(robots.cell[robot])))
    alive = robots.state != RobotState.DEAD
    for robot in np.flatnonzero(reports.dead & alive).tolist():
        lose_robot(site, robot, "die")
    for robot in np.flatnonzero((reports.battery_wh <= 0.0) & ~reports.dead & alive).tolist():
        lose_robot(site, robot, "flat")


def lose_robot(site: Site, robot: int, kind: str) -> None:
    """A robot that will not move again: its cell is closed, its work is done by others."""
    cell = int(site.robots.cell[robot])
    site.tell(RobotFault(site.tick, robot, cell, kind))
    task = site.robots.task[robot]
    site.robots.advance(robot, "die", site.tick)
    site.robots.task[robot] = None
    _close(site, cell, f"robot {robot} is dead here")
    if task is not None:
        carried = bool(site.robots.load[robot] != NO_LOAD)
        _settle_pod(site, task, cell, carried)
        fail_task(site, task, f"robot {robot} died", lost=carried)
    pod_here = int(site.pods.home[cell])
    if pod_here >= 0:
        _quarantine(site, pod_here, cell, f"robot {robot} is dead under it")
    _check_reach(site)


def _settle_pod(site: Site, task: Task, cell: int, carried: bool) -> None:
    """Who dies in the tick in which it has taken up its pod or set it down has done so."""
    if task.pod >= 0 and carried == (site.pods.cell[task.pod] >= 0):
        if carried:
            site.pods.lift(task.pod)
        else:
            site.pods.set_down(task.pod, cell)


def fail_task(site: Site, task: Task, reason: str, *, lost: bool) -> None:
    """Give up a task. lost: its load is where nobody can get at it."""
    task.advance("fail")
    site.tasks.pop(task.id, None)
    site.tell(TaskFailed(site.tick, task.id, reason))
    for station in site.stations:
        homeward.leave_station(station, task)
        if station.visit is task:
            station.visit = None
        if isinstance(station, PickStation) and station.collector is task:
            station.collector = None
    site.reserved.discard(task.place)
    if task.kind == TaskKind.CHARGE:
        site.charging.pop(task.place, None)
    if task.pod >= 0:
        _give_up_pod(site, task, reason, lost)
    for order in task.totes:
        _lose_tote(site, order, reason)


def withdraw(site: Site, order: Order, reason: str) -> None:
    """An order goes back to the backlog; units it already has are out of reach, so it starts anew."""
    station = site.stations[order.station]
    if isinstance(station, PickStation):
        station.orders.pop(order.id, None)
    for line in order.lines:
        if order.station >= 0 and isinstance(station, PickStation):
            release.close_line(site, line)
    order.station = -1
    for task in list(site.tasks.values()):
        for job in [job for job in task.jobs if job.line is not None and job.line.order is order]:
            task.jobs.remove(job)
            release.unpromise(site, task.pod, job)
    site.ledger.move_all(site.tick, tote(order.id), Place("quarantine", order.id))
    for line in order.lines:
        site.supply.demand[line.sku] += line.picked
        site.book.units_picked -= line.picked
        site.book.lines_picked -= line.picked == line.units
        line.picked = 0
    advance(ORDER, order, "withdraw")
    site.book.to_backlog(order)
    site.tell(OrderWithdrawn(site.tick, order.id, reason))


def free_the_enclosed(site: Site) -> None:
    """Robots whose goal can't be reached since cells were closed get other work, or are named as enclosed."""
    if not site.closed:
        return
    robots = site.robots
    left = site.planner.distance_left(robots.cell)
    for robot in np.flatnonzero((robots.goal >= 0) & (left == FAR)).tolist():
        task = robots.task[robot]
        if robots.goal[robot] < 0 or robots.state[robot] == RobotState.DEAD:
            continue
        if _cut_off(site, robot):
            _give_up_place(site, robot, task)
        elif robots.state[robot] == RobotState.STORING and task is not None:
            site.reserved.discard(task.place)
            homeward.go_home(site, task, homeward.nearest_station(site, int(robots.cell[robot])))
        elif robots.state[robot] in (RobotState.PARKING, RobotState.TO_CHARGER, RobotState.FETCHING):
            if task is not None:
                fail_task(site, task, "goal out of reach", lost=False)
            robots.advance(robot, "release", site.tick)
            robots.task[robot] = None


def _give_up_place(site: Site, robot: int, task: Task | None) -> None:
    """A robot that can't drive away sets its pod down if it is on a storage place, and is lost if it isn't.

    Without the pod it can leave under others; the pod stays where no loaded robot can fetch it.
    """
    cell = int(site.robots.cell[robot])
    on_place = site.grid.kind[cell] == CellKind.STORAGE and site.pods.home[cell] < 0
    if task is None or site.robots.load[robot] < 0 or not on_place:
        lose_robot(site, robot, "enclosed")
        return
    if task.station >= 0:
        homeward.leave_station(site.stations[task.station], task)
        _drop_jobs(site, task)
    site.reserved.discard(task.place)
    homeward.set_down_at(site, task, cell, "cut off: it can't be carried away")


def _close(site: Site, cell: int, reason: str) -> None:
    site.closed.add(cell)
    site.tell(CellClosed(site.tick, cell, reason))
    site.use_roads(build_roads(site.floor, site.closed))


def _check_reach(site: Site) -> None:
    """Close the stations and quarantine the pods that the closed cells have put out of reach."""
    main = main_component(site.grid, site.roads)
    if not main.any():
        return
    anywhere = int(np.flatnonzero(main)[0])
    usable = reachable_places(site.floor, site.roads)
    for station in site.stations:
        index = station.index
        there = site.distances.to_station[index, anywhere] != FAR
        back = site.distances.from_station[index, anywhere] != FAR
        outfeed = station.info.outfeed is None or usable[station.info.outfeed]
        if station.state != StationState.CLOSED and not (there and back and outfeed):
            close_station(site, station, "out of reach" if outfeed else "without an outfeed in reach")
        if isinstance(station, PickStation) and not outfeed:
            for order in _take_totes(station):
                withdraw(site, order, f"its tote at {station.info.id} is out of reach")
    stored = np.flatnonzero(site.pods.state == PodState.STORED)
    for pod in stored[~usable[site.pods.cell[stored]]].tolist():
        _quarantine(site, pod, int(site.pods.cell[pod]), "its place is out of reach")


def close_station(site: Site, station: WorkStation, reason: str) -> None:
    """A station that robots can't reach or leave: its orders, loads and receipts go elsewhere."""
    station.advance("close")
    site.tell(StationStateEvent(site.tick, station.index, str(station.state), reason))
    for task in list(station.trips.values()):
        _turn_away(site, station, task)
    if isinstance(station, PickStation):
        for order in list(station.orders.values()):
            withdraw(site, order, f"{station.info.id} is {reason}")
    elif isinstance(station, StowStation):
        others = [other for other in site.stow_stations if other.state != StationState.CLOSED]
        for sku, units in station.receipts.items() if others else ():
            others[0].receipts[sku] = others[0].receipts.get(sku, 0) + units
        if others:
            station.receipts.clear()


def _take_totes(station: PickStation) -> list[Order]:
    """The orders of all full totes on an outfeed, which are not to be had there any more."""
    orders = [order for order, _ in station.outfeed]
    station.outfeed.clear()
    return orders


def _turn_away(site: Site, station: WorkStation, task: Task) -> None:
    """A task on its way to a closed station: before the lift it fails, afterwards its load goes elsewhere."""
    robot, state = task.robot, site.robots.state[task.robot]
    if state in (RobotState.FETCHING, RobotState.HOLDING) or robot < 0:
        fail_task(site, task, f"{station.info.id} is closed", lost=False)
        if robot >= 0:
            site.robots.advance(robot, "release", site.tick)
            site.robots.task[robot] = None
        return
    homeward.leave_station(station, task)
    if station.visit is task:
        station.visit = None
    _drop_jobs(site, task)
    if task.kind == TaskKind.PACK:
        task.station = -1
        if state == RobotState.PRESENTING:
            site.robots.advance(robot, "carry", site.tick)
        elif state == RobotState.CARRYING:
            site.robots.goal[robot] = -1
    elif state in (RobotState.CARRYING, RobotState.PRESENTING):
        homeward.go_home(site, task, homeward.nearest_station(site, int(site.robots.cell[robot])))
    else:
        task.station = -1


def _drop_jobs(site: Site, task: Task) -> None:
    """What was to be done with a pod at its stop is to be done with another."""
    while task.jobs:
        job = task.jobs.popleft()
        if job.line is not None:
            release.unpromise(site, task.pod, job)
        else:
            back_to_dock(site, job.sku, job.units)


def back_to_dock(site: Site, sku: int, units: int) -> None:
    """Units that were to go into a pod are to go into another."""
    stations = [s for s in site.stow_stations if s.state != StationState.CLOSED] or site.stow_stations
    stations[0].receipts[sku] = stations[0].receipts.get(sku, 0) + units


def _give_up_pod(site: Site, task: Task, reason: str, lost: bool) -> None:
    _drop_jobs(site, task)
    if lost:
        _quarantine(site, task.pod, int(site.robots.cell[task.robot]), reason)
    elif site.pods.state[task.pod] == PodState.CLAIMED:
        site.pods.state[task.pod] = PodState.STORED


def _quarantine(site: Site, pod: int, cell: int, reason: str) -> None:
    if site.pods.state[pod] != PodState.QUARANTINED:
        skus = list(site.pods.free_in[pod])
        site.pods.quarantine(pod)
        site.tell(PodQuarantined(site.tick, pod, cell, reason))
        for sku in skus:
            site.supply.review(sku, site.tick)


def _lose_tote(site: Site, order: Order, reason: str) -> None:
    if order.state == OrderState.PICKED:
        withdraw(site, order, f"its tote is out of reach: {reason}")


def _cut_off(site: Site, robot: int) -> bool:
    """Whether a robot can't drive to the main part of the floor."""
    main = np.flatnonzero(main_component(site.grid, site.roads))
    if not len(main):
        return True
    load = LOADED if site.robots.load[robot] != NO_LOAD else EMPTY
    field = site.fields.to(int(main[0]), load, site.tick)
    return bool(field[site.robots.cell[robot]] == FAR)
