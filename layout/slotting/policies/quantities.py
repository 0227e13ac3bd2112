"""Bins and quantities of a slotting: days of cover, as far as the bins allow.

The quantity of a SKU depends only on its demand and its bins, not on its pod, so two plans of the same history differ
in places and not in quantities.
"""

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.judge import Slotting
from layout.slotting.plan import Plan, plan_of
from layout.slotting.space import Impossible, Space
from layout.time_units import DAY_S
from layout.wording import count

COVER_DAYS = 7.0
"""Default cover: a week, so that every weekday is included."""

Contents = dict[tuple[int, int], tuple[str, int]]
"""{(pod, bin): (SKU, units)}."""


def wanted_units(history: History, cover_days: float = COVER_DAYS) -> NDArray[np.int64]:
    """Return the units that a SKU sells in the days of cover, at least its largest order line and at least 1:
    int64[skus].
    """
    days = 1.0
    if history.orders:
        days = max(1.0, (float(history.moment[-1]) - float(history.moment[0])) / DAY_S)
    cover = np.ceil(history.units_of() / days * cover_days).astype(np.int64)
    largest = np.zeros(len(history.names), np.int64)
    np.maximum.at(largest, history.sku, history.units)
    return np.maximum(np.maximum(cover, largest), 1)


def stocked(
    slotting: Slotting,
    names: tuple[str, ...],
    units: NDArray[np.int64],
    space: Space,
    bin_units: int,
    width: int,
    *,
    all_of_it: bool = False,
) -> Plan:
    """Return the plan of a slotting. units: int64[skus], spread evenly over the copies of each SKU.

    Units that do not fit their bins are left out, or with all_of_it go into free bins, first of the same pods.
    bin_units: of a SKU in a bin. width: of the grid. Raises Impossible with the SKU that has no bin, or whose units
    have none.
    """
    copies = _copies(slotting, len(names))
    remaining = units.astype(np.int64).copy()
    held: Contents = {}
    next_bin = np.zeros(space.pods, np.int64)
    for sku, pods in enumerate(copies):
        for index, pod in enumerate(pods):
            size = int(space.size[sku])
            begin = int(next_bin[pod])
            next_bin[pod] += size
            if next_bin[pod] > space.bins:
                raise Impossible(sku, f"has no bin left in pod {pod} of {count(space.bins, 'bin')}")
            part = -(-int(remaining[sku]) // (len(pods) - index))
            remaining[sku] -= _put(held, names[sku], pod, range(begin, begin + size), part, bin_units)
    if all_of_it:
        _spread_rest(held, names, remaining, copies, space, bin_units)
    place = np.column_stack(np.divmod(space.place[slotting.rank].astype(np.int64), width))
    return plan_of(held, place.astype(np.int32))


def _copies(slotting: Slotting, skus: int) -> list[list[int]]:
    """Return the pods of each SKU."""
    copies = [[int(pod)] for pod in slotting.pod[:skus]]
    for sku, pod in slotting.more.tolist():
        if pod not in copies[sku]:
            copies[sku].append(pod)
    return copies


def _put(held: Contents, name: str, pod: int, bins: range, units: int, bin_units: int) -> int:
    """Put as many units as fit into some bins of a pod, and return their number."""
    before = units
    for number in bins:
        part = min(units, bin_units)
        if part:
            held[pod, number] = (name, part)
        units -= part
    return before - units


def _spread_rest(
    held: Contents,
    names: tuple[str, ...],
    remaining: NDArray[np.int64],
    copies: list[list[int]],
    space: Space,
    bin_units: int,
) -> None:
    """Put units without a bin first into bins of their SKU with room, then into free bins of its pods, then of the best
    places.

    Bins reserved for a large SKU count as free once its units are stored.
    """
    free = {pod: [bin_ for bin_ in range(space.bins) if (pod, bin_) not in held] for pod in range(space.pods)}
    for sku in np.flatnonzero(remaining > 0).tolist():
        unplaced = int(remaining[sku])
        own_bins = [key for key in held if key[0] in copies[sku] and held[key][0] == names[sku]]
        for key in own_bins:
            part = min(unplaced, bin_units - held[key][1])
            held[key] = (names[sku], held[key][1] + part)
            unplaced -= part
        other_pods = (pod for pod in range(space.pods) if pod not in copies[sku])
        rivals = {names[rival] for rival in space.rivals(sku)}
        for pod in (*copies[sku], *other_pods):
            if rivals and any(held[key][0] in rivals for key in held if key[0] == pod):
                continue
            while unplaced and free[pod]:
                part = min(unplaced, bin_units)
                held[pod, free[pod].pop(0)] = (names[sku], part)
                unplaced -= part
        if unplaced:
            raise Impossible(
                sku,
                f"has {count(int(remaining[sku]), 'unit')} more than its bins hold, and no bin is free for {unplaced} of them",
            )
