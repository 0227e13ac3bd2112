"""Order figures: counts by hour, turnover, lateness, and where the slowest orders spent their time.

The ticks that an order spends in the four stages add up to its turnover, whatever happened to it.
"""

from array import array
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from controller.kpis.hours import Hourly
from robots.histories.order_stages import STAGE_AFTER, STAGES, Stage, StageTimes
from robots.recording import events as ev
from robots.recording.event import EventCall
from robots.recording.events import Event

RECEIVED, SHIPPED, CANCELLED, WITHDRAWN = range(4)
"""Columns of `OrderFigures.by_hour`."""
SLOWEST = 20
_REASONS_KEPT = 4


class SlowOrder(NamedTuple):
    """One of the slowest orders. Sorts by turnover: ticks from receipt to parcel, or until now."""

    turnover: int
    minus_order: int
    name: str
    received: int
    due: int
    ended: int | None
    """Tick at which it shipped, None while open."""
    spent: tuple[int, ...]
    """Ticks in each of STAGES."""
    stage: Stage
    """Present or last stage."""
    reasons: tuple[tuple[int, str], ...]
    """(tick, words), oldest first."""

    @property
    def order(self) -> int:
        return -self.minus_order


@dataclass(slots=True)
class _OpenOrder:
    name: str
    received: int
    due: int
    ordered: list[int]
    """Units by line."""
    left: list[int]
    """Units still to pick, by line."""
    times: StageTimes
    reasons: list[tuple[int, str]] = field(default_factory=list)

    def note(self, t: int, words: str) -> None:
        self.reasons.append((t, words))
        del self.reasons[:-_REASONS_KEPT]

    def story(self, order: int, now: int, *, shipped: bool) -> SlowOrder:
        spent = self.times.until(now)
        return SlowOrder(
            now - self.received,
            -order,
            self.name,
            self.received,
            self.due,
            now if shipped else None,
            tuple(spent.get(stage, 0) for stage in STAGES),
            self.times.stage,
            tuple(self.reasons),
        )


class OrderFigures:
    """Orders by result. A shipped order leaves a number in each array and is forgotten."""

    def __init__(self, tick_s: float) -> None:
        self.open: dict[int, _OpenOrder] = {}
        self.by_hour = Hourly(4, tick_s)
        self.turnover = array("i")
        """Ticks from receipt to parcel, by shipped order."""
        self.lateness = array("i")
        """Ticks from due to parcel, by shipped order; 0 or less is on time."""
        self.spent = np.zeros(len(STAGES), np.int64)
        """Ticks in each stage, over all shipped orders."""
        self.units_received = 0
        self.lines_withdrawn = 0
        """Lines picked for orders that were then picked again from the start; likewise units."""
        self.units_withdrawn = 0
        self._dues = array("i")
        self._slowest: list[SlowOrder] = []

    @property
    def received(self) -> int:
        return self._total(RECEIVED)

    @property
    def shipped(self) -> int:
        return self._total(SHIPPED)

    @property
    def cancelled(self) -> int:
        return self._total(CANCELLED)

    @property
    def withdrawn(self) -> int:
        """Return how often an order went back to the backlog."""
        return self._total(WITHDRAWN)

    def open_by_hour(self, hours: int) -> NDArray[np.int64]:
        """Return the orders open at the end of each hour, int64[hours]."""
        flow = self.by_hour.table(hours).cumsum(axis=0)
        still: NDArray[np.int64] = flow[:, RECEIVED] - flow[:, SHIPPED] - flow[:, CANCELLED]
        return still

    def due_by(self, last_tick: int) -> tuple[int, int]:
        """Return (orders due by a tick, those shipped on time).

        Open past due is late; cancelled orders are not counted.
        """
        dues = np.array(self._dues, np.int64)
        shipped = dues <= last_tick
        in_time = shipped & (np.array(self.lateness, np.int64) <= 0)
        waiting = sum(order.due <= last_tick for order in self.open.values())
        return int(shipped.sum()) + waiting, int(in_time.sum())

    def on_time(self, last_tick: int) -> float | None:
        due, in_time = self.due_by(last_tick)
        return in_time / due if due else None

    def slowest(self, now: int) -> list[SlowOrder]:
        """Return the slowest orders, shipped or still open at tick `now`, slowest first."""
        still = [order.story(number, now, shipped=False) for number, order in self.open.items()]
        return sorted(self._slowest + still, reverse=True)[:SLOWEST]

    def handlers(self) -> dict[type[Event], EventCall[None]]:
        return {
            ev.OrderReceived: self._received,
            ev.OrderReleased: self._released,
            ev.OrderWithdrawn: self._withdrawn,
            ev.OrderPicked: self._move,
            ev.OrderPacking: self._move,
            ev.OrderCancelled: self._cancelled,
        }

    def picked(self, event: ev.Picked) -> int:
        """Return the lines completed by this pick: 1 or 0.

        A line is complete when all its units are picked, which may take several picks.
        """
        order = self.open.get(event.order)
        if order is None:
            return 0
        order.left[event.line] -= event.quantity
        return int(order.left[event.line] == 0)

    def shipped_one(self, event: ev.OrderShipped) -> None:
        order = self.open.pop(event.order, None)
        if order is None:
            return
        self.by_hour.add(event.t, SHIPPED)
        self.turnover.append(event.t - order.received)
        self.lateness.append(event.t - order.due)
        self._dues.append(order.due)
        story = order.story(event.order, event.t, shipped=True)
        self.spent += story.spent
        if len(self._slowest) < SLOWEST:
            heappush(self._slowest, story)
        elif story.turnover > self._slowest[0].turnover:
            heappushpop(self._slowest, story)

    def _total(self, column: int) -> int:
        return sum(row[column] for row in self.by_hour.rows)

    def _received(self, event: ev.OrderReceived) -> None:
        self.by_hour.add(event.t, RECEIVED)
        ordered = [quantity for _, quantity in event.lines]
        self.units_received += sum(ordered)
        order = _OpenOrder(event.name, event.t, event.due, ordered, ordered.copy(), StageTimes(event.t))
        self.open[event.order] = order

    def _released(self, event: ev.OrderReleased) -> None:
        self._move(event, f"released: {event.reason}")

    def _withdrawn(self, event: ev.OrderWithdrawn) -> None:
        self.by_hour.add(event.t, WITHDRAWN)
        self._move(event, f"withdrawn: {event.reason}")
        self._reset_picks(event.order)

    def _reset_picks(self, number: int) -> None:
        """Reset the picks of a withdrawn order, which are out of reach: its tote is lost, or its station closed."""
        order = self.open.get(number)
        if order is None:
            return
        self.units_withdrawn += sum(order.ordered) - sum(order.left)
        self.lines_withdrawn += order.left.count(0)
        order.left = order.ordered.copy()

    def _cancelled(self, event: ev.OrderCancelled) -> None:
        if self.open.pop(event.order, None) is not None:
            self.by_hour.add(event.t, CANCELLED)

    def _move(
        self, event: ev.OrderReleased | ev.OrderWithdrawn | ev.OrderPicked | ev.OrderPacking, note: str = ""
    ) -> None:
        order = self.open.get(event.order)
        if order is None:
            return
        order.times.enter(STAGE_AFTER[type(event)], event.t)
        if note:
            order.note(event.t, note)
