"""Payables to suppliers: price of the units kept, and freight, paid after the supplier's payment term.

The standard cost was booked at receipt; the bill is posted against it, and the difference in price goes to an account
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
"""Creditor of own stock that was announced without a purchase order."""


def bill(site: Site, chain: SupplyChain, supplier: int, items: Iterable[Item], about: str) -> int:
    """Book a supplier's bill, schedule its payment, and return the cents."""
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
    """Book own stock received without a purchase order at its standard cost, payable at the usual term. units: {sku:
    units}.
    """
    creditor = payable(NO_ORDER)
    cents = sum(count * int(chain.items.cost[sku]) for sku, count in units.items())
    chain.accounts.post(site.tick, UNBILLED, creditor, cents, "bill", about)
    due = site.tick + chain.calendar.ticks(Supplier(NO_ORDER).payment_days * DAY_S)
    chain.schedule.at(due, pay, creditor, cents, about)


def bill_for_kept(site: Site, chain: SupplyChain, source: str, sku: int, units: int) -> None:
    """Bill kept units beyond a purchase order at the supplier's price, or at standard cost if there was no order."""
    supplier = chain.sourcing.by_source.get(source)
    if supplier is not None:
        bill(site, chain, supplier, [(sku, units, int(chain.sourcing.offers.cost[sku, supplier]))], source)
    else:
        bill_at_cost(site, chain, {sku: units}, source)


@handler
def pay(site: Site, chain: SupplyChain, creditor: str, cents: int, about: str) -> None:
    """Pay a bill that is due."""
    chain.accounts.post(site.tick, creditor, CASH, cents, "payment", about)
