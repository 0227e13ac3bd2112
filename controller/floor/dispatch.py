"""Dispatch of free robots: charging first, then totes to packing, overdue work, pods to stow and pick stations; the
others park.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from controller.floor import charging, idle_reasons, line_waits, order_waits, reslotting
from controller.floor.allocation import allocate
from controller.policies import dispatch, idle, pods, waiting_age
from controller.site import trip_energy
from controller.site.out_of_service import Kind
from controller.site.site import Site
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation, StowStation, WorkStation
from controller.warehouse.tasks import Job, MoveTask, Task
from layout.grid import CellKind
from robots.recording.events import Parked, TaskAssigned
from robots.recording.kinds import StationState, TaskKind
from robots.units.lifecycle import RobotState
from robots.wording.formatting import count

_STOW_JOBS = 8
"""Largest number of items stowed into a pod in one visit."""


def give_work(site: Site) -> None:
    """Create the tasks that free robots can begin now, and assign each robot one."""
    charging.send_to_charge(site, _free_robots(site))
    robots = _free_robots(site)
    robots = robots[trip_energy.fit(site, robots)]
    kept_back = [*site.operator_state.drained, *site.out_of_service.numbers(Kind.ROBOT)]
    if kept_back:
        robots = robots[~np.isin(robots, kept_back)]  # they only charge and park
    budget = len(robots)
    tasks: list[Task] = []
    for plan in (_pack_trips, _overdue_trips, _stow_trips, _pick_trips, _move_trips):
        tasks += plan(site, budget - len(tasks))
    _assign(site, tasks, robots)
    _park(site)
    line_waits.report(site)
    order_waits.report(site)
    idle_reasons.report(site, robots)


def _free_robots(site: Site) -> NDArray[np.intp]:
    idle = site.robots.in_state(RobotState.IDLE, RobotState.PARKING)
    return idle[~site.robots.stopped[idle]]


def _new_task(site: Site, kind: TaskKind, pod: int, source: int, station: int, reason: str) -> Task:
    """Create a task, list it at its station and claim its pod."""
    task = site.new_task(kind, pod, source, station, reason)
    if station >= 0:
        site.stations[station].trips[task.id] = task
    if pod >= 0:
        site.pods.state[pod] = PodState.CLAIMED
    return task


def _pack_trips(site: Site, budget: int) -> list[Task]:
    """Create a trip for each outfeed with enough totes, or with a tote that has waited long enough; oldest tote first."""
    tasks: list[Task] = []
    full = [station for station in site.pick_stations if station.outfeed and station.collector is None]
    full = [station for station in full if not site.out_of_service.has(Kind.OUTFEED, station.index)]
    for station in sorted(full, key=lambda station: (station.outfeed[0][1], station.index)):
        if len(tasks) >= budget:
            break
        reason = _why_collect(site, station)
        to = _pack_station(site, station) if reason else None
        if to is None or station.info.outfeed is None:
            continue
        if station.state == StationState.CLOSED and not site.distances.reachable[station.info.outfeed]:
            continue
        task = _new_task(site, TaskKind.PACK, -1, station.info.outfeed, to.index, reason)
        station.collector = task
        tasks.append(task)
    return tasks


def _why_collect(site: Site, station: PickStation) -> str:
    """Return why the totes must be collected now, "" if they can wait."""
    settings = site.scenario.stations
    totes = len(station.outfeed)
    waited = site.tick - station.outfeed[0][1]
    if totes >= settings.totes:
        return f"{count(totes, 'full tote')} on the outfeed"
    if waited >= site.scenario.ticks(settings.tote_wait_s):
        return f"the first of {count(totes, 'tote')} has waited {site.clock(waited)}"
    return ""


def _pack_station(site: Site, source: PickStation) -> WorkStation | None:
    """Return the open pack station with the fewest totes on its table and on their way, the nearest of these."""
    distance = site.distances.to_station[:, source.info.outfeed] if source.info.outfeed is not None else None
    open_stations = [station for station in site.pack_stations if station.state == StationState.OPEN]
    if distance is None or not open_stations:
        return None
    return min(
        open_stations,
        key=lambda s: (len(s.trips) * site.scenario.stations.totes + len(s.totes), int(distance[s.index])),
    )


def _overdue_trips(site: Site, budget: int) -> list[Task]:
    """Create a trip for each overdue item, oldest first, while there are robots."""
    tasks: list[Task] = []
    for item in waiting_age.overdue(site):
        if len(tasks) >= budget:
            break
        match item:
            case waiting_age.OverdueLine():
                tasks += _overdue_pick(site, item)
            case waiting_age.OverduePutAway():
                tasks += _stow_trip(site, item.station)
            case waiting_age.OverdueMoves():
                tasks += [_move_task(site, move) for move in reslotting.overdue_move(site)]
    return tasks


def _overdue_pick(site: Site, item: waiting_age.OverdueLine) -> list[Task]:
    has_room = len(item.station.trips) < site.scenario.robots.per_station
    if item.line.open_units == 0 or not has_room or (choice := waiting_age.pod_for(site, item)) is None:
        return []
    return [_pick_task(site, item.station, *choice)]


def _stow_trips(site: Site, budget: int) -> list[Task]:
    tasks: list[Task] = []
    for station in site.stow_stations:
        if len(tasks) < budget:
            tasks += _stow_trip(site, station)
    return tasks


def _stow_trip(site: Site, station: StowStation) -> list[Task]:
    """Create the station's next stow trip, if it has units to put away and a free place."""
    if not station.put_away or station.state != StationState.OPEN or len(station.trips) >= len(station.info.places):
        return []
    choice = pods.for_stow(site, station)
    if choice is None:
        return []
    pod, reason = choice
    jobs = _stow_jobs(site, station, pod)
    if not jobs:
        return []
    task = _new_task(site, TaskKind.STOW, pod, int(site.pods.cell[pod]), station.index, reason)
    task.jobs.extend(jobs)
    return [task]


def _stow_jobs(site: Site, station: StowStation, pod: int) -> list[Job]:
    """Return jobs that put the station's units into bins of the pod; the units are taken off the station's list."""
    jobs: list[Job] = []
    used: set[int] = set()
    for sku in list(station.put_away):
        for number, fits in _room(site, pod, sku):
            units = min(station.put_away[sku], fits)
            if number not in used:
                used.add(number)
                jobs.append(Job(units, sku, bin=number, since=station.since[sku]))
                station.take_off(sku, units)
            if len(jobs) == _STOW_JOBS or sku not in station.put_away:
                break
        if len(jobs) == _STOW_JOBS:
            break
    return jobs


def _room(site: Site, pod: int, sku: int) -> list[tuple[int, int]]:
    """Return (bin, units that fit) of a pod."""
    if site.slots is None:
        return site.pods.room(pod, sku, site.scenario.pods.bin_units)
    bins = site.slots.bins_for(site.pods, sku, wanted=site.supply.demand[sku] > 0)
    return [(number, fits) for (bin_pod, number), fits in bins if bin_pod == pod]


def _move_trips(site: Site, budget: int) -> list[Task]:
    """Create reslotting moves, or moves before a peak, for robots left over; a pod to be cleared also takes put-away
    for it.
    """
    moves = reslotting.move_tasks(site, budget)
    # moves ahead of need are not worth the energy while a robot waits to charge
    spare = 0 if charging.waiting(site, _free_robots(site)) else budget
    return [_move_task(site, move) for move in moves or idle.choose(site, spare)]


def _move_task(site: Site, move: MoveTask) -> Task:
    task = _new_task(site, move.kind, move.pod, int(site.pods.cell[move.pod]), move.station, move.reason)
    task.place = move.place
    task.jobs.extend(move.jobs)
    if isinstance(station := site.stations[move.station], StowStation) and move.kind == TaskKind.STOW:
        task.jobs.extend(_stow_jobs(site, station, move.pod))
    return task


def _pick_trips(site: Site, budget: int) -> list[Task]:
    """Create trips of pods for open lines: one per station and tick, stations with the fewest pods on their way first."""
    most = site.scenario.robots.per_station
    tasks: list[Task] = []
    needy = [s for s in site.pick_stations if s.open_lines and s.state != StationState.CLOSED and len(s.trips) < most]
    for station in sorted(needy, key=lambda s: (len(s.trips), s.index)):
        if len(tasks) >= budget:
            break
        if (choice := pods.choose(site, station)) is None:
            continue
        tasks.append(_pick_task(site, station, *choice))
    return tasks


def _pick_task(site: Site, station: PickStation, pod: int, reason: str) -> Task:
    """Create a trip of a pod whose free units are allocated to the station's open lines."""
    task = _new_task(site, TaskKind.PICK, pod, int(site.pods.cell[pod]), station.index, reason)
    station.latest = task
    for line in list(station.open_lines):
        allocate(site, task, line)
    return task


def _assign(site: Site, tasks: Sequence[Task], robots: NDArray[np.intp]) -> None:
    for task, robot, reason in dispatch.choose(site, tasks, robots):
        task.robot = robot
        task.advance("assign")
        site.robots.task[robot] = task
        site.robots.advance(robot, "fetch", site.tick, task.source)
        site.emit(TaskAssigned(site.tick, task.id, robot, reason))


def _park(site: Site) -> None:
    """Send idle robots to wait under stored pods, out of the way."""
    robots = site.robots
    idle = robots.in_state(RobotState.IDLE)
    out_of_place = idle[site.grid.kind[robots.cell[idle]] != CellKind.STORAGE]
    if not len(out_of_place):
        return
    storage = site.distances.usable
    parked = set(robots.goal[robots.in_state(RobotState.PARKING)].tolist()) | set(robots.cell.tolist())
    spots = storage[(site.pods.pod_at[storage] >= 0) & ~np.isin(storage, list(parked))]
    for robot in out_of_place.tolist():
        if not len(spots):
            return
        best = int((_manhattan(site, spots, int(robots.cell[robot])) + charging.detour(site, robot, spots)).argmin())
        robots.advance(robot, "park", site.tick, int(spots[best]))
        site.emit(Parked(site.tick, robot, int(spots[best]), "no work; nearest pod to wait under"))
        spots = np.delete(spots, best)


def _manhattan(site: Site, cells: NDArray[np.int32], cell: int) -> NDArray[np.int32]:
    row, col = site.grid.at(cell)
    return np.asarray(np.abs(cells // site.grid.width - row) + np.abs(cells % site.grid.width - col))
