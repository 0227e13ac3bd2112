"""Loads that leave a station: to the next station that needs them, or to a storage location."""

from controller.floor.allocation import allocate
from controller.policies import storage
from controller.policies.waiting_age import is_overdue, takes_more
from controller.site import trip_energy
from controller.site.site import Site
from controller.warehouse.orders import OrderLine
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation, WorkStation
from controller.warehouse.tasks import Task
from robots.recording.events import NextStop, PlaceChosen, PodQuarantined, TaskDone, VisitEnded
from robots.recording.kinds import StationState, TaskKind
from robots.units.lifecycle import RobotState
from robots.wording.formatting import count


def end_visit(site: Site, station: WorkStation, task: Task) -> None:
    """Send on or store a load that the station has finished with."""
    station.visit = None
    leave_station(station, task)
    site.emit(VisitEnded(site.tick, task.id, station.index, task.robot, task.units))
    task.units = 0
    if task.kind == TaskKind.PACK:
        _done(site, task)
        site.robots.advance(task.robot, "release", site.tick)
        site.robots.task[task.robot] = None
    elif not carry_on(site, task):
        store(site, task, station.index)


def leave_station(station: WorkStation, task: Task) -> None:
    """Remove a task from a station's trips."""
    station.trips.pop(task.id, None)
    station.inbound.pop(task.id, None)


def carry_on(site: Site, task: Task) -> bool:
    """Send a carried pod to another pick station, if one has a free place and the charge lasts; return whether it goes.

    The station with the oldest overdue line for the pod goes first, else the one with most lines for it.
    """
    lines: dict[int, list[OrderLine]] = {}
    for sku in site.pods.free_in[task.pod]:
        for line in site.open_by_sku.get(sku, ()):
            lines.setdefault(line.order.station, []).append(line)
    oldest = {index: min(line.opened for line in wanted) for index, wanted in lines.items()}
    overdue = {index: since for index, since in oldest.items() if is_overdue(site, since)}
    fit = [i for i in lines if site.stations[i].place_free and (i in overdue or takes_more(site, site.stations[i]))]
    fit = [index for index in fit if trip_energy.lasts_for(site, task.robot, index)]
    if not fit:
        return False
    index = min(fit, key=lambda index: (overdue.get(index, site.tick), -len(lines[index]), index))
    station = site.stations[index]
    assert isinstance(station, PickStation)  # only they have open lines
    for line in list(station.open_lines):
        allocate(site, task, line)
    task.station = index
    station.trips[task.id] = station.inbound[task.id] = task
    site.robots.advance(task.robot, "carry", site.tick)
    site.emit(NextStop(site.tick, task.id, index, f"carried anyway, for {count(len(lines[index]), 'open line')} there"))
    return True


def store(site: Site, task: Task, station: int) -> None:
    """Choose a storage location for a task's pod and send the robot there.

    With all locations taken, the robot waits with the pod and tries again.
    """
    choice = _asked_for(site, task) or _storage_location(site, task.pod) or storage.choose(site, task.pod, station)
    place, reason = choice or (-1, "no free storage place")
    set_down_at(site, task, place, reason)


def _asked_for(site: Site, task: Task) -> storage.PlaceChoice:
    """Return the target of a move task, if it is free."""
    if task.kind != TaskKind.MOVE or task.place < 0 or not site.place_free(task.place):
        return None
    return task.place, "nearer location chosen before demand rises"


def _storage_location(site: Site, pod: int) -> storage.PlaceChoice:
    """Return the storage location that the slotting keeps for a pod, if it is free."""
    if site.slots is None or not site.place_free(cell := int(site.slots.place[pod])):
        return None
    return cell, "its place by the slotting"


def set_down_at(site: Site, task: Task, cell: int, reason: str) -> None:
    """Send the robot with its pod to a storage cell, -1 for none yet."""
    waits_on = cell < 0 and site.robots.state[task.robot] == RobotState.STORING
    task.station = -1
    task.place = cell
    if cell >= 0:
        site.reserved.add(cell)
    if site.robots.state[task.robot] == RobotState.STORING:
        site.robots.goal[task.robot] = cell
    else:
        site.robots.advance(task.robot, "store", site.tick, cell)
    if not waits_on:
        site.emit(PlaceChosen(site.tick, task.id, task.pod, cell, reason))


def finish_storing(site: Site, task: Task) -> None:
    """Book a pod as stored. A pod quarantined on the robot stays so until someone looks at it."""
    site.pods.set_down(task.pod, task.place)
    if site.pods.state[task.pod] == PodState.CLAIMED:
        site.pods.state[task.pod] = PodState.STORED
    if task.place not in site.distances.usable:
        site.pods.quarantine(task.pod)
        site.emit(PodQuarantined(site.tick, task.pod, task.place, "its place is out of reach"))
    site.reserved.discard(task.place)
    _done(site, task)


def nearest_station(site: Site, cell: int) -> int:
    """Return the index of the open station nearest to a cell, from which `store` measures distances."""
    distances = site.distances.from_station[:, cell].astype(int)
    closed = [station.state == StationState.CLOSED for station in site.stations]
    distances[closed] += 1_000_000
    return int(distances.argmin())


def _done(site: Site, task: Task) -> None:
    task.advance("finish")
    site.tasks.pop(task.id, None)
    site.emit(TaskDone(site.tick, task.id))
