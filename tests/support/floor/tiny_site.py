"""The tiny floor for tests of the controller, as a file, a scenario or a running site, with what a test changes of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from controller.build_site import build_site
from controller.scenario.injected_faults import standing
from controller.scenario.read import load_scenario
from controller.scenario.scenario import InjectedFault, Scenario, with_faults
from controller.site.site import Site
from controller.supply_chain.around_floor import chain_around
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.tick import tick
from controller.warehouse.orders import Order
from controller.warehouse.pods import Pods
from controller.warehouse.replenishment import Replenishment
from controller.warehouse.stock import SUPPLIER, Catalogue, Ledger
from layout.errors import InputError
from robots.recording.events import Event
from robots.units.simulated_fleet import SimFleet

ROOT = Path(__file__).parents[3]
TINY = ROOT / "maps" / "tiny.toml"
DEMO = ROOT / "maps" / "demo.toml"
FLOOR = f"[floor]\nfile = {json.dumps(str(TINY))}\n"
"""The shortest scenario: maps/tiny.toml as its floor."""

E = TypeVar("E", bound=Event)
Stock = dict[int, dict[int, int]]
"""{pod: {sku: units}}."""
Orders = dict[int, list[tuple[int, dict[int, int]]]]
"""{tick: [(due, {sku: units})]}."""


def settings(**sections: dict[str, object]) -> dict[str, str]:
    """stock={"skus": 40} → {"stock.skus": "40"}, as `--set` has it."""
    return {f"{section}.{key}": as_toml(value) for section, keys in sections.items() for key, value in keys.items()}


def as_toml(value: object) -> str:
    """A value in TOML; JSON is TOML but for its tables."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(entry)}" for key, entry in value.items()) + "}"
    return json.dumps(value)


def tiny(path: Path = TINY, faults: tuple[InjectedFault, ...] = (), **sections: dict[str, object]) -> Scenario:
    return with_faults(load_scenario(path, settings(**sections)), faults)


def tiny_site(path: Path = TINY, faults: tuple[InjectedFault, ...] = (), **sections: dict[str, object]) -> Site:
    return build_site(tiny(path, faults, **sections))


class ListedOrders:
    """Demand that a test lists: {tick: [(due, {sku: units})]}."""

    def __init__(self, catalogue: Catalogue, orders: Orders) -> None:
        self.catalogue, self.start_s = catalogue, 8 * 3600.0
        self.skipped, self.left_out = dict[str, int](), dict[str, int]()
        self.units_left_out = self.after = 0
        self._orders = orders
        self._next = 0

    def arrivals(self, tick: int) -> list[Order]:
        return [self._order(tick, *order) for order in self._orders.get(tick, ())]

    def _order(self, tick: int, due: int, lines: dict[int, int]) -> Order:
        order = Order(self._next, f"{self._next}", tick, due)
        self._next += 1
        for sku, units in lines.items():
            order.add(sku, units)
        return order


def quiet_site(
    path: Path = TINY, stock: Stock | None = None, orders: Orders | None = None, **sections: dict[str, object]
) -> Site:
    """A site with the stock and the orders that a test says, and neither chance at work nor suppliers."""
    asked: dict[str, dict[str, object]] = {
        "orders": {"per_station_hour": 0},
        "stations": {"spread": 0.0},
        "stock": {"reorder_at": 0.0, "skus": 10},
    }
    for section, keys in sections.items():
        asked[section] = asked.get(section, {}) | keys
    site = tiny_site(path, **asked)
    site.demand = ListedOrders(site.demand.catalogue, orders or {})
    restock(site, stock or {})
    chain = chain_around(site)
    if chain is None:
        site.supply = Replenishment(site.scenario, site.pods, np.random.default_rng(1))
    else:
        chain.inventory.use(site.pods)
    return site


def chain_of(site: Site) -> SupplyChain:
    """Return the supply chain around a site that has one."""
    chain = chain_around(site)
    assert chain is not None
    return chain


def befall(site: Site, fault: InjectedFault) -> None:
    """Inject a fault into a run that has already begun."""
    fleet = site.fleet
    assert isinstance(fleet, SimFleet)
    for when, robot, ticks in standing(with_faults(site.scenario, [fault])):
        fleet._faults[when].append((robot, ticks))


def restock(site: Site, stock: Stock) -> None:
    """Empty all pods and put into some what is listed: {pod: {sku: units}}, one SKU a bin."""
    cells = site.pods.cell.copy()
    site.ledger = Ledger(site.demand.catalogue, len(cells), site.scenario.pods.bins)
    site.pods = Pods(site.ledger, cells, site.grid.cells)
    for pod, skus in stock.items():
        for number, (sku, units) in enumerate(skus.items()):
            site.pods.put(0, pod, number, sku, units, SUPPLIER)
    site.ledger.take_moves()


def stand_pods(site: Site, *places: tuple[int, int]) -> None:
    """Stand the pods 0, 1, … at these (row, col), the others on what is left of the storage in reading order."""
    cells = [site.grid.cell(*place) for place in places]
    cells += [cell for cell in site.floor.storage.tolist() if cell not in cells]
    site.pods.pod_at[:] = -1
    for pod in range(len(site.pods)):
        site.pods.set_down(pod, cells[pod])


def stand_robots(site: Site, *places: tuple[int, int]) -> None:
    """Place the robots 0, 1, … at these (row, col), heading east; all of them must be given."""
    fleet = site.fleet
    assert isinstance(fleet, SimFleet)
    fleet.cell[:] = [site.grid.cell(*place) for place in places]
    site.robots.take(fleet.receive())


def run(site: Site, ticks: int) -> list[Event]:
    """Return the events of this many ticks."""
    return [event for _ in range(ticks) for event in tick(site)[1]]


def run_until(site: Site, seen: Callable[[list[Event]], bool], ticks: int = 600) -> list[Event]:
    """Return the events up to the tick that fulfils the condition; the test fails if none does."""
    happened: list[Event] = []
    for _ in range(ticks):
        events = tick(site)[1]
        happened += events
        if seen(events):
            return happened
    pytest.fail(f"not seen in {ticks} ticks")


def of_kind(events: list[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def faults_of(read: Callable[[], object]) -> list[str]:
    """The messages with which a call refuses its input."""
    with pytest.raises(InputError) as caught:
        read()
    return str(caught.value).splitlines()
