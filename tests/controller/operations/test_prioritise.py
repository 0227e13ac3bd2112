"""Orders that somebody wants before all others, asked for at the desk."""

import pytest
from typer.testing import CliRunner

from controller.checking.checker import Checker
from controller.operations.requests import RequestHandler
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.orders import Order
from robots.recording.events import OrderPrioritised, OrderReleased, OrderShipped
from robots.requests import requests
from robots.requests.requests import Result
from tests.support.floor.tiny_site import of_kind, run_until, tiny_site

ME = ("tester", "1")


def waiting(policy: str = "podmatch") -> Site:
    """A site with a backlog, a tick old: its pick stations are full."""
    site = tiny_site(orders={"backlog": 60, "per_station_hour": 0}, policies={"release": policy})
    tick(site)
    assert len(site.book.backlog) > 10
    return site


def ask(site: Site, name: str, reason: str = "", role: str = "") -> Result:
    return RequestHandler(site).apply(requests.Prioritise(*ME, name, reason), role)[0]


def last_of(site: Site) -> Order:
    """The order that came last."""
    return next(reversed(site.book.backlog.values()))


@pytest.mark.parametrize("policy", ["podmatch", "fcfs", "random"])
def test_a_prioritised_order_is_released_before_all_others(policy: str) -> None:
    """Whatever the policy, the next free place is its, and the event says why; the order before it has no part in it."""
    site = waiting(policy)
    wanted = last_of(site)
    assert ask(site, wanted.name, "the van waits").text == f"order {wanted.name} goes before all others"
    events = run_until(site, lambda events: bool(of_kind(events, OrderReleased)))
    assert [event.reason for event in of_kind(events, OrderPrioritised)] == ["the van waits"]
    first = of_kind(events, OrderReleased)[0]
    assert (first.order, first.reason) == (wanted.id, "prioritised, before all others")


def test_its_due_tick_stays() -> None:
    """The promise is not changed, so figures of lateness keep their meaning; the rules of orders hold."""
    site = tiny_site(orders={"backlog": 60, "per_station_hour": 0})
    checker = Checker(site)
    assert checker.look(*tick(site)) == []
    wanted = last_of(site)
    due = wanted.due
    ask(site, wanted.name)
    shipped = []
    while not shipped:
        frame, events = tick(site)
        assert checker.look(frame, events) == []
        shipped = [event for event in of_kind(events, OrderShipped) if event.order == wanted.id]
    assert wanted.due == due
    assert shipped[0].late == shipped[0].t - due
    assert not site.book.prioritised


def test_several_go_in_the_order_in_which_they_were_asked_for() -> None:
    """Each answer says how many go before it; twice is as good as once."""
    site = waiting()
    two = list(site.book.backlog.values())[-2:]
    assert ask(site, two[1].name).data["ahead"] == 0
    assert "but 1 order prioritised before it" in ask(site, two[0].name).text
    again = ask(site, two[1].name)
    assert (again.ok, again.text) == (True, f"order {two[1].name} already goes before all others")
    assert list(site.book.prioritised) == [two[1].id, two[0].id]


def test_what_is_at_a_station_is_not_brought_forward() -> None:
    """Refused with its state; so is one that nobody knows, and a robot's or seller's key."""
    site = waiting()
    released = next(order for order in site.book.open.values() if order.id not in site.book.backlog)
    late = ask(site, released.name)
    assert (late.ok, late.text) == (False, f"order {released.name} is being picked: it is too late to bring it forward")
    assert "there is no order" in ask(site, "A99").text
    assert not ask(site, last_of(site).name, role="seller-3").ok
    assert ask(site, last_of(site).name, role="orders").ok


def test_an_order_that_is_cancelled_goes_before_nobody() -> None:
    """It leaves the list with the backlog."""
    site = waiting()
    name = last_of(site).name
    ask(site, name)
    RequestHandler(site).apply(requests.Cancel(*ME, name), "")
    assert not site.book.prioritised


def test_the_answer_says_what_keeps_it_waiting() -> None:
    """Stock that isn't there, and a floor that is drained."""
    site = waiting()
    order = last_of(site)
    site.book.backorder(order, order.lines[0].sku)
    site.operator_state.draining = True
    text = ask(site, order.name).text
    assert text.endswith(
        "goes before all others, as soon as its stock is available, once the floor is no longer drained"
    )


def test_podfleet_orders_prioritise() -> None:
    """The command line asks for it, and says what came of it."""
    from controller.cli.app import app
    from robots.link.messages import encode
    from tests.support.link.request_router import router

    site = waiting()
    name = last_of(site).name
    with router(lambda _, request: [encode(RequestHandler(site).apply(request, "")[0])]) as there:
        done = CliRunner().invoke(app, ["orders", "prioritise", name, "--connect", there.address])
        gone = CliRunner().invoke(app, ["orders", "prioritise", "A99", "--connect", there.address])
    assert (done.exit_code, done.stdout) == (0, f"order {name} goes before all others\n")
    assert (gone.exit_code, gone.stderr) == (1, "refused: there is no order A99\n")
