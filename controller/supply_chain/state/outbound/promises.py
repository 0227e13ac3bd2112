"""Customers, their promises, and the work that these add up to by departure."""

from dataclasses import dataclass, field, replace

from layout.time_units import DAY_S


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer of one order. lane: by name. x, y: km on the plane of the delivery areas. earliest_s, latest_s:
    seconds of the day between which the customer is at home.
    """

    lane: str
    x: float
    y: float
    earliest_s: float = 0.0
    latest_s: float = DAY_S


@dataclass(frozen=True, slots=True)
class Promise:
    """A delivery promise. promise: "same-day", "next-day", "two-day" or "later". cpt: tick at which its trailer leaves.
    by: tick by which to deliver.
    """

    customer: Customer
    promise: str
    cpt: int
    by: int


@dataclass(slots=True)
class PromisesState:
    """State of promises. given: {order: Promise} of orders not delivered yet.

    awaited: {(lane, cpt): {order: units}} of orders whose parcels have not reached the sorter, in order of the
    promises. work: {cpt: units} of orders not packed yet. capacity: units a second that the floor has shown as its
    maximum, 0 until it has been busy. packed_units: since capacity was last measured, when `waited` orders waited.
    tight: (tick, due tick up to which there was no slack in it), cached because release reads it many times a tick.
    """

    given: dict[int, Promise] = field(default_factory=dict)
    awaited: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)
    work: dict[int, int] = field(default_factory=dict)
    capacity: float = 0.0
    packed_units: int = 0
    waited: int = 0
    tight: tuple[int, int] = (-1, -1)

    def give(self, order: int, promise: Promise, units: int) -> None:
        """Record a promise, or replace it."""
        self.given[order] = promise
        self.awaited.setdefault((promise.customer.lane, promise.cpt), {})[order] = units
        self.work[promise.cpt] = self.work.get(promise.cpt, 0) + units

    def packed(self, order: int, units: int) -> None:
        """Remove a packed order from the floor's work."""
        self.packed_units += units
        self._less_work(self.given[order].cpt, units)

    def sorted(self, order: int) -> None:
        """Note that a parcel has reached the sorter."""
        promise = self.given[order]
        self.forget(promise.customer.lane, promise.cpt, order)

    def forget(self, lane: str, cpt: int, order: int) -> None:
        """Stop waiting for an order's parcel at a departure."""
        waiting = self.awaited.get((lane, cpt), {})
        waiting.pop(order, None)
        if not waiting:
            self.awaited.pop((lane, cpt), None)

    def withdraw(self, order: int) -> None:
        """Withdraw the promise of an order cancelled before packing."""
        promise = self.given.get(order)
        if promise is None:
            return
        self._less_work(promise.cpt, self.awaited.get((promise.customer.lane, promise.cpt), {}).get(order, 0))
        self.sorted(order)
        del self.given[order]

    def put_off(self, order: int, cpt: int, *, packed: bool) -> None:
        """Move a parcel that has not reached the sorter to a later departure; the promised date stays."""
        promise = self.given[order]
        units = self.awaited[promise.customer.lane, promise.cpt][order]
        self.sorted(order)
        self.given[order] = replace(promise, cpt=cpt)
        self.awaited.setdefault((promise.customer.lane, cpt), {})[order] = units
        if not packed:
            self._less_work(promise.cpt, units)
            self.work[cpt] = self.work.get(cpt, 0) + units

    def _less_work(self, cpt: int, units: int) -> None:
        remaining = self.work.get(cpt, 0) - units
        if remaining > 0:
            self.work[cpt] = remaining
        else:
            self.work.pop(cpt, None)
