"""Trailers of the scenario's receipts file: announced a day ahead, the house's goods and each seller's by themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from controller.site.site import Site
from controller.supply_chain.money import supplier_bills
from controller.supply_chain.receiving import receiving
from controller.supply_chain.sellers import shipments
from controller.supply_chain.state.inbound.dock import AsnLine, Receipt
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import RETAILER
from layout.time_units import DAY_S


def begin(site: Site, chain: SupplyChain) -> None:
    """Note when each is announced; the reorder counts it as coming from then on."""
    ahead = chain.calendar.ticks(DAY_S)
    for receipt in chain.receiving.receipts:
        chain.schedule.at(max(site.tick, receipt.tick - ahead), announce, receipt)


@handler
def announce(site: Site, chain: SupplyChain, receipt: Receipt) -> None:
    """A step: its ASN is here."""
    lines_of = defaultdict[str, list[AsnLine]](list)
    for line in receipt.lines:
        lines_of[site.ledger.catalogue.owners[line.sku]].append(line)
    for owner, lines in lines_of.items():
        if owner == RETAILER:
            announce_to_retailer(site, chain, receipt.asn, lines, receipt.tick)
        else:
            shipments.announce(site, chain, owner, lines, receipt.tick)


def announce_to_retailer(site: Site, chain: SupplyChain, asn: str, lines: Sequence[AsnLine], arrive: int) -> int:
    """Goods that come for the house without a purchase order, from tick `arrive` on; returns the trailer's number."""
    return receiving.announce(site, chain, f"notice {asn}", lines, arrive, taken_in, asn)


@handler
def taken_in(site: Site, chain: SupplyChain, asn: str, outcome: Mapping[int, int]) -> None:
    """A step: goods of the house that came without a purchase order are put away, and owed for."""
    supplier_bills.bill_at_cost(site, chain, outcome, f"notice {asn}")
