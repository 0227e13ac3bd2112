"""Capacity of the floor: by the staff at its stations, and as measured when there was more work than it could do."""

from controller.scenario.scenario import clock_seconds
from controller.site.site import Site
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stations import PackStation, PickStation
from layout.time_units import DAY_S
from robots.recording.kinds import StationState

_LOOK_S = 900.0
"""Time between two measurements of the units packed."""
_FRESH = 0.5
"""Weight of the last busy quarter of an hour against those before."""
_FORGET = 0.1
"""Fraction by which the estimate returns to the staff's capacity in each quarter of an hour in which the floor is not
busy.
"""


def begin(site: Site, chain: SupplyChain) -> None:
    chain.schedule.at(site.tick + chain.calendar.ticks(_LOOK_S), look)


@handler
def look(site: Site, chain: SupplyChain) -> None:
    """Measure the last quarter of an hour: if orders were waiting at both ends of it, the units packed are the floor's
    capacity.
    """
    state, waiting = chain.promises, len(site.book.backlog)
    places = len(site.pick_stations) * site.scenario.stations.open_orders
    measured, limit = state.packed_units / _LOOK_S, staff_capacity(site)
    if min(waiting, state.waited) > places and measured > 0:
        state.capacity = measured if state.capacity == 0 else (1 - _FRESH) * state.capacity + _FRESH * measured
    elif state.capacity > 0:
        state.capacity = max(measured, state.capacity + _FORGET * (limit - state.capacity))
    state.packed_units, state.waited = 0, waiting
    chain.schedule.at(site.tick + chain.calendar.ticks(_LOOK_S), look)


def staff_capacity(site: Site) -> float:
    """Return the units a second that the staff at pick and pack stations can do at their mean times, whichever is less."""
    times = site.scenario.stations
    pick = pack = 0.0
    for station in site.stations:
        if station.state == StationState.CLOSED:
            continue
        if isinstance(station, PickStation):
            pick += station.people / (station.info.service_s or times.pick_s)
        elif isinstance(station, PackStation):
            pack += station.people / (station.info.service_s or times.pack_s)
    return min(pick, pack * units_an_order(site)) if site.pack_stations else pick


def units_an_order(site: Site) -> float:
    """Return the mean units an order so far, or the scenario's mean until 100 orders are shipped."""
    shipped = site.book.shipped
    return site.book.units_picked / shipped if shipped >= 100 else site.scenario.orders.mean_units


def capacity(site: Site, chain: SupplyChain) -> float:
    """Return the units a second to plan with from now on."""
    limit = chain.settings.promise.use * staff_capacity(site)
    return min(limit, chain.promises.capacity) if chain.promises.capacity > 0 else limit


def working_seconds(site: Site, chain: SupplyChain, end: int) -> float:
    """Return the seconds on shift between now and a tick."""
    shifts = site.scenario.stations.shifts
    start, until = chain.calendar.seconds(site.tick), chain.calendar.seconds(end)
    if not shifts or until <= start:
        return max(0.0, until - start)
    total = 0.0
    for day in range(int(start // DAY_S) - 1, int(until // DAY_S) + 1):
        for first, last in shifts:
            begin, length = day * DAY_S + clock_seconds(first), (clock_seconds(last) - clock_seconds(first)) % DAY_S
            total += max(0.0, min(until, begin + length) - max(start, begin))
    return total
