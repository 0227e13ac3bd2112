"""Laws of orders: a second order book, kept from the events alone, and where each order is.

An order is received, released, picked, packed and shipped, or goes back or is cancelled where its life cycle allows; it
is never lost and never in two places. Units allocated to a line are on their way in some robot's task.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from controller.site.site import Site
from controller.warehouse.orders import Order, OrderLine
from robots.recording.events import (
    Alarm,
    Event,
    OrderCancelled,
    OrderPacking,
    OrderPicked,
    OrderReceived,
    OrderReleased,
    OrderShipped,
    OrderWithdrawn,
    Picked,
)
from robots.wording.formatting import count

_Step = OrderReleased | OrderWithdrawn | OrderPicked | OrderPacking | OrderShipped | OrderCancelled
_STEPS: dict[type[Event], tuple[tuple[str, ...], str]] = {
    OrderReleased: (("received",), "released"),
    OrderWithdrawn: (("released", "picked"), "received"),
    OrderPicked: (("released",), "picked"),
    OrderPacking: (("picked",), "packing"),
    OrderShipped: (("packing",), "shipped"),
    OrderCancelled: (("received", "released"), "cancelled"),
}
"""{event: (states it may follow, state after it)}."""
_OPEN = ("received", "released", "picked", "packing")
StateRow = tuple[str, str, Iterable[int]]
"""(state, place, numbers of the orders there)."""


@dataclass(slots=True)
class Known:
    """Open order according to its events.

    lines: (sku, units) each. picked: units by line since the order was last withdrawn. station: index or -1.
    """

    state: str
    lines: list[tuple[int, int]]
    picked: list[int]
    station: int = -1


class OrderLaws:
    """Second order book: open orders by number and by state, and the numbers of all orders so far."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._open: dict[int, Known] = {}
        self._in: dict[str, set[int]] = {state: set() for state in _OPEN}
        self._ever: set[int] = set()
        self._count: Counter[str] = Counter()

    def ordered(self, order: int) -> Mapping[int, int]:
        """Return {sku: units} of an open order; empty for others."""
        units: Counter[int] = Counter()
        for sku, amount in self._open[order].lines if order in self._open else ():
            units[sku] += amount
        return units

    def look(self, tick: int, counts: Mapping[str, int], events: Sequence[Event]) -> Iterator[Alarm]:
        """Yield the faults of the tick. counts: the frame's."""
        for event in events:
            yield from (Alarm(tick, "order", text) for text in self._hear(event))
        yield from (Alarm(tick, "order", text) for text in self._counts_differ(counts))
        yield from self._compare(tick, self._in["released"])

    def compare_all(self, tick: int) -> Iterator[Alarm]:
        """Compare the lines of every open order, wherever it is."""
        yield from self._compare(tick, self._open)

    def _compare(self, tick: int, orders: Iterable[int]) -> Iterator[Alarm]:
        for text in (*self._places_differ(), *self._lines_differ(orders)):
            yield Alarm(tick, "order", text)

    def _hear(self, event: Event) -> Iterator[str]:
        if isinstance(event, OrderReceived):
            yield from self._receive(event)
        elif isinstance(event, _Step):
            yield from self._step(event)
        elif isinstance(event, Picked):
            yield from self._pick(event)

    def _receive(self, event: OrderReceived) -> Iterator[str]:
        if event.order in self._ever:
            yield f"order {event.order} was received twice"
        self._ever.add(event.order)
        self._open[event.order] = Known("received", event.lines, [0] * len(event.lines))
        self._in["received"].add(event.order)
        self._count["received"] += 1

    def _step(self, event: _Step) -> Iterator[str]:
        order, (before, after) = self._open.get(event.order), _STEPS[type(event)]
        if order is None:
            was = "is closed already" if event.order in self._ever else "was never received"
            yield f"order {event.order} {was}, but was {_done(event)}"
            return
        if order.state not in before:
            yield f"order {event.order} was {_done(event)} while it was {order.state}"
        if isinstance(event, OrderPicked | OrderShipped) and event.station != order.station:
            places = f"at station {event.station}, but it is at {order.station}"
            yield f"order {event.order} was {_done(event)} {places}"
        if isinstance(event, OrderPicked):
            yield from _unpicked(event.order, order)
        self._enter(event, order, after)

    def _enter(self, event: _Step, order: Known, state: str) -> None:
        self._in[order.state].discard(event.order)
        order.state = state
        if isinstance(event, OrderReleased | OrderPacking):
            order.station = event.station
        elif isinstance(event, OrderWithdrawn):
            order.station, order.picked = -1, [0] * len(order.lines)
        if state in self._in:
            self._in[state].add(event.order)
        else:
            del self._open[event.order]
            self._count[state] += 1

    def _pick(self, event: Picked) -> Iterator[str]:
        order = self._open.get(event.order)
        if order is None or order.state != "released" or order.station != event.station:
            yield f"order {event.order} was picked for at station {event.station}, where it is not released"
        if order is None:
            return
        if not 0 <= event.line < len(order.lines) or order.lines[event.line][0] != event.sku:
            yield f"order {event.order} has no line {event.line} of SKU {event.sku}, but it was picked"
            return
        order.picked[event.line] += event.quantity

    def _counts_differ(self, counts: Mapping[str, int]) -> Iterator[str]:
        if self._site.book.open.keys() != self._open.keys():
            for order in sorted(self._site.book.open.keys() ^ self._open.keys()):
                book, listed = ("" if order in kept else "not " for kept in (self._site.book.open, self._open))
                yield f"order {order} is {book}open in the book and {listed}open by its events"
        ours = {"orders_open": len(self._open)}
        ours |= {f"orders_{state}": self._count[state] for state in ("received", "shipped", "cancelled")}
        for name, total in ours.items():
            if counts.get(name) != total:
                yield f"{name} was reported as {counts.get(name)}, it is {total} by the events"

    def _places_differ(self) -> Iterator[str]:
        """Yield orders that are nowhere, in two places, or where an order of another state belongs."""
        rows = _whereabouts(self._site)
        orders_in: dict[str, list[int]] = {state: [] for state in _OPEN}
        for state, _, orders in rows:
            orders_in[state] += orders
        if any(sorted(listed) != sorted(self._in[state]) for state, listed in orders_in.items()):
            yield from self._misplaced(rows)

    def _misplaced(self, rows: Sequence[StateRow]) -> Iterator[str]:
        places: dict[int, list[tuple[str, str]]] = {order: [] for order in self._open}
        for state, place, orders in rows:
            for order in orders:
                places.setdefault(order, []).append((state, place))
        for order, spots in places.items():
            if order not in self._open:
                yield f"order {order} is {spots[0][1]}, but it is not open"
            elif len(spots) != 1:
                names = " and ".join(place for _, place in spots) or "nowhere"
                yield f"order {order}, {self._open[order].state}, is {names}"
            elif spots[0][0] != self._open[order].state:
                yield f"order {order} is {spots[0][1]}, but it is {self._open[order].state}"

    def _lines_differ(self, orders: Iterable[int]) -> Iterator[str]:
        """Check that units allocated and picked are within those ordered, and agree with the events and the robots'
        tasks.
        """
        coming = _coming(self._site)
        for number in orders:
            order, known = self._site.book.open.get(number), self._open[number]
            if order is None:
                continue
            for line, (sku, units), picked in zip(order.lines, known.lines, known.picked, strict=False):
                name = f"order {number} line {line.number} ({units} of SKU {sku})"
                if (line.sku, line.units) != (sku, units):
                    yield f"{name} was changed to {line.units} of SKU {line.sku}"
                if line.picked != picked:
                    yield f"{name} has {count(line.picked, 'unit')} picked, its events come to {picked}"
                if line.allocated + line.picked > units or line.allocated < 0:
                    yield f"{name} has {line.allocated} units allocated and {line.picked} picked"
                if line.allocated != coming.get(line, 0):
                    yield f"{name} has {line.allocated} units allocated, {coming.get(line, 0)} are on their way"


def _whereabouts(site: Site) -> list[StateRow]:
    """Return every place where an order can be."""
    rows: list[StateRow] = [("received", "in the backlog", site.book.backlog)]
    rows += [("received", f"short of SKU {sku}", _numbers(short)) for sku, short in site.book.backordered.items()]
    for pick in site.pick_stations:
        rows.append(("released", f"at {pick.info.id}", pick.orders))
        rows.append(("picked", f"on the outfeed of {pick.info.id}", [order.id for order, _ in pick.outfeed]))
    rows += [("picked", f"in task {task.id}", _numbers(task.totes)) for task in site.tasks.values()]
    rows += [("packing", f"on the table of {pack.info.id}", _numbers(pack.totes)) for pack in site.pack_stations]
    packed = [job.order.id for _, _, _, _, job in site.busy_until if job.order is not None]
    rows.append(("packing", "in a packer's hands", packed))
    return rows


def _numbers(orders: Iterable[Order]) -> list[int]:
    return [order.id for order in orders]


def _coming(site: Site) -> dict[OrderLine, int]:
    """Return {line: units} that tasks have still to bring, or people are picking."""
    units: Counter[OrderLine] = Counter()
    for task in site.tasks.values():
        for job in task.jobs:
            if job.line is not None:
                units[job.line] += job.units
    for _, _, _, _, job in site.busy_until:
        if job.line is not None:
            units[job.line] += job.units
    return units


def _unpicked(number: int, order: Known) -> Iterator[str]:
    for line, ((sku, units), picked) in enumerate(zip(order.lines, order.picked, strict=True)):
        if picked != units:
            yield f"order {number} was complete with {picked} of {units} of SKU {sku} picked (line {line})"


def _done(event: _Step) -> str:
    """Return the event as a participle: "released", "picked" …"""
    word = type(event).__name__.removeprefix("Order").lower()
    return "packed" if word == "packing" else word
