"""Station work: people pick from and stow into the pod at the station, pack totes, and work in shifts."""

import heapq

from controller.floor import storing
from controller.floor.allocation import deallocate
from controller.floor.failures import recovery
from controller.site.site import Site
from controller.warehouse.lifecycles import ORDER, TaskState, advance
from controller.warehouse.orders import Order
from controller.warehouse.stations import PackStation, PickStation, StowStation, WorkStation
from controller.warehouse.stock import DOCK, parcel, tote
from controller.warehouse.tasks import Job, Task
from layout.time_units import DAY_S
from robots.recording.events import OrderPacking, OrderPicked, OrderShipped, Picked, Stowed, TakenOut
from robots.recording.events import StationState as StationStateEvent
from robots.recording.frames import NO_LOAD
from robots.recording.kinds import StationState, TaskKind


def finish_work(site: Site) -> None:
    """Book all jobs that people finish in this tick."""
    while site.busy_until and site.busy_until[0][0] <= site.tick:
        _, _, index, task, job = heapq.heappop(site.busy_until)
        station = site.stations[index]
        station.working -= 1
        if isinstance(station, PackStation):
            assert job.order is not None  # jobs of a pack station are orders
            station.done += 1
            _ship(site, station, job.order)
        elif task is not None:
            task.working -= 1
            if isinstance(station, PickStation):
                _pick(site, station, task, job)
            elif job.out:
                _take_out(site, station, task, job)
            else:
                _stow(site, station, task, job)


def begin_work(site: Site) -> None:
    """Give each free person the next job; a load with nothing left to do leaves."""
    for station in site.stations:
        if station.visit is not None and site.robots.reports.misloaded[station.visit.robot]:
            continue  # the load at the station is not the one the work is for
        while station.working < station.people and (job := station.next_job()) is not None:
            task = station.visit if not isinstance(station, PackStation) else None
            if task is not None:
                task.working += 1
            site.begin_job(station, task, job, _mean_seconds(site, station, job))
        visit = station.visit
        if visit is not None and not visit.jobs and not visit.working and not _handing_over(site, visit):
            storing.end_visit(site, station, visit)


def change_shifts(site: Site) -> None:
    """Pause stations without people, which finish their open work, and reopen them when people are back."""
    shifts = site.scenario.stations.shifts
    if not shifts and not site.scenario.disruptions:
        return
    clock = (site.demand.start_s + site.tick * site.scenario.run.tick_s) % DAY_S
    on_shift = site.scenario.on_shift(clock)
    for station in site.stations:
        staffed = on_shift and station.manned
        if (station.state == StationState.OPEN) != staffed and station.state != StationState.CLOSED:
            station.advance("resume" if staffed else "pause")
            reason = "too few people" if on_shift else "nobody on shift"
            if staffed:
                reason = "shift begins" if shifts else "people are back"
            site.emit(StationStateEvent(site.tick, station.index, station.state, reason))


def _handing_over(site: Site, task: Task) -> bool:
    """Return whether a robot at a pack station still carries its totes."""
    return task.kind == TaskKind.PACK and bool(site.robots.load[task.robot] != NO_LOAD)


def _mean_seconds(site: Site, station: WorkStation, job: Job) -> float:
    """Return the mean time of a job: the first unit takes longest, further units only the handling at the bin."""
    times = site.scenario.stations
    if isinstance(station, PackStation):
        return station.info.service_s or times.pack_s
    if isinstance(station, PickStation):
        first, more = times.pick_s, times.pick_more_s
    else:
        first, more = times.stow_s, times.stow_more_s
    return (station.info.service_s or first) + more * (job.units - 1)


def _pick(site: Site, station: PickStation, task: Task, job: Job) -> None:
    line = job.line
    assert line is not None  # jobs of a pick station are for lines
    if line.order.station != station.index or task.state == TaskState.FAILED:
        deallocate(site, task.pod, job)  # withdrawn while the picker held the unit: it stays in the pod
        return
    site.pods.take(site.tick, task.pod, job.sku, job.units, tote(line.order.id))
    line.allocated -= job.units
    line.picked += job.units
    task.units += job.units
    station.done += job.units
    site.book.units_picked += job.units
    site.book.lines_picked += line.picked == line.units
    site.emit(Picked(site.tick, line.order.id, line.number, job.sku, job.units, task.pod, station.index))
    site.supply.review(job.sku, site.tick)
    if line.order.picked:
        _complete(site, station, line.order)


def _complete(site: Site, station: PickStation, order: Order) -> None:
    """Complete an order whose tote is full. Without pack stations it is packed where it was picked."""
    advance(ORDER, order, "complete")
    del station.orders[order.id]
    site.emit(OrderPicked(site.tick, order.id, station.index))
    if site.pack_stations:
        station.outfeed.append((order, site.tick))
        return
    advance(ORDER, order, "pack")
    site.emit(OrderPacking(site.tick, order.id, station.index))
    _ship(site, station, order)


def _stow(site: Site, station: WorkStation, task: Task, job: Job) -> None:
    if station.visit is not task:
        recovery.back_to_dock(site, job)  # the pod is out of reach: use another one
        return
    site.pods.put(site.tick, task.pod, job.bin, job.sku, job.units, DOCK)
    site.supply.inbound[job.sku] -= job.units
    task.units += job.units
    station.done += job.units
    site.emit(Stowed(site.tick, job.sku, job.units, task.pod, station.index))
    site.book.restocked(job.sku)
    site.surroundings.stowed(job.sku, job.units)
    if site.slots is not None:
        site.slots.stowed((task.pod, job.bin), job.sku)


def _take_out(site: Site, station: WorkStation, task: Task, job: Job) -> None:
    """Move units from a wrong bin to the dock, to be put away again."""
    if site.slots is None or station.visit is not task:
        return  # the pod is out of reach, and its units with it
    assert isinstance(station, StowStation)  # jobs that take out are given to stow stations only
    site.pods.take_out(site.tick, task.pod, job.bin, job.sku, job.units, DOCK)
    site.supply.inbound[job.sku] += job.units
    station.take_in(job.sku, job.units, site.tick)
    site.slots.took((task.pod, job.bin), job.units, left=int(site.ledger.bin_units[task.pod, job.bin]))
    task.units += job.units
    station.done += job.units
    site.emit(TakenOut(site.tick, job.sku, job.units, task.pod, station.index))


def take_totes(site: Site, station: PackStation, task: Task) -> None:
    """Put the totes of a trip on the pack station's table."""
    for order in task.totes:
        advance(ORDER, order, "pack")
        order.station = station.index
        station.totes.append(order)
        task.units += 1
        site.emit(OrderPacking(site.tick, order.id, station.index))
    task.totes.clear()


def _ship(site: Site, station: WorkStation, order: Order) -> None:
    site.ledger.move_all(site.tick, tote(order.id), parcel(order.id))
    advance(ORDER, order, "ship")
    site.book.close(order)
    site.emit(OrderShipped(site.tick, order.id, station.index, site.tick - order.due))
    site.surroundings.packed(order)
