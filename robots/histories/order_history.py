"""The history of an order up to a tick: its stages, its lines, where its units came from, and what became of its parcel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from robots.histories.order_stages import STAGE_AFTER, STAGE_WORDS, STAGES, Stage, StageTimes
from robots.histories.parcel_history import ParcelHistory, follow_parcel
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.events import Event
from robots.recording.frames import Header
from robots.wording.supply_chain_words import place_words, sku_words

_RETURNED = {
    "authorised": "is to come back",
    "handed_in": "is on its way back",
    "arrived": "is back, to be inspected",
    "inspected": "is back and inspected",
    "closed": "came back",
}


class OrderLine(NamedTuple):
    """sku: its name. picked: of the quantity, into the tote that the order has now."""

    sku: str
    quantity: int
    picked: int


class Pick(NamedTuple):
    """A pick, and the task that brought its pod there: why, and the tick it was created at. -1 and "" if unknown."""

    event: ev.Picked
    task: int = -1
    reason: str = ""
    created: int = -1

    @property
    def why(self) -> str:
        """Return what brought the pod, "" if unknown."""
        return f"pod {self.event.pod} came with task {self.task}: {self.reason}" if self.task >= 0 else ""


class Gap(NamedTuple):
    """Time at a pick station without a pick. pick: the one that ended it, None if none has yet."""

    since: int
    ticks: int
    pick: Pick | None = None


@dataclass(slots=True)
class OrderHistory:
    """Events of one order. received, due: ticks, -1 if its receipt is not known; it has no name and no lines then.

    station: where it is or was last, -1 before it was released. steps: events that changed its stage. ended: tick at which it
    shipped or was cancelled, else -1. waiting: why it isn't released, the latest. waits: {sku: why its line has no pod yet},
    the latest. out_of_stock: it waits for stock. gaps: between picks. parcel: None without a supply chain.
    """

    number: int
    times: StageTimes
    name: str = ""
    received: int = -1
    due: int = -1
    station: int = -1
    ended: int = -1
    out_of_stock: bool = False
    lines: list[OrderLine] = field(default_factory=list)
    steps: list[Event] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    picking_since: int = -1
    """Tick of its release or its latest pick while it is picked, else -1."""
    waiting: ev.OrderWaits | None = None
    waits: dict[str, ev.LineWaits] = field(default_factory=dict)
    parcel: ParcelHistory | None = None

    @property
    def stage(self) -> Stage:
        """Stage that the order is in, or ended in."""
        return self.times.stage

    @property
    def open(self) -> bool:
        """Return whether the order is neither shipped nor cancelled."""
        return self.stage in STAGES

    @property
    def pods(self) -> list[int]:
        """Pods that it was picked from, in order."""
        return list(dict.fromkeys(pick.event.pod for pick in self.picks))

    @property
    def done(self) -> bool:
        """Return whether nothing more is expected: the order is delivered, coming back or cancelled."""
        parcel = self.parcel
        return self.stage is Stage.CANCELLED or (
            parcel is not None and (parcel.delivered >= 0 or bool(parcel.returned))
        )

    @property
    def standing(self) -> str:
        """Place of the order now, in words for its customer: "is being picked", "is in trailer 3", "is delivered"."""
        parcel = self.parcel
        if parcel is not None and parcel.returned:
            return f"{_RETURNED.get(parcel.returned, parcel.returned)} (return {parcel.rma})"
        if parcel is not None and parcel.place:
            return f"is {place_words(parcel.place)}"
        return "waits for stock" if self.out_of_stock else f"is {STAGE_WORDS[self.stage]}"

    def stages(self, tick: int) -> dict[Stage, int]:
        """Return {stage that it came to: ticks in it up to a tick}, in the order of the stages."""
        spent = self.times.until(tick)
        return {stage: spent[stage] for stage in STAGES if stage in spent}

    def late(self, tick: int) -> int | None:
        """Return ticks after due, 0 or less in time: at its end, or at a tick until then. None without a due time."""
        return None if self.due < 0 else (self.ended if self.ended >= 0 else tick) - self.due

    def longest_gap(self, tick: int) -> Gap:
        """Return the longest time up to a tick that it was at a pick station and nothing was picked for it."""
        now = [Gap(self.picking_since, tick - self.picking_since)] if self.picking_since >= 0 else []
        return max([*self.gaps, *now], key=lambda gap: gap.ticks, default=Gap(tick, 0))


def order_history(number: int, events: Sequence[Event], header: Header, picks: Iterable[Pick] = ()) -> OrderHistory:
    """Fold the events about an order, oldest first, at least one. picks: all of them, with what brought their pods."""
    history = OrderHistory(number, StageTimes(events[0].t), picks=list(picks))
    explained, picked, parcel, chained = iter(history.picks), list[ev.Picked](), ParcelHistory(), False
    for event in events:
        chained |= follow_parcel(parcel, number, event)
        if isinstance(event, ev.Picked):
            picked.append(event)
            _picked(history, next(explained, None) or Pick(event))
        elif isinstance(event, ev.OrderWithdrawn):
            picked.clear()
        _follow(history, event, header)
    history.lines = [_with(line, index, picked) for index, line in enumerate(history.lines)]
    history.parcel = parcel if chained else None
    return history


def _picked(history: OrderHistory, pick: Pick) -> None:
    if history.picking_since >= 0:
        history.gaps.append(Gap(history.picking_since, pick.event.t - history.picking_since, pick))
        history.picking_since = pick.event.t


def _follow(history: OrderHistory, event: Event, header: Header) -> None:
    """Take what an event says of the order, but for its picks and its parcel."""
    if isinstance(event, ev.OrderReceived):
        history.name, history.received, history.due = event.name, event.t, event.due
        history.times = StageTimes(event.t)
        history.lines = [OrderLine(sku_words(header, sku), quantity, 0) for sku, quantity in event.lines]
    elif isinstance(event, ev.OrderWaits):
        history.waiting = event
    elif isinstance(event, ev.LineWaits):
        history.waits[sku_words(header, event.sku)] = event
    elif isinstance(event, ev.OrderWithdrawn):
        history.waits.clear()
        history.waiting = None
    if (stage := STAGE_AFTER.get(type(event))) is not None:
        _enter(history, stage, event)


def _enter(history: OrderHistory, stage: Stage, event: Event) -> None:
    history.times.enter(stage, event.t)
    history.steps.append(event)
    history.station = int(getattr(event, "station", history.station))
    history.picking_since = event.t if stage is Stage.PICK else -1
    history.out_of_stock = isinstance(event, ce.StockRanOut)
    if stage not in STAGES:
        history.ended = event.t


def _with(line: OrderLine, index: int, picked: Iterable[ev.Picked]) -> OrderLine:
    return line._replace(picked=sum(pick.quantity for pick in picked if pick.line == index))
