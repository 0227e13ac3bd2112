"""What a customer is promised at the moment of his order: a day, and with it the trailer that his parcel has to make.

A departure can be promised if the floor gets done by then what it has promised before and this order as well: the work due
by each later departure has to fit between now and then, too. That is the test of earliest-due-date scheduling (Jackson
1955): if any sequence keeps all due times, this one does. Of the departures that keep a day the latest is promised, so that
every order has all the slack its promise leaves and orders of different days don't compete; a parcel that is ready earlier
rides earlier (controller.supply_chain.outbound.shipping).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controller.scenario.supply_chain import Lane
from controller.site.site import Site
from controller.supply_chain.outbound.departure_room import room
from controller.supply_chain.outbound.floor_capacity import capacity, working_seconds
from controller.supply_chain.outbound.lanes import departures, doors, drawn_customer, serves, vans_of
from controller.supply_chain.outbound.late_causes import overdue
from controller.supply_chain.state.outbound.promises import Customer, Promise
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.orders import Order
from layout.time_units import DAY_S
from robots.recording.supply_chain_events import OrderPromised
from robots.wording.formatting import count

CLASSES = ("same-day", "next-day", "two-day")
LATER = "later"
"""Promised to nobody who can be given one of `CLASSES`: a day further away, up to so many days."""
_DAYS = 10
"""How many days away a departure is looked for; the way of a lane that takes days comes on top."""
_TIGHT = 0.8
"""Share of the time left that the work due by a departure may take before its orders have no slack."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A departure that keeps a promise, and why it isn't the day that was wanted, "" if it is."""

    promise: str
    cpt: int
    by: int
    reason: str


def promise(site: Site, chain: SupplyChain, order: Order) -> None:
    """Draw the customer of an order that has just come, promise him a day, and set the order's due tick by it.

    What a seller has sent back to him goes with his own carrier and is promised to nobody.
    """
    if order.id in chain.sellers.removals:
        return
    customer = drawn_customer(chain.settings, chain.lanes, chain.streams.of("customer", order.id))
    wanted = _wanted(chain, chain.streams.of("wanted day", order.id).random())
    offer = offered(site, chain, order, customer, wanted)
    chain.promises.give(order.id, Promise(customer, offer.promise, offer.cpt, offer.by), order.units)
    chain.schedule.at(offer.by + 1, overdue, order.id)
    order.due = due_tick(chain, offer.cpt)
    site.tell(
        OrderPromised(
            site.tick,
            order.id,
            offer.promise,
            wanted,
            customer.lane,
            offer.cpt,
            offer.by,
            customer.x,
            customer.y,
            offer.reason,
        )
    )


def due_tick(chain: SupplyChain, cpt: int) -> int:
    """When a parcel has to be packed to make a departure: SLAM, sorting, loading and the margin come after."""
    packing, shipping = chain.settings.packing, chain.settings.shipping
    after = packing.slam_s + shipping.sort_s + shipping.load_s + chain.settings.promise.margin_s
    return cpt - chain.calendar.ticks(after)


def offered(site: Site, chain: SupplyChain, order: Order, customer: Customer, wanted: str) -> Offer:
    """The first day, from the wanted one on, that can be kept, by the latest departure that keeps it."""
    lane, refused = chain.lane(customer.lane), _out_of_stock(site, order)
    _, last_door = doors(chain.settings, lane)
    first = len(CLASSES) - 1 if refused else CLASSES.index(wanted)
    on_the_way = chain.calendar.ticks(last_door)
    for days in range(first, _DAYS + int(last_door // DAY_S)):
        name, by = CLASSES[days] if days < len(CLASSES) else LATER, day_end(chain, site.tick, days)
        there = list(_that_can_be_made(site, chain, customer, by - on_the_way))
        spare = _spare(site, chain, there)
        for cpt in reversed(there):
            if spare[cpt] >= order.units and room(chain, lane, cpt, site.tick) > 0:
                return Offer(name, cpt, by, _kept(chain, lane, cpt, wanted, refused))
        refused = refused or _why_not(site, chain, customer, order.units, {cpt: spare[cpt] for cpt in there})
    cpt = max(departures(chain.calendar, lane, site.tick, site.tick + chain.calendar.ticks(_DAYS * DAY_S)))
    by = max(day_end(chain, cpt, 1), _end_after(chain, cpt + on_the_way))
    return Offer(LATER, cpt, by, _kept(chain, lane, cpt, wanted, refused))


def day_end(chain: SupplyChain, tick: int, days: int) -> int:
    """When the day so many days after a tick's ends for customers."""
    return chain.calendar.end(chain.calendar.day(tick) + days, chain.settings.promise.day_ends)


def _end_after(chain: SupplyChain, tick: int) -> int:
    """The first end of a day at or after a tick."""
    return next(end for days in (0, 1) if (end := day_end(chain, tick, days)) >= tick)


def tight_until(site: Site, chain: SupplyChain) -> int:
    """The tick by which orders are due that have no slack: the work of their departure, with all before it, takes nearly all
    the time that is left. -1 if there are none.
    """
    floor, settings = capacity(site, chain), chain.settings.promise
    before = chain.calendar.ticks(settings.work_s + settings.margin_s)
    due, tight = 0, -1
    for cpt in sorted(chain.promises.work):
        due += chain.promises.work[cpt]
        if due >= _TIGHT * floor * working_seconds(site, chain, cpt - before):
            tight = due_tick(chain, cpt)
    return tight


def _wanted(chain: SupplyChain, chance: float) -> str:
    settings = chain.settings.promise
    if chance < settings.same_day:
        return CLASSES[0]
    return CLASSES[1] if chance < settings.same_day + settings.next_day else CLASSES[2]


def _that_can_be_made(site: Site, chain: SupplyChain, customer: Customer, end: int) -> Iterator[int]:
    """Departures up to a tick that find a customer in, and that an order can make on a floor with no backlog.

    From a lane that is closed nothing is promised for today: nobody knows when it opens.
    """
    settings, lane = chain.settings.promise, chain.lane(customer.lane)
    begin = site.tick + chain.calendar.ticks(settings.work_s + settings.margin_s)
    if lane.name in chain.effects.lanes_closed:
        begin = max(begin, chain.calendar.at(chain.calendar.day(site.tick) + 1, "00:00"))
    for cpt in departures(chain.calendar, lane, begin, end):
        if serves(chain.settings, chain.calendar, lane, cpt, customer):
            yield cpt


def _spare(site: Site, chain: SupplyChain, cpts: Sequence[int]) -> dict[int, int]:
    """{departure: units that can still be promised for it}, so that those of it and of all later ones can be kept."""
    work, settings = chain.promises.work, chain.settings.promise
    floor, before = capacity(site, chain), chain.calendar.ticks(settings.work_s + settings.margin_s)
    due, slack = 0, dict[int, float]()
    for cpt in sorted({*work, *cpts}):
        due += work.get(cpt, 0)
        slack[cpt] = floor * working_seconds(site, chain, cpt - before) - due
    least, spare = float("inf"), dict[int, int]()
    for cpt, units in reversed(slack.items()):
        least = min(least, units)
        spare[cpt] = int(max(-1.0, least)) if least < float("inf") else 0
    return spare


def _kept(chain: SupplyChain, lane: Lane, cpt: int, wanted: str, refused: str) -> str:
    leaves = f"{lane.name} at {chain.calendar.words(cpt)}"
    if not refused:
        return f"the latest departure that keeps it: {leaves}"
    return f"{wanted} wanted, but {refused}; so {leaves}"


def _why_not(site: Site, chain: SupplyChain, customer: Customer, units: int, spare: dict[int, int]) -> str:
    """Why none of the departures that would keep a day can be promised. spare: as `_spare` says, of those."""
    lane, words = customer.lane, chain.calendar.words
    if not spare:
        if lane in chain.effects.lanes_closed:
            return f"{lane} is closed"
        soonest = next(_that_can_be_made(site, chain, customer, site.tick + chain.calendar.ticks(_DAYS * DAY_S)), -1)
        return f"the first departure that can be made is {lane} at {words(soonest)}" if soonest >= 0 else "none leaves"
    last = max(spare)
    if max(spare.values()) >= units:
        what = "vans" if vans_of(chain.settings, chain.lane(lane)) else "departures"
        return f"the {what} of {lane} are full until {words(last)}"
    due = sum(units for cpt, units in chain.promises.work.items() if cpt <= last)
    return f"{count(due, 'unit')} are due by {words(last)} already, {len(site.book.backlog)} orders wait"


def _out_of_stock(site: Site, order: Order) -> str:
    for line in order.lines:
        if site.pods.free_total[line.sku] - site.supply.demand[line.sku] < line.units:
            return f"{site.demand.catalogue.names[line.sku]} is out of stock"
    return ""
