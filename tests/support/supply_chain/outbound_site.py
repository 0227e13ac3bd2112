"""The outbound side of a tiny warehouse for tests: parcels packed by hand, and a last mile that only records what it
receives.
"""

from itertools import pairwise
from pathlib import Path

import pytest

from controller.build_site import build_site
from controller.scenario.read import load_scenario
from controller.site.site import Site
from controller.supply_chain.delivery import handover
from controller.supply_chain.outbound import floor_capacity
from controller.supply_chain.shipping import packing, shipping
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.outbound.promises import Customer, Promise
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.supply_chain.steps import run_due
from controller.warehouse.orders import Order
from controller.warehouse.stock import SUPPLIER, parcel
from robots.recording.event import Event
from robots.recording.supply_chain_events import ParcelLate, ParcelMoved
from tests.support.floor.tiny_site import FLOOR, chain_of, of_kind

SITE = """
[run]
start = "08:00"
[stock]
skus = 10
seller_share = 0.0
[orders]
per_station_hour = 0
[promise]
work_s = 60
margin_s = 30
[packing]
fault = 0
"""
NEAR = """
[[lane]]
name = "near"
departures = ["08:10", "08:20", "12:00"]
share = 1
transit_s = 600
rounds_s = 600
"""
TEN_PAST, TWENTY_PAST, NOON = 600, 1200, 4 * 3600
"""Ticks of the departures."""


class OutboundSite:
    """A warehouse at 08:00 with a chain and a stopped floor. left: (lane, parcels) of the trailers that have left."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = "", lanes: str = NEAR) -> None:
        path = folder / "warehouse.toml"
        path.write_text(FLOOR + _merged(SITE, text) + lanes)
        self.site: Site = build_site(load_scenario(path))
        self.chain: SupplyChain = chain_of(self.site)
        self.left: list[tuple[str, list[int]]] = []
        monkeypatch.setattr(handover, "departed", self._departed)
        for part in (floor_capacity, packing, shipping):
            part.begin(self.site, self.chain)

    def _departed(self, site: Site, chain: SupplyChain, lane: str, parcels: list[Parcel]) -> None:
        self.left.append((lane, [one.id for one in parcels]))

    def promised(self, number: int, cpt: int, lane: str = "near", **hours: float) -> Order:
        """An order of one unit that is promised for a departure, by noon."""
        order = Order(number, f"{number}", self.site.tick, cpt)
        order.add(0, 1)
        self.site.book.receive(order)
        promise = Promise(Customer(lane, 0.0, 0.0, **hours), "same-day", cpt, NOON)
        self.chain.promises.give(number, promise, 1)
        return order

    def packed(self, number: int, cpt: int, lane: str = "near", **hours: float) -> Order:
        """An order whose parcel a packer has just closed."""
        order = self.promised(number, cpt, lane, **hours)
        self.close(order)
        return order

    def close(self, order: Order) -> None:
        """Close the parcel of an order, as the packer does."""
        self.site.ledger.move(self.site.tick, 0, 1, SUPPLIER, parcel(order.id))
        packing.packed(self.site, self.chain, order)

    def until(self, tick: int) -> list[Event]:
        """Return all events up to a tick and in it."""
        while self.site.tick < tick:
            self.site.tick += 1
            run_due(self.site, self.chain)
        events, self.site.events = self.site.events, []
        return events


def way_of(events: list[Event], number: int) -> list[str]:
    """The places of a parcel one after the other, each step beginning where the last one ended."""
    moves = [event for event in of_kind(events, ParcelMoved) if event.parcel == number]
    assert all(one.target == next_one.source for one, next_one in pairwise(moves))
    return [move.target for move in moves]


def late(events: list[Event]) -> dict[int, str]:
    """{parcel: cause} of the late parcels."""
    return {event.parcel: event.cause for event in of_kind(events, ParcelLate)}


def no_stock(site: Site) -> None:
    """Free stock in the pods, always none."""
    site.pods.free_total[:] = [0] * len(site.pods.free_total)


def _merged(warehouse: str, text: str) -> str:
    """The site's TOML with a test's tables in place of those of the same name."""
    tables = {part.partition("]")[0]: part for part in ("\n" + warehouse).split("\n[")[1:]}
    tables |= {part.partition("]")[0]: part for part in ("\n" + text).split("\n[")[1:]}
    return "".join(f"\n[{part}" for part in tables.values())
