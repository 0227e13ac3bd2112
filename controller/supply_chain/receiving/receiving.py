"""Dock doors: trailers by appointment, checked against their ASN, and the way into the pods.

A trailer comes at its appointment, waits in the yard for a door, and is unloaded by a team that checks each line.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from controller.site.site import Site
from controller.supply_chain.receiving import putaway
from controller.supply_chain.state.accounts import RECEIVING
from controller.supply_chain.state.inbound.dock import AsnLine, Cargo, InboundTrailer
from controller.supply_chain.state.lifecycles import TrailerLifecycle
from controller.supply_chain.state.schedule import Handler, handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import SUPPLIER, inbound
from layout.time_units import HOUR_S
from robots.recording.supply_chain_events import DockToStock, TrailerMoved
from robots.wording.formatting import count

_TEAM_UNITS = 60
"""Number of units for each further person who helps to unload a trailer [our own arithmetic: two minutes' work]."""


def begin(site: Site, chain: SupplyChain) -> None:
    """Set up the receiving staff."""
    chain.staff[RECEIVING] = chain.receiving.people


def announce(
    site: Site,
    chain: SupplyChain,
    source: str,
    lines: Sequence[AsnLine],
    arrive: int,
    done: Handler,
    *arguments: object,
) -> int:
    """Announce a trailer and return its number. arrive: earliest tick of its appointment.

    When its content is put away, `done` is called with the site, the chain, the arguments and {sku: good units put
    away}.
    """
    state = chain.receiving
    cargo = [_cargo(site, chain, line) for line in lines]
    trailer = InboundTrailer(state.next_trailer, source, cargo, _appointment(chain, site.tick, arrive), done, arguments)
    state.next_trailer += 1
    state.trailers[trailer.id] = trailer
    for item in cargo:
        if item.units:
            site.ledger.move(site.tick, item.item, item.units, SUPPLIER, inbound(trailer.id))
        site.supply.inbound[item.line.sku] += item.line.sent
    _report(site, trailer, f"{source}; appointment {chain.calendar.words(trailer.appointment)}")
    chain.schedule.at(trailer.appointment, _come, trailer.id)
    return trailer.id


def stowed(site: Site, chain: SupplyChain, sku: int, units: int) -> None:
    """Report how long units that are now in a pod took from the dock door."""
    for lot in chain.receiving.take_docked(sku, units):
        if lot.since >= 0:
            site.emit(DockToStock(site.tick, sku, lot.units, site.tick - lot.since))


def _cargo(site: Site, chain: SupplyChain, line: AsnLine) -> Cargo:
    """Draw the actual content of a line, unless its sender gives it: rarely a pack too many or another item."""
    if line.over is not None:
        return Cargo(line, line.sku, line.over)
    settings, rng = chain.settings.receiving, chain.streams.next_of("trailer's content", line.sku)
    over, wrong_item = rng.random(2).tolist()
    if not line.sent:
        return Cargo(line, line.sku)
    if wrong_item < settings.unknown:
        return Cargo(line, _another(site, line.sku, rng))
    return Cargo(line, line.sku, line.pack if over < settings.over else 0)


def _another(site: Site, sku: int, rng: np.random.Generator) -> int:
    """Return another SKU of the same owner, or the SKU itself if there is none."""
    owners = site.ledger.catalogue.owners
    for candidate in rng.integers(0, len(owners), 20).tolist():
        if candidate != sku and owners[candidate] == owners[sku]:
            return int(candidate)
    return sku


def _appointment(chain: SupplyChain, tick: int, arrive: int) -> int:
    """Return the first hour from `arrive` on in which a door has a free appointment: at the arrival itself, at the
    start of the hour, or when the doors open within it.
    """
    settings, calendar, slots = chain.settings.receiving, chain.calendar, chain.receiving.slots
    first = max(tick + 1, arrive)
    hour = int(calendar.seconds(first) // HOUR_S)
    while True:
        tick_in_hour = max(first, calendar.tick(hour * HOUR_S))
        if not calendar.within(tick_in_hour, settings.begin, settings.end):
            tick_in_hour = calendar.next(tick_in_hour, (settings.begin,))
        if calendar.seconds(tick_in_hour) < (hour + 1) * HOUR_S and slots[hour] < settings.doors:
            slots[hour] += 1
            return tick_in_hour
        hour += 1


@handler
def _come(site: Site, chain: SupplyChain, number: int) -> None:
    """Handle a trailer's arrival in the yard."""
    trailer = chain.receiving.trailers[number]
    TrailerLifecycle(trailer).send("come")
    _report(site, trailer, trailer.source)
    chain.receiving.yard.append(trailer)
    _to_doors(site, chain)


def _to_doors(site: Site, chain: SupplyChain) -> None:
    """Move trailers from the yard to free doors, and assign unloading teams."""
    state = chain.receiving
    while state.yard and state.free_doors:
        trailer = state.yard.popleft()
        trailer.door, trailer.at_door = state.free_doors.pop(0), site.tick
        TrailerLifecycle(trailer).send("dock")
        waited = site.tick - trailer.appointment
        _report(site, trailer, f"waited {site.clock(waited)} for a door" if waited else "")
        chain.schedule.at(_unloading_ends(site, chain, trailer), _unloaded, trailer.id)


def _unloading_ends(site: Site, chain: SupplyChain, trailer: InboundTrailer) -> int:
    people = chain.receiving.people
    team = max(1, min(people.people, trailer.units // _TEAM_UNITS))
    ticks = chain.calendar.ticks(trailer.units * chain.settings.receiving.unload_s / team)
    return max(people.finish(site.tick, ticks) for _ in range(team))


@handler
def _unloaded(site: Site, chain: SupplyChain, number: int) -> None:
    """Put away the content of an unloaded trailer, checked against its ASN."""
    trailer = chain.receiving.trailers.pop(number)
    outcome = Counter[int]()
    for cargo in trailer.cargo:
        outcome[cargo.line.sku] += putaway.put_away(site, chain, trailer, cargo)
    TrailerLifecycle(trailer).send("unload")
    _report(site, trailer, f"{count(trailer.units, 'unit')} checked against {trailer.source}")
    chain.receiving.free_doors.append(trailer.door)
    chain.receiving.free_doors.sort()
    trailer.done(site, chain, *trailer.arguments, outcome)
    _to_doors(site, chain)


def _report(site: Site, trailer: InboundTrailer, reason: str) -> None:
    place = f"door {trailer.door}" if trailer.door >= 0 else "yard" if trailer.state != "announced" else "on its way"
    site.emit(TrailerMoved(site.tick, trailer.id, "inbound", str(trailer.state), place, reason))
