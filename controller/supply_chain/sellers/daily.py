"""Daily routine of sellers: at midnight storage is charged, the oldest stock is ordered back, and stock is topped up.

Periodically a seller is paid the balance owed: sales less refunds, fees and commissions.
"""

from collections import deque

from controller.site.site import Site
from controller.supply_chain.sellers import fees, removals, shipments
from controller.supply_chain.state.accounts import CASH, FEES, SETTLEMENT, seller_account
from controller.supply_chain.state.inbound.sellers import Cohort, skus_by_seller
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from layout.time_units import DAY_S

_MIDNIGHT = ("00:00",)
_OLDEST_DAYS, _USUAL_DAYS = 400.0, 60.0
"""Greatest age of opening stock, and the age of SKUs with unknown sales."""


def begin(site: Site, chain: SupplyChain) -> None:
    """Set up the sellers and their first day, which starts at once because their shipments are already under way."""
    chain.sellers.skus = skus_by_seller(site.ledger.catalogue.owners)
    if chain.sellers.skus:
        _begin_settlements(site, chain)
        chain.schedule.at(site.tick + 1, first_day)


@handler
def first_day(site: Site, chain: SupplyChain) -> None:
    """Set the age of the opening stock, once it is booked, and announce shipments sent before the run."""
    inventory = chain.inventory
    known = inventory.history.mean(axis=1) if inventory.history.shape[1] else inventory.mean
    shipments.expect(chain, known.tolist())
    _age_opening_stock(chain)
    for seller in chain.sellers.skus:
        removals.remove_the_old(site, chain, seller)
        shipments.send_before(site, chain, seller)
    _next_day(site, chain)


@handler
def seller_day(site: Site, chain: SupplyChain) -> None:
    """Run a seller's daily routine, at midnight."""
    settings = chain.settings.sellers
    shipments.look_at_sales(chain, 1.0)
    for seller in chain.sellers.skus:
        charge_storage(site, chain, seller)
        removals.remove_the_old(site, chain, seller)
        rng = chain.streams.next_of("seller's lead time", seller)
        lead = max(0.1, float(rng.normal(settings.lead_days, settings.lead_sd_days)))
        shipments.top_up(site, chain, seller, lead)
    _next_day(site, chain)


def charge_storage(site: Site, chain: SupplyChain, seller: str) -> None:
    """Charge a day's storage of all the seller's stock here, by volume and age."""
    state, settings, a_day = chain.sellers, chain.settings.sellers, chain.calendar.tick_s / DAY_S
    litres = chain.items.volume_ml / 1000.0
    cents = 0.0
    for sku in state.skus[seller]:
        for cohort in state.cohorts.get(sku, ()):
            room = float(litres[sku]) * cohort.units
            cents += fees.storage_cents(settings, room, (site.tick - cohort.since) * a_day)
    chain.accounts.post_parts(site.tick, seller_account(seller), FEES, cents, fees.STORAGE)


def _begin_settlements(site: Site, chain: SupplyChain) -> None:
    """Schedule each seller's first settlement at a random time of its period, because the run starts mid-cycle."""
    for seller in chain.sellers.skus:
        days = float(chain.streams.of("settlement", seller).uniform(0.0, chain.settings.sellers.settle_days))
        chain.schedule.at(site.tick + chain.calendar.ticks(days * DAY_S), settle, seller)


@handler
def settle(site: Site, chain: SupplyChain, seller: str) -> None:
    """Pay a seller and schedule the next payment. A seller that owes more than it sold pays the retailer."""
    account = seller_account(seller)
    owed = sum(chain.accounts.statement(account).values())
    chain.accounts.post(site.tick, account, CASH, owed, SETTLEMENT, seller)
    chain.accounts.close_statement(account)
    chain.schedule.at(site.tick + chain.calendar.ticks(chain.settings.sellers.settle_days * DAY_S), settle, seller)


def _next_day(site: Site, chain: SupplyChain) -> None:
    chain.schedule.at(chain.calendar.next(site.tick + 1, _MIDNIGHT), seller_day)


def _age_opening_stock(chain: SupplyChain) -> None:
    """Set the age of opening stock as in mid-cycle: slow sellers have been here longest, up to their days of demand."""
    state = chain.sellers
    for sku, cohorts in state.cohorts.items():
        units = sum(cohort.units for cohort in cohorts)
        days = min(_OLDEST_DAYS, units / state.rate[sku]) if state.rate[sku] else _USUAL_DAYS
        since = -chain.calendar.ticks(float(chain.streams.of("age of opening stock", sku).uniform(0.0, days)) * DAY_S)
        state.cohorts[sku] = deque([Cohort(since, units)])
