"""Stock of a simulation: net stock of each SKU, orders on their way, and cycles that ended without a stockout."""

import numpy as np

from controller.forecasting.reorder import Levels
from layout.arrays import Ints


class DayStock:
    """Stock by SKU. net: on hand less backorders; coming: ordered and not yet in; cycles: ended by the arrival of an
    order; good: cycles without a stockout; demand, served: units, the latter on the day itself.
    """

    def __init__(self, net: Ints) -> None:
        skus = len(net)
        self.net = net.astype(np.int64)
        self.coming = np.zeros(skus, np.int64)
        self.cycles = np.zeros(skus, np.int64)
        self.good = np.zeros(skus, np.int64)
        self.demand = np.zeros(skus)
        self.served = np.zeros(skus)
        self._latest = np.zeros(skus, np.int64)
        self._left_at = np.full(skus, np.iinfo(np.int64).max)
        self._due: dict[int, list[tuple[Ints, Ints]]] = {}

    @property
    def waits_for_orders(self) -> bool:
        return bool(self._due)

    def sell(self, units: Ints, counted: bool) -> None:
        """Sell `units` by SKU; units not on hand are backordered."""
        if counted:
            self.demand += units
            self.served += np.minimum(units, np.maximum(0, self.net))
        self.net -= units

    def receive(self, day: int) -> None:
        """Book the arrivals of a day, and count the cycles that end. At most one order of a SKU arrives at a time."""
        for skus, units in self._due.pop(day, []):
            self.cycles[skus] += 1
            self.good[skus] += self.net[skus] >= 0
            self.net[skus] += units
            self.coming[skus] -= units

    def review(self, day: int, targets: Levels, lead: Ints, pack: int, moq: int) -> None:
        """Order SKUs that have fallen to their reorder point, up to their level in whole packs. lead: int64[skus],
        days.

        A reorder point that has risen to the stock is no reason to order. Orders of a SKU do not overtake each other.
        """
        position = self.net + self.coming
        skus = np.flatnonzero((position <= targets.reorder_point) & (position < self._left_at))
        packs = -(-np.maximum(targets.order_up_to[skus] - position[skus], moq) // pack)
        arrive = np.maximum(day + lead[skus], self._latest[skus])
        self._latest[skus] = arrive
        self.coming[skus] += packs * pack
        self._left_at = self.net + self.coming
        for arrival in np.unique(arrive).tolist():
            due = arrive == arrival
            self._due.setdefault(arrival, []).append((skus[due], packs[due] * pack))
