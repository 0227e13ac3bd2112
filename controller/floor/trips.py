"""Robot trips: loads reached, lifted, presented or set down since the last tick, and the robots' next goals."""

import numpy as np
from numpy.typing import NDArray

from controller.floor import charging, station_work, storing
from controller.floor.failures import closed_cells, repeated
from controller.site.site import Site
from controller.warehouse.lifecycles import TaskState
from controller.warehouse.pods import PodState
from controller.warehouse.stations import WorkStation
from controller.warehouse.tasks import Task
from robots.recording.events import VisitStarted
from robots.recording.frames import NO_LOAD, TOTES
from robots.recording.kinds import TaskKind
from robots.units.fleet import Action, Grants
from robots.units.lifecycle import RobotState


def advance_trips(site: Site) -> None:
    """Move on every robot that has reached its goal or finished its action."""
    robots = site.robots
    for robot in robots.arrived(RobotState.FETCHING):
        robots.advance(robot, "reach", site.tick, int(robots.cell[robot]))
    for robot in robots.longest_in(RobotState.HOLDING):
        _lift_if_place(site, robot, _task(site, robot))
    for robot in robots.in_state(RobotState.LIFTING).tolist():
        _carry_if_lifted(site, robot, _task(site, robot))
    for robot in robots.longest_in(RobotState.CARRYING):
        _present_if_there(site, robot, _task(site, robot))
    for robot in robots.longest_in(RobotState.STORING):
        _set_down_if_there(site, robot, _task(site, robot))
    for robot in robots.in_state(RobotState.SETTING_DOWN).tolist():
        if robots.load[robot] == NO_LOAD:
            _store(site, robot, _task(site, robot))
            _release(site, robot)
    for robot in robots.arrived(RobotState.PARKING):
        _release(site, robot)
    _charge(site)


def place_in_lanes(site: Site) -> None:
    """Give each load on its way to a station a place in the queue lane, front first.

    Loads in the lane keep their order, the others follow by remaining distance; so no two robots have the same goal,
    and none waits for a robot further away.
    """
    inbound = [(station.index, task.robot, task.id) for station in site.stations for task in station.inbound.values()]
    if not inbound:
        return
    station, robot, number = np.array(inbound).T
    cell = site.robots.cell[robot]
    in_lane = site.distances.lane_station[cell] == station
    place = np.where(in_lane, site.distances.lane_place[cell], site.distances.lanes.shape[1])
    distance = site.distances.to_station[station, cell]
    order = np.lexsort((number, distance, place, station))
    first = np.searchsorted(station[order], station[order])
    rank = np.arange(len(order)) - first
    carrying = site.robots.state[robot[order]] == RobotState.CARRYING
    goal = site.distances.lanes[station[order], rank]
    site.robots.goal[robot[order][carrying]] = goal[carrying]


def grants(site: Site, drive: NDArray[np.int8]) -> Grants:
    """Return the planner's moves, and the actions of standing robots: lift, set down, charge."""
    robots = site.robots
    action = drive.copy()
    load = np.full(len(robots), NO_LOAD, np.int32)
    for robot in robots.in_state(RobotState.LIFTING).tolist():
        action[robot] = Action.LIFT
        load[robot] = _load_of(_task(site, robot))
    action[robots.in_state(RobotState.SETTING_DOWN)] = Action.SET_DOWN
    action[robots.in_state(RobotState.CHARGING)] = Action.CHARGE
    for robot in robots.in_state(RobotState.PRESENTING).tolist():
        if _task(site, robot).kind == TaskKind.PACK and robots.load[robot] != NO_LOAD:
            action[robot] = Action.SET_DOWN
    for robot in repeated.waiting(site):
        if action[robot] in (Action.LIFT, Action.SET_DOWN, Action.CHARGE):
            action[robot] = Action.WAIT
    action[site.out_of_service.standing] = Action.WAIT
    return Grants(action, load)


def retarget(site: Site, task: Task) -> None:
    """Choose a new goal for a load without a station: storage for a pod, a pack station with a place for totes."""
    if task.kind != TaskKind.PACK:
        storing.store(site, task, storing.nearest_station(site, int(site.robots.cell[task.robot])))
        return
    distance = site.distances.to_station[:, site.robots.cell[task.robot]]
    free = [station for station in site.pack_stations if station.place_free]
    if free:
        join(min(free, key=lambda station: (int(distance[station.index]), station.index)), task)
        site.robots.since[task.robot] = site.tick


def join(station: WorkStation, task: Task) -> None:
    """Take one of the station's places for a task."""
    task.station = station.index
    station.trips[task.id] = station.inbound[task.id] = task


def _task(site: Site, robot: int) -> Task:
    task = site.robots.task[robot]
    assert task is not None  # every state that gets here belongs to a task
    return task


def _load_of(task: Task) -> int:
    return task.pod if task.pod >= 0 else TOTES


def _lift_if_place(site: Site, robot: int, task: Task) -> None:
    station = site.stations[task.station] if task.kind != TaskKind.MOVE else None
    in_place = site.robots.cell[robot] == task.source  # others may have pushed it aside
    if in_place and (station is None or station.place_free) and site.robots.ready[robot]:
        if station is not None:
            station.inbound[task.id] = task
        if task.state == TaskState.ASSIGNED:
            task.advance("begin")
        site.robots.advance(robot, "lift", site.tick, int(site.robots.cell[robot]))


def _carry_if_lifted(site: Site, robot: int, task: Task) -> None:
    if site.robots.load[robot] != _load_of(task):
        return
    repeated.succeeded(site, robot, Action.LIFT)
    if task.pod >= 0:
        site.pods.lift(task.pod)
    else:
        _empty_outfeed(site, task)
    if task.kind == TaskKind.MOVE:
        storing.store(site, task, storing.nearest_station(site, int(site.robots.cell[robot])))
        return
    site.robots.advance(robot, "carry", site.tick)


def _empty_outfeed(site: Site, task: Task) -> None:
    """Load the totes that the robot has lifted, and those that arrived in the meantime while there is room."""
    station = next(station for station in site.pick_stations if station.collector is task)
    station.collector = None
    while station.outfeed and len(task.totes) < site.scenario.stations.totes:
        task.totes.append(station.outfeed.popleft()[0])


def _present_if_there(site: Site, robot: int, task: Task) -> None:
    if task.station < 0:
        retarget(site, task)
        return
    station = site.stations[task.station]
    in_place = site.robots.cell[robot] == station.info.cell and not site.robots.behind[robot]
    has_it = site.robots.load[robot] == _load_of(task) and not site.robots.reports.misloaded[robot]
    if not in_place or not has_it or station.visit is not None:
        return
    station.visit = task
    site.robots.advance(robot, "present", site.tick, station.info.cell)
    site.emit(VisitStarted(site.tick, task.id, station.index, robot))


def _set_down_if_there(site: Site, robot: int, task: Task) -> None:
    if task.place < 0:
        storing.store(site, task, storing.nearest_station(site, int(site.robots.cell[robot])))
    elif site.robots.cell[robot] == task.place and site.robots.ready[robot]:
        site.robots.advance(robot, "set_down", site.tick, task.place)


def _store(site: Site, robot: int, task: Task) -> None:
    repeated.succeeded(site, robot, Action.SET_DOWN)
    kept_back = site.pods.state[task.pod] == PodState.QUARANTINED
    storing.finish_storing(site, task)
    if kept_back:
        closed_cells.check_pods(site, "it is back on its storage location")


def deliver_totes(site: Site) -> None:
    """Give totes that a robot has set down to the pack station."""
    for station in site.pack_stations:
        task = station.visit
        if task is not None and task.totes and site.robots.load[task.robot] == NO_LOAD:
            repeated.succeeded(site, task.robot, Action.SET_DOWN)
            station_work.take_totes(site, station, task)


def _charge(site: Site) -> None:
    robots = site.robots
    for robot in robots.arrived(RobotState.TO_CHARGER):
        _task(site, robot).advance("begin")
        site.charging.plug_in(int(robots.cell[robot]), robot)
        robots.advance(robot, "plug", site.tick, int(robots.cell[robot]))
    plugged = robots.in_state(RobotState.CHARGING)
    for robot in plugged[robots.battery_wh[plugged] >= site.levels.full].tolist():
        charging.end_charge(site, robot)


def _release(site: Site, robot: int) -> None:
    site.robots.advance(robot, "release", site.tick)
    site.robots.task[robot] = None
