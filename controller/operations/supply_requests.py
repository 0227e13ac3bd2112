"""Requests about the supply chain: cancel, track, announce shipments, an owner's stock.

A seller sees only its own orders and stock; anything else is reported as unknown.
"""

from collections.abc import Mapping, Sequence

from controller.explain.parcels import track_lines
from controller.floor import cancelling
from controller.operations.status import find_order, state_of
from controller.run import header_of
from controller.site.operator_state import Answer, Refusal
from controller.site.site import Site
from controller.supply_chain import asn_file
from controller.supply_chain.around_floor import chain_around
from controller.supply_chain.sellers import sellers, shipments
from controller.supply_chain.state.inbound.dock import AsnLine
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.order_events import OrderEvents
from controller.warehouse.orders import OrderState
from controller.warehouse.stock import RETAILER
from robots.recording.order_names import no_order
from robots.requests.requests import MOST_LINES, MOST_ORDERS, Advise, Figures, NoticeLine
from robots.wording.event_words import EventWords
from robots.wording.formatting import count

_MOST_LISTED = MOST_ORDERS
"""Most lines of an order history, or SKUs of a stock list."""
_MOST_SIGNS = 300


def cancel(site: Site, name: str, reason: str) -> Answer:
    """Cancel an order that isn't picked yet."""
    order = find_order(site, name)
    if order.state == OrderState.CANCELLED:
        return Answer(f"order {name} is already cancelled", {"order": order.name})
    if not cancelling.can_cancel(order):
        late = "it is too late; unwanted goods come back as a return"
        raise Refusal(f"order {name} {state_of(site, order)}: {late}")
    cancelling.cancel(site, order, reason or "its customer no longer wants it")
    return Answer(f"order {name} is cancelled", {"order": order.name})


def track(site: Site, name: str, owner: str = "") -> Answer:
    """Return the history of an order. owner: the seller that asks, which may see only orders that are all its own."""
    if site.order_log is None:
        raise Refusal("this floor keeps no order histories; its record has them (podfleet track RECORD --order NUMBER)")
    story = site.order_log.of(name)
    if story is None or (owner and not _is_all_of(site, story, owner)):
        raise Refusal(no_order(name, () if owner else site.order_log.names()))
    lines = track_lines(EventWords(header_of(site), site.floor), story, max(0, site.tick - 1))
    return Answer(
        lines[-1], {"order": story.received.name, "lines": [line[:_MOST_SIGNS] for line in _shortened(lines)]}
    )


def stock(site: Site, owner: str, first: int) -> Answer:
    """Return a page of an owner's units, by SKU and kind of place."""
    held = sellers.stock_of(site, owner)
    if not held:
        raise Refusal(f"{owner} has no SKUs here")
    page = sorted(held)[first : first + _MOST_LISTED]
    kinds = sorted({kind for sku in page for kind in held[sku]})
    total = sum(sum(units.values()) for units in held.values())
    names = site.demand.catalogue.names
    columns: Figures = {kind: [str(held[sku].get(kind, 0)) for sku in page] for kind in kinds}
    after = first + len(page)
    data: Figures = {
        "owner": owner,
        "skus": len(held),
        "units": total,
        "next": after if after < len(held) else -1,
        "sku": [names[sku] for sku in page],
        **columns,
    }
    return Answer(f"{owner} has {count(total, 'unit')} of {count(len(held), 'SKU')} here or in transit", data)


def advise(site: Site, notice: Advise) -> Answer:
    """Announce a shipment, once by its sender's number. Refusal, with the line, for what can't be accepted."""
    chain = chain_around(site)
    if chain is None:
        raise Refusal("this floor has no docks: its scenario has no [receiving]")
    lines = _lines(site, notice)
    known = site.operator_state.advised.get((notice.owner, notice.asn))
    if known == lines:
        return Answer(f"{notice.asn} of {notice.owner} is already announced", {"units": sum(lines.values())})
    if known is not None:
        raise Refusal(f"{notice.asn} of {notice.owner} is already announced, with other lines")
    text = _announce(site, chain, notice, lines)
    site.operator_state.advised[notice.owner, notice.asn] = lines
    units = sum(lines.values())
    return Answer(f"{notice.asn} of {notice.owner}: {count(units, 'unit')}, {text}", {"units": units})


def _announce(site: Site, chain: SupplyChain, notice: Advise, lines: Mapping[int, int]) -> str:
    """Announce a trailer; return the text that says when it comes."""
    arrive = site.tick + chain.calendar.ticks(notice.arrive_s)
    if notice.owner != RETAILER:
        sent = shipments.sent(chain, notice.owner, list(lines.items()))
        shipment = shipments.announce(site, chain, notice.owner, sent, arrive)
        if shipment.state == "refused":
            raise Refusal(f"{notice.asn} of {notice.owner}: {shipment.reason}")
        return f"shipment {shipment.number}, {shipment.reason}"
    asn = [AsnLine(sku, units, units) for sku, units in lines.items()]
    trailer = asn_file.announce_to_retailer(site, chain, notice.asn, asn, arrive)
    return f"trailer {trailer}, here from {chain.calendar.words(arrive)} on"


def _lines(site: Site, notice: Advise) -> dict[int, int]:
    """Return {sku: units}, lines of one SKU added up. Other owners' SKUs are reported as unknown."""
    if not notice.asn.strip() or not notice.asn.isprintable():
        raise Refusal("its number can't be printed; a sender's number is text")
    if not 1 <= len(notice.lines) <= MOST_LINES:
        raise Refusal(f"{notice.asn} has {len(notice.lines)} lines, 1 to {MOST_LINES} are taken")
    catalogue = site.demand.catalogue
    mine = {name: sku for sku, name in enumerate(catalogue.names) if catalogue.owners[sku] == notice.owner}
    units: dict[int, int] = {}
    for number, line in enumerate(notice.lines, 1):
        if fault := _fault(notice.owner, line, mine):
            raise Refusal(f"{notice.asn} line {number} ({line.sku}): {fault}")
        units[mine[line.sku]] = units.get(mine[line.sku], 0) + line.units
    return units


def _fault(owner: str, line: NoticeLine, mine: Mapping[str, int]) -> str:
    if line.sku not in mine:
        return f"{owner} has no such SKU"
    return "" if line.units >= 1 else f"{line.units} units; a line brings 1 or more"


def _is_all_of(site: Site, story: OrderEvents, owner: str) -> bool:
    return all(site.demand.catalogue.owners[sku] == owner for sku, _ in story.received.lines)


def _shortened(lines: Sequence[str]) -> list[str]:
    """Return as many lines as an answer holds; the middle of a very long history is left out."""
    if len(lines) <= _MOST_LISTED:
        return list(lines)
    half = _MOST_LISTED // 2
    return [*lines[: half - 1], f"  … {len(lines) - _MOST_LISTED + 1} more", *lines[-half:]]
