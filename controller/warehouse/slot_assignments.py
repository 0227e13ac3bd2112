"""The slotting that a floor keeps to: the place of each pod, the SKU of each bin, and what isn't there yet.

A site that starts from a plan stows each SKU into its own bins and sends each pod home to its own place. To move stock is
then no more than to keep to another slotting: what lies in a wrong bin is taken out, and stowed as receipts are.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from controller.warehouse.pods import Pods, PodState

Bin = tuple[int, int]
"""(pod, number of the bin in it)."""


class Slots:
    """place: int32[pods], the place of each pod. sku: int32[pods, bins], the SKU that each bin is kept for, -1 for none.

    leaving: {bin: (sku, units or None for all)}, what is to be taken out, in the order in which it is to be done.
    turn: int64[pods], which pod is to go to its place first, smallest first. moved: tick at which a move was begun last, or
    nothing was to be moved.
    """

    def __init__(self, place: NDArray[np.int32], sku: NDArray[np.int32], bin_units: int) -> None:
        self.place, self.sku = place.astype(np.int32), sku.astype(np.int32)
        self.leaving: dict[Bin, tuple[int, int | None]] = {}
        self.turn = np.zeros(len(place), np.int64)
        self.moved = 0
        self._bin_units = bin_units
        self._bins: defaultdict[int, list[Bin]] = defaultdict(list)
        for pod, number in np.argwhere(self.sku >= 0).tolist():
            self._bins[int(self.sku[pod, number])].append((pod, number))

    def capacity(self, skus: int) -> list[int]:
        """Units that the bins of each SKU hold."""
        return [len(self._bins.get(sku, ())) * self._bin_units for sku in range(skus)]

    def bins_for(self, pods: Pods, sku: int, *, wanted: bool) -> list[tuple[Bin, int]]:
        """(bin, units that fit) where a SKU may be stowed now; a bin may have room and its pod be under way.

        Its own bins; while another SKU is still in these, those that it is to leave. wanted: an order waits for it, then
        rather any bin that is kept for nothing than none.
        """
        own = [bin_ for bin_ in self._bins.get(sku, ()) if self._in_reach(pods, bin_)]
        if clear := [bin_ for bin_ in own if self._is_clear(pods, bin_, sku)]:
            return self._with_room(pods, clear)
        old = [bin_ for bin_, (there, _) in self.leaving.items() if there == sku and self._in_reach(pods, bin_)]
        if clear := [bin_ for bin_ in old if self._is_clear(pods, bin_, sku)]:
            return self._with_room(pods, clear)
        if not wanted and own:
            return []
        unused = np.argwhere((self.sku < 0) & (pods.ledger.bin_sku < 0) & (pods.state == PodState.STORED)[:, None])
        return [
            ((pod, number), self._bin_units) for pod, number in unused.tolist() if (pod, number) not in self.leaving
        ]

    def has_room(self, pods: Pods, sku: int) -> bool:
        """Whether a SKU's own bins take some more of it."""
        own = [bin_ for bin_ in self._bins.get(sku, ()) if self._is_clear(pods, bin_, sku)]
        return bool(self._with_room(pods, own))

    def has_bins(self, sku: int) -> bool:
        return sku in self._bins

    def stowed(self, bin_: Bin, sku: int) -> None:
        """Units were stowed; not into a bin of theirs, they are to leave it again."""
        if self.sku[bin_] != sku and sku in self._bins:
            self.leaving.setdefault(bin_, (sku, None))

    def took(self, bin_: Bin, units: int, left: int) -> None:
        """Units were taken out of a bin that they are to leave, and so many are left in it."""
        sku, asked = self.leaving[bin_]
        rest = left if asked is None else min(left, asked - units)
        if rest > 0:
            self.leaving[bin_] = (sku, None if asked is None else rest)
        else:
            del self.leaving[bin_]

    def displaced(self, pods: Pods) -> list[int]:
        """Stored pods that don't stand in their places, first the one that is to go first."""
        found = np.flatnonzero((pods.state == PodState.STORED) & (pods.cell != self.place))
        return [int(pod) for pod in found[np.lexsort((found, self.turn[found]))]]

    def moves_left(self, pods: Pods) -> int:
        """Bins to be cleared, and pods that stand in other places than theirs."""
        return len(self.leaving) + int(np.count_nonzero((pods.cell >= 0) & (pods.cell != self.place)))

    def _is_clear(self, pods: Pods, bin_: Bin, sku: int) -> bool:
        return int(pods.ledger.bin_sku[bin_]) in (-1, sku)

    def _in_reach(self, pods: Pods, bin_: Bin) -> bool:
        return bool(pods.state[bin_[0]] != PodState.QUARANTINED)

    def _with_room(self, pods: Pods, bins: list[Bin]) -> list[tuple[Bin, int]]:
        rooms = ((bin_, self._bin_units - int(pods.ledger.bin_units[bin_])) for bin_ in bins)
        return [(bin_, fits) for bin_, fits in rooms if fits > 0]
