"""Warm start of returns: returns under way when the run begins, of parcels delivered in the days before it.

A floor in steady state has λ × T units in each stage of T days of a return (Little 1961), and an exponential time is
memoryless, so its remainder is as long as all of it.
"""

from collections import Counter

import numpy as np

from controller.demand.demand import GeneratedDemand
from controller.site.site import Site
from controller.supply_chain.returns import returns
from controller.supply_chain.state.outbound.returns import BEFORE
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import CUSTOMER, SUPPLIER, returned
from layout.arrays import Floats
from layout.time_units import DAY_S
from robots.recording.supply_chain_events import ReturnMoved


def begin(site: Site, chain: SupplyChain) -> None:
    """Create units at customers, and schedule their returns. Does nothing with orders or returns from a file."""
    daily = units_a_day(site) * np.minimum(1.0, chain.items.returned * chain.settings.returns.rate)
    if chain.returns.file is not None or not daily.any():
        return
    settings, streams = chain.settings.returns, chain.streams
    skus_kept = _drawn(streams.sequence("returns before the run"), daily * settings.after_days)
    on_the_way = _drawn(streams.sequence("returns on their way"), daily * settings.transit_s / DAY_S)
    for sku, units in sorted(Counter(skus_kept + on_the_way).items()):
        site.ledger.move(site.tick, sku, units, SUPPLIER, CUSTOMER)
    after = streams.sequence("days until returns").exponential(settings.after_days, len(skus_kept)).tolist()
    for sku, days in zip(skus_kept, after, strict=True):
        chain.schedule.at(site.tick + chain.calendar.ticks(days * DAY_S), returns.ask, BEFORE, {sku: 1})
    shares = streams.sequence("rest of their way").random(len(on_the_way)).tolist()
    for sku, share in zip(on_the_way, shares, strict=True):
        _on_the_way(site, chain, sku, site.tick + chain.calendar.ticks(share * settings.transit_s))


def units_a_day(site: Site) -> Floats:
    """Return the units of each SKU ordered a day: float64[skus]; 0 if orders come from a file."""
    share, orders = site.demand.catalogue.share, site.scenario.orders
    if not isinstance(site.demand, GeneratedDemand):
        return np.zeros(len(share))
    hourly = orders.per_station_hour * len(site.pick_stations) * sum(orders.profile)
    return hourly * orders.mean_units * share


def _drawn(rng: np.random.Generator, mean: Floats) -> list[int]:
    """Draw units of each SKU, Poisson around `mean`, and return their SKUs."""
    skus: list[int] = np.repeat(np.arange(len(mean)), rng.poisson(mean)).tolist()
    return skus


def _on_the_way(site: Site, chain: SupplyChain, sku: int, arrival: int) -> None:
    """Add a unit that its customer has already handed in."""
    customer_return = chain.returns.authorise(BEFORE, {sku: 1})
    site.emit(
        ReturnMoved(
            site.tick, customer_return.rma, BEFORE, str(customer_return.state), "1 unit, delivered before the run"
        )
    )
    site.ledger.move(site.tick, sku, 1, CUSTOMER, returned(customer_return.rma))
    returns.moves(site, customer_return, "hand_in", "before the run")
    chain.schedule.at(chain.calendar.next(arrival, returns.RUNS), returns.arrive, customer_return)
