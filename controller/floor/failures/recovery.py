"""Recovery from faults: failed tasks, orders picked again, unreachable pods, and units that go back to the dock.

Nothing is forgotten: a failed task returns its order lines to their stations, a lost tote sends its order back to the
backlog, and a pod that cannot be fetched is quarantined with its stock.
"""

from controller.floor import allocation, order_waits, storing
from controller.site.site import Site
from controller.warehouse.lifecycles import ORDER, advance
from controller.warehouse.orders import Order, OrderState
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation
from controller.warehouse.stock import Place, tote
from controller.warehouse.tasks import Job, Task
from robots.recording.events import OrderWithdrawn, PodQuarantined, TaskFailed
from robots.recording.kinds import StationState, TaskKind


def fail_task(site: Site, task: Task, reason: str, *, lost: bool) -> None:
    """Abandon a task. lost: its load is where nobody can reach it."""
    task.advance("fail")
    site.tasks.pop(task.id, None)
    site.emit(TaskFailed(site.tick, task.id, reason))
    for station in site.stations:
        storing.leave_station(station, task)
        if station.visit is task:
            station.visit = None
        if isinstance(station, PickStation) and station.collector is task:
            station.collector = None
    site.reserved.discard(task.place)
    if task.kind == TaskKind.CHARGE:
        site.charging.give_back(task.place, task.robot)
    if task.pod >= 0:
        _give_up_pod(site, task, reason, lost)
    for order in task.totes:
        _lose_tote(site, order, reason)


def withdraw(site: Site, order: Order, reason: str) -> None:
    """Return an order to the backlog. Units it already has are out of reach, so it is picked again from the start."""
    station = site.stations[order.station]
    if isinstance(station, PickStation):
        station.orders.pop(order.id, None)
    for line in order.lines:
        if order.station >= 0 and isinstance(station, PickStation):
            allocation.close_line(site, line)
    order.station = -1
    for task in list(site.tasks.values()):
        for job in [job for job in task.jobs if job.line is not None and job.line.order is order]:
            task.jobs.remove(job)
            allocation.deallocate(site, task.pod, job)
    site.ledger.move_all(site.tick, tote(order.id), Place("quarantine", order.id))
    for line in order.lines:
        site.supply.demand[line.sku] += line.picked
        site.book.units_picked -= line.picked
        site.book.lines_picked -= line.picked == line.units
        line.picked = 0
    advance(ORDER, order, "withdraw")
    site.book.back_to_backlog([order])
    order_waits.note(site, order)
    site.emit(OrderWithdrawn(site.tick, order.id, reason))


def drop_jobs(site: Site, task: Task) -> None:
    """Take back the jobs of a pod at its stop, so that they are done with another pod."""
    while task.jobs:
        job = task.jobs.popleft()
        if job.line is not None:
            allocation.deallocate(site, task.pod, job)
        elif not job.out:
            back_to_dock(site, job)


def back_to_dock(site: Site, job: Job) -> None:
    """Put units meant for a pod back on the put-away list with their age, for another pod."""
    stations = [s for s in site.stow_stations if s.state != StationState.CLOSED] or site.stow_stations
    stations[0].take_in(job.sku, job.units, job.since)


def quarantine(site: Site, pod: int, cell: int, reason: str) -> None:
    """Quarantine a pod that cannot be fetched: its stock becomes unavailable, and suppliers are asked for more."""
    if site.pods.state[pod] != PodState.QUARANTINED:
        skus = list(site.pods.free_in[pod])
        site.pods.quarantine(pod)
        site.emit(PodQuarantined(site.tick, pod, cell, reason))
        for sku in skus:
            site.supply.review(sku, site.tick)


def _give_up_pod(site: Site, task: Task, reason: str, lost: bool) -> None:
    drop_jobs(site, task)
    if lost:
        quarantine(site, task.pod, int(site.robots.cell[task.robot]), reason)
    elif site.pods.state[task.pod] == PodState.CLAIMED:
        site.pods.state[task.pod] = PodState.STORED
        place = int(site.pods.cell[task.pod])
        if not site.distances.reachable[place]:
            quarantine(site, task.pod, place, "its place is out of reach")


def _lose_tote(site: Site, order: Order, reason: str) -> None:
    if order.state == OrderState.PICKED:
        withdraw(site, order, f"its tote is out of reach: {reason}")
