"""Where stock can be: pods with bins, the places they stand in, and what it costs to fetch one."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray


def _no_stations() -> NDArray[np.int32]:
    return np.empty(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """pods: of `bins` bins each; a bin holds one SKU. trip: float64[pods], cells that a robot drives to fetch the pod of the
    n-th best place and bring it back, ascending. place: int32[pods], the cells of these places.

    size: int64[skus], bins that a SKU takes in its pod. weight: float64[skus], kg of those, and most_weight: of a pod.
    apart: (sku, sku) that must not share a pod. visit: what a pod visit costs besides driving, in cells: lifting,
    queueing, presenting. station: int32[pods], the pick station next to each place; empty where there is but one.
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
        """SKUs that must not share a pod with one."""
        if not self._rivals and self.apart:
            found: dict[int, set[int]] = {}
            for one, two in self.apart:
                found.setdefault(one, set()).add(two)
                found.setdefault(two, set()).add(one)
            self._rivals.update({key: frozenset(value) for key, value in found.items()})
        return self._rivals.get(sku, frozenset())

    @property
    def simple(self) -> bool:
        """Each SKU takes a bin, and any of them may lie together."""
        return not self.apart and bool(np.isinf(self.most_weight)) and bool((self.size == 1).all())

    def first(self, pods: int) -> "Space":
        """The same with pods in the best places only."""
        return replace(self, pods=pods, trip=self.trip[:pods], place=self.place[:pods], station=self.station[:pods])

    def with_bins(self, bins: int) -> "Space":
        """The same with fewer bins in each pod."""
        return replace(self, bins=bins)


class Impossible(ValueError):
    """There is no room: sku is the first that doesn't fit, its text says why."""

    def __init__(self, sku: int, why: str) -> None:
        super().__init__(why)
        self.sku = sku
