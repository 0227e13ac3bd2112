"""The desk and the supply chain: orders that are cancelled and tracked, shipments that are announced, stock by owner."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.explain.parcels import track
from controller.operations.requests import RequestHandler
from controller.run import Run, RunOptions
from controller.site.site import Site
from controller.supply_chain import asn_file
from controller.supply_chain.money import supplier_bills
from controller.supply_chain.state.accounts import payable
from controller.tick import tick
from controller.warehouse.order_events import OrderEventLog
from controller.warehouse.stock import DOCK, SUPPLIER
from robots.link.messages import encode
from robots.recording.events import OrderCancelled, OrderPicked
from robots.recording.record import Record
from robots.recording.supply_chain_events import SellerInbound, TrailerMoved
from robots.requests import requests
from robots.requests.requests import NoticeLine, Request, Result
from tests.support.floor.tiny_site import chain_of, of_kind, run, run_until, tiny_site

ME = ("tester", "1")
SELLER, OTHER = "seller-1", "seller-2"


def house(**orders: object) -> Site:
    """The tiny floor with a chain, thirty SKUs of which most are sellers', and orders that wait at tick 0."""
    site = tiny_site(
        orders={"per_station_hour": 0, **orders},
        stock={"skus": 30, "seller_share": 0.8},
        sourcing={"confirm_s": 60.0},
        sellers={"capacity": 5_000},
    )
    site.order_log = OrderEventLog()
    return site


@pytest.fixture
def site() -> Site:
    return house(backlog=12)


def ask(site: Site, request: Request, role: str = "") -> Result:
    result = RequestHandler(site).apply(request, role)[0]
    assert requests.read_result(encode(result)) == result
    return result


def skus_of(site: Site, owner: str) -> list[str]:
    catalogue = site.demand.catalogue
    return [name for name, whose in zip(catalogue.names, catalogue.owners, strict=True) if whose == owner]


def advise(site: Site, owner: str, *lines: tuple[str, int], asn: str = "A-1", role: str = "") -> Result:
    return ask(site, requests.Advise(*ME, owner, asn, [NoticeLine(*line) for line in lines], 60.0), role)


def lines_of(result: Result) -> list[str]:
    lines = result.data["lines"]
    assert isinstance(lines, list)
    return lines


# --- cancel


def test_an_order_is_cancelled_with_its_reason(site: Site) -> None:
    """Once; a second time says so, and changes nothing. Its story ends with it."""
    tick(site)
    name = next(iter(site.book.open.values())).name
    assert ask(site, requests.Cancel(*ME, name, "bought elsewhere")).text == f"order {name} is cancelled"
    told = of_kind(tick(site)[1], OrderCancelled)
    assert [event.reason for event in told] == ["bought elsewhere"]
    assert ask(site, requests.Track(*ME, name)).text == f"Order {name} is cancelled"
    assert "there is no order" in ask(site, requests.Cancel(*ME, "A99")).text


def test_an_order_that_was_submitted_is_known_after_its_end(site: Site) -> None:
    """Cancelled twice is as good as once, and it is handed in no second time."""
    wanted = requests.WantedOrder("A1", [requests.WantedLine(site.demand.catalogue.names[0], 1)])
    ask(site, requests.Submit(*ME, [wanted]))
    assert ask(site, requests.Cancel(*ME, "A1")).ok
    again = ask(site, requests.Cancel(*ME, "A1"))
    assert (again.ok, again.text) == (True, "order A1 is already cancelled")
    assert ask(site, requests.Status(*ME, "A1")).data["state"] == "cancelled"


def test_a_full_tote_is_on_its_way(site: Site) -> None:
    """It is refused, with the way out."""
    events = run_until(site, lambda events: bool(of_kind(events, OrderPicked)))
    order = site.book.open[of_kind(events, OrderPicked)[-1].order]
    answer = ask(site, requests.Cancel(*ME, order.name))
    assert not answer.ok
    assert "too late; unwanted goods come back as a return" in answer.text


# --- track


def test_a_story_is_the_same_from_the_floor_and_from_its_record(tmp_path: Path) -> None:
    """Every line, for orders that are open and orders that have left the floor."""
    site = house(backlog=12)
    with Run(site, RunOptions(tmp_path / "run.pfr")) as running:
        for _ in range(500):
            running.step()
        running.finish()
    assert site.book.shipped
    with Record(tmp_path / "run.pfr") as record:
        for number in range(12):
            lines = track(record, f"{number + 1:06d}")
            assert lines_of(ask(site, requests.Track(*ME, f"{number + 1:06d}"))) == lines
    assert all(line.startswith("  ") for line in lines[1:-1])


def test_a_story_goes_through_all_stations(site: Site) -> None:
    """Received, promised, released, picked, packed, boxed and labelled, each with its time."""
    run(site, 500)
    assert site.book.shipped
    story = next(lines_of(r) for r in _tracked(site) if "shipped from" in " ".join(lines_of(r)))
    text = "\n".join(story)
    for word in (
        "received, due",
        "promised",
        "released to",
        "picked from",
        "arrived at pack",
        "packed into",
        "labelled",
    ):
        assert word in text
    assert "promised by" in story[-1]


def _tracked(site: Site) -> list[Result]:
    return [ask(site, requests.Track(*ME, f"{number + 1:06d}")) for number in range(12)]


def test_a_floor_without_stories_says_where_they_are(site: Site) -> None:
    """Only a served floor keeps them."""
    site.order_log = None
    assert "podfleet track RECORD --order NUMBER" in ask(site, requests.Track(*ME, "000001")).text


# --- shipments


def test_a_sellers_shipment_comes_once(site: Site) -> None:
    """It is announced to the docks; the same again is as good as once, and the same number with other lines is refused."""
    run(site, 3)
    sku = skus_of(site, SELLER)[0]
    first = advise(site, SELLER, (sku, 5), (sku, 2), role=SELLER)
    assert (first.ok, first.data) == (True, {"units": 7})
    events = tick(site)[1]
    assert [(event.seller, event.state) for event in of_kind(events, SellerInbound)] == [(SELLER, "announced")]
    again = advise(site, SELLER, (sku, 7))
    assert (again.ok, again.text) == (True, f"A-1 of {SELLER} is already announced")
    assert "with other lines" in advise(site, SELLER, (sku, 8)).text


def test_goods_of_the_house_come_without_a_purchase_order(site: Site) -> None:
    """They get a trailer and an appointment as others do."""
    run(site, 3)
    assert advise(site, "house", (skus_of(site, "house")[0], 5)).ok
    moved = of_kind(tick(site)[1], TrailerMoved)
    assert any("notice A-1" in event.reason for event in moved)


def test_goods_that_nobody_ordered_are_owed_for_at_their_cost(site: Site) -> None:
    """And paid at the usual term, so that nothing stays unbilled."""
    run(site, 3)
    sku = site.demand.catalogue.names.index(skus_of(site, "house")[0])
    site.ledger.move(site.tick, sku, 5, SUPPLIER, DOCK)
    asn_file.taken_in(site, chain_of(site), "A-1", {sku: 5})
    owed = 5 * int(chain_of(site).items.cost[sku])
    assert chain_of(site).accounts.balance[payable("no purchase order")] == -owed
    (step,) = [step for step in chain_of(site).schedule._events if step[2] is supplier_bills.pay]
    assert step[0] == site.tick + 30 * 86_400


def test_what_can_not_be_taken_is_refused_with_its_line(site: Site) -> None:
    """No lines, no units, an unknown SKU, another's SKU, and more than there is room for; nothing is remembered of it."""
    run(site, 3)
    mine, others = skus_of(site, SELLER)[0], skus_of(site, OTHER)[0]
    assert advise(site, SELLER).text == "A-1 has 0 lines, 1 to 1000 are taken"
    assert advise(site, SELLER, (mine, 0)).text == f"A-1 line 1 ({mine}): 0 units; a line brings 1 or more"
    unknown, of_another = advise(site, SELLER, ("bolt", 1)), advise(site, SELLER, (others, 1))
    assert unknown.text.replace("bolt", others) == of_another.text == f"A-1 line 1 ({others}): {SELLER} has no such SKU"
    assert "exceed the 5000 allowed" in advise(site, SELLER, (mine, 900_000)).text
    assert advise(site, SELLER, (mine, 1)).ok


@pytest.mark.parametrize("asn", [" ", "A\x1b[2J", "A\n1"])
def test_a_notices_number_is_text(site: Site, asn: str) -> None:
    """It is told in events, tables and terminals."""
    run(site, 3)
    notice = requests.Advise(*ME, "house", asn, [NoticeLine(skus_of(site, "house")[0], 1)])
    answer = ask(site, notice, "orders")
    assert (answer.ok, answer.text) == (False, "its number can't be printed; a sender's number is text")


def test_a_seller_may_ask_for_any_text(site: Site) -> None:
    """Signs that are digits but no number name no order, and the floor continues."""
    run(site, 3)
    assert ask(site, requests.Track(*ME, "²"), SELLER).text == "there is no order ²"


def test_a_floor_without_docks_takes_no_shipment() -> None:
    """Its scenario has no supply chain."""
    site = tiny_site()
    assert "has no docks" in advise(site, "house", (site.demand.catalogue.names[0], 1)).text


# --- stock


def test_stock_is_told_by_place_and_page(site: Site) -> None:
    """All units of an owner, SKU by SKU; a page that begins beyond the end is empty."""
    run(site, 3)
    result = ask(site, requests.Stock(*ME, SELLER))
    assert result.data["sku"] == skus_of(site, SELLER)
    in_bins = [site.ledger.catalogue.names.index(name) for name in skus_of(site, SELLER)]
    bins = site.ledger
    assert result.data["bin"] == [str(bins.bin_units[bins.bin_sku == sku].sum()) for sku in in_bins]
    assert result.data["next"] == -1
    assert ask(site, requests.Stock(*ME, SELLER, 999)).data["sku"] == []
    assert ask(site, requests.Stock(*ME, "seller-99")).text == "seller-99 has no SKUs here"


# --- roles


@pytest.mark.parametrize("role", ["orders", "operator", SELLER])
def test_who_may_ask_for_what(site: Site, role: str) -> None:
    """Order systems and operators see all; a seller tracks, sees and announces his own, and does nothing else."""
    run(site, 3)
    seller = role == SELLER
    assert ask(site, requests.Cancel(*ME, "000001"), role).ok != seller
    assert ask(site, requests.Stock(*ME, SELLER), role).ok
    assert ask(site, requests.Stock(*ME, OTHER), role).ok != seller
    assert advise(site, OTHER, (skus_of(site, OTHER)[0], 1), role=role).ok != seller
    for request in (requests.Status(*ME), requests.Pause(*ME), requests.Stop(*ME), requests.Status(*ME, "000002")):
        assert not seller or "is not for this key" in ask(site, request, role).text


def test_a_seller_tracks_his_own_orders_only(site: Site) -> None:
    """An order with another's goods in it is not there for him."""
    run(site, 3)
    owners = site.demand.catalogue.owners
    for order in site.book.open.values():
        his = all(owners[line.sku] == SELLER for line in order.lines)
        answer = ask(site, requests.Track(*ME, order.name), SELLER)
        assert answer.ok == his
        assert his or answer.text == f"there is no order {order.name}"


questions = st.one_of(
    st.builds(
        requests.Stock, st.just("a"), st.just("1"), st.sampled_from([SELLER, OTHER, "house"]), st.integers(0, 40)
    ),
    st.builds(
        requests.Track, st.just("a"), st.just("1"), st.sampled_from([f"{number:06d}" for number in range(1, 13)])
    ),
    st.builds(requests.Status, st.just("a"), st.just("1"), st.sampled_from(["", "000001"])),
    st.builds(
        requests.Advise,
        *(st.just("a"), st.just("1"), st.sampled_from([SELLER, OTHER, "house"]), st.just("A-1")),
        st.lists(st.builds(NoticeLine, st.just("no such"), st.integers(0, 3)), max_size=2),
    ),
)
WATCHED = house(backlog=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(questions, min_size=1, max_size=6), st.integers(0, 3))
def test_one_seller_never_sees_anothers(asked: list[Request], ticks: int) -> None:
    """Whatever he asks for, no answer has the name of an item that isn't his, nor the name of another seller."""
    run(WATCHED, ticks)
    others = {*skus_of(WATCHED, OTHER), *skus_of(WATCHED, "house")}
    for request in asked:
        answer = ask(WATCHED, request, SELLER)
        text = json.dumps([answer.text, answer.data])
        assert not [name for name in others if name in text]
        assert OTHER not in text.replace(f"of {OTHER}:", "")
