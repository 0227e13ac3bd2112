"""Slotting of a running floor: the place of each pod, the SKU of each bin, and what has not moved there yet.

A site that starts from a plan stows each SKU into its own bins and stores each pod on its own place. Moving stock then
means keeping to another slotting: units in a wrong bin are taken out and put away again.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from controller.warehouse.pods import Pods, PodState

Bin = tuple[int, int]
"""(pod, number of the bin in it)."""


class Slots:
    """Slotting by pod and bin, and its pending changes.

    place: int32[pods], the storage cell of each pod. sku: int32[pods, bins], the SKU for which each bin is kept, -1 for
    none. leaving: {bin: (sku, units or None for all)} to be taken out, in that order. turn: int64[pods], order in which
    pods move to their places, smallest first. moved: tick at which a move last began, or nothing was left to move.
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
        """Return the units that the bins of each SKU hold."""
        return [len(self._bins.get(sku, ())) * self._bin_units for sku in range(skus)]

    def bins_for(self, pods: Pods, sku: int, *, wanted: bool) -> list[tuple[Bin, int]]:
        """Return (bin, units that fit) where a SKU may be stowed now; a bin may have room while its pod is on the move.

        These are its own bins; while another SKU is still in them, the bins it is to leave. wanted: an order waits for
        the SKU, so that any unassigned bin is used rather than none.
        """
        own = [bin_ for bin_ in self._bins.get(sku, ()) if self._in_reach(pods, bin_)]
        if clear := [bin_ for bin_ in own if self._is_clear(pods, bin_, sku)]:
            return self._with_room(pods, clear)
        old = [bin_ for bin_, (held, _) in self.leaving.items() if held == sku and self._in_reach(pods, bin_)]
        if clear := [bin_ for bin_ in old if self._is_clear(pods, bin_, sku)]:
            return self._with_room(pods, clear)
        if not wanted and own:
            return []
        unused = np.argwhere((self.sku < 0) & (pods.ledger.bin_sku < 0) & (pods.state == PodState.STORED)[:, None])
        return [
            ((pod, number), self._bin_units) for pod, number in unused.tolist() if (pod, number) not in self.leaving
        ]

    def has_room(self, pods: Pods, sku: int) -> bool:
        """Return whether a SKU's own bins have room for it."""
        own = [bin_ for bin_ in self._bins.get(sku, ()) if self._is_clear(pods, bin_, sku)]
        return bool(self._with_room(pods, own))

    def has_bins(self, sku: int) -> bool:
        return sku in self._bins

    def stowed(self, bin_: Bin, sku: int) -> None:
        """Record that units were stowed; in a bin that is not theirs, they are to leave it again."""
        if self.sku[bin_] != sku and sku in self._bins:
            self.leaving.setdefault(bin_, (sku, None))

    def took(self, bin_: Bin, units: int, left: int) -> None:
        """Record that units were taken out of a bin they are to leave. left: units still in it."""
        sku, quota = self.leaving[bin_]
        rest = left if quota is None else min(left, quota - units)
        if rest > 0:
            self.leaving[bin_] = (sku, None if quota is None else rest)
        else:
            del self.leaving[bin_]

    def displaced(self, pods: Pods) -> list[int]:
        """Return stored pods that are not on their places, in the order in which they are to move."""
        pending = np.flatnonzero((pods.state == PodState.STORED) & (pods.cell != self.place))
        return [int(pod) for pod in pending[np.lexsort((pending, self.turn[pending]))]]

    def moves_left(self, pods: Pods) -> int:
        """Return the number of bins to be cleared plus pods that are not on their places."""
        return len(self.leaving) + int(np.count_nonzero((pods.cell >= 0) & (pods.cell != self.place)))

    def any_left(self, pods: Pods, tick: int) -> bool:
        """Return whether anything is still to be moved; while nothing is, `moved` is kept at the tick."""
        if self.leaving or self.displaced(pods):
            return True
        self.moved = tick
        return False

    def _is_clear(self, pods: Pods, bin_: Bin, sku: int) -> bool:
        return int(pods.ledger.bin_sku[bin_]) in (-1, sku)

    def _in_reach(self, pods: Pods, bin_: Bin) -> bool:
        return bool(pods.state[bin_[0]] != PodState.QUARANTINED)

    def _with_room(self, pods: Pods, bins: list[Bin]) -> list[tuple[Bin, int]]:
        rooms = ((bin_, self._bin_units - int(pods.ledger.bin_units[bin_])) for bin_ in bins)
        return [(bin_, fits) for bin_, fits in rooms if fits > 0]
