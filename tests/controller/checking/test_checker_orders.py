"""Laws of orders, each broken on purpose on the tiny floor: orders lost, doubled, misplaced, or reported wrongly."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs

from controller.tick import tick
from controller.warehouse.orders import Order, usual_name
from controller.warehouse.stations import PickStation
from robots.recording import events as ev
from robots.recording.events import Event
from tests.support.floor.watched import Watched

OrderEvent = Callable[[int], Event]


class Orders(Watched):
    """Orders after two ticks: some at the pick station, with pods on their way for them, others in the backlog."""

    def __init__(self) -> None:
        super().__init__()
        assert self.tick() == self.tick() == []

    @property
    def station(self) -> PickStation:
        return self.site.pick_stations[0]

    @property
    def released(self) -> Order:
        """The first order at the station; its first line is promised to it."""
        return next(order for order in self.station.orders.values() if order.lines[0].allocated)

    @property
    def waiting(self) -> Order:
        return next(iter(self.site.book.backlog.values()))


@pytest.fixture
def orders() -> Orders:
    return Orders()


def test_an_order_that_comes_twice_is_named(orders: Orders) -> None:
    """The receipt event is repeated."""
    order = orders.waiting
    lines = [(line.sku, line.units) for line in order.lines]
    again = ev.OrderReceived(2, order.id, order.name, lines, order.due)
    assert f"order {order.name} was received twice" in orders.tick(lambda events: events.append(again))


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (lambda order: ev.OrderPicked(2, order, 0), "order {} was picked while it was received"),
        (lambda order: ev.OrderPacking(2, order, 2), "order {} was packed while it was received"),
        (lambda order: ev.OrderShipped(2, order, 2, 0), "order {} was shipped while it was received"),
        (lambda order: ev.OrderWithdrawn(2, order, "lost"), "order {} was withdrawn while it was received"),
        (
            lambda order: ev.Picked(2, order, 0, 0, 1, 0, 0),
            "order {} was picked for at station 0, where it is not released",
        ),
    ],
)
def test_a_waiting_order_can_only_be_released(event: OrderEvent, text: str, orders: Orders) -> None:
    """It can be neither picked, packed, shipped nor withdrawn."""
    order = orders.waiting.id
    assert text.format(usual_name(order)) in orders.tick(lambda events: events.append(event(order)))


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (lambda order: ev.OrderReleased(2, order, 0, "again"), "order {} was released while it was released"),
        (lambda order: ev.OrderPacking(2, order, 2), "order {} was packed while it was released"),
        (lambda order: ev.OrderShipped(2, order, 2, 0), "order {} was shipped while it was released"),
        (lambda order: ev.OrderPicked(2, order, 7), "order {} was picked at station 7, but it is at 0"),
        (lambda order: ev.Picked(2, order, 9, 0, 1, 0, 0), "order {} has no line 9 of SKU-00001, but it was picked"),
        (
            lambda order: ev.Picked(2, order, 0, 0, 1, 0, 7),
            "order {} was picked for at station 7, where it is not released",
        ),
    ],
)
def test_a_released_order_can_only_be_picked_where_it_is(event: OrderEvent, text: str, orders: Orders) -> None:
    """It is picked at its station, line by line, and not packed or shipped before."""
    order = orders.released.id
    assert text.format(usual_name(order)) in orders.tick(lambda events: events.append(event(order)))


def test_an_order_that_is_complete_without_its_units_is_named(orders: Orders) -> None:
    """Nothing of its line is in the tote."""
    order = orders.released
    line = order.lines[0]
    event = ev.OrderPicked(2, order.id, 0)
    text = f"order {order.name} was complete with 0 of {line.units} of SKU-{line.sku + 1:05} picked (line 0)"
    assert text in orders.tick(lambda events: events.append(event))


def test_an_order_that_nobody_knows_is_named(orders: Orders) -> None:
    """One that was never received, and one that has left already."""
    text = "an unknown order was never received, but was picked"
    assert text in orders.tick(lambda events: events.append(ev.OrderPicked(2, 999, 0)))
    orders = Orders()
    orders.until(ev.OrderShipped)
    gone = next(order for order in range(30) if order not in orders.site.book.open)
    text = f"order {usual_name(gone)} is closed already, but was cancelled"
    assert text in orders.tick(lambda events: events.append(ev.OrderCancelled(2, gone, "late")))


def test_a_picked_order_is_not_cancelled(orders: Orders) -> None:
    """It goes to packing, or back."""
    orders.until(ev.OrderPicked)
    order = orders.station.outfeed[0][0].id
    text = f"order {usual_name(order)} was cancelled while it was picked"
    assert text in orders.tick(lambda events: events.append(ev.OrderCancelled(2, order, "late")))


def test_a_lost_order_is_named(orders: Orders) -> None:
    """Taken from its station, and from everywhere."""
    order = orders.released.id
    assert orders.tick(lambda _: orders.station.orders.pop(order)) == [
        f"order {usual_name(order)}, released, is nowhere"
    ]


def test_an_order_in_two_places_is_named_with_both(orders: Orders) -> None:
    """The order is at its station, and in the backlog."""
    order = orders.released
    told = orders.tick(lambda _: orders.site.book.backlog.update({order.id: order}))
    assert told == [f"order {order.name}, released, is in the backlog and at pick-1"]


def test_an_order_in_a_wrong_place_is_named(orders: Orders) -> None:
    """The order is at the station, though it was never released."""
    order = orders.waiting
    del orders.site.book.backlog[order.id]
    told = orders.tick(lambda _: orders.station.orders.update({order.id: order}))
    assert told == [f"order {order.name} is at pick-1, but it is received"]


def test_an_order_is_looked_for_where_it_waits_for_stock_and_on_the_packers_tables(orders: Orders) -> None:
    """It may wait for its SKU instead of in the backlog; on a table it is only while it is packed."""
    order = orders.waiting
    del orders.site.book.backlog[order.id]
    orders.site.book.backordered[order.lines[0].sku] = deque([order])
    assert orders.tick() == []
    order = orders.released
    del orders.station.orders[order.id]
    pack = orders.site.pack_stations[0]
    told = orders.tick(lambda _: pack.totes.append(order))
    assert told == [f"order {order.name} is on the table of {pack.info.id}, but it is released"]


def test_an_order_that_is_not_open_is_named_where_it_is(orders: Orders) -> None:
    """A stranger at the station."""
    stranger = Order(999, "stranger", 0, 0)
    told = orders.tick(lambda _: orders.station.orders.update({999: stranger}))
    assert told == ["an unknown order is at pick-1, but it is not open"]


def test_a_book_that_lacks_an_order_is_told(orders: Orders) -> None:
    """Open by its events, but not in the book."""
    order = orders.waiting.id
    told = orders.tick(lambda _: orders.site.book.open.pop(order))
    assert told == [f"order {usual_name(order)} is not open in the book and open by its events"]
    order = orders.released.id
    told = orders.tick(lambda _: orders.site.book.open.pop(order))
    assert f"order {usual_name(order)} is not open in the book and open by its events" in told


@pytest.mark.parametrize(
    ("name", "right"), [("orders_open", 30), ("orders_received", 30), ("orders_shipped", 0), ("orders_cancelled", 0)]
)
def test_counts_that_are_wrong_are_told(name: str, right: int, orders: Orders) -> None:
    """The frame reports more orders than there are."""
    frame, events = tick(orders.site)
    wrong = replace(frame, counts=frame.counts | {name: 33})
    assert orders.look(wrong, events) == [f"{name} was reported as 33, it is {right} by the events"]


def test_a_line_with_more_than_was_ordered_is_named(orders: Orders) -> None:
    """Five units allocated that nobody asked for, and nobody brings."""
    line = orders.released.lines[0]
    line.allocated += 5
    name = f"order {line.order.name} line 0 ({line.units} of SKU-{line.sku + 1:05})"
    assert orders.tick() == [
        f"{name} has {line.allocated} units allocated and 0 picked",
        f"{name} has {line.allocated} units allocated, {line.allocated - 5} are on their way",
    ]


@pytest.mark.parametrize("line", [-1, 1])
def test_a_pick_for_a_line_that_there_is_none_of_is_named(line: int, orders: Orders) -> None:
    """Picks before the first line, after the last one, and for no order at all."""
    order = next(order for order in orders.station.orders.values() if len(order.lines) == 1)
    sku = order.lines[0].sku
    told = orders.tick(lambda events: events.append(ev.Picked(2, order.id, line, sku, 1, 0, 0)))
    assert f"order {order.name} has no line {line} of SKU-{sku + 1:05}, but it was picked" in told
    told = orders.tick(lambda events: events.append(ev.Picked(2, 999, 0, sku, 1, 0, 0)))
    assert "an unknown order was picked for at station 0, where it is not released" in told


def pick(orders: Orders, order: Order) -> ev.Picked:
    """Move a unit of the first line to the tote, and report it."""
    order.lines[0].picked += 1
    return ev.Picked(2, order.id, 0, order.lines[0].sku, 1, 0, 0)


def test_what_is_promised_and_picked_together_is_within_what_was_ordered(orders: Orders) -> None:
    """A line that is picked and still promised as a whole; and one that is promised less than nothing."""
    order = orders.released
    line = order.lines[0]
    name = f"order {order.name} line 0 ({line.units} of SKU-{line.sku + 1:05})"
    told = orders.tick(lambda events: events.append(pick(orders, order)))
    assert f"{name} has {line.units} units allocated and 1 picked" in told
    line.allocated, line.picked = -1, 0
    assert f"{name} has -1 units allocated and 0 picked" in orders.tick()


def test_a_withdrawn_order_is_nowhere_and_has_nothing(orders: Orders) -> None:
    """It can't be complete then, at no station. One that is picked keeps its units."""
    order = orders.released
    orders.tick(lambda events: events.append(pick(orders, order)))
    orders.tick(lambda events: events.append(ev.OrderWithdrawn(2, order.id, "lost")))
    told = orders.tick(lambda events: events.append(ev.OrderPicked(2, order.id, 0)))
    assert f"order {order.name} was picked at station 0, but it is at -1" in told
    assert [text for text in told if text.startswith(f"order {order.name} was complete with 0 of ")] != []
    orders = Orders()
    orders.until(ev.OrderPicked)
    assert orders.checker.finish() == []


def test_a_promise_that_nobody_keeps_is_named(orders: Orders) -> None:
    """The robot's task has lost its jobs: its pod would come and nothing be picked for the line."""
    line = orders.released.lines[0]
    task = next(task for task in orders.site.tasks.values() if any(job.line is line for job in task.jobs))
    name = f"order {line.order.name} line 0 ({line.units} of SKU-{line.sku + 1:05})"
    told = orders.tick(lambda _: task.jobs.clear())
    assert f"{name} has {line.allocated} units allocated, 0 are on their way" in told


def test_a_line_that_was_changed_is_named(orders: Orders) -> None:
    """Nine of another SKU where one was ordered."""
    line = orders.released.lines[0]
    was = f"({line.units} of SKU-{line.sku + 1:05})"
    line.units += 8
    assert (
        orders.tick()[0] == f"order {line.order.name} line 0 {was} was changed to {line.units} of SKU-{line.sku + 1:05}"
    )


def test_picks_that_nobody_told_of_are_named(orders: Orders) -> None:
    """At a station they are found in the tick itself, in the backlog when everything is compared."""
    line = orders.waiting.lines[0]
    line.picked += 1
    assert orders.tick() == []
    name = f"order {line.order.name} line 0 ({line.units} of SKU-{line.sku + 1:05})"
    assert f"{name} has 1 unit picked, its events come to 0" in [
        alarm.text.partition(": ")[2] for alarm in orders.checker.finish()
    ]


def test_a_pick_of_more_than_was_moved_is_a_fault_of_stock_and_order(orders: Orders) -> None:
    """The first pick is reported with a unit too many, against ledger and order book."""
    told: list[str] = []

    def add_one(events: list[Event]) -> None:
        for number, event in enumerate(events):
            if isinstance(event, ev.Picked):
                events[number] = structs.replace(event, quantity=event.quantity + 1)

    while not told:
        told = orders.tick(add_one)
    assert "people did 2" in told[0]
    assert orders.checker.stock_errors == 1
    assert orders.checker.order_errors >= 1
