"""Shipments of sellers: once a day each seller reviews sales and sends units to restore the cover.

A seller's forecast is simple exponential smoothing of the units sold a day (α = 0.1, as in a small shop's spreadsheet).
A SKU that falls below the demand that lead time and review may take is topped up to lead time, review and cover: mean
and two standard deviations of a demand a little more uneven than Poisson's (variance 1.5 × mean; our own arithmetic).
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from controller.site.site import Site
from controller.supply_chain.receiving import receiving
from controller.supply_chain.state.inbound.dock import AsnLine
from controller.supply_chain.state.inbound.sellers import Shipment
from controller.supply_chain.state.lifecycles import SHIPMENT, ShipmentState
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.lifecycles import advance
from layout.time_units import DAY_S
from robots.recording.supply_chain_events import SellerInbound
from robots.wording.formatting import count

_ALPHA = 0.1
_SAFETY = 2.0
"""Standard deviations of demand until the next shipment arrives: about 98 % (z 2.054)."""
_UNEVEN = 1.5
_REVIEW_DAYS = 2.0
"""Time from one review to the next, and from the dock into a pod."""


def announce(site: Site, chain: SupplyChain, seller: str, lines: Sequence[AsnLine], arrive: int) -> Shipment:
    """Announce a seller's shipment: accept it with an appointment from tick `arrive` on, or refuse it with the reason."""
    state = chain.sellers
    shipment = Shipment(state.shipments, seller, tuple((line.sku, line.announced) for line in lines))
    state.shipments += 1
    shipment.reason = f"here from {chain.calendar.words(arrive)} on"
    _report(site, shipment)
    if refused := _refusal(site, chain, shipment):
        advance(SHIPMENT, shipment, "refuse")
        shipment.reason = refused
        _report(site, shipment)
        return shipment
    state.under_way[shipment.number] = shipment
    source = f"shipment {shipment.number} of {seller}"
    receiving.announce(site, chain, source, lines, arrive, shipment_received, shipment.number)
    chain.schedule.at(arrive, shipment_arrived, shipment.number)
    return shipment


@handler
def shipment_arrived(site: Site, chain: SupplyChain, number: int) -> None:
    """Record that a shipment is in the yard."""
    shipment = chain.sellers.under_way.get(number)
    if shipment is not None and shipment.state == ShipmentState.ANNOUNCED:
        advance(SHIPMENT, shipment, "arrive")
        shipment.reason = ""
        _report(site, shipment)


@handler
def shipment_received(site: Site, chain: SupplyChain, number: int, outcome: Mapping[int, int]) -> None:
    """Record that a shipment is put away. outcome: {sku: good units}."""
    shipment_arrived(site, chain, number)
    shipment = chain.sellers.under_way.pop(number)
    advance(SHIPMENT, shipment, "receive")
    good = sum(outcome.values())
    shipment.reason = f"{good} of {count(shipment.units, 'unit')} good"
    _report(site, shipment)


def expect(chain: SupplyChain, mean: Sequence[float]) -> None:
    """Set the sales a day that sellers expect when the run begins. mean: units by SKU, from the demand's history."""
    for skus in chain.sellers.skus.values():
        chain.sellers.rate.update({sku: float(mean[sku]) for sku in skus})


def look_at_sales(chain: SupplyChain, days: float) -> None:
    """Update each seller's forecast after `days` more days."""
    state = chain.sellers
    weight = 1.0 - (1.0 - _ALPHA) ** days
    for sku, rate in state.rate.items():
        state.rate[sku] = rate + weight * (state.sold[sku] / days - rate)
    state.sold.clear()


def top_up(site: Site, chain: SupplyChain, seller: str, lead_days: float) -> None:
    """Send units of SKUs that run low; if the shipment exceeds the seller's capacity, send the part that fits, most
    urgent first.
    """
    _send(site, chain, seller, _wanted(site, chain, seller), lead_days)


def send_before(site: Site, chain: SupplyChain, seller: str) -> None:
    """Announce a shipment sent before the run that arrives within the lead time: SKUs already low, and as many of the
    others as are on their way at any moment, that is lead time over cover.
    """
    settings, rng = chain.settings.sellers, chain.streams.of("shipments before the run", seller)
    wanted = _wanted(site, chain, seller)
    low = {sku for sku, *_ in wanted}
    on_their_way = rng.random(len(chain.sellers.skus[seller])) < settings.lead_days / settings.cover_days
    for sku, comes in zip(chain.sellers.skus[seller], on_their_way.tolist(), strict=True):
        units = math.ceil(chain.sellers.rate[sku] * settings.cover_days)
        if comes and units and sku not in low:
            wanted.append((sku, units, settings.cover_days))
    _send(site, chain, seller, wanted, float(rng.uniform(0.05, 1.0)) * settings.lead_days)


def _send(
    site: Site, chain: SupplyChain, seller: str, wanted: Sequence[tuple[int, int, float]], lead_days: float
) -> None:
    """Announce units, at most as many as fit. wanted: (sku, units, days that its stock lasts)."""
    if not wanted:
        return
    arrive = site.tick + chain.calendar.ticks(lead_days * DAY_S)
    lines = sorted((sku, units) for sku, units, _ in wanted)
    if announce(site, chain, seller, sent(chain, seller, lines), arrive).state != ShipmentState.REFUSED:
        return
    fits = dict(_first_that_fit(wanted, room_of(chain, seller)))
    if fits:
        announce(site, chain, seller, sent(chain, seller, sorted(fits.items())), arrive)


def room_of(chain: SupplyChain, seller: str) -> int:
    """Return the units that a seller may still send; below 0 if the seller exceeds the capacity already."""
    present, coming = _units_of(chain, seller)
    return chain.settings.sellers.capacity - present - coming


def _units_of(chain: SupplyChain, seller: str) -> tuple[int, int]:
    """Return (units here, units on their way)."""
    state = chain.sellers
    return state.units(state.skus.get(seller, ())), sum(state.coming(seller).values())


def _refusal(site: Site, chain: SupplyChain, shipment: Shipment) -> str:
    """Return the reason why a shipment is refused, or "" if it is not."""
    own_skus = chain.sellers.skus.get(shipment.seller, ())
    if foreign := [sku for sku, _ in shipment.lines if sku not in own_skus]:
        return f"{count(len(foreign), 'line')} with SKUs that are not {shipment.seller}'s"
    if not shipment.lines or any(units < 1 for _, units in shipment.lines):
        return "a line without units"
    room = room_of(chain, shipment.seller)
    if shipment.units > room:
        present, coming = _units_of(chain, shipment.seller)
        capacity = chain.settings.sellers.capacity
        situation = f"{count(present, 'unit is', 'units are')} here and {coming} on their way"
        return f"{situation}: {shipment.units} more exceed the {capacity} allowed"
    return ""


def sent(chain: SupplyChain, seller: str, lines: Sequence[tuple[int, int]]) -> list[AsnLine]:
    """Return a seller's lines as an ASN, with the units actually sent: a few are damaged."""
    share = chain.settings.sellers.damaged
    damaged = (int(chain.streams.next_of("damaged", seller, sku).binomial(units, share)) for sku, units in lines)
    return [AsnLine(sku, units, units, bad) for (sku, units), bad in zip(lines, damaged, strict=True)]


def _wanted(site: Site, chain: SupplyChain, seller: str) -> list[tuple[int, int, float]]:
    """Return (sku, units, days that its stock lasts) of SKUs below their reorder point."""
    state, settings = chain.sellers, chain.settings.sellers
    coming = state.coming(seller)
    wanted = []
    for sku in state.skus[seller]:
        rate = state.rate[sku]
        position = state.units((sku,)) + coming[sku] - site.supply.demand[sku]
        point, level = levels(rate, settings.lead_days, settings.lead_sd_days, settings.cover_days)
        if position < point:
            wanted.append((sku, level - position, max(0, position) / rate if rate else 0.0))
    return wanted


def levels(rate: float, lead_days: float, lead_sd_days: float, cover_days: float) -> tuple[int, int]:
    """Return (reorder point, order-up-to level) in units, both at least 1, so that no SKU is forgotten. rate: units a
    day.
    """
    days = lead_days + _REVIEW_DAYS
    spread = math.sqrt(_UNEVEN * rate * days + (rate * lead_sd_days) ** 2)
    point = rate * days + _SAFETY * spread
    return max(1, math.ceil(point)), max(1, math.ceil(point + rate * cover_days))


def _first_that_fit(wanted: Sequence[tuple[int, int, float]], room: int) -> Iterator[tuple[int, int]]:
    """Yield (sku, units), those that run out first, as far as there is room."""
    for sku, units, _ in sorted(wanted, key=lambda line: (line[2], line[0])):
        part = min(units, room)
        if part > 0:
            room -= part
            yield sku, part


def _report(site: Site, shipment: Shipment) -> None:
    state = str(shipment.state)
    site.emit(SellerInbound(site.tick, shipment.number, shipment.seller, state, shipment.lines, shipment.reason))
