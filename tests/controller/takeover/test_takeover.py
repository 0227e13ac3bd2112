"""A floor that another version has stopped goes on from its book: every order once, every unit where it is or in its tote."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from controller.build_site import build_site
from controller.floor.failures import closed_cells
from controller.persistence.snapshot.sealed import seal
from controller.scenario.read import load_scenario
from controller.scenario.scenario import InjectedFault, with_faults
from controller.site.site import Site
from controller.takeover.book import Book, BookHolding, BookLine, read_book, write_book
from controller.takeover.restore import site_of
from controller.takeover.write import book_of
from controller.tick import tick
from controller.warehouse.robots import RobotState
from layout.errors import InputError
from robots.recording.events import OrderReceived, OrderShipped
from tests.support.floor.tiny_site import DEMO, tiny, tiny_site

STOPS = (60, 111, 137, 200, 290, 340, 400, 520)
FAULTS = (InjectedFault(3, 150, "stop", 120), InjectedFault(5, 190, "die"), InjectedFault(9, 300, "die"))


def units(site: Site) -> dict[int, int]:
    """By SKU, all there are less all that came in: nothing."""
    found = Counter[int]()
    for held in site.ledger.places().values():
        found.update(held)
    bins = zip(site.ledger.bin_sku.ravel().tolist(), site.ledger.bin_units.ravel().tolist(), strict=True)
    for sku, count in bins:
        found[sku] += count
    return {sku: count for sku, count in found.items() if count}


def taken_over(site: Site) -> Site:
    """The site made anew of its book; the robots outlive it."""
    again = site_of(read_book(write_book(book_of(site))), site.scenario)
    again.fleet = site.fleet
    return again


def told(book: Book) -> Any:
    """A book, whatever the order of what has none."""
    found = msgspec.to_builtins(book)
    for part in ("holdings", "orders", "backlog", "closed", "quarantined"):
        found[part] = sorted(found[part])
    found["stations"] = [(name, done, waiting, sorted(receipts)) for name, done, waiting, receipts in found["stations"]]
    return found


def stepped(site: Site, until: int) -> Iterator[Any]:
    while site.tick < until:
        frame, events = tick(site)
        cells = frame.robots["cell"].tolist()
        assert len(set(cells)) == len(cells)
        yield from events


def test_a_floor_that_is_taken_over_again_and_again_does_every_order_once() -> None:
    """Whatever robots and people have in hand at the time; with a robot that stops, and two that die with what they carry."""
    site = build_site(with_faults(load_scenario(DEMO), FAULTS))
    shipped, received, at_work = list[int](), set[int](), set[int]()
    for begin, end in pairwise((0, *STOPS)):
        for event in stepped(site, end):
            shipped += [event.order] if isinstance(event, OrderShipped) else []
            received |= {event.order} if isinstance(event, OrderReceived) else set()
        before = book_of(site)
        at_work |= set(site.robots.state.tolist())
        site = taken_over(site)
        again = book_of(site)
        assert units(site) == {}
        assert told(again) | {"robots": 0, "next_task": 0} == told(before) | {"robots": 0, "next_task": 0}, begin
        assert [robot.load for robot in again.robots] == [robot.load for robot in before.robots]
        assert site.closed == closed_by_the_dead(site)
    assert len(shipped) == len(set(shipped)) == site.book.shipped > 10
    assert set(shipped) | set(site.book.open) == received
    assert at_work >= set(map(int, RobotState)) - {RobotState.CHARGING, RobotState.TO_CHARGER, RobotState.PARKING}


def closed_by_the_dead(site: Site) -> set[int]:
    return {
        cell for robot in site.robots.in_state(RobotState.DEAD).tolist() for cell in closed_cells.kept_by(site, robot)
    }


def test_what_was_asked_at_the_desk_still_holds() -> None:
    site = tiny_site()
    list(stepped(site, 40))
    operator_state = site.operator_state
    operator_state.draining, operator_state.paused, operator_state.cancelled = True, {1}, {"A-7"}
    operator_state.advised = {("seller-3", "77"): {2: 5}}
    order = next(iter(site.book.open.values()))
    operator_state.submitted, site.book.prioritised = {order.name: order}, {order.id: order}
    again = taken_over(site)
    assert (again.operator_state.draining, again.operator_state.paused, again.operator_state.cancelled) == (
        True,
        {1},
        {"A-7"},
    )
    assert again.operator_state.advised == {("seller-3", "77"): {2: 5}}
    assert again.operator_state.submitted[order.name] is again.book.open[order.id]
    assert list(again.book.prioritised) == [order.id]


def test_what_a_book_does_not_hold_is_not_lost_silently() -> None:
    """A supply chain, so far: its floor isn't taken over by another version."""
    site = tiny_site(returns={"rate": 1.0})
    with pytest.raises(
        InputError, match=r"it has a supply chain, with 0 parcels under way, .* \(the version that wrote"
    ):
        site_of(book_of(site), site.scenario)


BOOK = book_of(tiny_site())


@pytest.mark.parametrize(
    "change",
    [
        {"pods": [0] * len(BOOK.pods)},
        {"pods": BOOK.pods[1:]},
        {"pods": [10**9, *BOOK.pods[1:]]},
        {"skus": ["other", *BOOK.skus[1:]]},
        {"robots": []},
        {"levels": []},
        {"holdings": [*BOOK.holdings, BookHolding("dock", 0, 0, 1)]},
        {"holdings": [BookHolding("supplier", 0, 10**9, -1), BookHolding("dock", 0, 10**9, 1), *BOOK.holdings]},
        {"bins": ([10**9], [0], [0], [1])},
        {"bins": ([0], [0], [0], [])},
        {"backlog": [10**9]},
        {"quarantined": [10**9]},
        {"closed": [10**12]},
        {"counts": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_book_that_does_not_add_up_is_refused(change: dict[str, Any]) -> None:
    """Planted or damaged: one message, and no memory for what it says there is."""
    with pytest.raises(InputError, match="the store: book: doesn't add up: "):
        site_of(read_book(write_book(msgspec.structs.replace(BOOK, **change))), tiny())


def test_units_in_totes_are_those_that_were_picked() -> None:
    order = msgspec.structs.replace(next(iter(book_of(started()).orders)), lines=[BookLine(0, 3, 2)])
    with pytest.raises(InputError, match="totes that hold other units than were picked"):
        site_of(msgspec.structs.replace(BOOK, orders=[order]), tiny())


def started() -> Site:
    site = tiny_site()
    list(stepped(site, 60))
    return site


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"x" * 99, write_book(BOOK)[:-9], write_book(BOOK).replace(b"book 1", b"book 2")),
        seal(b"podfleet book 1", msgspec.msgpack.encode({"tick": -1})),
        seal(b"podfleet book 1", msgspec.msgpack.encode(msgspec.to_builtins(BOOK) | {"tick": 10**18})),
        seal(b"podfleet book 1", b"\xdd\xff\xff\xff\xff"),
    ],
)
def test_bytes_that_are_no_book_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="the store: book: can't be read"):
        read_book(data)
