"""Sorter, chutes and trailers: parcels loaded by the CPT leave; late ones are reported and take the next departure."""

from pathlib import Path

import numpy as np
import pytest

from controller.supply_chain.purchasing.stockouts import report_stockout
from controller.supply_chain.state.lifecycles import ParcelState
from robots.recording.event import Event
from robots.recording.events import Alarm
from robots.recording.supply_chain_events import ParcelLate, TrailerMoved
from tests.support.floor.tiny_site import of_kind
from tests.support.supply_chain.outbound_site import NEAR, NOON, TEN_PAST, TWENTY_PAST, OutboundSite, late, way_of


def test_a_parcel_goes_from_the_packer_into_the_trailer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parcel passes SLAM, the sorter and the chute of its departure, and leaves at the CPT."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.packed(7, TEN_PAST)
    events = warehouse.until(TEN_PAST)
    assert way_of(events, 7) == ["slam", "sorter", "chute 1", "trailer 1"]
    assert warehouse.left == [("near", [7])]
    assert [event.state for event in of_kind(events, TrailerMoved)] == ["loading", "departed"]
    assert not late(events)


def test_a_departure_without_parcels_sends_no_trailer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A departure without parcels emits no events."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    assert not of_kind(warehouse.until(NOON), TrailerMoved)


def test_early_parcels_ride_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parcel promised for noon leaves with the next departure if that has room to spare."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.packed(7, NOON)
    warehouse.until(TEN_PAST)
    assert warehouse.left == [("near", [7])]


def test_early_parcels_take_no_room_from_promised_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one place of the first trailer is kept for an order that is not packed yet."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[shipping]\ntrailer_parcels = 1\n")
    warehouse.promised(1, TEN_PAST)
    warehouse.packed(2, NOON)
    events = warehouse.until(TWENTY_PAST)
    assert warehouse.left == [("near", [2])]
    assert way_of(events, 2)[-1] == "trailer 1"
    assert [event.t for event in of_kind(events, TrailerMoved) if event.state == "departed"] == [TWENTY_PAST]


def test_a_customer_at_home_at_noon_gets_no_parcel_in_the_morning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parcel waits for the departure that suits its customer's hours."""
    lanes = NEAR.replace('"12:00"', '"12:00", "18:00"').replace("rounds_s = 600", "rounds_s = 7200")
    warehouse = OutboundSite(tmp_path, monkeypatch, lanes=lanes)
    warehouse.packed(7, NOON, earliest_s=12 * 3600.0, latest_s=16 * 3600.0)
    warehouse.until(TWENTY_PAST)
    assert warehouse.left == []
    warehouse.until(NOON)
    assert warehouse.left == [("near", [7])]


@pytest.mark.parametrize(
    ("packed_at", "cause"), [(TEN_PAST - 2, "SLAM"), (TEN_PAST - 20, "sorter"), (TEN_PAST - 66, "sorter")]
)
def test_a_parcel_that_misses_its_trailer_is_reported_with_the_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed_at: int, cause: str
) -> None:
    """The cause follows from the parcel's place when the trailer left; the parcel goes with the next departure, which
    keeps its promise.
    """
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.until(packed_at)
    warehouse.packed(7, TEN_PAST)
    events = warehouse.until(TWENTY_PAST)
    assert late(events) == {7: cause}
    assert of_kind(events, ParcelLate)[0].reason.endswith("leaves at 08:20, which keeps the promise")
    assert warehouse.left == [("near", [7])]


def test_parcels_in_the_chute_at_the_cpt_are_late_from_loading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loader who needs 200 seconds a parcel gets two of four into the trailer."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[shipping]\nload_people = 1\nload_s = 200\n")
    for number in range(4):
        warehouse.packed(number, TEN_PAST)
    assert late(warehouse.until(NOON)) == {2: "loading", 3: "loading"}
    assert warehouse.left == [("near", [0, 1]), ("near", [2, 3])]


def test_an_order_on_the_floor_at_its_cpt_is_late_from_the_backlog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is late once for each departure it misses, and its work is counted for the next one."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.promised(7, TEN_PAST)
    events = warehouse.until(TWENTY_PAST)
    assert [event.cause for event in of_kind(events, ParcelLate)] == ["backlog", "backlog"]
    assert warehouse.chain.promises.work == {NOON: 1}


def test_an_order_that_waits_for_stock_is_late_for_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that waits for stock is in no backlog."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.site.book.backorder(warehouse.promised(7, TEN_PAST), 0)
    assert late(warehouse.until(TEN_PAST)) == {7: "stock"}


def test_an_order_that_waited_for_stock_is_late_for_that_when_it_is_on_the_floor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is in the backlog again, but its first cause was the stock."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    order = warehouse.promised(7, TEN_PAST)
    warehouse.site.book.backorder(order, 0)
    report_stockout(warehouse.site, warehouse.chain, order.lines[0])
    warehouse.site.book.restocked(0)
    events = warehouse.until(TEN_PAST)
    assert late(events) == {7: "stock"}
    (late_event,) = of_kind(events, ParcelLate)
    assert late_event.reason.startswith(
        "it waited for stock; the only order that waits for a pick station; leaves at 08:20"
    )


def test_a_cancelled_order_is_not_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancelled order has no promise to break."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.promised(7, TEN_PAST)
    warehouse.chain.promises.given.pop(7)
    assert not late(warehouse.until(TEN_PAST))
    assert warehouse.chain.promises.awaited == {}


def test_a_full_chute_recirculates_parcels_and_is_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a slow loader parcels come into the chute one by one, and all of them leave."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[shipping]\nchute_parcels = 2\nload_people = 1\nload_s = 30\n")
    for number in range(8):
        warehouse.packed(number, TEN_PAST)
    events = warehouse.until(TEN_PAST)
    assert [event.kind for event in of_kind(events, Alarm)] == ["chute-full"]
    assert warehouse.left == [("near", list(range(8)))]


def test_a_trailer_that_is_full_leaves_the_rest_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of three parcels have room; the third gets the reason why it goes later."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[shipping]\ntrailer_parcels = 2\n")
    for number in range(3):
        warehouse.packed(number, TEN_PAST)
    events = warehouse.until(TWENTY_PAST)
    assert sorted(len(parcels) for _, parcels in warehouse.left) == [1, 2]
    assert list(late(events).values()) == ["trailer full"]


def test_a_departure_may_fill_several_trailers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A departure has as many trailers as its lane."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[shipping]\ntrailer_parcels = 2\n", NEAR + "trailers = 2\n")
    for number in range(3):
        warehouse.packed(number, TEN_PAST)
    warehouse.until(TEN_PAST)
    assert warehouse.left == [("near", [0, 1]), ("near", [2])]


def test_nothing_leaves_on_a_closed_lane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trailer, chute and backlog wait with their reason, and leave when the lane reopens."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.packed(1, TEN_PAST)
    warehouse.promised(2, TEN_PAST)
    warehouse.chain.effects.lanes_closed.add("near")
    events = warehouse.until(TEN_PAST)
    assert late(events) == {1: "lane closed", 2: "lane closed"}
    assert warehouse.left == []
    warehouse.chain.effects.lanes_closed.clear()
    warehouse.packed(3, TWENTY_PAST)
    events = warehouse.until(TWENTY_PAST)
    assert warehouse.left == [("near", [1, 3])]
    assert way_of(events, 3)[-1] == "trailer 1"


def test_parcels_in_the_chute_of_a_closed_lane_leave_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parcels that were not loaded yet are not lost when their departure is cancelled."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[shipping]\nchute_parcels = 2\nload_people = 1\nload_s = 200\n")
    for number in range(5):
        warehouse.packed(number, TEN_PAST)
    warehouse.chain.effects.lanes_closed.add("near")
    events = warehouse.until(TEN_PAST)
    warehouse.chain.effects.lanes_closed.clear()
    events += warehouse.until(NOON)
    assert sorted(number for _, parcels in warehouse.left for number in parcels) == list(range(5))
    assert all(way_of(events, number)[-1].startswith("trailer") for number in range(5))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_every_parcel_leaves_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """With small chutes and trailers, a slow loader, faults, customers' hours and a lane that closes, no parcel is lost
    or doubled.
    """
    rng = np.random.default_rng(seed)
    text = "[shipping]\nchute_parcels = 3\nload_people = 1\nload_s = 40\ntrailer_parcels = 9\n[packing]\nfault = 0.2\n"
    warehouse = OutboundSite(tmp_path, monkeypatch, text)
    events: list[Event] = []
    for number, tick in enumerate(np.sort(rng.integers(0, 1_500, 40)).tolist()):
        events += warehouse.until(tick)
        hours = {"earliest_s": 11 * 3600.0, "latest_s": 15 * 3600.0} if rng.random() < 0.2 else {}
        order = warehouse.promised(number, int(rng.choice([TEN_PAST, TWENTY_PAST, NOON])), **hours)
        if order.due < tick:
            warehouse.chain.promises.put_off(number, NOON, packed=False)
        warehouse.close(order)
        if rng.random() < 0.1:
            warehouse.chain.effects.lanes_closed ^= {"near"}
    warehouse.chain.effects.lanes_closed.clear()
    events += warehouse.until(3 * 86_400)
    departed = [number for _, parcels in warehouse.left for number in parcels]
    assert sorted(departed) == list(range(40))
    assert all(way_of(events, number)[-1].startswith("trailer") for number in range(40))
    book = warehouse.chain.promises
    assert (book.awaited, book.work, warehouse.chain.shipping.departures) == ({}, {}, {})


def test_a_parcel_in_the_trailer_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last mile continues the lifecycle of a parcel in the trailer."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.packed(7, TEN_PAST)
    warehouse.until(TEN_PAST)
    assert warehouse.chain.parcels.under_way[7].state == ParcelState.LOADED
