"""Orders that an order system submits, cancels and asks about."""

import pytest

from controller.checking.checker import Checker
from controller.operations import order_requests
from controller.site.operator_state import FIRST_SUBMITTED
from controller.tick import tick
from robots.link.messages import encode
from robots.recording.events import Event, OrderReceived, OrderShipped
from robots.requests import requests
from robots.requests.requests import MOST_LINES, Result
from tests.support.floor.requests import ME, ask, checked, sku, stocked, submit, wanted
from tests.support.floor.tiny_site import DEMO, of_kind, run, run_until, tiny_site
from tests.support.supply_chain.audit import audit_faults


def test_submitted_orders_are_shipped() -> None:
    """They are orders like any other: received, released, picked, packed, shipped."""
    site = stocked()
    run(site, 3)
    result = submit(
        site, wanted("A1", (sku(site, 0), 2), (sku(site, 1), 1)), wanted("A2", (sku(site, 2), 3), due_s=600)
    )
    assert result == Result(*ME, True, "2 orders taken", {"taken": 2, "there": [], "refused": []})
    events = checked(site, 500)
    came = of_kind(events, OrderReceived)
    assert [(e.t, e.order, e.name, e.due) for e in came] == [
        (3, FIRST_SUBMITTED, "A1", 3 + 7200),
        (3, FIRST_SUBMITTED + 1, "A2", 3 + 600),
    ]
    assert {event.order for event in of_kind(events, OrderShipped)} == {FIRST_SUBMITTED, FIRST_SUBMITTED + 1}
    assert ask(site, requests.Status(*ME, "A1")).data["state"] == "shipped"


def test_submitted_orders_among_generated_ones_pass_the_checker() -> None:
    """On the demo floor, with its own demand going on: no number is given twice and nothing is lost."""
    site = tiny_site(DEMO, orders={"backlog": 30})
    checker = Checker(site)
    events: list[Event] = []
    for now in range(900):
        if now % 100 == 50 and now < 400:
            assert submit(site, wanted(f"shop-{now}", (sku(site, now), 1), (sku(site, 3), 2))).ok
        frame, happened = tick(site)
        events += happened
        assert checker.look(frame, happened) == []
    assert checker.finish() == []
    assert audit_faults(site) == []
    shipped = {event.order for event in of_kind(events, OrderShipped)}
    assert {FIRST_SUBMITTED + number for number in range(4)} <= shipped
    assert min(shipped) < 1000


def test_a_name_is_ordered_once() -> None:
    """An equal order is accepted as known, open or shipped; with other lines it is another order, and refused."""
    site = stocked()
    order = wanted("A1", (sku(site, 0), 2))
    assert submit(site, order, order).data == {"taken": 1, "there": ["A1"], "refused": []}
    assert submit(site, wanted("A1", (sku(site, 0), 1), (sku(site, 0), 1))).text == "1 already there"
    run_until(site, lambda events: bool(of_kind(events, OrderShipped)))
    assert submit(site, order).text == "1 already there"
    other = submit(site, wanted("A1", (sku(site, 0), 3)))
    assert (other.ok, other.data["refused"]) == (False, ["order A1: is already there, with other lines"])
    assert site.book.received == 1


def test_open_orders_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders beyond the limit are refused with the reason; earlier ones stay."""
    site = stocked()
    monkeypatch.setattr(order_requests, "MOST_OPEN", len(site.book.open) + 1)
    orders = [wanted(name, (sku(site, 0), 1)) for name in ("first", "second")]
    answer = submit(site, *orders)
    assert answer.data["taken"] == 1
    assert "orders are already open" in str(answer.data["refused"])
    assert submit(site, orders[0]).data["there"] == ["first"]


def test_the_scenarios_own_open_orders_are_known_by_name() -> None:
    """They can be asked for, and their names aren't given to others."""
    site = tiny_site(orders={"backlog": 3})
    tick(site)
    own = next(iter(site.book.open.values()))
    assert ask(site, requests.Status(*ME, own.name)).data["order"] == own.name
    lines = [(sku(site, line.sku), line.units) for line in own.lines]
    assert submit(site, wanted(own.name, *lines)).text == "1 already there"


def test_each_refused_order_says_which_line_and_why() -> None:
    """The others of the same message are taken."""
    site = stocked()
    bolt = sku(site, 0)
    result = submit(
        site,
        wanted("good", (bolt, 1)),
        wanted("unknown", (bolt, 1), ("bolt-9", 1)),
        wanted("none", (bolt, 0)),
        wanted("many", (bolt, 1001)),
        wanted("long", *[(bolt, 1)] * (MOST_LINES + 1)),
        wanted("empty"),
        wanted("a\nb", (bolt, 1)),
    )
    assert not result.ok
    assert result.text == "1 order taken, 6 refused: order unknown: line 2 (bolt-9): this floor has no such SKU"
    assert result.data["taken"] == 1
    assert result.data["refused"] == [
        "order unknown: line 2 (bolt-9): this floor has no such SKU",
        f"order none: line 1 ({bolt}): 0 units; a line orders 1 or more",
        f"order many: line 1 ({bolt}): 1001 units; a line has at most 1000",
        "order long: has 1001 lines, at most 1000 are allowed",
        "order empty: has no lines",
        "order a\nb: its number can't be printed; a customer's number is text",
    ]
    assert [order.name for order in site.book.open.values()] == ["good"]


def test_what_is_too_long_or_negative_is_refused_alone() -> None:
    """A client's own frame may have it; the other orders of the frame are taken."""
    site = stocked()
    bolt = sku(site, 0)
    frame = requests.Submit(
        *ME,
        [wanted("A" * 101, (bolt, 1)), wanted("x", ("b" * 101, 1)), wanted("y", (bolt, -1)), wanted("B", (bolt, 1))],
    )
    request = requests.read_request(encode(frame))
    assert isinstance(request, requests.Submit)
    result = ask(site, request)
    assert result.data["taken"] == 1
    assert result.data["refused"] == [
        f"order {'A' * 100}: its number has 101 characters, at most 100 are allowed",
        f"order x: line 1 ({'b' * 100}): this floor has no such SKU",
        f"order y: line 1 ({bolt}): -1 units; a line orders 1 or more",
    ]


def test_names_are_as_in_files_without_signs_that_nobody_sees() -> None:
    """A byte order mark and a zero-width space make no second order, and every request finds it."""
    site = stocked()
    bolt = sku(site, 0)
    assert submit(site, wanted("\ufeffGru\u0308n", (f"{bolt[:3]}\u200b{bolt[3:]}", 1))).data["taken"] == 1
    assert submit(site, wanted("Gr\u00fcn\u00a0", (bolt, 1))).data["there"] == ["Gr\u00fcn"]
    assert ask(site, requests.Status(*ME, "Gr\u200b\u00fcn")).text.startswith("order Gr\u00fcn waits")
    assert ask(site, requests.Cancel(*ME, "Gru\u0308n")).ok


def test_a_cancelled_order_is_not_there_already() -> None:
    """Handed in again it is refused with that reason, whether it came over the desk or by itself."""
    site = tiny_site(orders={"per_station_hour": 0, "backlog": 1})
    tick(site)
    (own,) = site.book.open.values()
    lines = [(sku(site, line.sku), line.units) for line in own.lines]
    submit(site, wanted("A1", (sku(site, 0), 1)))
    assert ask(site, requests.Cancel(*ME, "A1")).ok
    assert ask(site, requests.Cancel(*ME, own.name)).ok
    for again in (wanted("A1", (sku(site, 0), 1)), wanted(own.name, *lines)):
        (fault,) = submit(site, again).data["refused"]  # type: ignore[misc,union-attr]
        assert str(fault).startswith(f"order {again.name}: was cancelled")
    assert ask(site, requests.Prioritise(*ME, own.name)).text == f"order {own.name} was cancelled"


def test_an_order_is_due_at_the_next_cut_off_where_there_are_any() -> None:
    """And when the request says so, then."""
    site = tiny_site(orders={"cut_offs": ["12:00"], "per_station_hour": 0})
    submit(site, wanted("A1", (sku(site, 0), 1)), wanted("A2", (sku(site, 0), 1), due_s=60))
    assert [order.due for order in site.book.open.values()] == [4 * 3600, 60]


def test_an_orders_status_follows_it() -> None:
    """The states go from the backlog to the parcel; an unknown order is reported as unknown."""
    site = stocked()
    assert ask(site, requests.Status(*ME, "A1")).text == "there is no order A1"
    submit(site, wanted("A1", (sku(site, 0), 2)))
    assert (
        ask(site, requests.Status(*ME, "A1")).text
        == "order A1 waits in the backlog, 0 of 2 units picked, due in 120 min"
    )
    states = []
    for _ in range(500):
        tick(site)
        states.append(str(ask(site, requests.Status(*ME, "A1")).data["state"]))
    assert list(dict.fromkeys(states)) == ["released", "picked", "packing", "shipped"]
    assert ask(site, requests.Status(*ME, "A1")).text.startswith("order A1 has shipped at ")


def test_an_order_for_what_is_not_there_waits_for_stock() -> None:
    """The floor has the SKU in its catalogue, and none of it in its pods."""
    site = stocked()
    submit(site, wanted("A1", (sku(site, 7), 1)))
    run(site, 5)
    assert ask(site, requests.Status(*ME, "A1")).text.startswith("order A1 waits for stock")
