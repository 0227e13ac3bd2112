"""Orders, their lines and their life, and the book that keeps them."""

import pytest

from controller.warehouse.lifecycles import ORDER, LifecycleError, advance
from controller.warehouse.orders import Order, OrderBook, OrderState


def order(number: int = 0, due: int = 100, **lines: int) -> Order:
    """order(bolt=2) has a line of two units; SKUs count from 0 in the order given."""
    made = Order(number, f"A{number}", 0, due)
    for sku, units in enumerate(lines.values()):
        made.add(sku, units)
    return made


def book_of(*orders: Order) -> OrderBook:
    book = OrderBook()
    for each in orders:
        book.receive(each)
    return book


def test_a_line_is_open_until_its_units_are_promised_or_picked() -> None:
    """Five units, two promised by a pod and one in the tote: two are open."""
    line = order(bolt=5).lines[0]
    line.allocated, line.picked = 2, 1
    assert line.open_units == 2


def test_an_order_is_picked_when_every_line_is() -> None:
    """One unit missing is one too many."""
    made = order(bolt=2, nut=1)
    assert made.units == 3
    made.lines[0].picked = 2
    assert not made.picked
    made.lines[1].picked = 1
    assert made.picked


def test_received_orders_are_open_and_in_the_backlog() -> None:
    """They can be found by number and by what they want, the first first."""
    first, second = order(0, bolt=1), order(1, bolt=1, nut=1)
    book = book_of(first, second)
    assert list(book.open) == list(book.backlog) == [0, 1]
    assert list(book.wanted[0].values()) == [first, second]
    assert list(book.wanted[1].values()) == [second]
    assert book.received == 2


def test_an_order_that_leaves_the_backlog_is_wanted_no_more() -> None:
    """It stays open: only its wait is over."""
    first, second = order(0, bolt=1), order(1, bolt=1)
    book = book_of(first, second)
    book.from_backlog(first)
    assert list(book.backlog) == [1]
    assert list(book.wanted[0]) == [1]
    assert list(book.open) == [0, 1]


def test_the_most_urgent_order_is_that_due_first() -> None:
    """The older one if two are due together; those that left the backlog don't count."""
    book = book_of(order(0, due=50, bolt=1), order(1, due=40, bolt=1), order(2, due=40, bolt=1))
    for number in (1, 2, 0):
        urgent = book.most_urgent()
        assert urgent is not None
        assert urgent.id == number
        book.from_backlog(urgent)
    assert book.most_urgent() is None


def test_an_order_comes_back_to_its_place_in_the_queue() -> None:
    """A withdrawn order counts by its due time, as before."""
    book = book_of(order(0, due=50, bolt=1), order(1, due=60, bolt=1))
    first = book.backlog[0]
    book.from_backlog(first)
    book.to_backlog(first)
    assert book.most_urgent() is first


def test_orders_wait_for_stock_out_of_the_backlog() -> None:
    """Set aside for a SKU, they come back when some of it came, and not for another."""
    first, second = order(0, bolt=1), order(1, bolt=1)
    book = book_of(first, second)
    book.backorder(first, 0)
    book.backorder(second, 0)
    assert book.backlog == {}
    assert book.backordered == {0: [first, second]}
    book.restocked(1)
    assert book.backlog == {}
    book.restocked(0)
    assert list(book.backlog.values()) == [first, second]
    assert book.backordered == {}


@pytest.mark.parametrize(("state", "counts"), [(OrderState.SHIPPED, (1, 0)), (OrderState.CANCELLED, (0, 1))])
def test_a_closed_order_is_counted_by_how_it_ended(state: OrderState, counts: tuple[int, int]) -> None:
    """Shipped or cancelled, it is open no more."""
    made = order(0, bolt=1)
    book = book_of(made)
    made.state = state
    book.close(made)
    assert (book.shipped, book.cancelled) == counts
    assert book.open == {}


def test_an_order_lives_from_received_to_shipped() -> None:
    """The straight way, event by event."""
    made = order(bolt=1)
    states = []
    for event in ("release", "complete", "pack", "ship"):
        advance(ORDER, made, event)
        states.append(str(made.state))
    assert states == ["released", "picked", "packing", "shipped"]


@pytest.mark.parametrize("events", [("release", "withdraw"), ("release", "complete", "withdraw")])
def test_an_order_can_be_withdrawn_until_it_is_packed(events: tuple[str, ...]) -> None:
    """A closed station or a lost tote sends it back to where it began."""
    made = order(bolt=1)
    for event in events:
        advance(ORDER, made, event)
    assert made.state == OrderState.RECEIVED


@pytest.mark.parametrize("event", ["withdraw", "complete", "pack", "ship"])
def test_an_event_out_of_place_is_a_fault_of_the_program(event: str) -> None:
    """A received order can only be released or cancelled."""
    with pytest.raises(LifecycleError, match=f"{event} does not follow received"):
        advance(ORDER, order(bolt=1), event)
