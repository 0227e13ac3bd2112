"""Trailers at the doors: appointments, unloading, the check against the ASN, and the problem place."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from controller.site.site import Site
from controller.supply_chain.receiving import receiving
from controller.supply_chain.state.inbound.dock import AsnLine, receiving_state
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import DOCK, PROBLEM, RESERVE, inbound
from robots.recording.supply_chain_events import DockToStock, Received, TrailerMoved
from tests.support.floor.tiny_site import FLOOR, chain_of, of_kind, quiet_site, run, run_until
from tests.support.supply_chain.audit import audit_faults
from tests.support.supply_chain.inbound_site import QUICK

NOON = 4 * 3600
"""Tick of 12:00 in a run that starts at 08:00."""


def dock_site(folder: Path, **receiving_keys: object) -> Site:
    """Nobody orders, and nothing arrives by itself; SKUs 0–9 are the retailer's."""
    file = folder / "dock.toml"
    file.write_text(f"{FLOOR}{QUICK}[stock]\nseller_share = 0.0\n")
    keys = {"unknown": 0.0, "over": 0.0} | receiving_keys
    site = quiet_site(
        file,
        receiving=keys,
        inventory={"reorder": False},
        run={"ticks": 40_000},
        returns={"rate": 0.0},
    )
    run(site, 1)
    return site


OUTCOMES: list[tuple[str, dict[int, int]]] = []


def noted(site: Site, chain: SupplyChain, source: str, outcome: Mapping[int, int]) -> None:
    """Record the outcome, as the sender of a trailer does."""
    OUTCOMES.append((source, dict(outcome)))


def send(site: Site, *lines: AsnLine, arrive: int = 10) -> int:
    """Send a trailer of purchase order 1 with these lines."""
    OUTCOMES.clear()
    return receiving.announce(site, chain_of(site), "po 1", lines, arrive, noted, "po 1")


def test_a_trailer_is_announced_waits_docks_and_is_unloaded(tmp_path: Path) -> None:
    """The sender gets the number of good units."""
    site = dock_site(tmp_path)
    send(site, AsnLine(3, 20, 20))
    assert site.ledger.held(inbound(0)) == {3: 20}
    events = run(site, 60)
    assert [move.state for move in of_kind(events, TrailerMoved)] == ["announced", "waiting", "at_door", "unloaded"]
    assert of_kind(events, Received) == [Received(events_tick(events), 0, "po 1", 3, 20, 20)]
    assert OUTCOMES == [("po 1", {3: 20})]
    assert site.ledger.held(inbound(0)) == {}


def events_tick(events: list[object]) -> int:
    return next(event.t for event in events if isinstance(event, Received))


def test_people_take_their_time(tmp_path: Path) -> None:
    """Twenty units at two seconds by one person: forty ticks from the door."""
    site = dock_site(tmp_path)
    send(site, AsnLine(3, 20, 20))
    moves = {move.state: move.t for move in of_kind(run(site, 60), TrailerMoved)}
    assert moves["unloaded"] - moves["at_door"] == 40


def test_many_units_are_unloaded_by_a_team(tmp_path: Path) -> None:
    """600 units, six people: 200 ticks instead of 1,200."""
    site = dock_site(tmp_path, people=6)
    send(site, AsnLine(3, 600, 600))
    moves = {move.state: move.t for move in of_kind(run(site, 260), TrailerMoved)}
    assert moves["unloaded"] - moves["at_door"] == 200
    assert chain_of(site).receiving.people.busy == 1_200


def test_trailers_wait_in_the_yard_for_a_door(tmp_path: Path) -> None:
    """There is one door, and the first trailer takes long: the second waits, and reports for how long."""
    site = dock_site(tmp_path, doors=1, people=1)
    send(site, AsnLine(1, 59, 59), arrive=3_595)
    send(site, AsnLine(2, 10, 10), arrive=3_601)
    moves = of_kind(run(site, 4_000), TrailerMoved)
    at_door = {move.trailer: move for move in moves if move.state == "at_door"}
    assert (at_door[0].where, at_door[1].where) == ("door 0", "door 0")
    assert at_door[1].t == next(move.t for move in moves if move.trailer == 0 and move.state == "unloaded")
    assert "for a door" in at_door[1].reason


@pytest.mark.parametrize(("arrive", "clock"), [(10, "08:00"), (14 * 3600, "05:00"), (20 * 3600, "05:00")])
def test_appointments_are_within_opening_hours(tmp_path: Path, arrive: int, clock: str) -> None:
    """A trailer ready at 22:00 or at 04:00 comes at 05:00."""
    site = dock_site(tmp_path)
    trailer = chain_of(site).receiving.trailers[send(site, AsnLine(1, 1, 1), arrive=arrive)]
    assert chain_of(site).calendar.words(trailer.appointment).endswith(clock)


@pytest.mark.parametrize(
    ("begin", "end", "clock"),
    [
        ("12:10", "12:50", "12:10"),
        ("12:59", "13:00", "12:59"),
        ("12:30", "22:00", "12:30"),
        ("22:15", "03:00", "22:15"),
    ],
)
def test_doors_may_open_within_an_hour(tmp_path: Path, begin: str, end: str, clock: str) -> None:
    """The first trailer of the day comes at opening time, however short the opening is."""
    site = dock_site(tmp_path, begin=begin, end=end, doors=1)
    trailers = [send(site, AsnLine(1, 1, 1), arrive=10) for _ in range(2)]
    book, words = chain_of(site).receiving, chain_of(site).calendar.words
    assert words(book.trailers[trailers[0]].appointment) == clock
    assert book.trailers[trailers[1]].appointment > book.trailers[trailers[0]].appointment


def test_an_hour_has_as_many_appointments_as_doors(tmp_path: Path) -> None:
    """With two doors, the third trailer comes an hour later."""
    site = dock_site(tmp_path, doors=2)
    trailers = [send(site, AsnLine(1, 1, 1), arrive=NOON) for _ in range(3)]
    book, words = chain_of(site).receiving, chain_of(site).calendar.words
    assert [words(book.trailers[trailer].appointment) for trailer in trailers] == [
        "12:00",
        "12:00",
        "13:00",
    ]


def test_damaged_units_go_to_the_problem_place_and_back(tmp_path: Path) -> None:
    """Damaged units belong to no stock meanwhile."""
    site = dock_site(tmp_path, problem_s=100.0)
    send(site, AsnLine(3, 20, 20, damaged=4))
    events = run(site, 60)
    receipt = of_kind(events, Received)[0]
    assert (receipt.good, receipt.damaged, receipt.short) == (16, 4, 0)
    assert site.ledger.held(PROBLEM) == {3: 4}
    run(site, 120)
    assert site.ledger.held(PROBLEM) == {}
    assert OUTCOMES == [("po 1", {3: 16})]


def test_missing_units_are_short(tmp_path: Path) -> None:
    """A whole missing line counts, too."""
    site = dock_site(tmp_path)
    send(site, AsnLine(3, 20, 15), AsnLine(4, 6, 0))
    received = {event.sku: (event.good, event.short) for event in of_kind(run(site, 60), Received)}
    assert received == {3: (15, 5), 4: (0, 6)}
    assert OUTCOMES == [("po 1", {3: 15, 4: 0})]


def test_a_pack_too_many_is_kept_once_it_was_decided(tmp_path: Path) -> None:
    """The extra pack waits in the problem place first."""
    site = dock_site(tmp_path, over=1.0, problem_s=100.0)
    send(site, AsnLine(3, 12, 12, pack=6))
    receipt = of_kind(run(site, 60), Received)[0]
    assert (receipt.good, receipt.over) == (12, 6)
    assert site.ledger.held(PROBLEM) == {3: 6}
    run(site, 110)
    assert site.ledger.held(PROBLEM) == {}
    assert site.supply.inbound[3] + sum(site.pods.free_in[pod].get(3, 0) for pod in range(len(site.pods))) == 18


def test_an_unordered_item_goes_back(tmp_path: Path) -> None:
    """The announced line has no units, and another SKU goes to the problem place."""
    site = dock_site(tmp_path, unknown=1.0, problem_s=100.0)
    send(site, AsnLine(3, 12, 12))
    receipts = of_kind(run(site, 60), Received)
    other = next(event for event in receipts if event.unknown)
    assert (receipts[0].sku, receipts[0].good, receipts[0].short) == (3, 0, 12)
    assert other.sku != 3
    assert site.ledger.held(PROBLEM) == {other.sku: 12}
    run(site, 110)
    assert site.ledger.held(PROBLEM) == {}
    assert site.supply.inbound[3] == 0


def test_good_units_fill_the_pods_and_the_rest_waits_in_the_reserve(tmp_path: Path) -> None:
    """A bin of 16 is the level of a SKU without orders. Units for the reserve are put away at once."""
    site = dock_site(tmp_path)
    send(site, AsnLine(3, 40, 40))
    events = run_until(site, lambda events: bool(of_kind(events, Received)))
    (stored,) = of_kind(events, DockToStock)
    at_door = next(move.t for move in of_kind(events, TrailerMoved) if move.state == "at_door")
    assert (stored.units, stored.place, stored.ticks) == (24, "reserve", stored.t - at_door)
    assert (site.ledger.held(DOCK), site.ledger.held(RESERVE)) == ({3: 16}, {3: 24})
    assert audit_faults(site) == []


def test_dock_to_stock_is_measured_from_the_door(tmp_path: Path) -> None:
    """Dock-to-stock time lasts until the units lie in a pod."""
    site = dock_site(tmp_path)
    send(site, AsnLine(3, 10, 10))
    events = run_until(site, lambda events: bool(of_kind(events, DockToStock)), 900)
    at_door = next(move.t for move in of_kind(events, TrailerMoved) if move.state == "at_door")
    stored = of_kind(events, DockToStock)[-1]
    assert (stored.sku, stored.units, stored.ticks) == (3, 10, stored.t - at_door)


def test_the_oldest_units_leave_the_dock_first() -> None:
    """The dock is first in, first out, by SKU; units from other sources have no dock-to-stock time."""
    book = receiving_state(1, 1)
    book.note_docked(1, 5, 100)
    book.note_docked(1, 5, -1)
    assert book.take_docked(1, 7) == [(100, 5), (-1, 2)]
    assert book.take_docked(1, 7) == [(-1, 3)]
    assert book.take_docked(1, 7) == []
