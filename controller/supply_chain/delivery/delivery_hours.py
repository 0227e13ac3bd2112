"""Hours in which a parcel can be delivered at a customer's door."""

from controller.scenario.scenario import clock_seconds, end_seconds
from controller.scenario.supply_chain import LastMile
from controller.supply_chain.state.outbound.delivery import Hours
from controller.supply_chain.state.outbound.promises import Promise
from layout.time_units import DAY_S

_ENOUGH_S = 7_200.0
"""Time that must be left of today's hours for a parcel promised for a later day to go out today: a wave in the evening
would keep every van busy for few doors [our own arithmetic].
"""
_SPARE_S = 900.0
"""Margin between the last moment at which a route may reach a door and the end of the promise: time at the door, and
delays on the road (random delays of a tenth of each leg add up to three minutes over thirty doors) [our own
arithmetic].
"""
_SECOND_S = 1_800.0
"""Time by which a first attempt is planned earlier, so that a customer who was not at home can be tried again at the
end of the round (second_attempt.py).
"""


def delivery_hours(settings: LastMile, promise: Promise, by_s: float, now_s: float) -> Hours:
    """Return the next hours in which the customer is at home and deliveries are made, ending with the promise if
    possible.

    by_s, now_s: seconds of the run's calendar.
    """
    day_s = now_s - now_s % DAY_S
    first, last = _daily(settings, promise)
    while True:
        opens, closes = max(now_s, day_s + first), day_s + last
        if opens < by_s:
            closes = min(closes, by_s - _SPARE_S - _SECOND_S if opens < by_s - _ENOUGH_S else by_s)
        remaining = closes - opens
        if remaining > 0 and (remaining >= min(_ENOUGH_S, last - first) or by_s < day_s + DAY_S + first):
            return int(opens), int(closes)
        day_s += DAY_S


def later_hours(settings: LastMile, promise: Promise, by_s: float, hours: Hours) -> Hours:
    """Return a door's hours on a round, extended by the time reserved for second attempts, also those at other doors."""
    opens, closes = hours
    day_s = (closes - 1) - (closes - 1) % DAY_S
    _, last = _daily(settings, promise)
    return opens, max(closes, int(min(closes + _SECOND_S, by_s - _SPARE_S, day_s + last)))


def _daily(settings: LastMile, promise: Promise) -> tuple[float, float]:
    """Return (first, last) in seconds of the day: the customer's hours within the delivery hours, or the customer's own
    hours if the two do not overlap.
    """
    customer = promise.customer
    first = max(customer.earliest_s, clock_seconds(settings.begin))
    last = min(customer.latest_s, end_seconds(settings.end))
    if first < last:
        return first, last
    return customer.earliest_s, max(customer.latest_s, customer.earliest_s + settings.stop_s + 1.0)
