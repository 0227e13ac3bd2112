"""Contents of the pods at a tick, from the stock movements.

A page holds an hour of movements and the contents of all bins before them, so any tick is at most an hour of movements
away. Beyond 128 MB the oldest pages are dropped.
"""

from array import array
from bisect import bisect_right
from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from robots.recording.events import StockMoved
from robots.recording.places import PlaceKind

PAGE_TICKS = 3600
PAGES_BYTES = 128 << 20


class Held(NamedTuple):
    """Units of a SKU in a bin of a pod."""

    bin: int
    sku: int
    units: int


class Contents(NamedTuple):
    """Contents of a pod. whole: False if there may be more in it, because not all movements are known."""

    held: list[Held]
    whole: bool


class _Page:
    """Movements of an hour. sku, units: int32[pods, bins] before tick `start`; then one entry per movement in each
    column.
    """

    def __init__(self, start: int, sku: NDArray[np.int32], units: NDArray[np.int32]) -> None:
        self.start, self.sku, self.units = start, sku.copy(), units.copy()
        self.ticks, self.pods, self.bins = array("i"), array("i"), array("i")
        self.skus, self.moved = array("i"), array("i")

    def add(self, tick: int, pod: int, bin_: int, sku: int, units: int) -> None:
        self.ticks.append(tick)
        self.pods.append(pod)
        self.bins.append(bin_)
        self.skus.append(sku)
        self.moved.append(units)

    def columns(self, tick: int, of: "array[int]", value: int) -> list[tuple[int, int, int, int]]:
        """Return (pod, bin, sku, units) of the movements up to a tick that have a wanted value in a column."""
        mask = (np.array(of, np.int32) == value) & (np.array(self.ticks, np.int32) <= tick)
        return [(self.pods[n], self.bins[n], self.skus[n], self.moved[n]) for n in np.flatnonzero(mask).tolist()]

    @property
    def nbytes(self) -> int:
        return self.sku.nbytes + self.units.nbytes + 20 * len(self.ticks)


class PodStock:
    """Contents of all bins. A bin has one SKU, as in the ledger; if a movement doesn't fit, earlier ones are missing."""

    def __init__(self, pods: int) -> None:
        self._sku = np.full((pods, 1), -1, np.int32)
        self._units = np.zeros((pods, 1), np.int32)
        self._doubtful: dict[int, int] = {}
        self._pages = deque([_Page(0, self._sku, self._units)])

    @property
    def since(self) -> int:
        """First tick at which contents are known."""
        return self._pages[0].start

    @property
    def nbytes(self) -> int:
        return sum(page.nbytes for page in self._pages) + self._sku.nbytes + self._units.nbytes

    def follow(self, move: StockMoved) -> None:
        for place, units in ((move.from_place, -move.quantity), (move.to_place, move.quantity)):
            if place.kind == PlaceKind.BIN:
                self._move(move.t, place.number, place.bin, move.sku, units)

    def contents(self, pod: int, tick: int) -> Contents:
        """Return the contents of a pod by bin; none, and not whole, for a pod or a tick that isn't known."""
        if not 0 <= pod < len(self._sku) or tick < self.since:
            return Contents([], False)
        page = self._page(tick)
        held = {bin_: (sku, units) for bin_, (sku, units) in enumerate(_pairs(page, pod)) if units}
        for _, bin_, sku, units in page.columns(tick, page.pods, pod):
            held[bin_] = sku, max(held.get(bin_, (sku, 0))[1] + units, 0)
        whole = tick < self._doubtful.get(pod, tick + 1)
        return Contents([Held(bin_, *there) for bin_, there in sorted(held.items()) if there[1]], whole)

    def pods_with(self, sku: int, tick: int) -> list[tuple[int, int]]:
        """Return (pod, units) of all pods that hold a SKU, most units first."""
        if tick < self.since:
            return []
        page = self._page(tick)
        units = np.where(page.sku == sku, page.units, 0).sum(axis=1)
        for pod, _, _, moved in page.columns(tick, page.skus, sku):
            units[pod] += moved
        pods = np.flatnonzero(units > 0)
        return [(int(pod), int(units[pod])) for pod in pods[np.argsort(-units[pods], kind="stable")]]

    def _page(self, tick: int) -> _Page:
        return self._pages[bisect_right(self._pages, tick, key=lambda page: page.start) - 1]

    def _move(self, tick: int, pod: int, bin_: int, sku: int, units: int) -> None:
        if not 0 <= pod < len(self._sku) or bin_ < 0:
            return
        page = self._turned(tick)
        page.add(tick, pod, bin_, sku, units)
        if bin_ >= self._sku.shape[1]:
            self._widen(bin_ + 1)
        sku_there, left = self._sku[pod, bin_], self._units[pod, bin_] + units
        if left < 0 or (sku_there not in (-1, sku)):
            self._doubtful.setdefault(pod, tick)
        self._units[pod, bin_] = max(left, 0)
        self._sku[pod, bin_] = sku if left > 0 else -1

    def _turned(self, tick: int) -> _Page:
        """Return the page for movements of a tick."""
        if tick >= self._pages[-1].start + PAGE_TICKS:
            self._pages.append(_Page(tick // PAGE_TICKS * PAGE_TICKS, self._sku, self._units))
            while len(self._pages) > 1 and sum(page.nbytes for page in self._pages) > PAGES_BYTES:
                self._pages.popleft()
        return self._pages[-1]

    def _widen(self, bins: int) -> None:
        more = ((0, 0), (0, bins - self._sku.shape[1]))
        self._sku = np.pad(self._sku, more, constant_values=-1)
        self._units = np.pad(self._units, more)


def _pairs(page: _Page, pod: int) -> list[tuple[int, int]]:
    return list(zip(page.sku[pod].tolist(), page.units[pod].tolist(), strict=True))
