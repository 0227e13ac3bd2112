"""Restore a site from a book: another version's floor continues with its orders, stock and robots where they are.

Work in people's hands returns to where they took it from: units being picked are in their pod, units being stowed on the
dock, an order being packed on the table. Totes keep their units, picked for their order. Robots carry what they carried: pods
are stored, totes go to a pack station.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from controller.build_site import build_site
from controller.floor import allocation, order_waits, trips
from controller.floor.failures import closed_cells
from controller.scenario.scenario import Scenario
from controller.site.out_of_service import Kind, Thing
from controller.site.site import Site
from controller.takeover.book import COUNTS, Book, BookOrder, BookRobot
from controller.warehouse.lifecycles import TaskState
from controller.warehouse.orders import Order, OrderLine, OrderState, arrival
from controller.warehouse.pods import Pods, PodState
from controller.warehouse.replenishment import Replenishment
from controller.warehouse.robots import Robots
from controller.warehouse.stations import PackStation, PickStation, StowStation
from controller.warehouse.stock import SUPPLIER, Ledger, Place
from controller.warehouse.tasks import Task
from layout.errors import InputError
from robots.recording.events import OrderPacking, OrderPicked, OrderReceived, OrderReleased
from robots.recording.kinds import TaskKind
from robots.units.fleet import Action
from robots.units.lifecycle import RobotState

_AGAIN = "taken over from another version"


def site_of(book: Book, scenario: Scenario) -> Site:
    """Return the site of a book, at the book's tick. InputError if the book doesn't belong to the scenario, has parts that
    can't be taken over, or is inconsistent.
    """
    if book.beyond:
        what = f"can't be taken over by this version: it has {'; and '.join(book.beyond)}"
        instead = "the version that wrote it; podfleet store export writes its contents"
        raise InputError.single("the store", "book", what, instead)
    site = build_site(scenario)
    try:
        _check(book, site)
        _take_over(book, site)
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        raise _wrong(f"{type(error).__name__}: {error}") from error
    return site


def _wrong(what: str) -> InputError:
    return InputError.single("the store", "book", f"doesn't add up: {what}", "a backup, or a new store")


def _check(book: Book, site: Site) -> None:
    """Check that all numbers refer to things on the floor, and that no unit is created or lost."""
    if tuple(book.skus) != site.demand.catalogue.names:
        raise _wrong(f"{len(book.skus)} SKUs that aren't those of the scenario's {len(site.demand.catalogue)}")
    for name, stored, present in (
        ("robots", len(book.robots), len(site.robots)),
        ("pods", len(book.pods), len(site.pods)),
        ("stations", [station.name for station in book.stations], [station.info.id for station in site.stations]),
    ):
        if stored != present:
            raise _wrong(f"{name}: {stored} instead of {present}")
    stands = [cell for cell in book.pods if cell >= 0]
    if len(set(stands)) < len(stands):
        raise _wrong("two pods in one cell")
    for cell in (*stands, *book.closed, *book.operator_state.closed, *(robot.cell for robot in book.robots)):
        if not 0 <= cell < site.grid.cells:
            raise _wrong(f"cell {cell}")
    _check_units(book)


def _check_units(book: Book) -> None:
    balance: dict[int, int] = {}
    stock = [
        *((holding.sku, holding.units) for holding in book.holdings),
        *zip(book.bins[2], book.bins[3], strict=True),
    ]
    for sku, units in stock:
        balance[sku] = balance.get(sku, 0) + units
    if wrong := [sku for sku, units in balance.items() if units]:
        raise _wrong(f"{balance[wrong[0]]} units of SKU {wrong[0]} come from nowhere")
    totes = {(holding.number, holding.sku): holding.units for holding in book.holdings if holding.kind == "tote"}
    picked: dict[tuple[int, int], int] = {}
    for order in book.orders:
        for line in order.lines:
            if line.picked > line.units:
                raise _wrong(f"order {order.name} has more than it asked for")
            if line.picked:
                picked[order.number, line.sku] = picked.get((order.number, line.sku), 0) + line.picked
    if totes != picked:
        raise _wrong("totes that hold other units than were picked for their orders")


def _take_over(book: Book, site: Site) -> None:
    site.tick, site.next_task = book.tick, book.next_task
    site.demand.continue_from(book.next_order, book.tick)
    site.streams = site.streams.part(f"from tick {book.tick}")
    _stock(book, site)
    orders = _orders(book, site)
    _operator_state(book, site, orders)
    _robots(book, site)
    _stations(book, site, orders)
    _tasks(book, site, orders)
    _close(book, site)


def _stock(book: Book, site: Site) -> None:
    catalogue = site.demand.catalogue
    ledger = Ledger(catalogue, *site.ledger.bin_sku.shape)
    cells = np.array(book.pods, np.int32)
    pods = Pods(ledger, np.maximum(cells, 0), site.grid.cells)
    pods.cell[:], pods.pod_at[:] = cells, -1
    pods.pod_at[cells[cells >= 0]] = np.flatnonzero(cells >= 0)
    for pod, number, sku, units in zip(*book.bins, strict=True):
        pods.put(site.tick, pod, number, sku, units, SUPPLIER)
    for one in book.holdings:
        if one.kind != SUPPLIER.kind:
            ledger.move(site.tick, one.sku, one.units, SUPPLIER, Place(one.kind, one.number))
    for pod in book.quarantined:
        pods.quarantine(pod)
    site.ledger, site.pods = ledger, pods
    supply = Replenishment(site.scenario, pods, site.streams.sequence("stock levels"))
    supply.continue_from(book.levels, book.arrivals)
    site.supply = supply


def _orders(book: Book, site: Site) -> dict[int, Order]:
    """Restore all known orders, open and closed; return them by number."""
    orders = {one.number: _order(one) for one in (*book.operator_state.submitted, *book.orders)}
    for number in (one.number for one in book.orders):
        order = orders[number]
        site.book.take_up(order)
        for line in order.lines:
            site.supply.demand[line.sku] += line.open_units
        lines = [(line.sku, line.units) for line in order.lines]
        site.emit(OrderReceived(site.tick, order.id, order.name, lines, order.due))
    for order in sorted((orders[number] for number in book.backlog), key=arrival):
        site.book.to_backlog(order)
        order_waits.note(site, order)
    site.book.prioritised = {number: orders[number] for number in book.prioritised}
    for name in COUNTS:
        setattr(site.book, name, book.counts[name])
    return orders


def _order(one: BookOrder) -> Order:
    order = Order(one.number, one.name, one.created, one.due, state=OrderState(one.state), fell_due=one.fell_due)
    for line in one.lines:
        order.lines.append(OrderLine(order, len(order.lines), line.sku, line.units, picked=line.picked))
    return order


def _operator_state(book: Book, site: Site, orders: Mapping[int, Order]) -> None:
    operator_state, told = site.operator_state, book.operator_state
    operator_state.submitted = {one.name: orders[one.number] for one in told.submitted}
    operator_state.cancelled = set(told.cancelled)
    operator_state.advised = {(owner, asn): lines for owner, asn, lines in told.advised}
    operator_state.draining, operator_state.floor_paused = told.draining, told.floor_paused
    operator_state.drained, operator_state.paused = set(told.drained), set(told.paused)
    operator_state.closed, operator_state.removed = set(told.closed), set(told.removed)


def _robots(book: Book, site: Site) -> None:
    """Restore the robots as last reported; their reports at login replace this."""
    cell, heading, load, battery, dead = zip(
        *((one.cell, one.heading, one.load, one.battery_wh, one.dead) for one in book.robots), strict=True
    )
    usual = site.robots.reports
    reports = replace(
        usual,
        cell=np.array(cell, usual.cell.dtype),
        heading=np.array(heading, usual.heading.dtype),
        load=np.array(load, usual.load.dtype),
        battery_wh=np.array(battery, usual.battery_wh.dtype),
        dead=np.array(dead, bool),
    )
    site.robots = Robots(reports)
    site.robots.state[reports.dead] = RobotState.DEAD
    for out in book.out_of_service:
        thing = Thing(Kind(out.kind), out.number)
        site.out_of_service.reasons[thing] = out.reason
        if out.action >= 0:
            site.out_of_service.actions[out.number] = Action(out.action)


def _stations(book: Book, site: Site, orders: Mapping[int, Order]) -> None:
    for station, told in zip(site.stations, book.stations, strict=True):
        station.done = told.done
        if isinstance(station, StowStation):
            for sku, units, since in told.receipts:
                station.take_in(sku, units, since)
                site.supply.inbound[sku] += units
        for number, since in told.waiting:
            if isinstance(station, PickStation):
                station.outfeed.append((orders[number], since))
            elif isinstance(station, PackStation):
                station.totes.append(orders[number])
    for one in book.orders:
        _to_its_station(site, orders[one.number], one.station)


def _to_its_station(site: Site, order: Order, index: int) -> None:
    """Put an order back at its station, and emit its events again for the KPIs."""
    if order.state == OrderState.RECEIVED:
        return
    order.station = index
    station = site.stations[index]
    site.emit(OrderReleased(site.tick, order.id, index, _AGAIN))
    if order.state == OrderState.RELEASED:
        assert isinstance(station, PickStation)
        station.orders[order.id] = order
        for line in order.lines:
            allocation.open_line(site, line)
        return
    site.emit(OrderPicked(site.tick, order.id, index))
    if order.state == OrderState.PACKING:
        site.emit(OrderPacking(site.tick, order.id, index))


def _tasks(book: Book, site: Site, orders: Mapping[int, Order]) -> None:
    """Give robots with a load a task: pods are stored, totes go to a pack station."""
    for robot, told in enumerate(book.robots):
        if told.dead:
            continue
        if told.totes or (told.doing == "lift" and told.pod < 0):
            _carry_totes(site, robot, told, [orders[number] for number in told.totes])
        elif told.pod >= 0:
            _carry_pod(site, robot, told)


def _task(site: Site, robot: int, kind: TaskKind, pod: int, state: RobotState) -> Task:
    cell = int(site.robots.cell[robot])
    task = Task(site.next_task, kind, pod, cell, -1, site.tick, TaskState.UNDER_WAY, robot, reason=_AGAIN)
    site.next_task += 1
    site.tasks[task.id] = site.robots.task[robot] = task
    site.robots.state[robot], site.robots.since[robot] = state, site.tick
    return task


def _carry_pod(site: Site, robot: int, told: BookRobot) -> None:
    """Have a pod stored. One being lifted or set down continues so, because the robot does that whoever controls it."""
    state = {"lift": RobotState.LIFTING, "set_down": RobotState.SETTING_DOWN}.get(told.doing, RobotState.STORING)
    task = _task(site, robot, TaskKind.MOVE, told.pod, state)
    if site.pods.state[told.pod] != PodState.QUARANTINED:
        site.pods.state[told.pod] = PodState.CLAIMED
    if state != RobotState.STORING:
        site.robots.goal[robot] = told.cell
    if state == RobotState.SETTING_DOWN:
        task.place = told.cell
        site.reserved.add(told.cell)


def _carry_totes(site: Site, robot: int, told: BookRobot, orders: list[Order]) -> None:
    lifts = told.doing == "lift"
    task = _task(site, robot, TaskKind.PACK, -1, RobotState.LIFTING if lifts else RobotState.CARRYING)
    task.totes = orders
    station = site.stations[told.station] if told.station >= 0 else None
    if lifts:
        assert isinstance(station, PickStation)
        station.collector, site.robots.goal[robot] = task, told.cell
    elif isinstance(station, PackStation):
        trips.join(station, task)


def _close(book: Book, site: Site) -> None:
    """Close the cells that were closed, and find what becomes unreachable."""
    why = dict.fromkeys(book.closed, "a dead robot may be here")
    why |= dict.fromkeys(book.operator_state.closed, "closed by an operator")
    if why:
        closed_cells.close_cells(site, why)
    closed_cells.check_reach(site)
