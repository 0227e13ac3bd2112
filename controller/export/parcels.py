"""CSV files of outbound goods and returns: parcels, routes, returns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from controller.export.order_names import OrderNames
from controller.kpis.chain_promises import UNDELIVERABLE
from robots.histories.parcel_history import ParcelHistory, follow_parcel
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event
from robots.recording.frames import Header
from robots.wording.formatting import stamp

Row = Sequence[object]


@dataclass(slots=True)
class _Order:
    """Order with its parcel. ordered, ended: ticks."""

    number: int
    name: str
    ordered: int
    parcel: ParcelHistory
    ended: int | None = None
    cancelled: bool = False


class Parcels:
    """One row per order: its promise, its box, and the times of its parcel."""

    name = "parcels"
    columns = (
        *("order", "lane", "promise", "wanted", "ordered", "cpt", "by", "packed", "box", "void", "weight_g"),
        *("labelled", "loaded", "ended", "place", "failed_attempts", "late"),
    )

    def __init__(self, header: Header) -> None:
        self._header = header
        self._open: dict[int, _Order] = {}
        self._promised: dict[int, ParcelHistory] = {}
        self._ended: list[_Order] = []

    def note(self, event: Event) -> Iterable[Row]:
        """Return the rows of orders that ended in an earlier tick, because why one was late is reported at the end of a
        tick.
        """
        rows: list[Row] = []
        if self._ended and self._ended[0].ended != event.t:
            rows = [self._row(order) for order in self._ended]
            self._ended = []
        self._take(event)
        return rows

    def rest(self) -> Iterable[Row]:
        return map(self._row, [*self._ended, *self._open.values()])

    def _take(self, event: Event) -> None:
        if isinstance(event, ce.OrderPromised):
            self._promised[event.order] = promised = ParcelHistory()
            follow_parcel(promised, event.order, event)
        elif isinstance(event, ev.OrderReceived):
            parcel = self._promised.pop(event.order, None) or ParcelHistory()
            self._open[event.order] = _Order(event.order, event.name, event.t, parcel)
        elif isinstance(event, ce.ParcelPacked | ce.ParcelMoved | ce.ParcelLate | ce.DeliveryFailed):
            self._follow(event)
        elif isinstance(event, ev.OrderCancelled) and event.order in self._open:
            self._open[event.order].cancelled = True
            self._end(event.order, event.t)

    def _follow(self, event: ce.ParcelPacked | ce.ParcelMoved | ce.ParcelLate | ce.DeliveryFailed) -> None:
        """Process an event about a parcel; why one was late may be reported after its end."""
        ended = self._ended if isinstance(event, ce.ParcelLate) else ()
        for order in (self._open.get(event.parcel), *ended):
            if order is not None and order.number == event.parcel:
                follow_parcel(order.parcel, order.number, event)
        if event.parcel in self._open and not self._open[event.parcel].parcel.on_its_way:
            self._end(event.parcel, event.t)

    def _end(self, number: int, t: int) -> None:
        order = self._open.pop(number)
        order.ended = t
        self._ended.append(order)

    def _row(self, order: _Order) -> Row:
        header, parcel, packed = self._header, order.parcel, order.parcel.packed
        return (
            order.name,
            parcel.lane,
            parcel.promise,
            parcel.wanted,
            stamp(header, order.ordered),
            stamp(header, parcel.cpt if parcel.promise else None),
            stamp(header, parcel.by if parcel.promise else None),
            stamp(header, packed.t if packed else None),
            packed.box if packed else "",
            round(packed.void, 3) if packed else "",
            packed.weight_g if packed else "",
            stamp(header, parcel.labelled),
            stamp(header, parcel.loaded),
            stamp(header, order.ended),
            _place(order),
            parcel.attempts,
            parcel.why_late,
        )


def _place(order: _Order) -> str:
    if order.cancelled:
        return "cancelled"
    return UNDELIVERABLE if order.parcel.back >= 0 else order.parcel.place


class Routes:
    """One row per stop of a route, in the order of the stops."""

    name = "routes"
    columns = ("vehicle", "kind", "lane", "planned", "depart", "back", "metres", "cents", "stop", "order", "expected")

    def __init__(self, header: Header) -> None:
        self._header = header
        self._names = OrderNames()

    def note(self, event: Event) -> Iterable[Row]:
        if isinstance(event, ev.OrderReceived):
            self._names.note(event)
        return self._rows(event) if isinstance(event, ce.RoutePlanned) else ()

    def rest(self) -> Iterable[Row]:
        return ()

    def _rows(self, event: ce.RoutePlanned) -> Iterator[Row]:
        times = (stamp(self._header, t) for t in (event.t, event.depart if event.depart >= 0 else None, event.back))
        head = (event.vehicle, event.kind, event.lane, *times, event.metres, event.cents)
        for stop, parcel in enumerate(event.parcels):
            expected = event.arrivals[stop] if stop < len(event.arrivals) else None
            yield (*head, stop + 1, self._names.of(parcel), stamp(self._header, expected))


@dataclass(slots=True)
class _Return:
    order: int
    at: dict[str, int] = field(default_factory=dict)
    lines: list[ce.ReturnGraded] = field(default_factory=list)


class Returns:
    """One row per line of a return; before its inspection, one row without an item."""

    name = "returns"
    _STATES = ("authorised", "handed_in", "arrived", "inspected", "closed")
    columns = ("rma", "order", "sku", "units", "grade", "disposition", "reason", *_STATES)

    def __init__(self, header: Header) -> None:
        self._header = header
        self._names = OrderNames()
        self._open: dict[int, _Return] = {}

    def note(self, event: Event) -> Iterable[Row]:
        if isinstance(event, ev.OrderReceived):
            self._names.note(event)
        elif isinstance(event, ce.ReturnGraded) and event.rma in self._open:
            self._open[event.rma].lines.append(event)
        elif isinstance(event, ce.ReturnMoved):
            return_ = self._open.setdefault(event.rma, _Return(event.order))
            return_.at[event.state] = event.t
            if event.state == self._STATES[-1]:
                return self._rows(event.rma, self._open.pop(event.rma))
        return ()

    def rest(self) -> Iterable[Row]:
        for rma, return_ in sorted(self._open.items()):
            yield from self._rows(rma, return_)

    def _rows(self, rma: int, one: _Return) -> Iterator[Row]:
        times = [stamp(self._header, one.at.get(state)) for state in self._STATES]
        order = self._names.of(one.order)
        for line in one.lines:
            item = self._header.skus[line.sku]
            yield (rma, order, item, line.units, line.grade, line.disposition, line.reason, *times)
        if not one.lines:
            yield (rma, order, "", "", "", "", "", *times)
