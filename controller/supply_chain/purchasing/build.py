"""Build the inbound state of a scenario: suppliers with their offers, and the stock known at tick 0."""

import numpy as np

from controller.demand.demand import Demand
from controller.demand.history import Past, synthetic_past
from controller.scenario.disruption_checks import faults_of_names
from controller.scenario.scenario import Scenario
from controller.scenario.supply_chain import Chain, StockPolicy
from controller.supply_chain.purchasing.suppliers import USUAL, synthetic_offers
from controller.supply_chain.purchasing.suppliers_csv import read_suppliers
from controller.supply_chain.state.inbound.inventory import Inventory
from controller.supply_chain.state.inbound.purchase_orders import SourcingState
from controller.supply_chain.state.items import ItemMaster
from controller.warehouse.pods import Pods
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.stock import Catalogue
from layout.errors import InputError, Problem
from layout.floor import StationKind


def sourcing_of_file(scenario: Scenario, settings: Chain, catalogue: Catalogue) -> SourcingState | None:
    """Return the suppliers of the CSV, or None if there is none. Raises InputError for a file that cannot be used."""
    sourcing = settings.sourcing
    if not sourcing.csv:
        return None
    suppliers, offers = read_suppliers(scenario.beside(sourcing.csv), catalogue, sourcing.form)
    faults = faults_of_names(scenario, [supplier.name for supplier in suppliers])
    if problems := [Problem(scenario.file, *fault) for fault in faults]:
        raise InputError(problems)
    return SourcingState(suppliers, offers)


def synthetic_sourcing(
    settings: Chain, catalogue: Catalogue, items: ItemMaster, rng: np.random.Generator
) -> SourcingState:
    """Return the suppliers of [[supplier]], or the default ones, with synthetic offers."""
    suppliers = settings.suppliers or USUAL
    return SourcingState(suppliers, synthetic_offers(suppliers, catalogue, items, rng))


def inventory_of(
    scenario: Scenario, chain: Chain, demand: Demand, pods: Pods, slots: Slots | None, rng: np.random.Generator
) -> Inventory:
    """Return stock and demand of all SKUs as known at tick 0."""
    settings, skus = chain.inventory, len(demand.catalogue)
    room = slots.capacity(skus) if slots is not None else None
    inventory = Inventory(pods, scenario.ticks(settings.fetch_s), scenario.pods.bin_units, room)
    past = (demand.past or _made_up(scenario, settings, demand, rng)).for_skus(skus)
    inventory.history, inventory.demand_today = past.days, past.today
    inventory.mean = inventory.variance = past.expected
    return inventory


def _made_up(scenario: Scenario, settings: StockPolicy, demand: Demand, rng: np.random.Generator) -> Past:
    stations = len(scenario.floor.of_kind(StationKind.PICK))
    share, days = demand.catalogue.share, settings.history_days
    return synthetic_past(scenario.orders, stations, share, demand.start_s, settings.review, days, rng)
