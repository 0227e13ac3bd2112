"""Value of moves: exact for the move just made, approximate for all that could be made next."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.judge import Slotting, visited
from layout.slotting.moves.stowage import Move, Spot, Stowage
from layout.slotting.space import Space
from layout.time_units import DAY_S


class Worth:
    """Pod visits and travel of a history, kept up to date during moves.

    trip: {place: cells of a round trip}. space: its `visit` is the cost of a pod visit besides driving. SKUs not stored
    anywhere at the start are ignored.
    """

    def __init__(self, stowage: Stowage, history: History, space: Space, trip: Mapping[Spot, float]) -> None:
        self._stowage, self._trips, self._visit = stowage, trip, space.visit
        self.days = max(1.0, float(np.ptp(history.moment)) / DAY_S) if history.orders else 1.0
        self._names = history.names
        self._number = {name: sku for sku, name in enumerate(history.names)}
        self._units: list[dict[int, int]] = [{} for _ in history.names]
        self._skus_in: defaultdict[int, set[int]] = defaultdict(set)
        for spot, (name, units) in stowage.bins.items():
            if (sku := self._number.get(name)) is not None:
                self._units[sku][spot.one] = self._units[sku].get(spot.one, 0) + units
                self._skus_in[spot.one].add(sku)
        self._home = np.array([_most(units) for units in self._units], np.int32)
        self._history = _with_home(history, self._home)
        self._trip = np.array([trip[place] for place in stowage.place])
        pods = len(stowage.place)
        self._space = Space(pods, space.bins, self._trip, np.zeros(pods, np.int32), space.size, space.weight)
        self._rank = np.arange(pods, dtype=np.int32)
        lines = self._history
        self._order = lines.order
        by_sku = np.argsort(lines.sku, kind="stable")
        begin = np.searchsorted(lines.sku[by_sku], np.arange(len(self._names) + 1))
        self._orders_of = np.split(self._order[by_sku], begin[1:-1]) if len(self._names) else []
        self._count = np.zeros((lines.orders, pods), np.uint16)
        np.add.at(self._count, (self._order, self._home[lines.sku]), 1)
        self._visits, self._travel = self._of(np.arange(lines.orders))

    @property
    def total(self) -> tuple[float, float]:
        """(visits, travel in cells) a day, in the current state."""
        return float(self._visits.sum()) / self.days, float(self._travel.sum()) / self.days

    def made(self, move: Move) -> tuple[float, float]:
        """Return (visits, travel in cells) a day saved by a move that has been made in the stowage."""
        if move.kind == "pod":
            assert move.target is not None
            self._trip[move.pod] = self._trips[move.target]
            skus = self._skus_in[move.pod]
        elif (sku := self._number.get(move.sku)) is None or self._home[sku] < 0:
            return 0.0, 0.0
        else:
            self._carry(sku, move)
            skus = {sku}
        if not skus:
            return 0.0, 0.0
        orders = np.unique(np.concatenate([self._orders_of[sku] for sku in skus]))
        visits, travel = self._of(orders)
        saved = (float((self._visits[orders] - visits).sum()), float((self._travel[orders] - travel).sum()))
        self._visits[orders], self._travel[orders] = visits, travel
        return saved[0] / self.days, saved[1] / self.days

    def _carry(self, sku: int, move: Move) -> None:
        units = self._units[sku]
        for spot, change in ((move.source, -move.units), (move.target, move.units)):
            if spot is None:
                continue
            remaining = units.get(spot.one, 0) + change
            if remaining:
                units[spot.one] = remaining
                self._skus_in[spot.one].add(sku)
            else:
                del units[spot.one]
                self._skus_in[spot.one].discard(sku)
        old, new = int(self._home[sku]), _most(units)
        if new not in (old, -1):
            self._home[sku] = new
            self._count[self._orders_of[sku], old] -= 1
            self._count[self._orders_of[sku], new] += 1

    def _of(self, orders: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (float64[orders] pod visits, float64[orders] travel) of some orders."""
        part = _orders(self._history, orders)
        skus = np.unique(part.sku).tolist()
        more = [(sku, pod) for sku in skus for pod in self._units[sku] if pod != self._home[sku]]
        copies: NDArray[np.int32] = np.array(more, np.int32).reshape(-1, 2)
        order, pod = visited(part, Slotting(self._home, self._rank, copies), self._space)
        count = len(orders)
        return np.bincount(order, minlength=count).astype(float), np.bincount(order, self._trip[pod], count).astype(
            float
        )

    def towards(self, target: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the cells a day saved, including visits, if a SKU alone left the pod with most of it for another:
        float64[skus].

        target: int32[skus], that other pod, -1 for none.
        """
        lines = self._history
        wanted = target[lines.sku] >= 0
        order, sku = self._order[wanted], lines.sku[wanted]
        current, wanted_pod = self._home[sku], target[sku]
        cost = self._trip + self._visit
        saved = np.where(self._count[order, current] == 1, cost[current], 0.0)
        saved -= np.where(self._count[order, wanted_pod] == 0, cost[wanted_pod], 0.0)
        saved[current == wanted_pod] = 0.0
        return np.asarray(np.bincount(sku, saved, len(target))) / self.days

    def nearer(self, name: str, pod: int) -> float:
        """Return the cells a day that a SKU saves by its new pod's place alone."""
        sku = self.number(name)
        return (
            0.0
            if sku < 0
            else len(self._orders_of[sku]) * float(self._trip[self._home[sku]] - self._trip[pod]) / self.days
        )

    def visits_of_pods(self) -> NDArray[np.float64]:
        """Return the orders a day that need each pod: float64[pods]."""
        return np.asarray((self._count > 0).sum(axis=0)) / self.days

    def number(self, name: str) -> int:
        """Return the SKU's number, or -1 if it is ignored."""
        sku = self._number.get(name, -1)
        return sku if sku >= 0 and self._home[sku] >= 0 else -1

    def trip_of(self, pod: int) -> float:
        return float(self._trip[pod])

    def trip_from(self, place: Spot) -> float:
        return self._trips[place]

    @property
    def skus(self) -> int:
        return len(self._names)

    @property
    def visit(self) -> float:
        return self._visit


def _most(units: Mapping[int, int]) -> int:
    """Return the pod with most units, the first of equal ones; -1 if there is none."""
    return min(units, key=lambda pod: (-units[pod], pod), default=-1)


def _with_home(history: History, home: NDArray[np.int32]) -> History:
    """Return the history with only the lines of stored SKUs."""
    keep = home[history.sku] >= 0
    sizes = np.bincount(history.order[keep], minlength=history.orders)
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return History(history.names, first, history.sku[keep], history.units[keep], history.moment)


def _orders(history: History, orders: NDArray[np.int64]) -> History:
    """Return some orders, in the given order."""
    begin, sizes = history.first[orders], history.first[orders + 1] - history.first[orders]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    lines = np.arange(first[-1]) + np.repeat(begin - first[:-1], sizes)
    return History(history.names, first, history.sku[lines], history.units[lines], history.moment[orders])
