"""Book labour and robot energy, every hour.

People at the floor's stations are paid for the hours they are present, busy or not, because their shift is fixed. Staff
around the floor (dock doors, sorter, returns) are paid for the time they are busy, because they help each other out; so
a warehouse with twice the doors it needs costs no more.
"""

from controller.scenario.disruptions import span
from controller.site.site import Site
from controller.supply_chain.state import accounts
from controller.supply_chain.state.schedule import handler
from controller.supply_chain.state.supply_chain import SupplyChain
from layout.floor import StationKind
from layout.time_units import DAY_S
from robots.recording.supply_chain_events import EnergyUsed
from robots.units.simulated_fleet import SimFleet

_CAUSE = {
    StationKind.PICK: accounts.PICKING,
    StationKind.STOW: accounts.STOWING,
    StationKind.PACK: accounts.PACKING,
}
ROBOTS = "robots"
"""Cause of `EnergyUsed` events for the drive units."""
_HOURS = tuple(f"{hour:02}:00" for hour in range(24))


def begin(site: Site, chain: SupplyChain) -> None:
    """Record who is present, and schedule the first booking."""
    chain.costs.tick = site.tick
    chain.costs.drawn_wh = drawn_by_robots(site)
    _schedule_next_booking(site, chain)


@handler
def book_costs(site: Site, chain: SupplyChain) -> None:
    """Book all labour and energy since the last booking."""
    _book_people(site, chain)
    _book_staff(site, chain)
    _book_robots(site, chain)
    if site.tick >= site.scenario.run.ticks - 1:
        chain.schedule.at(
            site.tick, _round_off
        )  # last, because other events of this tick spend fractions of a cent, too
    _schedule_next_booking(site, chain)


@handler
def _round_off(site: Site, chain: SupplyChain) -> None:
    """Book the gathered fractions of a cent at the end of the run."""
    chain.accounts.flush(site.tick)


def people_at_stations(site: Site, chain: SupplyChain) -> dict[str, int]:
    """Return {cause: people on shift} at the floor's stations, including stations out of reach."""
    people: dict[str, int] = {}
    if not site.scenario.on_shift(chain.calendar.seconds(site.tick) % DAY_S):
        return people
    for station in site.stations:
        if station.manned:
            cause = _CAUSE[station.kind]
            people[cause] = people.get(cause, 0) + station.people
    return people


def _schedule_next_booking(site: Site, chain: SupplyChain) -> None:
    """Schedule the next booking: at the full hour, when people come or go, or at the last tick."""
    chain.costs.people = people_at_stations(site, chain)
    shifts = [clock for shift in site.scenario.stations.shifts for clock in shift]
    hour = chain.calendar.next(site.tick + 1, (*_HOURS, *shifts))
    short = [tick for one in site.scenario.disruptions if one.kind == "labour" for tick in span(site.scenario, one)]
    times = [hour, site.scenario.run.ticks - 1, *short]
    chain.schedule.at(min(time for time in times if time > site.tick), book_costs)


def _book_people(site: Site, chain: SupplyChain) -> None:
    hours = (site.tick - chain.costs.tick) * site.scenario.run.tick_s / 3600.0
    for cause, people in chain.costs.people.items():
        chain.accounts.spend(site.tick, people * hours * chain.settings.costs.wage_cents_hour, cause)
    chain.costs.tick = site.tick


def _book_staff(site: Site, chain: SupplyChain) -> None:
    a_tick = site.scenario.run.tick_s / 3600.0 * chain.settings.costs.wage_cents_hour
    for cause, pool in chain.staff.items():
        chain.accounts.spend(site.tick, (pool.busy - chain.costs.busy.get(cause, 0)) * a_tick, cause)
        chain.costs.busy[cause] = pool.busy


def _book_robots(site: Site, chain: SupplyChain) -> None:
    prices = chain.settings.costs
    drawn = drawn_by_robots(site)
    wh = (drawn - chain.costs.drawn_wh) / (1.0 - prices.charger_loss)  # chargers draw more power than they deliver
    chain.costs.drawn_wh = drawn
    chain.accounts.spend(site.tick, wh / 1000.0 * prices.power_cents_kwh, accounts.ROBOT_ENERGY)
    if wh > 0:
        site.emit(EnergyUsed(site.tick, ROBOTS, round(wh), round(wh * prices.power_g_kwh / 1000.0)))


def drawn_by_robots(site: Site) -> float:
    """Return the Wh that robots have taken from their batteries since tick 0; 0 for networked robots, which do not
    report it.
    """
    return float(site.fleet.drawn_wh.sum()) if isinstance(site.fleet, SimFleet) else 0.0
