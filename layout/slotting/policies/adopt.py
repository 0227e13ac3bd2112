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
    same = np.zeros((current.pods, current.pods))
    number = {name: sku for sku, name in enumerate(names)}
    index = np.array([number.get(name, -1) for name in current.names], np.int64)[current.sku]
    pods_of: defaultdict[int, set[int]] = defaultdict(set)
    for sku, pod in zip(index.tolist(), current.pod.tolist(), strict=True):
        pods_of[sku].add(pod)
    for sku, pod in [*enumerate(slotting.pod.tolist()), *slotting.more.tolist()]:
        same[pod, sorted(pods_of[sku])] += 1.0
    same += 0.5 * (cells[slotting.rank][:, None] == current.cells(width)[None, :])
    becomes = _matching(same)
    rank = np.empty_like(slotting.rank)
    rank[becomes] = slotting.rank
    more = slotting.more.copy()
    more[:, 1] = becomes[more[:, 1]]
    return Slotting(becomes[slotting.pod], rank, more)


def _matching(same: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return a column for each row with a large sum of entries: int32[n]."""
    if len(same) <= _EXACT:
        return np.asarray(linear_sum_assignment(-same)[1], np.int32)
    becomes = np.full(len(same), -1, np.int32)
    taken = np.zeros(len(same), bool)
    rows, columns = np.nonzero(same)
    for at in np.argsort(-same[rows, columns], kind="stable").tolist():
        if becomes[rows[at]] < 0 and not taken[columns[at]]:
            becomes[rows[at]] = columns[at]
            taken[columns[at]] = True
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
        there = old.get(pod, {})
        left = Counter(held.values())
        placed: dict[int, tuple[str, int]] = {}
        for exact in (True, False):
            for number, (sku, units) in there.items():
                match = next(
                    (one for one in left if one[0] == sku and left[one] and (one[1] == units or not exact)), None
                )
                if match is not None and number not in placed:
                    placed[number] = match
                    left[match] -= 1
        free = [number for number in range(size) if number not in placed]
        for item in left.elements():
            partner = (n for n in free if n in there and goes_to.get(there[n][0]) == home.get(item[0], -1))
            empty = (n for n in free if n not in there)
            number = next(partner, next(empty, free[0]))
            free.remove(number)
            placed[number] = item
        contents |= {(pod, number): item for number, item in placed.items()}
    return plan_of(contents, plan.place)


def _by_pod(plan: Plan) -> dict[int, dict[int, tuple[str, int]]]:
    """Return {pod: {bin: (SKU, units)}}."""
    found: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
    for (pod, number), held in plan.contents().items():
        found[pod][number] = held
    return found
