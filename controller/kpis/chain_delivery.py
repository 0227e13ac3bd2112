"""Last mile and returns: routes, delivery attempts, returns and their dispositions."""

from array import array
from collections import Counter
from dataclasses import dataclass

import numpy as np

from controller.kpis.summary import DeliverySummary, ReturnSummary, RouteFigures
from layout.time_units import DAY_S
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event, EventCall


@dataclass(slots=True)
class Driven:
    """Routes of one kind of vehicle."""

    routes: int = 0
    stops: int = 0
    metres: int = 0
    cents: int = 0


class DeliveryFigures:
    """Figures of the last mile. kinds: {kind of vehicle: its routes}."""

    def __init__(self) -> None:
        self.kinds: dict[str, Driven] = {}
        self.failed: Counter[str] = Counter()
        """Attempts at which nobody was at home, by reason."""
        self.vans = 0
        """Parcels delivered by vehicles on routes."""
        self._out: set[int] = set()

    def handlers(self) -> dict[type[Event], EventCall[None]]:
        return {
            ce.RoutePlanned: self._planned,
            ce.DeliveryFailed: self._failed,
            ce.ParcelMoved: self._moved,
        }

    def summary(self) -> DeliverySummary:
        failed = self.failed.total()
        attempts = self.vans + failed
        return DeliverySummary(
            routes={name: self.figures(driven) for name, driven in sorted(self.kinds.items())},
            deliveries_on_routes=self.vans,
            failed_attempts=failed,
            first_time_share=self.vans / attempts if attempts else None,
        )

    @staticmethod
    def figures(driven: Driven) -> RouteFigures:
        return RouteFigures(
            routes=driven.routes,
            stops=driven.stops,
            stops_a_route=driven.stops / driven.routes if driven.routes else None,
            km=driven.metres / 1000,
            cents=driven.cents,
            cents_a_parcel=driven.cents / driven.stops if driven.stops else None,
        )

    def _planned(self, event: ce.RoutePlanned) -> None:
        driven = self.kinds.setdefault(event.kind, Driven())
        driven.routes += 1
        driven.stops += len(event.parcels)
        driven.metres += event.metres
        driven.cents += event.cents
        self._out.update(event.parcels)

    def _failed(self, event: ce.DeliveryFailed) -> None:
        self.failed[event.reason] += 1

    def _moved(self, event: ce.ParcelMoved) -> None:
        if event.parcel in self._out and (event.target == "customer" or event.comes_back):
            self._out.discard(event.parcel)
            self.vans += event.target == "customer"


class ReturnFigures:
    """Returns by state, units by disposition, and how long customers wait for refunds."""

    def __init__(self) -> None:
        self.state: dict[int, str] = {}
        """{rma: state} of returns that are not closed."""
        self.begun = 0
        self.closed = 0
        self.dispositions: Counter[str] = Counter()
        self.unmatched = 0
        """Units of the returns file without a matching delivery."""
        self.to_refund = array("i")
        """Ticks from the customer's request to the refund, by closed return.

        Goods from before the run are not included, because their customers made their requests then.
        """
        self._since: dict[int, int] = {}

    def handlers(self) -> dict[type[Event], EventCall[None]]:
        return {
            ce.ReturnMoved: self._moved,
            ce.ReturnGraded: self._graded,
            ce.ReturnUnmatched: self._unmatched,
        }

    def summary(self, tick_s: float) -> ReturnSummary:
        ticks = np.array(self.to_refund, float)
        return ReturnSummary(
            returns=self.begun,
            returns_open=dict(sorted(Counter(self.state.values()).items())),
            returns_closed=self.closed,
            dispositions=dict(sorted(self.dispositions.items())),
            days_to_refund=float(ticks.mean()) * tick_s / DAY_S if ticks.size else None,
            units_unmatched=self.unmatched,
        )

    def _moved(self, event: ce.ReturnMoved) -> None:
        if event.rma not in self._since:
            self.begun += 1
            self._since[event.rma] = event.t
        self.state[event.rma] = event.state
        if event.state == "closed":
            self.closed += 1
            if event.order >= 0:
                self.to_refund.append(event.t - self._since[event.rma])
            del self.state[event.rma]

    def _graded(self, event: ce.ReturnGraded) -> None:
        self.dispositions[event.disposition] += event.units

    def _unmatched(self, event: ce.ReturnUnmatched) -> None:
        self.unmatched += event.units
