"""Promises kept or late by class, trailers made or missed and why, and boxes used."""

from array import array
from collections import Counter
from typing import NamedTuple

import numpy as np

from controller.kpis.hours import Hourly
from controller.kpis.summary import PromiseSummary, PromiseTotals
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event, EventCall
from robots.recording.places import PlaceKind

CUSTOMER, SELLER = "customer", "seller"
UNDELIVERABLE = "undeliverable"
"""Cause reported last for a parcel that nobody accepted."""
_CLASSES = ("same-day", "next-day", "two-day")
PROMISED, DELIVERED, LATE = range(3)
"""Columns of `PromiseFigures.by_hour`; an order is late in the hour of its delivery, if that is after the promise."""


class _Promise(NamedTuple):
    t: int
    name: str
    cpt: int
    by: int


class PromiseFigures:
    """Orders by promise.

    An order that is delivered, or comes back because nobody accepted it, leaves counts and is forgotten.
    """

    def __init__(self, tick_s: float) -> None:
        self.open: dict[int, _Promise] = {}
        self.given: Counter[str] = Counter()
        self.wished: Counter[str] = Counter()
        """Orders by the promise their customers wanted."""
        self.delivered: Counter[str] = Counter()
        self.in_time: Counter[str] = Counter()
        self.undeliverable: Counter[str] = Counter()
        """Orders whose parcels came back because nobody accepted them; never in time."""
        self.to_door = array("i")
        """Ticks from order to door, by delivered order."""
        self.causes: Counter[str] = Counter()
        """Parcels that missed their trailer, their promise or both, by the first cause; undeliverable ones as that."""
        self.reasons: dict[str, str] = {}
        """{cause: its latest reason in words}."""
        self.by_hour = Hourly(3, tick_s)
        self.boxes: Counter[str] = Counter()
        self.void = 0.0
        """Sum over boxes of their share of air."""
        self.slam_faults = 0
        self.loaded_in_time = 0
        self.loaded_late = 0
        self.tried = 0
        """Orders delivered late or never, with an attempt at the door in time."""
        self._loaded: set[int] = set()
        self._at_door: set[int] = set()
        self._late_ones: dict[int, str] = {}
        """{parcel: cause under which it is counted} in `causes`."""

    def handlers(self) -> dict[type[Event], EventCall[None]]:
        return {
            ce.OrderPromised: self._promised,
            ce.ParcelPacked: self._packed,
            ce.ParcelMoved: self._moved,
            ce.ParcelLate: self._late,
            ce.DeliveryFailed: self._failed,
            ev.OrderCancelled: self._cancelled,
        }

    def classes(self, last_tick: int) -> dict[str, PromiseTotals]:
        """Return {promise: its figures}. late: delivered late, undeliverable, or overdue.

        on_time: of the orders that are delivered, undeliverable, or due by the last tick.
        """
        overdue = self._overdue(last_tick)
        return {
            name: PromiseTotals(
                promised=self.given[name],
                wanted=self.wished[name],
                delivered=self.delivered[name],
                late=self.delivered[name] - self.in_time[name] + self.undeliverable[name] + overdue[name],
                undeliverable=self.undeliverable[name],
                overdue=overdue[name],
                on_time=_share(self.in_time[name], self.delivered[name] + self.undeliverable[name] + overdue[name]),
            )
            for name in sorted(self.given.keys() | self.wished.keys(), key=_by_day)
        }

    def summary(self, last_tick: int) -> PromiseSummary:
        settled = self.delivered.total() + self.undeliverable.total() + self._overdue(last_tick).total()
        loaded = self.loaded_in_time + self.loaded_late
        tried = self.tried + sum(self.open[order].by <= last_tick for order in self._at_door)
        door = np.array(self.to_door, float)
        return PromiseSummary(
            orders_promised=self.given.total(),
            delivered=self.delivered.total(),
            on_time_promise=_share(self.in_time.total(), settled),
            tried_in_time=_share(self.in_time.total() + tried, settled),
            promises=self.classes(last_tick),
            made_cpt=_share(self.loaded_in_time, loaded),
            late_causes=dict(self.causes.most_common()),
            late_reasons=dict(sorted(self.reasons.items())),
            order_to_door_ticks_p50=float(np.median(door)) if door.size else None,
            void_share=self.void / self.boxes.total() if self.boxes else None,
            boxes=dict(self.boxes.most_common()),
            slam_faults=self.slam_faults,
        )

    def _overdue(self, last_tick: int) -> Counter[str]:
        return Counter(promise.name for promise in self.open.values() if promise.by <= last_tick)

    def _promised(self, event: ce.OrderPromised) -> None:
        self.given[event.promise] += 1
        self.wished[event.wanted] += 1
        self.open[event.order] = _Promise(event.t, event.promise, event.cpt, event.by)
        self.by_hour.add(event.t, PROMISED)

    def _packed(self, event: ce.ParcelPacked) -> None:
        self.boxes[event.box] += event.boxes
        self.void += event.void * event.boxes

    def _moved(self, event: ce.ParcelMoved) -> None:
        promise = self.open.get(event.parcel)
        if event.source == "slam" and event.target == "pack":
            self.slam_faults += 1
        if promise is None:
            return
        if event.to_place.kind == PlaceKind.TRAILER and event.parcel not in self._loaded:
            self._loaded.add(event.parcel)
            in_time = event.t <= promise.cpt
            self.loaded_in_time += in_time
            self.loaded_late += not in_time
        elif event.target == CUSTOMER:
            self._delivered(event, promise)
        elif event.comes_back:
            self.undeliverable[promise.name] += 1
            self._end(event.parcel, in_time=False)

    def _end(self, order: int, *, in_time: bool) -> None:
        del self.open[order]
        self._loaded.discard(order)
        self.tried += not in_time and order in self._at_door
        self._at_door.discard(order)

    def _delivered(self, event: ce.ParcelMoved, promise: _Promise) -> None:
        in_time = event.t <= promise.by
        self._end(event.parcel, in_time=in_time)
        self.delivered[promise.name] += 1
        self.in_time[promise.name] += in_time
        self.to_door.append(event.t - promise.t)
        self.by_hour.add(event.t, DELIVERED)
        if not in_time:
            self.by_hour.add(event.t, LATE)

    def _failed(self, event: ce.DeliveryFailed) -> None:
        promise = self.open.get(event.parcel)
        if promise is not None and event.t <= promise.by:
            self._at_door.add(event.parcel)

    def _late(self, event: ce.ParcelLate) -> None:
        """Count a late parcel once, by its first cause; as undeliverable if that is reported last."""
        known = self._late_ones.get(event.parcel)
        if known is not None and event.cause != UNDELIVERABLE:
            return
        if known is not None:
            self.causes[known] -= 1
            self.causes += Counter()  # drops zero counts
        self._late_ones[event.parcel] = event.cause
        self.causes[event.cause] += 1
        self.reasons[event.cause] = event.reason

    def _cancelled(self, event: ev.OrderCancelled) -> None:
        self._at_door.discard(event.order)
        promise = self.open.pop(event.order, None)
        if promise is not None:
            self.given[promise.name] -= 1


def _by_day(name: str) -> tuple[int, str]:
    """Return the sort key of a promise: earliest day first."""
    return (_CLASSES.index(name) if name in _CLASSES else len(_CLASSES), name)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
