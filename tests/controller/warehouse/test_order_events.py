"""Event logs of orders: which events belong to which order, and how long they are kept."""

from controller.warehouse.order_events import OrderEventLog
from robots.recording.events import Event, OrderCancelled, OrderReceived, OrderShipped
from robots.recording.supply_chain_events import (
    MoneyMoved,
    OrderPromised,
    ParcelMoved,
    ReturnGraded,
    ReturnMoved,
    TrailerMoved,
)


def received(order: int, *, promised: bool = True) -> list[Event]:
    promise = OrderPromised(0, order, "two-day", "two-day", "near", 50, 90, 1.0, 2.0, "next departure")
    return [*([promise] if promised else []), OrderReceived(0, order, f"A{order}", [(0, 1)], 60)]


def kinds(log: OrderEventLog, name: str) -> list[str]:
    order_events = log.of(name)
    return [] if order_events is None else [type(event).__name__ for event in order_events.events]


def test_a_story_is_found_by_its_orders_name_alone() -> None:
    """A promise is reported before its order, and belongs to it."""
    log = OrderEventLog()
    log.follow(received(7))
    order_events = log.of("A7")
    assert order_events is not None
    assert order_events.promised is not None
    assert log.of("A8") is log.of("7") is None


def test_digits_that_are_no_number_name_no_order() -> None:
    """A tracking request may have any text, and the floor continues after it."""
    log = OrderEventLog()
    log.follow(received(7))
    assert [log.of(name) for name in ("²", "①", "7²", "", "-7", "07")] == [None] * 6


def test_what_happens_to_a_trailer_happens_to_those_in_it() -> None:
    """Its departure is among the events of the parcel aboard, and of no other."""
    log = OrderEventLog()
    log.follow([*received(7), *received(8)])
    log.follow([ParcelMoved(1, 7, "chute 1", "trailer 3"), TrailerMoved(2, 3, "outbound", "departed", "near")])
    log.follow([ParcelMoved(3, 7, "trailer 3", "van 1"), TrailerMoved(4, 3, "outbound", "delivered", "near")])
    log.follow([TrailerMoved(5, 3, "inbound", "waiting", "yard")])
    assert kinds(log, "A7") == ["ParcelMoved", "TrailerMoved", "ParcelMoved"]
    assert kinds(log, "A8") == []


def test_a_return_and_its_refund_belong_to_the_order() -> None:
    """A return of something delivered before the run belongs to none."""
    log = OrderEventLog()
    log.follow([*received(7), ReturnMoved(1, 5, 7, "authorised"), ReturnMoved(1, 6, -1, "authorised")])
    log.follow([ReturnGraded(2, 5, 0, 1, "new", "restock", "worth most"), ReturnGraded(2, 6, 0, 1, "new", "x", "")])
    log.follow([MoneyMoved(2, "refunds", "cash", 500, "refund", "return 5")])
    assert kinds(log, "A7") == ["ReturnMoved", "ReturnGraded", "MoneyMoved"]


def test_of_closed_orders_the_last_are_kept() -> None:
    """Cancelled, shipped without promises, or delivered: the oldest is forgotten, an open order is not."""
    log = OrderEventLog(kept=2)
    log.follow([*received(1), *received(2, promised=False), *received(3), *received(4)])
    log.follow([OrderCancelled(1, 1, "x"), OrderShipped(2, 2, 0, 0), ParcelMoved(3, 3, "van 1", "customer")])
    assert log.of("A1") is None
    assert [log.of(name) is not None for name in ("A2", "A3", "A4")] == [True, True, True]


def test_of_forgotten_orders_nothing_is_kept() -> None:
    """Neither their trailers nor their returns, because a served floor runs for years."""
    log = OrderEventLog(kept=1)
    for number in (1, 2):
        trailer = f"trailer {number}"
        log.follow([*received(number), ParcelMoved(1, number, "chute 1", trailer)])
        assert log.aboard(trailer) == [number]
        log.follow([ParcelMoved(3, number, trailer, "van 1"), ParcelMoved(3, number, "van 1", "customer")])
        log.follow([ReturnMoved(4, number, number, "authorised"), ReturnMoved(5, number, number, "closed")])
        assert log.aboard(trailer) == []
    assert (log.returned(1), log.returned(2)) == ([], [2])


def test_one_order_can_be_followed_alone() -> None:
    """As for a long record."""
    log = OrderEventLog(only=8)
    log.follow([*received(7), *received(8)])
    assert log.of("A7") is None
    assert log.of("A8") is not None
