"""Release policies: which order of the backlog gets a free place at a pick station.

This choice has the strongest effect on throughput (Merschformann et al. 2019). PodMatch follows their "PodMatch" with a
fast lane; orders that cannot be filled from free stock are never chosen. Late-first precedes every policy, so that none
passes an order over for ever.
"""

from collections.abc import Callable, Iterable

from controller.policies import waiting_age
from controller.policies.own import asking
from controller.policies.own.view import station_view
from controller.site.site import Site
from controller.warehouse.orders import Order, arrival
from controller.warehouse.stations import PickStation
from robots.wording.formatting import count

OrderChoice = tuple[Order, str] | None
Coverable = Callable[[Order], bool]
"""Function that tells whether free stock fills an order a policy would choose; if not, the order leaves the backlog."""
ReleasePolicy = Callable[[Site, PickStation, Coverable], OrderChoice]

_LATE_SHARE = 4
"""One place in this number is kept for orders that are or will soon be late, so that matching cannot starve them."""
_URGENT = 0.5
"""Share of the rush time below which an order is urgent."""
_LOOK = 6
"""Orders considered for each SKU in a pod on its way, oldest first."""


def choose(site: Site, station: PickStation, coverable: Coverable) -> OrderChoice:
    """Choose a prioritised order, then one that is or will soon be late, else by the policy.

    Unless it is prioritised, no order is released while the station has lines to catch up with.
    """
    wanted = [order for order in site.book.prioritised.values() if order.id in site.book.backlog]
    order = _first_coverable(coverable, wanted)
    if order is not None:
        return order, "prioritised, before all others"
    if not waiting_age.takes_orders(site, station):
        return None
    if not _fast_lane(site, station) and (choice := _late_first(site, station, coverable)):
        return choice
    ours = POLICIES.get(site.scenario.policies.release)
    return ours(site, station, coverable) if ours else _own(site, station, coverable)


def _own(site: Site, station: PickStation, coverable: Coverable) -> OrderChoice:
    """Return the choice of the user's policy, asked again after an order that free stock does not fill."""

    def check(answer: object) -> OrderChoice:
        choice = asking.choice_of(answer, "order", site.book.backlog)
        return choice and (site.book.backlog[choice[0]], choice[1])

    for _ in range(_LOOK):
        choice = asking.ask(site, "release", [station_view(station)], check, lambda: podmatch(site, station, coverable))
        if choice is None or coverable(choice[0]):
            return choice
    return None


def fcfs(site: Site, station: PickStation, coverable: Coverable) -> OrderChoice:
    """Choose by first come, first served."""
    order = _first_coverable(coverable, sorted(site.book.backlog.values(), key=arrival))
    return (order, "first of the backlog") if order else None


def random(site: Site, station: PickStation, coverable: Coverable) -> OrderChoice:
    """Choose any order."""
    backlog = list(site.book.backlog.values())
    for number in site.streams.sequence("release policy").permutation(len(backlog))[:_LOOK].tolist():
        if coverable(backlog[number]):
            return backlog[number], "drawn at random"
    return None


def podmatch(site: Site, station: PickStation, coverable: Coverable) -> OrderChoice:
    """Choose the order that pods on their way here fill best, else the one due first.

    The last free place is the fast lane: only for an order that these pods fill at once. If orders are promised for
    departures, those of a departure without slack go before all others, matched among themselves: slack is the time
    until an order is due less the work due by then, so it depends on the promise and not on the order's age.
    """
    fast_lane = _fast_lane(site, station)
    tight = site.surroundings.no_slack_until()
    best: tuple[tuple[bool, bool, int, int], Order] | None = None
    for order, matched in _matches(site, station).items():
        complete = matched == len(order.lines)
        key = (order.due <= tight, complete, matched, -order.due)
        if (complete or not fast_lane) and (best is None or key > best[0]) and coverable(order):
            best = key, order
    if best is not None and not best[0][0] and (choice := _without_slack(site, tight, coverable)) and not fast_lane:
        return choice
    if best is not None:
        (_, _, matched, _), order = best
        return order, f"{matched} of {count(len(order.lines), 'line')} in pods on their way here"
    if fast_lane:
        return None
    first = _next_due(site, coverable)
    return (first, "the order due first; no order needs stock of the pods on their way here") if first else None


def _fast_lane(site: Site, station: PickStation) -> bool:
    """Return whether only the station's last place is free; a station with a single place has no fast lane."""
    most = site.scenario.stations.open_orders
    return most > 1 and len(station.orders) >= most - 1


def _late_first(site: Site, station: PickStation, coverable: Coverable) -> OrderChoice:
    horizon = site.tick + site.scenario.ticks(_URGENT * site.scenario.orders.rush_s)
    urgent_here = sum(order.due <= horizon for order in station.orders.values())
    if urgent_here * _LATE_SHARE >= site.scenario.stations.open_orders:
        return None
    order = _next_due(site, coverable)
    if order is None or order.due > horizon:
        return None
    left = order.due - site.tick
    return order, f"due in {site.clock(left)}" if left >= 0 else f"late by {site.clock(-left)}"


def _without_slack(site: Site, tight: int, coverable: Coverable) -> OrderChoice:
    """Return the order due first, if its departure leaves no slack."""
    order = _next_due(site, coverable) if tight >= 0 else None
    return (order, "its departure leaves no slack") if order is not None and order.due <= tight else None


def _next_due(site: Site, coverable: Coverable) -> Order | None:
    while (order := site.book.most_urgent()) is not None:
        if coverable(order):
            return order
    return None


def _first_coverable(coverable: Coverable, orders: Iterable[Order]) -> Order | None:
    return next((order for order in list(orders) if coverable(order)), None)


def _matches(site: Site, station: PickStation) -> dict[Order, int]:
    """Return {order of the backlog: number of its lines filled by pods on their way to the station}."""
    matched: dict[Order, set[int]] = {}
    for task in station.trips.values():
        if task.pod < 0:
            continue
        for sku, units in site.pods.free_in[task.pod].items():
            orders = site.book.wanted.get(sku)
            if not orders:
                continue
            for order, _ in zip(orders.values(), range(_LOOK), strict=False):
                if any(line.sku == sku and line.units <= units for line in order.lines):
                    matched.setdefault(order, set()).add(sku)
    return {order: len(skus) for order, skus in matched.items()}


POLICIES: dict[str, ReleasePolicy] = {"podmatch": podmatch, "fcfs": fcfs, "random": random}
