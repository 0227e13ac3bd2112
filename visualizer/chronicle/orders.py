"""The story of an order up to a tick: its lines, what happened to it when and why, where its units came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from layout.wording import count
from robots import chain_events as ce
from robots import events as ev
from robots.events import AnyEvent
from visualizer.chronicle.parcels import ParcelStory, follow_parcel


class OrderState(StrEnum):
    """How far an order is on the floor."""

    BACKLOG = "in the backlog"
    PICKING = "being picked"
    PICKED = "picked, waiting for packing"
    PACKING = "being packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


_CLOSED = (OrderState.SHIPPED, OrderState.CANCELLED)


class OrderLine(NamedTuple):
    """sku: its name. picked: of the quantity, into the tote that the order has now."""

    sku: str
    quantity: int
    picked: int


class Step(NamedTuple):
    """station: -1 for none. reason: "" where there is none."""

    tick: int
    state: OrderState
    station: int
    reason: str


class Pick(NamedTuple):
    """task: that brought the pod, and why it came; -1 and "" if unknown."""

    tick: int
    sku: str
    quantity: int
    pod: int
    station: int
    task: int = -1
    reason: str = ""


@dataclass(slots=True)
class OrderStory:
    """What is known of an order. received, due: ticks, -1 if its receipt wasn't heard of; it has no name and no lines then.

    station: where it is or was last, -1 before it was released. ended: tick at which it shipped or was cancelled, else -1.
    waiting: why it isn't released, the latest. waits: {sku: why its line has no pod yet}, the latest. parcel: None without
    a supply chain.
    """

    number: int
    name: str = ""
    received: int = -1
    due: int = -1
    lines: list[OrderLine] = field(default_factory=list)
    state: OrderState = OrderState.BACKLOG
    station: int = -1
    why_released: str = ""
    steps: list[Step] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    ended: int = -1
    waiting: ev.OrderWaits | None = None
    waits: dict[str, ev.LineWaits] = field(default_factory=dict)
    parcel: ParcelStory | None = None

    @property
    def open(self) -> bool:
        return self.state not in _CLOSED

    @property
    def pods(self) -> list[int]:
        """Pods that it was picked from, in order."""
        return list(dict.fromkeys(pick.pod for pick in self.picks))

    def late(self, tick: int) -> int | None:
        """Ticks after due, 0 or less in time: when it ended, or at a tick until then. None if nobody knows when it is due."""
        return None if self.due < 0 else (self.ended if self.ended >= 0 else tick) - self.due


def order_story(number: int, events: Iterable[AnyEvent], skus: Sequence[str], picks: Sequence[Pick] = ()) -> OrderStory:
    """Folded from the events about an order, oldest first. skus: names by number. picks: of them, with their reasons."""
    story, parcel, chained = OrderStory(number, picks=list(picks)), ParcelStory(), False
    picked: list[ev.Picked] = []
    for event in events:
        chained |= follow_parcel(parcel, number, event)
        if isinstance(event, ev.OrderReceived):
            story.name, story.received, story.due = event.name, event.t, event.due
            story.lines = [OrderLine(sku_name(skus, sku), quantity, 0) for sku, quantity in event.lines]
        elif isinstance(event, ev.Picked):
            picked.append(event)
        elif isinstance(event, ev.OrderWaits):
            story.waiting = event
        elif isinstance(event, ev.LineWaits):
            story.waits[sku_name(skus, event.sku)] = event
        elif isinstance(event, ev.OrderWithdrawn):
            picked.clear()
            story.waits.clear()
            story.waiting = None
        _step(story, event)
    story.lines = [_with(line, index, picked) for index, line in enumerate(story.lines)]
    story.parcel = parcel if chained else None
    return story


def sku_name(skus: Sequence[str], sku: int) -> str:
    return skus[sku] if 0 <= sku < len(skus) else f"SKU {sku}"


def _step(story: OrderStory, event: AnyEvent) -> None:
    """What an event changes in the state of an order, and the entry about it."""
    state = _STATES.get(type(event))
    if state is None:
        return
    story.state = state
    story.station = int(getattr(event, "station", story.station))
    reason = str(getattr(event, "reason", ""))
    story.steps.append(Step(event.t, state, int(getattr(event, "station", -1)), reason))
    if isinstance(event, ev.OrderReleased):
        story.why_released = reason
    if state in _CLOSED:
        story.ended = event.t
    if isinstance(event, ce.StockRanOut):
        story.steps[-1] = Step(event.t, state, -1, f"{count(event.units, 'unit')} short: {event.rule}")


def _with(line: OrderLine, index: int, picked: Iterable[ev.Picked]) -> OrderLine:
    return line._replace(picked=sum(pick.quantity for pick in picked if pick.line == index))


_STATES: dict[type[AnyEvent], OrderState] = {
    ev.OrderReceived: OrderState.BACKLOG,
    ev.OrderReleased: OrderState.PICKING,
    ev.OrderWithdrawn: OrderState.BACKLOG,
    ev.OrderPicked: OrderState.PICKED,
    ev.OrderPacking: OrderState.PACKING,
    ev.OrderShipped: OrderState.SHIPPED,
    ev.OrderCancelled: OrderState.CANCELLED,
    ce.StockRanOut: OrderState.BACKLOG,
}
