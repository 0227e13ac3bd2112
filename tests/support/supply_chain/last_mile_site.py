"""A tiny warehouse for tests of the last mile: parcels that have left, and customers where a test puts them."""

from pathlib import Path

from controller.build_site import build_site
from controller.scenario.read import load_scenario
from controller.site.site import Site
from controller.supply_chain.delivery import handover
from controller.supply_chain.returns import returns
from controller.supply_chain.state.lifecycles import ParcelState
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.outbound.promises import Customer, Promise
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.supply_chain.steps import run_due
from controller.warehouse.stock import SUPPLIER, parcel
from robots.recording.event import Event
from tests.support.floor.tiny_site import FLOOR, chain_of

HOUR = 3600
SITE = """
[run]
start = "08:00"
ticks = 864_000
[stock]
skus = 10
seller_share = {sellers}
[orders]
per_station_hour = 0
[[lane]]
name = "near"
departures = ["09:00", "15:00"]
share = 1
transit_s = 600
rounds_s = 600
[[lane]]
name = "far"
service = "air"
departures = ["09:00"]
center_km = [600, 0]
transit_s = 36_000
"""
VANS = """
[last_mile]
diesel_vans = 1
electric_vans = 1
flex = 0
failed = 0
delays = 0
"""


class LastMileSite:
    """A warehouse at 08:00 with a chain and a stopped floor."""

    def __init__(self, folder: Path, text: str = "", sellers: float = 0.0) -> None:
        path = folder / "warehouse.toml"
        path.write_text(FLOOR + SITE.format(sellers=sellers) + text)
        self.site: Site = build_site(load_scenario(path))
        self.chain: SupplyChain = chain_of(self.site)
        returns.begin(self.site, self.chain)

    def loaded(
        self, number: int, units: dict[int, int] | None = None, lane: str = "near", by: int = 14 * HOUR, **at: float
    ) -> Parcel:
        """Add a parcel to trailer 1. at: x, y, earliest_s, latest_s of its customer."""
        one = Parcel(number, lane, 0, 500, 2_000, ParcelState.LOADED, "trailer 1")
        self.chain.parcels.under_way[number] = one
        customer = Customer(lane, at.pop("x", 1.0), at.pop("y", 1.0), **at)
        self.chain.promises.give(number, Promise(customer, "same-day", self.site.tick, by), 1)
        for sku, count in (units or {0: 1}).items():
            self.site.ledger.move(self.site.tick, sku, count, SUPPLIER, parcel(number))
        return one

    def departed(self, *parcels: Parcel) -> None:
        handover.departed(self.site, self.chain, parcels[0].lane, parcels)

    def until(self, tick: int) -> list[Event]:
        """Return all events up to a tick and in it; ticks without events are left out."""
        while self.site.tick < tick:
            steps = self.chain.schedule._events
            self.site.tick = min(tick, max(self.site.tick + 1, steps[0][0] if steps else tick))
            run_due(self.site, self.chain)
        events, self.site.events = self.site.events, []
        return events

    def stock(self, place: str) -> dict[int, int]:
        """{sku: units} in a place of the ledger."""
        return next((units for kept_in, units in self.site.ledger.places().items() if str(kept_in) == place), {})
