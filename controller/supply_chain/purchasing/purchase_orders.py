"""Purchase orders from draft to the last unit: sent, confirmed, shipped with an ASN, arrived, received, closed or
closed short.

A supplier confirms, prepares the goods and ships them on one of its shipping days; quantities and times are drawn at
random within its terms. Its scorecard is computed from the deliveries.
"""

from collections.abc import Mapping, Sequence

from controller.site.site import Site
from controller.supply_chain.money import supplier_bills
from controller.supply_chain.receiving import receiving
from controller.supply_chain.state.inbound.dock import AsnLine
from controller.supply_chain.state.inbound.purchase_orders import ON_TIME_DAYS, PoLine, PurchaseOrder
from controller.supply_chain.state.lifecycles import PurchaseOrderLifecycle
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from layout.time_units import DAY_S
from robots.recording.supply_chain_events import PurchaseOrdered, PurchaseOrderMoved
from robots.wording.formatting import count

_USUAL = 1.5
"""Multiple of a usual order for which a supplier without the forecast has goods [our own arithmetic]."""


def place(site: Site, chain: SupplyChain, supplier: int, lines: Sequence[PoLine], reason: str) -> PurchaseOrder:
    """Place a purchase order at this tick, and send it at once."""
    card, state = chain.sourcing.cards[supplier], chain.sourcing
    _, expected = state.shipping_days(chain.calendar, supplier, site.tick, card.lead[0])
    order = _drafted(site, chain, supplier, lines, (site.tick, expected), reason)
    chain.schedule.at(site.tick + chain.calendar.ticks(chain.settings.sourcing.confirm_s), confirm, order.id)
    return order


def place_before(
    site: Site, chain: SupplyChain, supplier: int, lines: Sequence[PoLine], days_left: float
) -> PurchaseOrder:
    """Add a purchase order that was under way when the run began, `days_left` days from its arrival."""
    lead = chain.sourcing.suppliers[supplier].lead_days
    arrive = site.tick + chain.calendar.ticks(days_left * DAY_S)
    placed = arrive - chain.calendar.ticks(max(lead, days_left) * DAY_S)
    reason = "under way when the run began"
    order = _drafted(site, chain, supplier, lines, (placed, arrive), reason, before=True)
    _move(site, order, "confirm", "before the run began")
    ship_at = max(site.tick, arrive - chain.calendar.ticks(0.5 * lead * DAY_S))
    chain.schedule.at(ship_at, ship, order.id, arrive)
    return order


@handler
def confirm(site: Site, chain: SupplyChain, number: int) -> None:
    """Have the supplier confirm and prepare an order, or cancel it if the supplier has gone out of business."""
    order = chain.sourcing.orders[number]
    name = chain.sourcing.suppliers[order.supplier].name
    if _is_gone(site, chain, order, name):
        return
    lead = _drawn_lead(chain, order.supplier) * chain.effects.supplier_lead.get(name, 1.0)
    ships, arrives = chain.sourcing.shipping_days(chain.calendar, order.supplier, order.placed, lead)
    _move(site, order, "confirm", f"expected {chain.calendar.words(order.expected)}")
    chain.schedule.at(max(site.tick + 1, ships), ship, number, arrives)


@handler
def ship(site: Site, chain: SupplyChain, number: int, arrive: int) -> None:
    """Ship an order from the supplier; the advance ship notice lists its content."""
    order = chain.sourcing.orders[number]
    name = chain.sourcing.suppliers[order.supplier].name
    if _is_gone(site, chain, order, name):
        return
    asn = [_sent(chain, order.supplier, line) for line in order.lines]
    if not any(line.sent for line in asn):
        cancel(site, chain, order, f"{name} has none of the units in stock")
        return
    order.earliest_arrival = arrive
    trailer = receiving.announce(site, chain, f"po {number}", asn, arrive, received, number)
    _move(site, order, "ship", _ship_notice(chain, order, arrive))
    chain.schedule.at(chain.receiving.trailers[trailer].appointment, arrived, number)


@handler
def arrived(site: Site, chain: SupplyChain, number: int) -> None:
    """Record that an order's trailer is in the yard."""
    order = chain.sourcing.orders[number]
    _move(site, order, "arrive", _lateness(site, order))


@handler
def received(site: Site, chain: SupplyChain, number: int, outcome: Mapping[int, int]) -> None:
    """Close an order whose goods are put away. outcome: {sku: good units}."""
    order = chain.sourcing.orders.pop(number)
    for line in order.lines:
        line.good = outcome.get(line.sku, 0)
        chain.inventory.ordered[line.sku] -= line.units
    good = sum(line.good for line in order.lines)
    _move(site, order, "receive", f"{good} of {count(order.units, 'unit')} good")
    _score(chain, order)
    items = [(line.sku, line.good, line.cents) for line in order.lines]
    cents = supplier_bills.bill(site, chain, order.supplier, items, f"po {number}")
    card = chain.sourcing.cards[order.supplier]
    words = f"{card.terms.name} stands at {card.words()}; {cents / 100:.2f} to pay"
    missing = order.units - good
    if missing:
        _move(site, order, "close_short", f"{count(missing, 'unit')} missing or not good; {words}")
    else:
        _move(site, order, "close", words)


def cancel(site: Site, chain: SupplyChain, order: PurchaseOrder, reason: str) -> None:
    """Cancel an order; the next review orders from another supplier."""
    del chain.sourcing.orders[order.id]
    chain.sourcing.refused.add(chain.sourcing.suppliers[order.supplier].name)
    for line in order.lines:
        chain.inventory.ordered[line.sku] -= line.units
    _move(site, order, "cancel", reason)


def _drafted(
    site: Site,
    chain: SupplyChain,
    supplier: int,
    lines: Sequence[PoLine],
    times: tuple[int, int],
    reason: str,
    *,
    before: bool = False,
) -> PurchaseOrder:
    """Draft an order. times: ticks at which it is placed and expected. before: it was under way when the run began."""
    (placed, expected), state = times, chain.sourcing
    order = PurchaseOrder(state.next_order, supplier, list(lines), placed, expected, before=before)
    state.next_order += 1
    state.orders[order.id] = order
    state.by_source[f"po {order.id}"] = supplier
    for line in lines:
        chain.inventory.ordered[line.sku] += line.units
    reported = [(line.sku, line.units, line.cents) for line in lines]
    name = state.suppliers[supplier].name
    site.emit(PurchaseOrdered(site.tick, order.id, name, reported, expected, reason, before))
    _move(site, order, "place")
    return order


def _is_gone(site: Site, chain: SupplyChain, order: PurchaseOrder, name: str) -> bool:
    """Return whether the supplier has gone out of business; its order is cancelled then."""
    gone = name in chain.effects.suppliers_gone
    if gone:
        cancel(site, chain, order, f"{name} is gone")
    return gone


def _drawn_lead(chain: SupplyChain, supplier: int) -> float:
    """Draw the days from order to arrival: gamma distributed, at least a tenth of the mean."""
    terms = chain.sourcing.suppliers[supplier]
    if terms.lead_sd_days <= 0:
        return terms.lead_days
    shape = (terms.lead_days / terms.lead_sd_days) ** 2
    rng = chain.streams.next_of("lead time", supplier)
    drawn = float(rng.gamma(shape, terms.lead_days / shape))
    return max(0.1 * terms.lead_days, drawn)


def _sent(chain: SupplyChain, supplier: int, line: PoLine) -> AsnLine:
    """Draw the content of the trailer for a line: whole packs, fewer if the supplier does not have enough."""
    terms, streams = chain.sourcing.suppliers[supplier], chain.streams
    fill = terms.fill_rate
    if not chain.settings.sourcing.share_forecast:
        fill *= min(1.0, _USUAL * line.usual / line.units)
    line.sent = line.pack * int(
        streams.next_of("packs sent", supplier, line.sku).binomial(line.units // line.pack, fill)
    )
    defects = int(streams.next_of("defects", supplier, line.sku).binomial(line.sent, terms.defects))
    return AsnLine(line.sku, line.units, line.sent, defects, line.pack)


def _ship_notice(chain: SupplyChain, order: PurchaseOrder, arrive: int) -> str:
    sent = sum(line.sent for line in order.lines)
    text = f"{sent} of {count(order.units, 'unit')} on their way"
    late = (arrive - order.expected) * chain.calendar.tick_s / DAY_S
    return f"{text}, {late:.1f} days later than expected" if late > ON_TIME_DAYS else text


def _lateness(site: Site, order: PurchaseOrder) -> str:
    late = order.earliest_arrival - order.expected
    if late == 0:
        return "as expected"
    return f"{site.clock(abs(late))} {'later' if late > 0 else 'earlier'} than expected"


def _score(chain: SupplyChain, order: PurchaseOrder) -> None:
    """Add the outcome of an order to its supplier's scorecard. Orders from before the run have no known lead time."""
    card = chain.sourcing.cards[order.supplier]
    card.ordered += order.units
    card.sent += sum(line.sent for line in order.lines)
    card.damaged += sum(line.sent - line.good for line in order.lines)
    if order.before:
        return
    to_days = chain.calendar.tick_s / DAY_S
    late = (order.earliest_arrival - order.expected) * to_days
    days = max(0.0, card.lead[0] + late)
    card.orders += 1
    card.on_time += late <= ON_TIME_DAYS
    card.days += days
    card.days2 += days**2


def _move(site: Site, order: PurchaseOrder, event: str, reason: str = "") -> None:
    PurchaseOrderLifecycle(order).send(event)
    site.emit(PurchaseOrderMoved(site.tick, order.id, str(order.state), reason))
