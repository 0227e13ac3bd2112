"""Where stock can be: pods with bins, the places they stand in, and what it costs to fetch one."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """pods: of `bins` bins each; a bin holds one SKU. trip: float64[pods], cells that a robot drives to fetch the pod of the n-th
    best place and bring it back, ascending. place: int32[pods], the cells of these places.

    size: int64[skus], bins that a SKU takes in its pod. weight: float64[skus], kg of those, and most_weight: of a pod.
    apart: (sku, sku) that must not share a pod. visit: what a pod visit costs besides driving, in cells: lifting,
    queueing, presenting.
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


class Impossible(ValueError):
    """There is no room: sku is the first that doesn't fit, its text says why."""

    def __init__(self, sku: int, why: str) -> None:
        super().__init__(why)
        self.sku = sku
