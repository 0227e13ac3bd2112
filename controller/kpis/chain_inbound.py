"""Inbound figures: purchase orders by state, supplier performance, docks, and stockouts."""

from array import array
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from controller.forecasting.classes import CLASSES, velocity_class
from controller.kpis.summary import ForecastFigures, InboundSummary, SupplierScore
from layout.time_units import DAY_S
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event, EventCall
from robots.recording.places import PlaceKind, place_of

_ENDS = ("closed", "short", "cancelled")
"""Final states of a purchase order."""


@dataclass(slots=True)
class Supplied:
    """Performance of a supplier.

    Units are those of arrived purchase orders; late_ticks: of orders that came on a later day than agreed.
    """

    sent: int = 0
    units: int = 0
    arrived: int = 0
    in_time: int = 0
    late_ticks: int = 0
    due_units: int = 0
    good: int = 0
    damaged: int = 0
    over: int = 0
    short: int = 0


@dataclass(slots=True)
class _Ordered:
    supplier: str
    units: int
    expected: int
    state: str = "draft"


@dataclass(slots=True)
class InboundFigures:
    """Inbound figures.

    ordered: open purchase orders by number. demanded, missing: units by SKU that orders demanded, and units that were
    out of stock when demanded.
    """

    skus: int
    tick_s: float
    start_s: float
    ordered: dict[int, _Ordered] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)
    """Purchase orders by final state."""
    suppliers: dict[str, Supplied] = field(default_factory=dict)
    trailers: Counter[str] = field(default_factory=Counter)
    demanded: "array[int]" = field(init=False)
    missing: "array[int]" = field(init=False)
    stockouts: int = 0
    """Order lines short of stock."""
    dock_ticks: "array[int]" = field(default_factory=lambda: array("i"))
    """Ticks from the dock straight into a pod, by stow; dock_units: units of each."""
    dock_units: "array[int]" = field(default_factory=lambda: array("i"))
    reserve_ticks: "array[int]" = field(default_factory=lambda: array("i"))
    reserve_units: "array[int]" = field(default_factory=lambda: array("i"))
    """Units and ticks from the dock to the reserve, by movement."""
    received: Counter[str] = field(default_factory=Counter)
    """Units by result of the check: good, damaged, over, short; unknown: lines."""
    planned: set[int] = field(default_factory=set)
    """SKUs for which levels were set."""
    forecasts: dict[str, ce.ForecastChosen] = field(default_factory=dict)
    """{velocity class: the latest chosen model}."""

    def __post_init__(self) -> None:
        self.demanded = array("q", bytes(8 * self.skus))
        self.missing = array("q", bytes(8 * self.skus))

    def handlers(self) -> dict[type[Event], EventCall[None]]:
        return {
            ce.PurchaseOrdered: self._ordered,
            ce.PurchaseOrderMoved: self._moved,
            ce.TrailerMoved: self._trailer,
            ce.Received: self._received,
            ce.DockToStock: self._stowed,
            ce.LevelsSet: self._levels,
            ce.ForecastChosen: self._forecast,
            ce.StockRanOut: self._stockouts,
            ev.OrderReceived: self._asked,
        }

    def summary(self) -> InboundSummary:
        p50, p95 = self.dock_to_stock()
        _, to_reserve = self.dock_to_reserve()
        return InboundSummary(
            purchase_orders=dict(
                sorted((self.ended + Counter(entry.state for entry in self.ordered.values())).items())
            ),
            scorecard={name: self.score(entry) for name, entry in sorted(self.suppliers.items())},
            received_units=dict(sorted(self.received.items())),
            dock_to_stock_s_p50=p50,
            dock_to_stock_s_p95=p95,
            dock_to_reserve_s_p95=to_reserve,
            dock_units={"pod": sum(self.dock_units), "reserve": sum(self.reserve_units)},
            trailers=dict(sorted(self.trailers.items())),
            stockout_lines=self.stockouts,
            found_share=self.found(),
            forecasts={name: _forecast(entry) for name, entry in sorted(self.forecasts.items())},
        )

    def score(self, supplied: Supplied) -> SupplierScore:
        """Return a supplier's figures. fill: good and damaged units it sent, as a share of those ordered."""
        received = supplied.good + supplied.damaged
        late = supplied.arrived - supplied.in_time
        return SupplierScore(
            orders=supplied.sent,
            units=supplied.units,
            arrived=supplied.arrived,
            in_time=supplied.in_time / supplied.arrived if supplied.arrived else None,
            late_h=supplied.late_ticks * self.tick_s / 3600 / late if late else None,
            fill=received / supplied.due_units if supplied.due_units else None,
            defects=supplied.damaged / received if received else None,
        )

    def dock_to_stock(self) -> tuple[float | None, float | None]:
        """Return the median and 95th percentile of seconds from the dock straight into a pod, by unit."""
        return self._quantiles(self.dock_ticks, self.dock_units)

    def dock_to_reserve(self) -> tuple[float | None, float | None]:
        """Return the median and 95th percentile for units put into the reserve instead."""
        return self._quantiles(self.reserve_ticks, self.reserve_units)

    def _quantiles(self, taken: "array[int]", of: "array[int]") -> tuple[float | None, float | None]:
        if not taken:
            return None, None
        ticks, units = np.array(taken), np.array(of)
        order = np.argsort(ticks, kind="stable")
        reached = np.cumsum(units[order])
        positions = [int(np.searchsorted(reached, share * reached[-1])) for share in (0.5, 0.95)]
        p50, p95 = (float(ticks[order][place]) * self.tick_s for place in positions)
        return p50, p95

    def found(self) -> dict[str, float | None]:
        """Return {class: share of demanded units that were in stock}. Classes are by the units demanded in the run."""
        demanded, missing = np.array(self.demanded, np.float64), np.array(self.missing, np.float64)
        kinds = velocity_class(demanded)
        shares: dict[str, float | None] = {}
        for number, name in enumerate(CLASSES):
            whole = float(demanded[kinds == number].sum())
            shares[name] = 1.0 - min(1.0, float(missing[kinds == number].sum()) / whole) if whole else None
        return shares

    def _ordered(self, event: ce.PurchaseOrdered) -> None:
        units = sum(amount for _, amount, _ in event.lines)
        self.ordered[event.po] = _Ordered(event.supplier, units, event.expected)
        supplied = self.suppliers.setdefault(event.supplier, Supplied())
        supplied.sent += 1
        supplied.units += units

    def _moved(self, event: ce.PurchaseOrderMoved) -> None:
        order = self.ordered.get(event.po)
        if order is None:
            return
        order.state = event.state
        if event.state == "arrived":
            supplied = self.suppliers[order.supplier]
            supplied.arrived += 1
            supplied.due_units += order.units
            in_time = self._day(event.t) <= self._day(order.expected)
            supplied.in_time += in_time
            supplied.late_ticks += 0 if in_time else event.t - order.expected
        elif event.state in _ENDS:
            del self.ordered[event.po]
            self.ended[event.state] += 1

    def _day(self, tick: int) -> int:
        return int((self.start_s + tick * self.tick_s) // DAY_S)

    def _trailer(self, event: ce.TrailerMoved) -> None:
        if event.state in ("unloaded", "departed"):
            self.trailers[event.kind] += 1

    def _received(self, event: ce.Received) -> None:
        counts = {"good": event.good, "damaged": event.damaged, "over": event.over, "short": event.short}
        counts["unknown"] = int(event.unknown)
        self.received += Counter(counts)
        order = self.ordered.get(place_of(event.source).number_if(PlaceKind.PURCHASE_ORDER))
        if order is not None:
            supplied = self.suppliers[order.supplier]
            supplied.good += event.good
            supplied.damaged += event.damaged
            supplied.over += event.over
            supplied.short += event.short

    def _stowed(self, event: ce.DockToStock) -> None:
        to_pod = event.place == "pod"
        (self.dock_ticks if to_pod else self.reserve_ticks).append(event.ticks)
        (self.dock_units if to_pod else self.reserve_units).append(event.units)

    def _levels(self, event: ce.LevelsSet) -> None:
        self.planned.add(event.sku)

    def _forecast(self, event: ce.ForecastChosen) -> None:
        self.forecasts[event.velocity] = event

    def _stockouts(self, event: ce.StockRanOut) -> None:
        self.stockouts += 1
        self.missing[event.sku] += event.units

    def _asked(self, event: ev.OrderReceived) -> None:
        for sku, units in event.lines:
            self.demanded[sku] += units


def _forecast(chosen: ce.ForecastChosen) -> ForecastFigures:
    """Errors are None where nothing was sold to measure them by."""
    mase, naive = (None if error < 0 else error for error in (chosen.mase, chosen.naive_mase))
    return ForecastFigures(
        model=chosen.model,
        mase=mase,
        naive_mase=naive,
        bias=chosen.bias,
        better_than_naive=chosen.better,
    )
