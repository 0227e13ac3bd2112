"""SLAM: each parcel is weighed and labelled, faulty parcels are packed again, and the label posts the sale."""

from pathlib import Path

import pytest
from msgspec import structs

from controller.supply_chain.state.accounts import CASH, SALES
from controller.supply_chain.state.outbound.parcels import Parcel
from robots.recording.supply_chain_events import ParcelMoved, ParcelPacked
from tests.support.floor.tiny_site import of_kind
from tests.support.supply_chain.outbound_site import TEN_PAST, OutboundSite, way_of


def test_a_parcel_that_weighs_wrong_is_packed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parcel of wrong weight comes back to SLAM and passes; the reason gives the weight on the scale."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[packing]\nfault = 1\nrepack_s = 50\n")
    warehouse.chain.items.weight_g[0] = 1_000
    warehouse.packed(7, TEN_PAST)
    events = warehouse.until(TEN_PAST)
    assert way_of(events, 7) == ["slam", "pack", "slam", "sorter", "chute 1", "trailer 1"]
    reason = next(event.reason for event in of_kind(events, ParcelMoved) if event.target == "pack")
    assert reason.endswith(" g: packed again")


def test_light_parcels_may_differ_by_some_grams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scale reports no difference smaller than its accuracy."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[packing]\nfault = 1\n")
    warehouse.chain.items.weight_g[0] = 1
    warehouse.chain.boxes = (structs.replace(warehouse.chain.boxes[0], weight_g=30),)
    warehouse.packed(7, TEN_PAST)
    assert "pack" not in way_of(warehouse.until(TEN_PAST), 7)


def test_hundreds_of_right_parcels_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scale's noise is no fault."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    for number in range(300):
        warehouse.packed(number, TEN_PAST)
    assert not [event for event in of_kind(warehouse.until(1_200), ParcelMoved) if event.target == "pack"]


def test_the_label_makes_the_sale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sale is posted with the label and not with packing."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.packed(7, TEN_PAST)
    assert warehouse.chain.accounts.balance[SALES] == 0
    cash = warehouse.chain.accounts.balance[CASH]
    warehouse.until(TEN_PAST)
    price = int(warehouse.chain.items.price[0])
    assert warehouse.chain.accounts.balance[SALES] == -price
    assert warehouse.chain.accounts.balance[CASH] - cash == price


def test_a_sale_is_the_sellers_less_the_fees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warehouse keeps its fees for picking, packing, shipping and commission."""
    warehouse = OutboundSite(tmp_path, monkeypatch, "[stock]\nskus = 10\nseller_share = 1.0\n")
    warehouse.packed(7, TEN_PAST)
    warehouse.until(TEN_PAST)
    price, owner = int(warehouse.chain.items.price[0]), warehouse.site.ledger.catalogue.owners[0]
    fees = 60 + 70 + 180 + round(0.12 * price)
    assert warehouse.chain.accounts.balance[f"seller:{owner}"] == fees - price
    assert warehouse.chain.accounts.balance[SALES] == 0


def test_the_box_is_reported_and_paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event gives the box's share of air and the parcel's weight."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.chain.items.size_mm[0] = (230, 165, 40)
    warehouse.packed(7, TEN_PAST)
    (packed,) = of_kind(warehouse.site.events, ParcelPacked)
    assert (packed.box, packed.boxes, packed.void) == ("extra small", 1, 0.5)
    assert packed.weight_g == warehouse.chain.items.weight_g[0] + 60
    assert warehouse.chain.accounts.balance["costs:packaging"] == 14


def test_a_parcel_on_its_way_is_in_the_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parcel on its way is in the state with its lane and its departure."""
    warehouse = OutboundSite(tmp_path, monkeypatch)
    warehouse.packed(7, TEN_PAST)
    parcel = warehouse.chain.parcels.under_way[7]
    assert isinstance(parcel, Parcel)
    assert (parcel.lane, parcel.cpt, parcel.place) == ("near", TEN_PAST, "slam")
