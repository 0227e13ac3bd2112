"""Trailers of the scenario's receipts file: announced a day ahead, own stock and each seller's stock separately."""

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
    """Schedule the announcement of each trailer; from then on the reorder review counts its units as coming."""
    ahead = chain.calendar.ticks(DAY_S)
    for receipt in chain.receiving.receipts:
        chain.schedule.at(max(site.tick, receipt.tick - ahead), announce, receipt)


@handler
def announce(site: Site, chain: SupplyChain, receipt: Receipt) -> None:
    """Handle the arrival of an ASN: announce its lines to the retailer and to each seller."""
    lines_of = defaultdict[str, list[AsnLine]](list)
    for line in receipt.lines:
        lines_of[site.ledger.catalogue.owners[line.sku]].append(line)
    for owner, lines in lines_of.items():
        if owner == RETAILER:
            announce_to_retailer(site, chain, receipt.asn, lines, receipt.tick)
        else:
            shipments.announce(site, chain, owner, lines, receipt.tick)


def announce_to_retailer(site: Site, chain: SupplyChain, asn: str, lines: Sequence[AsnLine], arrive: int) -> int:
    """Announce own stock that comes without a purchase order, from tick `arrive` on, and return the trailer's number."""
    return receiving.announce(site, chain, f"notice {asn}", lines, arrive, taken_in, asn)


@handler
def taken_in(site: Site, chain: SupplyChain, asn: str, outcome: Mapping[int, int]) -> None:
    """Bill own stock that came without a purchase order, once it is put away."""
    supplier_bills.bill_at_cost(site, chain, outcome, f"notice {asn}")
