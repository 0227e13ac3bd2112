"""What the house owes its suppliers: the price of what was kept, and freight, paid after the supplier's term.

The goods' standard cost was booked when they came in; the bill is against that, and what its price differs goes to an account
of its own.
"""

from collections.abc import Iterable, Mapping

from controller.scenario.supply_chain import Supplier
from controller.site.site import Site
from controller.supply_chain.money.stock_value import UNBILLED
from controller.supply_chain.state.accounts import CASH, COSTS, FREIGHT, PRICE_DIFFERENCE, payable
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from layout.time_units import DAY_S

Item = tuple[int, int, int]
"""(sku, units, cents a unit)."""
NO_ORDER = "no purchase order"
"""Creditor of goods that were announced to the house and not ordered by it."""


def bill(site: Site, chain: SupplyChain, supplier: int, items: Iterable[Item], about: str) -> int:
    """Book what a supplier is owed; it is paid when it is due. Returns the cents."""
    terms, cost = chain.sourcing.suppliers[supplier], chain.items.cost
    price = standard = units = 0
    for sku, amount, cents in items:
        units += amount
        price += amount * cents
        standard += amount * int(cost[sku])
    creditor, freight = payable(terms.name), round(units * terms.freight_cents)
    chain.accounts.post(site.tick, UNBILLED, creditor, standard, "bill", about)
    chain.accounts.post(site.tick, PRICE_DIFFERENCE, creditor, price - standard, PRICE_DIFFERENCE, about)
    chain.accounts.post(site.tick, f"{COSTS}:{FREIGHT}", creditor, freight, FREIGHT, about)
    due = site.tick + chain.calendar.ticks(terms.payment_days * DAY_S)
    chain.schedule.at(due, pay, creditor, price + freight, about)
    return price + freight


def bill_at_cost(site: Site, chain: SupplyChain, units: Mapping[int, int], about: str) -> None:
    """What came for the house without a purchase order is owed at its standard cost, and paid at the usual term. units: {sku:
    units}.
    """
    creditor = payable(NO_ORDER)
    cents = sum(count * int(chain.items.cost[sku]) for sku, count in units.items())
    chain.accounts.post(site.tick, UNBILLED, creditor, cents, "bill", about)
    due = site.tick + chain.calendar.ticks(Supplier(NO_ORDER).payment_days * DAY_S)
    chain.schedule.at(due, pay, creditor, cents, about)


def bill_for_kept(site: Site, chain: SupplyChain, source: str, sku: int, units: int) -> None:
    """Units beyond a purchase order are kept, and owed for at the supplier's price; without an order at standard cost."""
    supplier = chain.sourcing.by_source.get(source)
    if supplier is not None:
        bill(site, chain, supplier, [(sku, units, int(chain.sourcing.offers.cost[sku, supplier]))], source)
    else:
        bill_at_cost(site, chain, {sku: units}, source)


@handler
def pay(site: Site, chain: SupplyChain, creditor: str, cents: int, about: str) -> None:
    """A bill is due."""
    chain.accounts.post(site.tick, creditor, CASH, cents, "payment", about)
