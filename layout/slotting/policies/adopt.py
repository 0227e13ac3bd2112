"""Adapt a slotting to the current floor: number pods and bins so that as much as possible stays in place."""

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from layout.slotting.judge import Slotting
from layout.slotting.plan import Plan, plan_of

_EXACT = 2_000
"""Most pods that are matched optimally; more would take minutes and are matched greedily."""


def named_like(
    slotting: Slotting, current: Plan, names: tuple[str, ...], cells: NDArray[np.int32], width: int
) -> Slotting:
    """Return the slotting with its pods numbered like those of `current` that hold most of the same SKUs, or stand
    there already.

    cells: int32[pods], of the places in order of rank. width: of the grid. Both have the same number of pods.
    """
    common = np.zeros((current.pods, current.pods))
    number = {name: sku for sku, name in enumerate(names)}
    index = np.array([number.get(name, -1) for name in current.names], np.int64)[current.sku]
    pods_of: defaultdict[int, set[int]] = defaultdict(set)
    for sku, pod in zip(index.tolist(), current.pod.tolist(), strict=True):
        pods_of[sku].add(pod)
    for sku, pod in [*enumerate(slotting.pod.tolist()), *slotting.more.tolist()]:
        common[pod, sorted(pods_of[sku])] += 1.0
    common += 0.5 * (cells[slotting.rank][:, None] == current.cells(width)[None, :])
    becomes = _matching(common)
    rank = np.empty_like(slotting.rank)
    rank[becomes] = slotting.rank
    more = slotting.more.copy()
    more[:, 1] = becomes[more[:, 1]]
    return Slotting(becomes[slotting.pod], rank, more)


def _matching(common: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return a column for each row with a large sum of entries: int32[n]."""
    if len(common) <= _EXACT:
        return np.asarray(linear_sum_assignment(-common)[1], np.int32)
    becomes = np.full(len(common), -1, np.int32)
    taken = np.zeros(len(common), bool)
    rows, columns = np.nonzero(common)
    for index in np.argsort(-common[rows, columns], kind="stable").tolist():
        if becomes[rows[index]] < 0 and not taken[columns[index]]:
            becomes[rows[index]] = columns[index]
            taken[columns[index]] = True
    becomes[becomes < 0] = np.flatnonzero(~taken)
    return becomes


def binned_like(plan: Plan, current: Plan) -> Plan:
    """Return the plan with its bins renumbered: SKUs already in the pod keep their bins, and incoming ones take, if
    possible, the bin of a SKU that goes to the pod they come from, so that the two change places.
    """
    old, new = _by_pod(current), _by_pod(plan)
    home = {sku: pod for (pod, _), (sku, _) in sorted(current.contents().items(), reverse=True)}
    goes_to = {sku: pod for (pod, _), (sku, _) in sorted(plan.contents().items(), reverse=True)}
    size = int(max(plan.bin.max(initial=0), current.bin.max(initial=0))) + 1
    contents: dict[tuple[int, int], tuple[str, int]] = {}
    for pod, held in new.items():
        current_bins = old.get(pod, {})
        incoming = Counter(held.values())
        placed: dict[int, tuple[str, int]] = {}
        for exact in (True, False):
            for number, (sku, units) in current_bins.items():
                match = next(
                    (
                        item_left
                        for item_left in incoming
                        if item_left[0] == sku and incoming[item_left] and (item_left[1] == units or not exact)
                    ),
                    None,
                )
                if match is not None and number not in placed:
                    placed[number] = match
                    incoming[match] -= 1
        free = [number for number in range(size) if number not in placed]
        for item in incoming.elements():
            partner = (
                n for n in free if n in current_bins and goes_to.get(current_bins[n][0]) == home.get(item[0], -1)
            )
            empty = (n for n in free if n not in current_bins)
            number = next(partner, next(empty, free[0]))
            free.remove(number)
            placed[number] = item
        contents |= {(pod, number): item for number, item in placed.items()}
    return plan_of(contents, plan.place)


def _by_pod(plan: Plan) -> dict[int, dict[int, tuple[str, int]]]:
    """Return {pod: {bin: (SKU, units)}}."""
    contents: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
    for (pod, number), held in plan.contents().items():
        contents[pod][number] = held
    return contents
