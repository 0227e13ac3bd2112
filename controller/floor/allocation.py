"""Allocation of pod stock to order lines, and the lines that still need a pod."""

from controller.site.site import Site
from controller.warehouse.orders import OrderLine, OrderState
from controller.warehouse.stations import PickStation
from controller.warehouse.tasks import Job, Task


def open_line(site: Site, line: OrderLine) -> None:
    """Mark a line as needing a pod, if it has open units."""
    station = site.stations[line.order.station]
    assert isinstance(station, PickStation)  # orders are released to pick stations only
    if line.open_units > 0:
        if line.opened < 0:
            line.opened = site.tick
        station.open_lines[line] = None
        site.open_by_sku[line.sku][line] = None


def close_line(site: Site, line: OrderLine) -> None:
    """Mark a line as needing no further pod, or as having left its station."""
    station = site.stations[line.order.station]
    assert isinstance(station, PickStation)
    station.open_lines.pop(line, None)
    lines = site.open_by_sku[line.sku]
    lines.pop(line, None)
    if not lines:
        del site.open_by_sku[line.sku]


def allocate(site: Site, task: Task, line: OrderLine) -> int:
    """Allocate units of the task's pod to a line; return their number."""
    units = min(line.open_units, site.pods.free_in[task.pod].get(line.sku, 0))
    if units > 0:
        site.pods.allocate(task.pod, line.sku, units)
        site.supply.demand[line.sku] -= units
        line.allocated += units
        task.jobs.append(Job(units, line.sku, line))
        if line.open_units == 0:
            close_line(site, line)
    return units


def deallocate(site: Site, pod: int, job: Job) -> None:
    """Take back an allocation, so that its line needs another pod."""
    line = job.line
    if line is None:
        return
    line.allocated -= job.units
    if line.order.state != OrderState.CANCELLED:
        site.supply.demand[line.sku] += job.units
    site.pods.deallocate(pod, job.sku, job.units)
    if line.order.station >= 0:
        open_line(site, line)
