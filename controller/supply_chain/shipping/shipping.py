"""Sorter, chutes and trailers: each departure has a chute, and leaves at its CPT with the parcels loaded by then.

A parcel leaves with the first departure of its lane that has room beyond the parcels promised to it and whose vans find
the customer at home, at the latest with the one it was promised for. A parcel that misses it is reported with the cause
and leaves with the next departure; its promise may be kept all the same.
"""

from controller.scenario.supply_chain import Lane
from controller.site.site import Site
from controller.supply_chain.delivery import handover
from controller.supply_chain.outbound.departure_room import early_room, most_parcels, trailer_room
from controller.supply_chain.outbound.lanes import departures, serves
from controller.supply_chain.outbound.late_causes import floor_cause, report_late
from controller.supply_chain.outbound.parcel_moves import move
from controller.supply_chain.state.accounts import LOADING
from controller.supply_chain.state.lifecycles import PARCEL, ParcelState, TrailerLifecycle
from controller.supply_chain.state.outbound.departures import Departure, Trailer
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.outbound.promises import Customer
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.staff import WorkerPool
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.lifecycles import advance
from layout.time_units import DAY_S
from robots.recording.events import Alarm
from robots.recording.kinds import LateCause
from robots.recording.supply_chain_events import TrailerMoved
from robots.wording.formatting import count

_AHEAD_S = 3 * DAY_S
"""Time ahead in which a departure for a parcel is searched for."""


def begin(site: Site, chain: SupplyChain) -> None:
    """Set up the loaders at the chutes, and schedule the first departure of each lane."""
    chain.staff[LOADING] = WorkerPool(chain.settings.shipping.load_people)
    for lane in chain.lanes:
        chain.schedule.at(_next(chain, lane, site.tick), depart, lane.name)


def to_sorter(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    """Put a labelled parcel onto the sorter."""
    move(site, parcel, "sorter")
    chain.schedule.at(site.tick + chain.calendar.ticks(chain.settings.shipping.sort_s), sort, parcel)


@handler
def sort(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    """Divert a parcel into the chute of its departure, or recirculate it if the chute is full."""
    promised = chain.promises.given[parcel.id].cpt
    chain.promises.sorted(parcel.id)
    parcel.cpt = _departure_for(site, chain, parcel, promised)
    if parcel.cpt > promised:
        full = promised >= _loaded_by(site, chain)
        why = "the trailers it was promised for are full" if full else "too late on the sorter to be loaded"
        report_late(site, chain, parcel.id, LateCause.TRAILER_FULL if full else LateCause.SORTER, why, parcel.cpt)
    _to_chute(site, chain, chain.shipping.departure(parcel.lane, parcel.cpt), parcel)


@handler
def load(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    """Load a parcel from its chute into the trailer; it stays in the chute if the trailer is full."""
    departure = chain.shipping.departures.get((parcel.lane, parcel.cpt))
    if departure is None or parcel.id not in departure.waiting:
        return  # its departure has left without it
    trailer = _trailer(site, chain, departure)
    if trailer is None:
        return
    del departure.waiting[parcel.id]
    trailer.parcels.append(parcel)
    advance(PARCEL, parcel, "load")
    move(site, parcel, f"trailer {trailer.number}")
    if departure.recirculating:
        _to_chute(site, chain, departure, departure.recirculating.popleft())


@handler
def depart(site: Site, chain: SupplyChain, lane_name: str) -> None:
    """Dispatch the trailers at their CPT; parcels not loaded go with the next departure. Nothing leaves on a closed
    lane.
    """
    lane, cpt = chain.lane(lane_name), site.tick
    following = _next(chain, lane, cpt + 1)
    chain.schedule.at(following, depart, lane_name)
    departure = chain.shipping.departures.pop((lane_name, cpt), None)
    closed = lane_name in chain.effects.lanes_closed
    if departure is not None and closed:
        _keep(site, chain, lane, departure)
    elif departure is not None:
        _leave(site, chain, departure)
        _left_behind(site, chain, departure)
    for order in list(chain.promises.awaited.get((lane_name, cpt), ())):
        _missed(site, chain, lane, order, closed=closed)


def _departure_for(site: Site, chain: SupplyChain, parcel: Parcel, promised: int) -> int:
    """Return the first departure before the promised one that has spare room, else the promised one, else the first
    after it with room.
    """
    lane, customer = chain.lane(parcel.lane), chain.promises.given[parcel.id].customer
    begin = _loaded_by(site, chain)
    last = max(promised, begin) + chain.calendar.ticks(_AHEAD_S)
    fitting = [
        cpt
        for cpt in departures(chain.calendar, lane, begin, last)
        if serves(chain.settings, chain.calendar, lane, cpt, customer)
    ]
    with_room = (
        cpt
        for cpt in fitting
        if (early_room(chain, lane, cpt, site.tick) if cpt < promised else trailer_room(chain, lane, cpt)) > 0
    )
    return next(with_room, fitting[-1] if fitting else _next(chain, lane, begin))


def _loaded_by(site: Site, chain: SupplyChain) -> int:
    """Return the tick at which a parcel that is at the chutes now can be in a trailer."""
    return site.tick + chain.calendar.ticks(chain.settings.shipping.load_s)


def _to_chute(site: Site, chain: SupplyChain, departure: Departure, parcel: Parcel) -> None:
    settings = chain.settings.shipping
    if len(departure.waiting) >= settings.chute_parcels:
        departure.recirculating.append(parcel)
        if not departure.full:
            departure.full = True
            text = f"chute {departure.chute} ({departure.lane}, {chain.calendar.words(departure.cpt)}) is full with"
            site.emit(
                Alarm(
                    site.tick,
                    "chute-full",
                    f"{text} {count(len(departure.waiting), 'parcel')}; further parcels recirculate",
                )
            )
        return
    departure.waiting[parcel.id] = parcel
    advance(PARCEL, parcel, "sort")
    move(site, parcel, f"chute {departure.chute}")
    finish = chain.staff[LOADING].finish(site.tick, chain.calendar.ticks(settings.load_s))
    chain.schedule.at(finish, load, parcel)


def _trailer(site: Site, chain: SupplyChain, departure: Departure) -> Trailer | None:
    """Return the trailer at the door behind a chute, a new one if the last is full, or None if there are no more."""
    capacity, trailers = chain.settings.shipping.trailer_parcels, departure.trailers
    if trailers and len(trailers[-1].parcels) < capacity:
        return trailers[-1]
    if departure.loaded >= most_parcels(chain, chain.lane(departure.lane)):
        return None
    chain.shipping.trailers += 1
    trailer = Trailer(chain.shipping.trailers, departure.lane)
    TrailerLifecycle(trailer).send("load")
    leaves = f"leaves at {chain.calendar.words(departure.cpt)}"
    site.emit(TrailerMoved(site.tick, trailer.number, "outbound", str(trailer.state), departure.lane, leaves))
    trailers.append(trailer)
    return trailer


def _leave(site: Site, chain: SupplyChain, departure: Departure) -> None:
    for trailer in departure.trailers:
        TrailerLifecycle(trailer).send("depart")
        parcels, capacity = trailer.parcels, chain.settings.shipping.trailer_parcels
        text = f"{count(len(parcels), 'parcel')}, {len(parcels) / capacity:.0%} full"
        site.emit(TrailerMoved(site.tick, trailer.number, "outbound", str(trailer.state), departure.lane, text))
        handover.departed(site, chain, departure.lane, parcels)


def _left_behind(site: Site, chain: SupplyChain, departure: Departure) -> None:
    """Move the parcels in the chute or recirculating to the next suitable departure."""
    full = departure.loaded >= most_parcels(chain, chain.lane(departure.lane))
    cause, why = (
        (LateCause.TRAILER_FULL, "its trailers are full")
        if full
        else (LateCause.LOADING, "it wasn't loaded when its trailer left")
    )
    for parcel in [*departure.waiting.values(), *departure.recirculating]:
        promised = chain.promises.given[parcel.id].cpt
        parcel.cpt = _departure_for(site, chain, parcel, promised)
        if promised <= departure.cpt:
            report_late(site, chain, parcel.id, cause, why, parcel.cpt)
        _to_other_chute(site, chain, chain.shipping.departure(parcel.lane, parcel.cpt), parcel)


def _keep(site: Site, chain: SupplyChain, lane: Lane, departure: Departure) -> None:
    """Keep the trailers of a closed lane at the door; their parcels leave with the next departure."""
    following = chain.shipping.departure(lane.name, _next(chain, lane, departure.cpt + 1))
    why = f"{lane.name} is closed"
    for trailer in departure.trailers:
        text = f"{why}; {count(len(trailer.parcels), 'parcel')} wait"
        site.emit(TrailerMoved(site.tick, trailer.number, "outbound", str(trailer.state), lane.name, text))
    following.trailers[:0] = departure.trailers
    for parcel in [parcel for trailer in departure.trailers for parcel in trailer.parcels]:
        parcel.cpt = following.cpt
    for parcel in [*departure.waiting.values(), *departure.recirculating]:
        parcel.cpt = following.cpt
        _to_other_chute(site, chain, following, parcel)
    for parcel in _parcels(departure):
        if chain.promises.given[parcel.id].cpt <= departure.cpt:
            report_late(site, chain, parcel.id, LateCause.LANE_CLOSED, why, following.cpt)


def _parcels(departure: Departure) -> list[Parcel]:
    loaded = [parcel for trailer in departure.trailers for parcel in trailer.parcels]
    return [*loaded, *departure.waiting.values(), *departure.recirculating]


def _to_other_chute(site: Site, chain: SupplyChain, departure: Departure, parcel: Parcel) -> None:
    """Move sorted parcels to another chute; sort recirculating ones now."""
    if parcel.state == ParcelState.LABELLED:
        _to_chute(site, chain, departure, parcel)
        return
    departure.waiting[parcel.id] = parcel
    if parcel.place != f"chute {departure.chute}":
        move(site, parcel, f"chute {departure.chute}")
    finish = chain.staff[LOADING].finish(site.tick, chain.calendar.ticks(chain.settings.shipping.load_s))
    chain.schedule.at(finish, load, parcel)


def _missed(site: Site, chain: SupplyChain, lane: Lane, order: int, *, closed: bool) -> None:
    """Handle an order promised for a departure that leaves before the order has reached the sorter."""
    state = chain.promises
    if order not in state.given:  # it was cancelled
        state.forget(lane.name, site.tick, order)
        return
    cause, why = (LateCause.LANE_CLOSED, f"{lane.name} is closed") if closed else floor_cause(site, chain, order)
    cpt = _next_for(site, chain, lane, state.given[order].customer)
    state.put_off(order, cpt, packed=order in chain.parcels.under_way)
    report_late(site, chain, order, cause, why, cpt)


def _next_for(site: Site, chain: SupplyChain, lane: Lane, customer: Customer) -> int:
    """Return the next departure that finds the customer at home, or the next of all if none does."""
    ahead = departures(chain.calendar, lane, site.tick + 1, site.tick + chain.calendar.ticks(_AHEAD_S))
    fitting = (cpt for cpt in ahead if serves(chain.settings, chain.calendar, lane, cpt, customer))
    return next(fitting, _next(chain, lane, site.tick + 1))


def _next(chain: SupplyChain, lane: Lane, tick: int) -> int:
    return chain.calendar.next(tick, lane.departures)
