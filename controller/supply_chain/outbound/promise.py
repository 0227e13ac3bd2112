"""Promise a customer a delivery day when the order arrives, and with it the departure that the parcel has to make.

A departure can be promised if the floor can complete the work it has already promised and this order in time: the work
due by each later departure has to fit between now and then, too. This is the test of earliest-due-date scheduling
(Jackson 1955): if any sequence keeps all due times, this one does. Of the departures that keep a day the latest is
promised, so that every order has all the slack its promise leaves and orders of different days do not compete; a parcel
that is ready earlier leaves earlier (controller.supply_chain.shipping.shipping).
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
"""Promise for customers who cannot be given one of `CLASSES`: a later day, at most `_DAYS` away."""
_DAYS = 10
"""Number of days ahead in which a departure is searched for; the transit of a lane that takes days is added."""
_TIGHT = 0.8
"""Share of the remaining time that the work due by a departure may take before its orders have no slack."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A departure that keeps a promise, and the reason it is not on the day wanted, "" if it is."""

    promise: str
    cpt: int
    by: int
    reason: str


def promise(site: Site, chain: SupplyChain, order: Order) -> None:
    """Draw the customer of a new order, promise a day, and set the order's due tick accordingly.

    Removal orders go with the seller's own carrier and get no promise.
    """
    if order.id in chain.sellers.removals:
        return
    customer = drawn_customer(chain.settings, chain.lanes, chain.streams.of("customer", order.id))
    wanted = _wanted(chain, chain.streams.of("wanted day", order.id).random())
    offer = offered(site, chain, order, customer, wanted)
    chain.promises.give(order.id, Promise(customer, offer.promise, offer.cpt, offer.by), order.units)
    chain.schedule.at(offer.by + 1, overdue, order.id)
    order.due = due_tick(chain, offer.cpt)
    site.emit(
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
    """Return the tick by which a parcel must be packed to make a departure, with SLAM, sorting, loading and the margin
    after it.
    """
    packing, shipping = chain.settings.packing, chain.settings.shipping
    after = packing.slam_s + shipping.sort_s + shipping.load_s + chain.settings.promise.margin_s
    return cpt - chain.calendar.ticks(after)


def offered(site: Site, chain: SupplyChain, order: Order, customer: Customer, wanted: str) -> Offer:
    """Return the first day, from the wanted one on, that can be kept, with the latest departure that keeps it."""
    lane, refused = chain.lane(customer.lane), _out_of_stock(site, order)
    _, last_door = doors(chain.settings, lane)
    first = len(CLASSES) - 1 if refused else CLASSES.index(wanted)
    on_the_way = chain.calendar.ticks(last_door)
    for days in range(first, _DAYS + int(last_door // DAY_S)):
        name, deadline = CLASSES[days] if days < len(CLASSES) else LATER, day_end(chain, site.tick, days)
        feasible = list(_that_can_be_made(site, chain, customer, deadline - on_the_way))
        spare = _spare(site, chain, feasible)
        for cpt in reversed(feasible):
            if spare[cpt] >= order.units and room(chain, lane, cpt, site.tick) > 0:
                return Offer(name, cpt, deadline, _kept(chain, lane, cpt, wanted, refused))
        refused = refused or _refusal(site, chain, customer, order.units, {cpt: spare[cpt] for cpt in feasible})
    cpt = max(departures(chain.calendar, lane, site.tick, site.tick + chain.calendar.ticks(_DAYS * DAY_S)))
    deadline = max(day_end(chain, cpt, 1), _end_after(chain, cpt + on_the_way))
    return Offer(LATER, cpt, deadline, _kept(chain, lane, cpt, wanted, refused))


def day_end(chain: SupplyChain, tick: int, days: int) -> int:
    """Return the tick at which the delivery day `days` days after a tick's day ends."""
    return chain.calendar.end(chain.calendar.day(tick) + days, chain.settings.promise.day_ends)


def _end_after(chain: SupplyChain, tick: int) -> int:
    """Return the first end of a delivery day at or after a tick."""
    return next(end for days in (0, 1) if (end := day_end(chain, tick, days)) >= tick)


def tight_until(site: Site, chain: SupplyChain) -> int:
    """Return the tick up to which due orders have no slack, because the work of their departure and all before it takes
    nearly all the time left. -1 if there are none.
    """
    floor, settings = capacity(site, chain), chain.settings.promise
    before = chain.calendar.ticks(settings.work_s + settings.margin_s)
    due, tight = 0, -1
    for cpt in sorted(chain.promises.work):
        due += chain.promises.work[cpt]
        if due >= _TIGHT * floor * working_seconds(site, chain, cpt - before):
            tight = due_tick(chain, cpt)
    return tight


def _wanted(chain: SupplyChain, draw: float) -> str:
    settings = chain.settings.promise
    if draw < settings.same_day:
        return CLASSES[0]
    return CLASSES[1] if draw < settings.same_day + settings.next_day else CLASSES[2]


def _that_can_be_made(site: Site, chain: SupplyChain, customer: Customer, end: int) -> Iterator[int]:
    """Yield the departures up to a tick that find the customer at home and that an order can make on a floor without
    backlog.

    A closed lane gets no promise for today, because nobody knows when it opens.
    """
    settings, lane = chain.settings.promise, chain.lane(customer.lane)
    begin = site.tick + chain.calendar.ticks(settings.work_s + settings.margin_s)
    if lane.name in chain.effects.lanes_closed:
        begin = max(begin, chain.calendar.at(chain.calendar.day(site.tick) + 1, "00:00"))
    for cpt in departures(chain.calendar, lane, begin, end):
        if serves(chain.settings, chain.calendar, lane, cpt, customer):
            yield cpt


def _spare(site: Site, chain: SupplyChain, cpts: Sequence[int]) -> dict[int, int]:
    """Return {departure: units that can still be promised for it} such that it and all later departures can be kept."""
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


def _refusal(site: Site, chain: SupplyChain, customer: Customer, units: int, spare: dict[int, int]) -> str:
    """Return the reason why none of the departures that would keep a day can be promised. spare: as returned by
    `_spare`.
    """
    lane, words = customer.lane, chain.calendar.words
    if not spare:
        if lane in chain.effects.lanes_closed:
            return f"{lane} is closed"
        soonest = next(_that_can_be_made(site, chain, customer, site.tick + chain.calendar.ticks(_DAYS * DAY_S)), -1)
        return (
            f"the first departure that can be made is {lane} at {words(soonest)}"
            if soonest >= 0
            else "no departure leaves"
        )
    last = max(spare)
    if max(spare.values()) >= units:
        vehicles = "vans" if vans_of(chain.settings, chain.lane(lane)) else "departures"
        return f"the {vehicles} of {lane} are full until {words(last)}"
    due = sum(units for cpt, units in chain.promises.work.items() if cpt <= last)
    return f"{count(due, 'unit')} are due by {words(last)} already, {len(site.book.backlog)} orders wait"


def _out_of_stock(site: Site, order: Order) -> str:
    for line in order.lines:
        if site.pods.free_total[line.sku] - site.supply.demand[line.sku] < line.units:
            return f"{site.demand.catalogue.names[line.sku]} is out of stock"
    return ""
