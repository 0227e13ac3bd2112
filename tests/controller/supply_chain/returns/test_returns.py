"""Returns: from the customer's request to the refund, and stock back where it is worth most."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from controller.site.site import Site
from controller.supply_chain.returns import returns, warm_start
from controller.supply_chain.returns.disposition import PLACES
from controller.supply_chain.state.accounts import FEES, REFUNDS, SALVAGE, seller_account
from controller.supply_chain.state.items import ItemMaster
from controller.warehouse.stock import CUSTOMER, SUPPLIER
from robots.recording.supply_chain_events import ReturnGraded, ReturnMoved
from tests.support.floor.tiny_site import chain_of, of_kind, tiny_site
from tests.support.supply_chain.last_mile_site import HOUR, LastMileSite

DAYS = 24 * HOUR
COURSE = ["authorised", "handed_in", "arrived", "inspected", "closed"]


def items(department: str = "home", price: int = 2_000, returned: float = 0.0) -> ItemMaster:
    """Ten SKUs that are all alike."""
    prices = np.full(10, price, np.int64)
    size = np.full((10, 3), 100, np.int64)
    return ItemMaster(prices // 2, prices, np.full(10, 500, np.int64), size, np.full(10, returned), (department,) * 10)


def sent_back(warehouse: LastMileSite, units: dict[int, int]) -> list[object]:
    """All events from a customer's request on."""
    warehouse.departed(warehouse.loaded(7, units))
    warehouse.until(warehouse.site.tick + HOUR)
    returns.ask(warehouse.site, warehouse.chain, 7, units)
    return list(warehouse.until(warehouse.site.tick + 20 * DAYS))


def test_a_return_passes_its_lifecycle(tmp_path: Path) -> None:
    """The return is requested, handed in, inspected and refunded; its units are in exactly one place."""
    warehouse = LastMileSite(tmp_path)
    warehouse.chain.items = items()
    events = sent_back(warehouse, {1: 3, 2: 1})
    assert [event.state for event in events if isinstance(event, ReturnMoved)] == COURSE
    assert warehouse.chain.accounts.balance[REFUNDS] == 4 * 2_000
    assert not warehouse.chain.returns.under_way
    assert warehouse.stock("customer") == {}
    found = Counter[int]()
    for place in PLACES.values():
        found.update(warehouse.stock(str(place)))
    assert found == {1: 3, 2: 1}


def test_each_line_is_reported_with_its_grade_and_reason(tmp_path: Path) -> None:
    """Units of the events are those of the return; the places follow from the dispositions."""
    warehouse = LastMileSite(tmp_path)
    warehouse.chain.items = items("electronics", 9_000)
    graded = [event for event in sent_back(warehouse, {1: 60}) if isinstance(event, ReturnGraded)]
    assert sum(event.units for event in graded) == 60
    for event in graded:
        assert warehouse.stock(str(PLACES[event.disposition]))[1] >= event.units
        assert event.reason.startswith(f"{event.grade}; {event.disposition}: ")
    assert warehouse.chain.accounts.balance[SALVAGE] < 0


def test_restocked_units_wait_to_be_stowed(tmp_path: Path) -> None:
    """Restocked units are on the dock, on a stow station's receipts, and count as coming until they lie in a pod."""
    warehouse = LastMileSite(tmp_path)
    warehouse.chain.items = items("apparel", 5_000)
    before = warehouse.site.supply.inbound[1]
    sent_back(warehouse, {1: 40})
    restocked = warehouse.stock("dock")[1]
    assert 15 < restocked < 35
    assert sum(station.put_away.get(1, 0) for station in warehouse.site.stow_stations) == restocked
    assert warehouse.site.supply.inbound[1] == before + restocked


def test_a_sellers_return_is_at_the_sellers_cost(tmp_path: Path) -> None:
    """The seller pays the refund, the fee and the cost of sending units back, and gets the commission back."""
    warehouse = LastMileSite(tmp_path, sellers=1.0)
    warehouse.chain.items = items()
    owner = warehouse.site.ledger.catalogue.owners[1]
    events = sent_back(warehouse, {1: 10})
    balance = warehouse.chain.accounts.balance
    commission = round(10 * 2_000 * warehouse.chain.settings.sellers.commission)
    fee = round(10 * warehouse.chain.settings.sellers.return_cents)
    on_his_way = sum(e.units for e in events if isinstance(e, ReturnGraded) and e.disposition == "send back")
    assert on_his_way > 0
    fee += 250 * on_his_way
    assert balance[seller_account(owner)] == 10 * 2_000 - commission + fee
    assert balance[FEES] == commission - fee
    assert balance[REFUNDS] == 0
    assert balance[SALVAGE] == 0
    assert {event.disposition for event in events if isinstance(event, ReturnGraded)} <= {
        "restock",
        "send back",
        "dispose",
    }


def test_returned_units_follow_the_items_share(tmp_path: Path) -> None:
    """At 30 %, about 300 of 1,000 delivered units come back; at a rate of 0 none."""
    for rate, least, most in ((1.0, 250, 350), (0.0, 0, 0), (10.0, 1_000, 1_000)):
        warehouse = LastMileSite(tmp_path, f"[returns]\nrate = {rate}\n")
        warehouse.chain.items = items(returned=0.3)
        warehouse.departed(*(warehouse.loaded(number, {0: 10}) for number in range(100)))
        events = warehouse.until(40 * DAYS)
        units = sum(event.units for event in of_kind(events, ReturnGraded))
        assert least <= units <= most


def test_staff_work_through_their_queue(tmp_path: Path) -> None:
    """Two people need an hour and a quarter for a hundred units; their working time is counted."""
    warehouse = LastMileSite(tmp_path)
    warehouse.chain.items = items()
    authorised = [warehouse.chain.returns.authorise(-1, {0: 1}) for _ in range(100)]
    warehouse.site.ledger.move(0, 0, 100, SUPPLIER, CUSTOMER)
    for one in authorised:
        returns.hand_in(warehouse.site, warehouse.chain, one, fetched=False)
    events = warehouse.until(4 * DAYS)
    closed = [event.t for event in of_kind(events, ReturnMoved) if event.state == "closed"]
    assert len(closed) == 100
    assert warehouse.chain.staff["labour: returns"].busy == 100 * 90


def test_returns_of_before_the_run_are_under_way_at_its_begin() -> None:
    """The number is that of a floor in steady operation: units a day × share × days."""
    site = tiny_site(inventory={"review": "06:00"}, returns={"after_days": 4.0}, stock={"seller_share": 0.0})
    returns.begin(site, chain_of(site))
    warm_start.begin(site, chain_of(site))
    daily = float((warm_start.units_a_day(site) * chain_of(site).items.returned).sum())
    under_way = sum(units for place in ("customer", "return") for units in _units(site, place))
    assert under_way == pytest.approx(daily * 5.0, rel=0.2)
    assert {event.order for event in of_kind(site.events, ReturnMoved)} == {-1}


def test_no_more_comes_back_than_was_delivered() -> None:
    """At ten times the usual share all delivered units come back, before the run as during it."""
    site = tiny_site(returns={"after_days": 4.0, "rate": 10.0}, stock={"seller_share": 0.0})
    chain_of(site).items = replace(chain_of(site).items, returned=np.full(len(chain_of(site).items), 0.3))
    returns.begin(site, chain_of(site))
    warm_start.begin(site, chain_of(site))
    under_way = sum(units for place in ("customer", "return") for units in _units(site, place))
    assert under_way == pytest.approx(float(warm_start.units_a_day(site).sum()) * 5.0, rel=0.2)


def _units(site: Site, kind: str) -> list[int]:
    places = site.ledger.places()
    return [sum(units.values()) for place, units in places.items() if place.kind == kind]
