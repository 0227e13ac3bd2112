"""Money of returns: refunds to customers, and income from returned units that are not restocked."""

from controller.site.site import Site
from controller.supply_chain.returns.disposition import SEND_BACK, Disposition
from controller.supply_chain.sellers import fees
from controller.supply_chain.state.accounts import CASH, REFUND, REFUNDS, SALVAGE, SALVAGED, seller_account
from controller.supply_chain.state.outbound.returns import Return
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import RETAILER

HANDLING = "returns handling"
"""Cause of the cost of listing, repair and disposal."""


def refund(site: Site, chain: SupplyChain, customer_return: Return) -> int:
    """Refund the price of every unit, and return the cents. Refunds of sellers' units are charged to the seller, with
    the commission returned and a fee for the work.
    """
    total, about = 0, f"return {customer_return.rma}"
    for sku, units in customer_return.units.items():
        cents = int(chain.items.price[sku]) * units
        owner = site.ledger.catalogue.owners[sku]
        chain.accounts.post(
            site.tick, REFUNDS if owner == RETAILER else seller_account(owner), CASH, cents, REFUND, about
        )
        if owner != RETAILER:
            fees.charge_commission(chain, site.tick, owner, -cents, about)
            fees.charge(chain, site.tick, owner, "return", units, about)
        total += cents
    return total


def salvage(
    site: Site, chain: SupplyChain, customer_return: Return, sku: int, units: int, disposition: Disposition
) -> None:
    """Book income and handling cost of units that are not restocked.

    Income from sellers' units belongs to the seller and is not booked; the seller pays for units sent back.
    """
    about = f"return {customer_return.rma}"
    owner = site.ledger.catalogue.owners[sku]
    if owner == RETAILER:
        chain.accounts.post(site.tick, CASH, SALVAGE, round(disposition.income * units), SALVAGED, about)
    elif disposition.name == SEND_BACK:
        fees.charge_sending_back(chain, site.tick, owner, disposition.handling * units, about)
    chain.accounts.spend(site.tick, disposition.handling * units, HANDLING, about)
