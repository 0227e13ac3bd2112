"""Who the customers are, and what they were promised."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Customer:
    """Of one order. lane: by name. x, y: km on the plane of the delivery areas. earliest_s, latest_s: seconds of the day
    within which somebody is in.
    """

    lane: str
    x: float
    y: float
    earliest_s: float = 0.0
    latest_s: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Promise:
    """promise: "same-day", "next-day" or "two-day". cpt: tick its trailer leaves at. by: tick it is to be delivered by."""

    customer: Customer
    promise: str
    cpt: int
    by: int


@dataclass(slots=True)
class PromiseBook:
    """given: {order: Promise} of orders that are not delivered yet."""

    given: dict[int, Promise] = field(default_factory=dict)
