"""The history of an order at each tick."""

from robots.histories.order_history import OrderHistory, OrderLine
from robots.histories.order_stages import Stage
from robots.recording.events import AnyEvent, OrderWithdrawn
from tests.support.window.eye_floor import eye_header
from tests.support.window.eye_order import DUE, NAME, ORDER, ORDER_EVENTS, PACK_1, PARCEL_EVENTS, PICK_1, SKUS
from tests.support.window.fake_floor import FakeSource
from visualizer.history import RunHistory


def order_at(tick: int, *more: AnyEvent) -> OrderHistory | None:
    source = FakeSource(*sorted([*ORDER_EVENTS, *more], key=lambda event: event.t))
    source.header, source.last_tick = eye_header(skus=SKUS), 5000
    history = RunHistory(source)
    history.read(float("inf"))
    return history.order(ORDER, tick)


def known(tick: int, *more: AnyEvent) -> OrderHistory:
    order = order_at(tick, *more)
    assert order is not None
    return order


def test_an_order_goes_through_its_states() -> None:
    """Tick by tick it is unknown, in the backlog, picked, packed, shipped."""
    assert order_at(1) is None
    states = {tick: known(tick).stage for tick in (2, 3, 40, 70, 75)}
    assert list(states.values()) == [
        *(Stage.BACKLOG, Stage.PICK, Stage.TRANSFER),
        *(Stage.PACK, Stage.SHIPPED),
    ]
    assert (known(2).station, known(3).station, known(75).station) == (-1, PICK_1, PACK_1)


def test_an_order_has_its_lines_with_names() -> None:
    """Each line has its quantity, and the number of units picked so far."""
    order = known(20)
    assert (order.name, order.received, order.due) == (NAME, 2, DUE)
    assert order.lines == [OrderLine("bolt", 2, 2), OrderLine("nut", 1, 0)]


def test_picks_say_why_their_pods_came() -> None:
    """Pod 0 came for this station at once; pod 1 went to another first and continued here, for another reason."""
    order = known(75)
    assert order.pods == [0, 1]
    assert [(pick.task, pick.reason) for pick in order.picks] == [
        (11, "2 open lines, 4 cells away"),
        (12, "1 line here, too"),
    ]


def test_lateness_is_that_of_the_tick_while_an_order_is_open() -> None:
    """It is in time at tick 50, due at 60, and 15 ticks late from 75 on, when it left."""
    assert [known(tick).late(tick) for tick in (50, 70, 75, 4000)] == [-10, 10, 15, 15]
    assert (known(70).open, known(75).open, known(75).ended) == (True, False, 75)


def test_a_lost_tote_is_picked_again() -> None:
    """After a withdrawal nothing counts as picked, but the pods remain known."""
    order = known(26, OrderWithdrawn(26, ORDER, "its robot died"))
    assert order.stage == Stage.BACKLOG
    assert [line.picked for line in order.lines] == [0, 0]
    assert order.pods == [0]
    assert order.steps[-1] == OrderWithdrawn(26, ORDER, "its robot died")


def test_without_a_supply_chain_there_is_no_parcel() -> None:
    """An order without parcel events has no parcel."""
    assert known(4000).parcel is None


def test_a_parcel_is_followed_to_the_door() -> None:
    """Promise, places, van, expected arrival and delivery are known from the tick of their events on."""
    parcel = known(85, *PARCEL_EVENTS).parcel
    assert parcel is not None
    assert (parcel.promise, parcel.wanted, parcel.by, parcel.place) == ("next-day", "same-day", 900, "chute 2")
    assert (parcel.vehicle, parcel.eta, parcel.delivered) == ("", -1, -1)
    parcel = known(600, *PARCEL_EVENTS).parcel
    assert parcel is not None
    assert (parcel.vehicle, parcel.eta, parcel.late(600)) == ("van 2", 800, -300)
    parcel = known(4000, *PARCEL_EVENTS).parcel
    assert parcel is not None
    assert (parcel.eta, parcel.why_eta, parcel.delivered, parcel.late(4000)) == (950, "a jam", 950, 50)
    assert (parcel.late_cause, parcel.place) == ("traffic", "customer")
