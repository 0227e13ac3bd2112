"""A slow, obvious audit of a site: orders, promises, stock, pods and robots of its state against each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from controller.site.site import Site
from controller.supply_chain.around_floor import chain_around
from controller.warehouse.orders import OrderState
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation
from controller.warehouse.stock import DOCK
from controller.warehouse.tasks import Job, Task
from robots.recording.frames import NO_LOAD
from robots.units.lifecycle import RobotState


def audit_faults(site: Site) -> list[str]:
    """List all contradictions in words; the list is empty if there are none."""
    parts = (_orders, _promises, _units, _dock, _pods, _robots, _tasks)
    return [f"tick {site.tick}: {fault}" for part in parts for fault in part(site)]


def _jobs(site: Site) -> Iterator[tuple[Task | None, Job]]:
    """All open work of people: the remaining work of tasks, and the work in progress."""
    for task in site.tasks.values():
        yield from ((task, job) for job in task.jobs)
    for _, _, _, task, job in site.busy_until:
        yield task, job


def _orders(site: Site) -> Iterator[str]:
    """Check that each order is open or done, and that each open one is in exactly one place."""
    book = site.book
    if book.received != book.shipped + book.cancelled + len(book.open):
        yield f"{book.received} orders came, {book.shipped} shipped, {len(book.open)} are open"
    places: Counter[int] = Counter(list(book.backlog))
    places.update(order.id for orders in book.backordered.values() for order in orders)
    for station in site.pick_stations:
        places.update(list(station.orders))
        places.update(order.id for order, _ in station.outfeed)
    places.update(order.id for task in site.tasks.values() for order in task.totes)
    places.update(order.id for station in site.pack_stations for order in station.totes)
    places.update(job.order.id for _, job in _jobs(site) if job.order is not None)
    yield from (f"order {order} is in {places[order]} places" for order in book.open if places[order] != 1)
    yield from (f"order {order} isn't open, and somewhere" for order in places if order not in book.open)


def _promises(site: Site) -> Iterator[str]:
    """Check that a line's promised units belong to a job, and the others are wanted: from a pod, and from the
    suppliers.
    """
    promised: Counter[object] = Counter()
    for _, job in _jobs(site):
        if job.line is not None:
            promised[job.line] += job.units
    wanted: Counter[int] = Counter()
    for order in site.book.open.values():
        for line in order.lines:
            wanted[line.sku] += line.open_units
            station = site.stations[order.station]
            if line.allocated != promised[line] or line.open_units < 0:
                yield f"line {line.number} of order {order.id} has {line.allocated} promised, jobs {promised[line]}"
            if order.state == OrderState.RELEASED and line.open_units:
                assert isinstance(station, PickStation)
                if line not in station.open_lines or line not in site.open_by_sku[line.sku]:
                    yield f"line {line.number} of order {order.id} is asked of no pod"
    if wanted != Counter({sku: units for sku, units in enumerate(site.supply.demand) if units}):
        yield "the supply's demand isn't that of the open lines"


def _units(site: Site) -> Iterator[str]:
    """Check that units are conserved: over all places each SKU sums to nothing, for suppliers hold minus what came in."""
    totals = np.zeros(len(site.demand.catalogue), np.int64)
    held = site.ledger.bin_sku >= 0
    np.add.at(totals, site.ledger.bin_sku[held], site.ledger.bin_units[held])
    for units in site.ledger.places().values():
        for sku, amount in units.items():
            totals[sku] += amount
    yield from (f"SKU {sku} is off by {totals[sku]}" for sku in np.flatnonzero(totals).tolist())
    if (site.ledger.bin_units < 0).any():
        yield "a bin holds less than nothing"


def _dock(site: Site) -> Iterator[str]:
    """Check that the stock on the dock is a receipt or about to be stowed, and the supply counts it as coming."""
    coming: Counter[int] = Counter()
    for station in site.stow_stations:
        coming.update(station.put_away)
    for _, job in _jobs(site):
        if job.line is None and job.order is None and not job.out:
            coming[job.sku] += job.units
    if +coming != Counter(site.ledger.held(DOCK)):
        yield "the dock holds something else than the receipts"
    for _, sku, units in site.supply._arrivals:
        coming[sku] += units
    chain = chain_around(site)
    for trailer in chain.receiving.trailers.values() if chain else ():
        for cargo in trailer.cargo:
            coming[cargo.line.sku] += cargo.line.sent
    if +coming != Counter({sku: units for sku, units in enumerate(site.supply.inbound) if units}):
        yield "what is on its way isn't what the supply counts"


def _pods(site: Site) -> Iterator[str]:
    """Check that each pod is stored, a task's, or quarantined, and its free units are those promised to nobody. A pod
    whose robot was taken out of service is quarantined, and stays its task's until it is stored again.
    """
    claimed = {task.pod for task in site.tasks.values() if task.pod >= 0}
    carried = {pod for pod in claimed if site.pods.cell[pod] < 0}
    promised: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for task, job in _jobs(site):
        if job.line is not None and task is not None:
            promised[task.pod][job.sku] += job.units
    bins = zip(site.ledger.bin_sku.tolist(), site.ledger.bin_units.tolist(), strict=True)
    held = [_summed(zip(skus, units, strict=True)) for skus, units in bins]
    for pod, state in enumerate(site.pods.state.tolist()):
        cell = int(site.pods.cell[pod])
        kept_back = state == PodState.QUARANTINED and pod in carried
        if (pod in claimed) != (state == PodState.CLAIMED) and not kept_back:
            yield f"pod {pod} is {PodState(state).name}, and {'a' if pod in claimed else 'no'} task has it"
        if cell >= 0 and site.pods.pod_at[cell] != pod:
            yield f"pod {pod} isn't at home at its cell"
        if state == PodState.STORED and cell < 0:
            yield f"pod {pod} is stored nowhere"
        taken: Counter[int] | dict[int, int] = promised.get(pod, {})
        left = {sku: units - taken.get(sku, 0) for sku, units in held[pod].items()}
        free = {sku: units for sku, units in left.items() if units > 0}
        if site.pods.free_in[pod] != ({} if state == PodState.QUARANTINED else free):
            yield f"pod {pod} offers {site.pods.free_in[pod]}, and has {free}"


def _summed(bins: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Sum a pod's bins: {sku: units}."""
    found: dict[int, int] = {}
    for sku, units in bins:
        if units:
            found[sku] = found.get(sku, 0) + units
    return found


def _robots(site: Site) -> Iterator[str]:
    """Check that robots stand in separate cells, and work for a task exactly while their state says so."""
    robots = site.robots
    if len(set(robots.cell.tolist())) != len(robots):
        yield "two robots are in one cell"
    for robot, task in enumerate(robots.task):
        state = RobotState(int(robots.state[robot]))
        if (task is None) != (state in (RobotState.IDLE, RobotState.PARKING, RobotState.DEAD)):
            yield f"robot {robot} is {state.name} with task {task}"
        if task is not None and (task.robot != robot or task.id not in site.tasks):
            yield f"robot {robot} has a task that isn't its own"
        if task is None and state != RobotState.DEAD and robots.load[robot] != NO_LOAD:
            yield f"robot {robot} carries {robots.load[robot]} for nobody"


def _tasks(site: Site) -> Iterator[str]:
    """Check that each task has a robot, and that stations, places and chargers are reserved for open tasks only."""
    for task in site.tasks.values():
        if task.robot < 0 or site.robots.task[task.robot] is not task:
            yield f"task {task.id} is nobody's"
    places = {task.place for task in site.tasks.values()}
    yield from (f"place {cell} is kept for nobody" for cell in site.reserved - places)
    yield from (f"charger {cell} is kept for nobody" for cell in site.charging.users.keys() - places)
    for station in site.stations:
        reserved = [*station.trips.values(), *station.inbound.values(), *([station.visit] if station.visit else [])]
        if any(task.id not in site.tasks for task in reserved):
            yield f"{station.info.id} waits for a task that is over"
        if station.state == "closed" and reserved:
            yield f"{station.info.id} is closed, and robots are on their way to it"
