"""Who the customers are, what they were promised, and what that adds up to by departure."""

from dataclasses import dataclass, field, replace

from layout.time_units import DAY_S


@dataclass(frozen=True, slots=True)
class Customer:
    """Of one order. lane: by name. x, y: km on the plane of the delivery areas. earliest_s, latest_s: seconds of the day
    within which somebody is in.
    """

    lane: str
    x: float
    y: float
    earliest_s: float = 0.0
    latest_s: float = DAY_S


@dataclass(frozen=True, slots=True)
class Promise:
    """promise: "same-day", "next-day", "two-day" or "later". cpt: tick its trailer leaves at. by: tick it is to be
    delivered by.
    """

    customer: Customer
    promise: str
    cpt: int
    by: int


@dataclass(slots=True)
class PromisesState:
    """given: {order: Promise} of orders that are not delivered yet.

    awaited: {(lane, cpt): {order: units}} of orders whose parcels haven't reached the sorter; in order of the promises.
    work: {cpt: units} of orders that are not packed yet. pace: units a second that the floor has shown to do at most, 0
    while it hasn't been busy yet. packed_units: since the pace was last looked at, when `waited` orders waited. tight: (tick,
    up to which due tick there was no slack in it), which releases ask for many times a tick.
    """

    given: dict[int, Promise] = field(default_factory=dict)
    awaited: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)
    work: dict[int, int] = field(default_factory=dict)
    capacity: float = 0.0
    packed_units: int = 0
    waited: int = 0
    tight: tuple[int, int] = (-1, -1)

    def give(self, order: int, promise: Promise, units: int) -> None:
        """A promise is made, or made anew."""
        self.given[order] = promise
        self.awaited.setdefault((promise.customer.lane, promise.cpt), {})[order] = units
        self.work[promise.cpt] = self.work.get(promise.cpt, 0) + units

    def packed(self, order: int, units: int) -> None:
        """The floor has done its part."""
        self.packed_units += units
        self._less_work(self.given[order].cpt, units)

    def sorted(self, order: int) -> None:
        """The parcel is where its trailer is loaded."""
        promise = self.given[order]
        self.forget(promise.customer.lane, promise.cpt, order)

    def forget(self, lane: str, cpt: int, order: int) -> None:
        """An order is awaited for a departure no longer."""
        waiting = self.awaited.get((lane, cpt), {})
        waiting.pop(order, None)
        if not waiting:
            self.awaited.pop((lane, cpt), None)

    def withdraw(self, order: int) -> None:
        """The order is cancelled before it was packed."""
        promise = self.given.get(order)
        if promise is None:
            return
        self._less_work(promise.cpt, self.awaited.get((promise.customer.lane, promise.cpt), {}).get(order, 0))
        self.sorted(order)
        del self.given[order]

    def put_off(self, order: int, cpt: int, *, packed: bool) -> None:
        """A parcel that hasn't reached the sorter goes with a later departure; what was promised stays promised."""
        promise = self.given[order]
        units = self.awaited[promise.customer.lane, promise.cpt][order]
        self.sorted(order)
        self.given[order] = replace(promise, cpt=cpt)
        self.awaited.setdefault((promise.customer.lane, cpt), {})[order] = units
        if not packed:
            self._less_work(promise.cpt, units)
            self.work[cpt] = self.work.get(cpt, 0) + units

    def _less_work(self, cpt: int, units: int) -> None:
        left = self.work.get(cpt, 0) - units
        if left > 0:
            self.work[cpt] = left
        else:
            self.work.pop(cpt, None)
