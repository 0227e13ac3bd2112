"""Space for stock: pods with bins, their places, and the cost of fetching a pod."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray


def _no_stations() -> NDArray[np.int32]:
    return np.empty(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Space of a floor. pods: of `bins` bins each; a bin holds one SKU. trip: float64[pods], cells that a robot drives
    to fetch the pod of the n-th best place and bring it back, ascending. place: int32[pods], the cells of these places.

    size: int64[skus], bins of a SKU in its pod. weight: float64[skus], kg of those, and most_weight: of a pod. apart:
    (sku, sku) that must not share a pod. visit: cost of a pod visit besides driving, in cells: lifting, queueing,
    presenting. station: int32[pods], the pick station nearest to each place; empty if there is only one.
    """

    pods: int
    bins: int
    trip: NDArray[np.float64]
    place: NDArray[np.int32]
    size: NDArray[np.int64]
    weight: NDArray[np.float64]
    most_weight: float = np.inf
    apart: tuple[tuple[int, int], ...] = ()
    visit: float = 20.0
    station: NDArray[np.int32] = field(default_factory=_no_stations)
    _rivals: dict[int, frozenset[int]] = field(default_factory=dict)

    def rivals(self, sku: int) -> frozenset[int]:
        """Return the SKUs that must not share a pod with this one."""
        if not self._rivals and self.apart:
            rivals_of: dict[int, set[int]] = {}
            for first, second in self.apart:
                rivals_of.setdefault(first, set()).add(second)
                rivals_of.setdefault(second, set()).add(first)
            self._rivals.update({key: frozenset(value) for key, value in rivals_of.items()})
        return self._rivals.get(sku, frozenset())

    @property
    def simple(self) -> bool:
        """Return whether each SKU takes one bin, and any SKUs may share a pod."""
        return not self.apart and bool(np.isinf(self.most_weight)) and bool((self.size == 1).all())

    def first(self, pods: int) -> "Space":
        """Return the space with pods in the best places only."""
        return replace(self, pods=pods, trip=self.trip[:pods], place=self.place[:pods], station=self.station[:pods])

    def with_bins(self, bins: int) -> "Space":
        """Return the space with another number of bins in each pod."""
        return replace(self, bins=bins)


class Impossible(ValueError):
    """Error of a SKU that does not fit: sku is the first such SKU, the text gives the reason."""

    def __init__(self, sku: int, why: str) -> None:
        super().__init__(why)
        self.sku = sku
