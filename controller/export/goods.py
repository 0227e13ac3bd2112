"""CSV files of goods: purchase orders, receipts, suppliers' scorecard, and stock by SKU."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from controller.kpis.chain_inbound import InboundFigures
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event
from robots.recording.frames import Header
from robots.wording.formatting import stamp

Row = Sequence[object]
_STATES = ("sent", "confirmed", "shipped", "arrived", "received")
_ENDS = ("closed", "short", "cancelled")


@dataclass(slots=True)
class _Order:
    ordered: ce.PurchaseOrdered
    state: str = "draft"
    at: dict[str, int] = field(default_factory=dict)
    reason: str = ""


class PurchaseOrders:
    """One row per line of a purchase order, with the time of each of its states."""

    name = "purchase_orders"
    columns = (
        "po",
        "supplier",
        "sku",
        "units",
        "cents_a_unit",
        "state",
        "reason",
        "ordered",
        "expected",
        *_STATES,
        "ended",
    )

    def __init__(self, header: Header) -> None:
        self._header = header
        self._open: dict[int, _Order] = {}

    def note(self, event: Event) -> Iterable[Row]:
        if isinstance(event, ce.PurchaseOrdered):
            self._open[event.po] = _Order(event, reason=event.reason)
        elif isinstance(event, ce.PurchaseOrderMoved) and event.po in self._open:
            order = self._open[event.po]
            order.state = event.state
            order.at["ended" if event.state in _ENDS else event.state] = event.t
            order.reason = event.reason or order.reason
            if event.state in _ENDS:
                return self._rows(self._open.pop(event.po))
        return ()

    def rest(self) -> Iterable[Row]:
        for order in self._open.values():
            yield from self._rows(order)

    def _rows(self, order: _Order) -> Iterator[Row]:
        ordered = order.ordered
        times = [stamp(self._header, t) for t in (None if ordered.before else ordered.t, ordered.expected)]
        times += [stamp(self._header, order.at.get(state)) for state in (*_STATES, "ended")]
        for sku, units, cents in ordered.lines:
            name = self._header.skus[sku]
            yield (ordered.po, ordered.supplier, name, units, cents, order.state, order.reason, *times)


class Receipts:
    """One row per line checked at the dock."""

    name = "receipts"
    columns = ("time", "trailer", "source", "sku", "announced", "good", "damaged", "over", "short", "unknown")

    def __init__(self, header: Header) -> None:
        self._header = header

    def note(self, event: Event) -> Iterable[Row]:
        if not isinstance(event, ce.Received):
            return ()
        item = self._header.skus[event.sku]
        counts = (event.announced, event.good, event.damaged, event.over, event.short, int(event.unknown))
        return ((stamp(self._header, event.t), event.trailer, event.source, item, *counts),)

    def rest(self) -> Iterable[Row]:
        return ()


class Scorecard:
    """One row per supplier: its performance over the whole record."""

    name = "scorecard"
    columns = ("supplier", "orders", "units", "arrived", "in_time", "late_h", "fill", "defects")

    def __init__(self, header: Header) -> None:
        self._figures = InboundFigures(len(header.skus), header.tick_s, header.start_s)
        self._handlers = self._figures.handlers()

    def note(self, event: Event) -> Iterable[Row]:
        if (handler := self._handlers.get(type(event))) is not None:
            handler(event)
        return ()

    def rest(self) -> Iterable[Row]:
        for name, supplied in sorted(self._figures.suppliers.items()):
            score = self._figures.score(supplied).as_dict()
            yield (name, *("" if score[key] is None else score[key] for key in self.columns[1:]))


class StockLevels:
    """One row per SKU: where its units are at the end, and its latest levels."""

    name = "stock"
    _KINDS = ("bin", "dock", "reserve", "problem", "inbound", "tote", "parcel", "return", "inspection")
    columns = ("sku", "owner", *_KINDS, "out", "mean_a_day", "reorder_point", "order_up_to")

    def __init__(self, header: Header) -> None:
        self._skus = header.skus
        self._held: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._owner: dict[int, str] = {}
        self._levels: dict[int, ce.LevelsSet] = {}

    def note(self, event: Event) -> Iterable[Row]:
        if isinstance(event, ev.StockMoved):
            held = self._held[event.sku]
            held[event.from_place.kind] -= event.quantity
            held[event.to_place.kind] += event.quantity
            self._owner[event.sku] = event.owner
        elif isinstance(event, ce.LevelsSet):
            self._levels[event.sku] = event
        return ()

    def rest(self) -> Iterable[Row]:
        """Yield the rows. out: with customers, sellers, or sold on as other than new."""
        for sku, held in sorted(self._held.items()):
            level = self._levels.get(sku)
            levels = ("", "", "") if level is None else (round(level.mean, 3), level.reorder_point, level.order_up_to)
            out = sum(units for kind, units in held.items() if kind not in (*self._KINDS, "supplier"))
            yield (self._skus[sku], self._owner[sku], *(held[kind] for kind in self._KINDS), out, *levels)
