"""Waves of vans: plan routes for the parcels at the delivery station with the vehicles present.

Routes are planned after each departure of the lanes, once more before the day's deliveries begin, and when vehicles
come back that parcels wait for. Only routes that leave before the next planning are final; the others are planned again
with the parcels that arrive until then. If there are far more stops than the vehicles can serve, only the earliest
promises are planned, so that a day with three times the demand is planned as quickly as others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from controller.routing.routes import Plan, Route, Stop, plan
from controller.routing.vehicles import VehicleKind
from controller.scenario.supply_chain import LastMile
from controller.scenario.vehicles import vehicles
from controller.site.site import Site
from controller.supply_chain.delivery import tours
from controller.supply_chain.delivery.delivery_hours import delivery_hours
from controller.supply_chain.delivery.wave_size import Sector, sectors_of, short_rounds, stops_at_most
from controller.supply_chain.outbound.carriers import turnaround_s
from controller.supply_chain.outbound.lanes import DEPOT, roads
from controller.supply_chain.outbound.parcel_moves import move
from controller.supply_chain.outbound.van_capacity import LOAD_S
from controller.supply_chain.returns import returns
from controller.supply_chain.state.accounts import LAST_MILE
from controller.supply_chain.state.outbound.delivery import STATION, Hours, Tour
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from layout.time_units import DAY_S
from robots.recording.kinds import LateCause
from robots.recording.supply_chain_events import EtaChanged, RoutePlanned
from robots.wording.formatting import count

AFTER_S = 60.0
"""Time from a departure to the planning, so that all lanes that leave at the same time are planned together."""
_EARLY_S = 1_800.0
"""Time from the morning's planning to the first deliveries."""
_TOLD_S = 1_800.0
"""Largest change of a preliminary ETA that is not reported."""
_BEFORE_S = 7_200.0
"""Expected time from the start of a customer's hours to the delivery while no route is planned [our own arithmetic]."""
_AGAIN_S = 1_800.0
"""Least time between two plannings that are due to returning vehicles."""
_SECOND_ATTEMPTS = 4.0 / 3.0
"""Time that second attempts would take if nobody were ever at home, over the shift: twelve doors an hour, 400 s each
[our own arithmetic].
"""
_URGENT = 10
"""Number of other doors that a door promised for today outweighs."""


def note(chain: SupplyChain, tick: int) -> None:
    """Schedule a planning of routes, unless an earlier one is scheduled."""
    state = chain.last_mile
    if state.wave < 0 or tick < state.wave:
        state.wave = tick
        chain.schedule.at(tick, plan_wave)


@handler
def plan_wave(site: Site, chain: SupplyChain) -> None:
    """Plan routes for the parcels that may go out and are not planned yet."""
    state, settings = chain.last_mile, chain.settings.last_mile
    if settings is None or not 0 <= state.wave <= site.tick:
        return  # replaced by an earlier planning
    state.wave, state.last_wave = -1, site.tick
    ready = [chain.parcels.under_way[parcel] for parcel in state.waiting if _may_go(site, chain, parcel)]
    if ready:
        _plan(site, chain, settings, sorted(ready, key=lambda parcel: (chain.promises.given[parcel.id].by, parcel.id)))
    if state.waiting:
        note(chain, _following(site, chain, settings))


@handler
def come_back(site: Site, chain: SupplyChain, tour: Tour) -> None:
    """Handle a vehicle's return to the delivery station."""
    settings, route = chain.settings.vans, tour.route
    for parcel in tour.failed:
        failed = chain.parcels.under_way[parcel]
        if failed.attempts < settings.attempts:
            _try_again(site, chain, settings, failed)
        else:
            returns.undeliverable(site, chain, failed)
    more_s = chain.calendar.seconds(site.tick) - route.back_s
    chain.accounts.spend(site.tick, max(0.0, more_s) / 3600.0 * route.kind.cents_per_hour, LAST_MILE)
    ready = site.tick + chain.calendar.ticks(turnaround_s(route.kind, route.metres))
    chain.last_mile.away[tour.vehicle] = max(chain.last_mile.away[tour.vehicle], ready)
    if chain.last_mile.waiting:
        soonest = chain.last_mile.last_wave + chain.calendar.ticks(_AGAIN_S)
        note(chain, max(chain.last_mile.away[tour.vehicle], soonest))


def _may_go(site: Site, chain: SupplyChain, parcel: int) -> bool:
    lane = chain.parcels.under_way[parcel].lane
    return (
        chain.last_mile.waiting[parcel] <= chain.calendar.seconds(site.tick) and lane not in chain.effects.lanes_closed
    )


def _following(site: Site, chain: SupplyChain, settings: LastMile) -> int:
    """Return the tick of the next planning: a minute after a departure, or in time for the day's first deliveries."""
    gap = chain.calendar.ticks(AFTER_S)
    departures = [clock for lane in chain.lanes if lane.service == "van" for clock in lane.departures]
    early = chain.calendar.tick(chain.calendar.seconds(site.tick) + _EARLY_S)
    morning = chain.calendar.next(early + 1, [settings.begin]) - (early - site.tick)
    return min(chain.calendar.next(site.tick + 1 - gap, departures) + gap, morning)


def _plan(site: Site, chain: SupplyChain, settings: LastMile, ready: Sequence[Parcel]) -> None:
    """Plan parcels, earliest promises first; customers who are at home only after the next planning are left for it."""
    following = _following(site, chain, settings)
    following_s = chain.calendar.seconds(following) + LOAD_S
    names = short_rounds(site, chain, settings, _there(site, chain, settings), ready)
    stops: list[Stop] = []
    skipped: list[Parcel] = []
    limit = stops_at_most(site, chain, settings, names, ready) if any(names.values()) else 0
    for parcel in ready:
        stop = _stop(site, chain, settings, parcel)
        if stop.earliest_s >= following_s:
            _expect(site, chain, parcel, stop.earliest_s + _BEFORE_S, "waits for a later wave of vans")
        elif len(stops) < limit:
            stops.append(stop)
        else:
            skipped.append(parcel)
    crowd = f"the {limit} stops that the present vehicles can serve go to parcels promised earlier"
    for parcel in skipped:
        _leave(site, chain, settings, parcel, crowd if limit else _all_out(settings))
    if stops:
        plan_sectors(site, chain, sectors_of(chain.lanes, stops, names), following)


@handler
def plan_sectors(site: Site, chain: SupplyChain, sectors: Sequence[Sector], following: int) -> None:
    """Plan the first of the sectors and schedule the others a tick later, so that no tick takes long.

    Vehicles left over go to the next sector.
    """
    settings = chain.settings.vans
    (stops, crew), *later = sectors
    fleet: dict[VehicleKind, list[str]] = {}
    for kind, name in crew:
        fleet.setdefault(kind, []).append(name)
    sent = _route(site, chain, settings, stops, fleet, chain.calendar.seconds(following) + LOAD_S)
    if later:
        later[0][1].extend(vehicle for vehicle in crew if vehicle[1] not in sent)
        chain.schedule.at(site.tick + 1, plan_sectors, later, following)


def _route(
    site: Site,
    chain: SupplyChain,
    settings: LastMile,
    stops: Sequence[Stop],
    names: Mapping[VehicleKind, Sequence[str]],
    following_s: float,
) -> set[str]:
    """Plan some stops, dispatch routes that leave before the next planning, and return the vehicles dispatched."""
    wave = _found(site, chain, settings, stops, {kind: len(vehicles) for kind, vehicles in names.items()})
    hours = {int(stop.id): (stop.earliest_s, stop.latest_s) for stop in stops}
    sent: set[str] = set()
    for route in wave.routes:
        if route.depart_s < following_s:
            sent.add(vehicle := names[route.kind][route.number - 1])
            _send(site, chain, vehicle, route, wave, hours)
            continue
        for parcel, begin_s in zip(route.stops, route.begins_s, strict=True):
            state = chain.parcels.under_way[int(parcel)]
            _expect(site, chain, state, begin_s, "is planned for a later wave of vans")
    for parcel, reason in wave.left.items():
        _leave(site, chain, settings, chain.parcels.under_way[int(parcel)], reason)
    return sent


def _found(
    site: Site, chain: SupplyChain, settings: LastMile, stops: Sequence[Stop], fleet: Mapping[VehicleKind, int]
) -> Plan:
    begin = int(chain.calendar.seconds(site.tick)) + LOAD_S
    seed = int(chain.streams.of("routes", site.tick).integers(2**31))
    return plan(stops, DEPOT, fleet, begin, seed, settings.iterations, roads(chain.settings, chain.lanes))


def _there(site: Site, chain: SupplyChain, settings: LastMile) -> dict[VehicleKind, list[str]]:
    """Return {kind: names} of the vehicles present. Part of their shift is reserved for second attempts."""
    names: dict[VehicleKind, list[str]] = {}
    for kind, vans in vehicles(settings, chain.settings.costs, chain.effects.fuel_price).items():
        all_names = [f"{kind.name} {number}" for number in range(1, vans + 1)]
        planned = replace(kind, shift_h=kind.shift_h / (1.0 + _SECOND_ATTEMPTS * settings.failed))
        names[planned] = [name for name in all_names if chain.last_mile.away.get(name, 0) <= site.tick]
    return names


def _all_out(settings: LastMile) -> str:
    vehicles = settings.diesel_vans + settings.electric_vans + settings.flex
    return f"all {count(vehicles, 'vehicle')} are out" if vehicles > 1 else "the only vehicle is out"


def _stop(site: Site, chain: SupplyChain, settings: LastMile, parcel: Parcel) -> Stop:
    promise = chain.promises.given[parcel.id]
    now_s, by_s = chain.calendar.seconds(site.tick), chain.calendar.seconds(promise.by)
    today = chain.calendar.last_day(promise.by) <= chain.calendar.day(site.tick)
    opens, closes = delivery_hours(settings, promise, by_s, now_s)
    return Stop(
        str(parcel.id),
        promise.customer.x,
        promise.customer.y,
        parcels=1,
        weight_g=parcel.weight_g,
        volume_ml=parcel.volume_ml,
        service_s=round(settings.stop_s),
        earliest_s=opens,
        latest_s=closes,
        priority=_URGENT if today else 1,
    )


def _send(site: Site, chain: SupplyChain, vehicle: str, route: Route, wave: Plan, hours: Mapping[int, Hours]) -> None:
    """Give a vehicle its route and schedule its departure."""
    parcels = [int(stop) for stop in route.stops]
    arrivals = [chain.calendar.tick(begin) for begin in route.begins_s]
    depart, back = chain.calendar.tick(route.depart_s), chain.calendar.tick(route.back_s)
    for parcel, arrival in zip(parcels, arrivals, strict=True):
        del chain.last_mile.waiting[parcel]
        chain.parcels.under_way[parcel].eta = arrival
    chain.last_mile.away[vehicle] = back + chain.calendar.ticks(turnaround_s(route.kind, route.metres))
    lanes = " + ".join(sorted({chain.parcels.under_way[parcel].lane for parcel in parcels}))
    reason = f"{count(len(parcels), 'parcel')} in {route.metres / 1000:.0f} km and {route.seconds / 3600:.1f} h"
    site.emit(
        RoutePlanned(
            site.tick,
            vehicle=vehicle,
            kind=route.kind.name,
            lane=lanes,
            parcels=parcels,
            metres=route.metres,
            back=back,
            reason=reason,
            depart=depart,
            arrivals=tuple(arrivals),
            cents=route.cents,
        )
    )
    why = {parcel: wave.why[str(parcel)] for parcel in parcels}
    route = replace(route, kind=_with_whole_shift(chain, route.kind))
    tour = Tour(vehicle, route, tuple(hours[parcel] for parcel in parcels), why, come_back)
    chain.schedule.at(depart, tours.leave, tour)


def _with_whole_shift(chain: SupplyChain, planned: VehicleKind) -> VehicleKind:
    """Return the vehicle kind with its full shift: the round was planned shorter, and second attempts make it longer
    again.
    """
    settings = chain.settings.vans
    return next(
        kind for kind in vehicles(settings, chain.settings.costs, chain.effects.fuel_price) if kind.name == planned.name
    )


def _expect(site: Site, chain: SupplyChain, parcel: Parcel, second: float, reason: str) -> None:
    """Update the ETA of a parcel that is on no final route."""
    tick = chain.calendar.tick(second)
    if abs(tick - parcel.eta) * site.scenario.run.tick_s > _TOLD_S:
        parcel.eta = tick
        site.emit(EtaChanged(site.tick, parcel.id, tick, reason))


def _leave(site: Site, chain: SupplyChain, settings: LastMile, parcel: Parcel, reason: str) -> None:
    """Leave a parcel at the delivery station, and note the reason in case it becomes late."""
    parcel.eta = _following(site, chain, settings) + chain.calendar.ticks(LOAD_S)
    site.emit(EtaChanged(site.tick, parcel.id, parcel.eta, f"waits for the next wave of vans: {reason}"))
    chain.last_mile.late_causes.setdefault(parcel.id, (LateCause.NO_VEHICLE, reason))


def _try_again(site: Site, chain: SupplyChain, settings: LastMile, parcel: Parcel) -> None:
    """Send a parcel out again after a failed attempt: today if that can keep the promise, else with tomorrow's first
    wave.
    """
    now_s, deadline = chain.calendar.seconds(site.tick), chain.promises.given[parcel.id].by
    tomorrow = chain.calendar.day(site.tick) + 1
    today = now_s + _BEFORE_S < chain.calendar.seconds(deadline) and chain.calendar.last_day(deadline) < tomorrow
    chain.last_mile.waiting[parcel.id] = now_s if today else tomorrow * DAY_S
    parcel.eta = chain.calendar.tick(now_s + _BEFORE_S) if today else chain.calendar.at(tomorrow, settings.begin)
    move(site, parcel, STATION, f"attempt {parcel.attempts} of {settings.attempts} found nobody")
    site.emit(EtaChanged(site.tick, parcel.id, parcel.eta, f"goes out again {'today' if today else 'tomorrow'}"))
    note(chain, _following(site, chain, settings))
