"""The pods: where each is, whether a task has claimed it, and which of its units are not allocated."""

from collections import Counter
from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from controller.warehouse.stock import Ledger, Place, StockError
from layout.wording import count

Stowed = tuple[int, int, int, int]
"""(pod, bin, SKU, units) stowed in a bin when a run begins."""


class PodState(IntEnum):
    STORED = 0
    CLAIMED = 1
    """Taken by a task, from its choice until it is set down again."""
    QUARANTINED = 2
    """Out of reach; its stock is unavailable, not lost."""


class Pods:
    """Columns over pods, and their free stock.

    cell: int32[pods], a pod's cell, -1 while carried. state: PodState of each. pod_at: int32[cells], pod on a cell or
    -1. free[sku] is {pod: units} of stock in reachable pods that is not allocated to an order line, free_in[pod] the
    same as {sku: units}, free_total[sku] its sum.
    """

    def __init__(self, ledger: Ledger, cell: NDArray[np.int32], cells: int) -> None:
        self.ledger = ledger
        self.cell = cell.astype(np.int32)
        self.state = np.full(len(cell), PodState.STORED, np.int8)
        self.pod_at = np.full(cells, -1, np.int32)
        self.pod_at[cell] = np.arange(len(cell), dtype=np.int32)
        self.free: list[dict[int, int]] = [{} for _ in range(len(ledger.catalogue))]
        self.free_in: list[dict[int, int]] = [{} for _ in range(len(cell))]
        self.free_total = [0] * len(ledger.catalogue)

    def __len__(self) -> int:
        return len(self.cell)

    def allocate(self, pod: int, sku: int, units: int) -> None:
        """Allocate units of a pod to an order line."""
        self._set_free(pod, sku, self.free[sku].get(pod, 0) - units)

    def deallocate(self, pod: int, sku: int, units: int) -> None:
        """Take back an allocation; units of a quarantined pod do not become free."""
        if self.state[pod] != PodState.QUARANTINED:
            self._set_free(pod, sku, self.free[sku].get(pod, 0) + units)

    def _set_free(self, pod: int, sku: int, units: int) -> None:
        if units < 0:
            raise StockError(f"pod {pod} has {count(-units, 'unit')} of SKU {sku} too many allocated")
        self.free_total[sku] += units - self.free[sku].get(pod, 0)
        if units:
            self.free[sku][pod] = self.free_in[pod][sku] = units
        else:
            self.free[sku].pop(pod, None)
            self.free_in[pod].pop(sku, None)

    def take(self, tick: int, pod: int, sku: int, units: int, target: Place) -> None:
        """Move allocated units out of the pod's bins, fullest bin last so that bins become empty."""
        bins = np.flatnonzero(self.ledger.bin_sku[pod] == sku)
        for number in bins[np.argsort(self.ledger.bin_units[pod, bins], kind="stable")].tolist():
            part = min(units, int(self.ledger.bin_units[pod, number]))
            self.ledger.move(tick, sku, part, Place("bin", pod, number), target)
            units -= part
            if not units:
                return

    def take_out(self, tick: int, pod: int, number: int, sku: int, units: int, target: Place) -> None:
        """Move unallocated units out of a bin."""
        self.allocate(pod, sku, units)
        self.ledger.move(tick, sku, units, Place("bin", pod, number), target)

    def put(self, tick: int, pod: int, number: int, sku: int, units: int, source: Place) -> None:
        """Stow units into a bin; they can be allocated at once."""
        self.ledger.move(tick, sku, units, source, Place("bin", pod, number))
        self.deallocate(pod, sku, units)

    def leave_out(self, rows: Sequence[Stowed]) -> None:
        """Reduce what is stowed at the start of a run, before it was reported or allocated."""
        for pod, _, sku, units in rows:
            self.allocate(pod, sku, units)
        self.ledger.leave_out({Place("bin", pod, number): units for pod, number, _, units in rows})

    def room(self, pod: int, sku: int, bin_units: int) -> list[tuple[int, int]]:
        """Return (bin, units that fit) for a SKU: its own bins with room first, then empty ones."""
        skus, units = self.ledger.bin_sku[pod], self.ledger.bin_units[pod]
        own = [(int(number), bin_units - int(units[number])) for number in np.flatnonzero(skus == sku)]
        empty = [(int(number), bin_units) for number in np.flatnonzero(skus < 0)]
        return [(number, fits) for number, fits in own + empty if fits > 0]

    def lift(self, pod: int) -> None:
        """Record that a robot has lifted the pod off its cell."""
        self.pod_at[self.cell[pod]] = -1
        self.cell[pod] = -1

    def set_down(self, pod: int, cell: int) -> None:
        self.pod_at[cell] = pod
        self.cell[pod] = cell

    def quarantine(self, pod: int) -> None:
        """Quarantine a pod that cannot be fetched: its units cannot be allocated."""
        self.state[pod] = PodState.QUARANTINED
        for sku in list(self.free_in[pod]):
            self._set_free(pod, sku, 0)

    def available_again(self, pod: int, in_hand: Counter[int]) -> None:
        """Release a pod from quarantine. in_hand: {sku: units} that people are picking from it."""
        self.state[pod] = PodState.STORED
        held = Counter[int]()
        for sku, units in zip(self.ledger.bin_sku[pod].tolist(), self.ledger.bin_units[pod].tolist(), strict=True):
            held[sku] += units
        for sku, units in (held - in_hand).items():
            if sku >= 0:
                self._set_free(pod, sku, units)
