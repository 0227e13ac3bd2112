"""Put away the content of a trailer, line by line: to the dock, to the reserve, or to the problem area.

Good units go to the dock as far as the pods have room and demand for them, and to the reserve beyond that. Damaged,
surplus or unordered units wait in the problem area until somebody decides: surplus units are kept, the others go back.
"""

from controller.floor.dock import queue_put_away
from controller.site.site import Site
from controller.supply_chain.money import supplier_bills
from controller.supply_chain.state.inbound.dock import Cargo, InboundTrailer
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import DOCK, PROBLEM, RESERVE, RETAILER, SUPPLIER, inbound
from robots.recording.supply_chain_events import DockToStock, Received


def put_away(site: Site, chain: SupplyChain, trailer: InboundTrailer, cargo: Cargo) -> int:
    """Put away one line of a trailer at its door, and return its good units."""
    line = cargo.line
    site.supply.inbound[line.sku] -= line.sent
    good = 0 if cargo.unknown else line.sent - line.damaged
    bad = cargo.units - good
    if good:
        _keep(site, chain, trailer, line.sku, good)
    if bad:
        site.ledger.move(site.tick, cargo.item, bad, inbound(trailer.id), PROBLEM)
        kept = 0 if cargo.unknown else cargo.over
        decided = site.tick + chain.calendar.ticks(chain.settings.receiving.problem_s)
        chain.schedule.at(decided, decide, trailer.source, cargo.item, bad - kept, kept)
    site.emit(_received(site, trailer, cargo, good))
    if cargo.unknown:
        site.emit(Received(site.tick, trailer.id, trailer.source, cargo.item, 0, 0, over=line.sent, unknown=True))
    return good


@handler
def decide(site: Site, chain: SupplyChain, source: str, sku: int, back: int, kept: int) -> None:
    """Decide on units in the problem area: return some to the supplier, keep and stow the others."""
    if back:
        site.ledger.move(site.tick, sku, back, PROBLEM, SUPPLIER)
    if kept:
        site.ledger.move(site.tick, sku, kept, PROBLEM, DOCK)
        _onto_receipts(site, sku, kept, -1)
        if site.ledger.catalogue.owners[sku] == RETAILER:
            supplier_bills.bill_for_kept(site, chain, source, sku, kept)


def _keep(site: Site, chain: SupplyChain, trailer: InboundTrailer, sku: int, good: int) -> None:
    """Send good units to the dock as far as the pods want them, and the rest to the reserve."""
    to_dock = min(good, chain.inventory.wanted_in_pods(sku))
    if to_dock:
        site.ledger.move(site.tick, sku, to_dock, inbound(trailer.id), DOCK)
        _onto_receipts(site, sku, to_dock, trailer.at_door)
    if good > to_dock:
        site.ledger.move(site.tick, sku, good - to_dock, inbound(trailer.id), RESERVE)
        site.emit(DockToStock(site.tick, sku, good - to_dock, site.tick - trailer.at_door, "reserve"))


def _onto_receipts(site: Site, sku: int, units: int, since: int) -> None:
    site.supply.inbound[sku] += units
    queue_put_away(site, sku, units, since)


def _received(site: Site, trailer: InboundTrailer, cargo: Cargo, good: int) -> Received:
    line = cargo.line
    sent = 0 if cargo.unknown else line.sent
    over = max(0, sent + cargo.over - line.announced)
    short = max(0, line.announced - sent - cargo.over)
    damaged = 0 if cargo.unknown else line.damaged
    return Received(site.tick, trailer.id, trailer.source, line.sku, line.announced, good, damaged, over, short)
