"""Money of returns: what customers get back, and what goods bring that aren't sold as new again."""

from controller.site.site import Site
from controller.supply_chain.returns.disposition import SEND_BACK, Way
from controller.supply_chain.sellers import fees
from controller.supply_chain.state.accounts import CASH, REFUND, REFUNDS, SALVAGE, SALVAGED, seller_account
from controller.supply_chain.state.outbound.returns import Return
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import RETAILER

HANDLING = "returns handling"
"""Cause of what listing, repair and disposal cost."""


def refund(site: Site, chain: SupplyChain, one: Return) -> int:
    """The price of every unit goes back to the customer; a seller's at his cost, with his commission back and a fee for the
    work. Returns the cents.
    """
    total, about = 0, f"return {one.rma}"
    for sku, units in one.units.items():
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


def salvage(site: Site, chain: SupplyChain, one: Return, sku: int, units: int, way: Way) -> None:
    """What units bring that aren't restocked, at what is expected of them, and their handling. What a seller's are worth is his
    to find out; what it costs to send them to him he pays.
    """
    about = f"return {one.rma}"
    owner = site.ledger.catalogue.owners[sku]
    if owner == RETAILER:
        chain.accounts.post(site.tick, CASH, SALVAGE, round(way.income * units), SALVAGED, about)
    elif way.name == SEND_BACK:
        fees.charge_sending_back(chain, site.tick, owner, way.handling * units, about)
    chain.accounts.spend(site.tick, way.handling * units, HANDLING, about)
