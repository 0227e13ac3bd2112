"""Numba kernels over orders: pairs for clusters, swap search, choice among copies. Arrays in, arrays out."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = Any


class Board(NamedTuple):
    """Arrays that swap search reads and writes.

    begin: int64[skus + 1]; order: int32[…], orders of each SKU. first: int64[orders + 1]; sku: int32[lines], of orders
    with at least two lines. lone: float64[skus], orders for the SKU alone. size, weight: of each SKU. rival_begin,
    rival: SKUs that each must not share a pod with. most_weight: float64[1].

    Written: pod: int32[skus]. count: uint[pods, orders], lines of each order in each pod. member: int32[pods, most],
    SKUs of each pod; members: their number; slot: position of each SKU in it. room: int64[pods], free bins. load:
    float64[pods]. mark: int32[orders]; stamp: int32[1].
    """

    begin: Array
    order: Array
    first: Array
    sku: Array
    lone: Array
    size: Array
    weight: Array
    rival_begin: Array
    rival: Array
    most_weight: Array
    pod: Array
    count: Array
    member: Array
    members: Array
    slot: Array
    room: Array
    load: Array
    mark: Array
    stamp: Array


@njit(cache=True, nogil=True)
def add_cooccurrence(sku, begin, order, first, line_sku, drawn):
    """Add to `drawn`, float64[skus], the orders that name each SKU together with `sku`, which itself counts too."""
    for entry in range(begin[sku], begin[sku + 1]):
        for line in range(first[order[entry]], first[order[entry] + 1]):
            drawn[line_sku[line]] += 1.0


@njit(cache=True, nogil=True)
def count_visits(first, sku, pod, count):
    """Count the lines of each order in each pod. count: uint[pods, orders]; written."""
    count[:] = 0
    for order in range(len(first) - 1):
        for line in range(first[order], first[order + 1]):
            count[pod[sku[line]], order] += 1


@njit(cache=True, nogil=True)
def gain(board, sku, other, source, target, cost):
    """Return the change in cost if a SKU moves from pod `source` to `target` and `other` (-1 for none) the other way.
    cost: of a visit.
    """
    mark, away, back = board.mark, cost[source], cost[target]
    count_here, count_there = board.count[source], board.count[target]
    change = board.lone[sku] * (back - away)
    board.stamp[0] += 1
    stamp = board.stamp[0]
    if other >= 0:
        change += board.lone[other] * (away - back)
        for entry in range(board.begin[other], board.begin[other + 1]):
            mark[board.order[entry]] = stamp
    for entry in range(board.begin[sku], board.begin[sku + 1]):
        order = board.order[entry]
        if mark[order] == stamp:
            mark[order] = 0  # the order has both: neither pod's count changes
            continue
        if count_here[order] == 1:
            change -= away
        if count_there[order] == 0:
            change += back
    if other >= 0:
        for entry in range(board.begin[other], board.begin[other + 1]):
            order = board.order[entry]
            if mark[order] != stamp:
                continue
            if count_there[order] == 1:
                change -= back
            if count_here[order] == 0:
                change += away
    return change


@njit(cache=True, nogil=True)
def _meets_rival(board, sku, target, leaving):
    """Return whether pod `target` holds a rival of `sku`, other than `leaving`."""
    for entry in range(board.rival_begin[sku], board.rival_begin[sku + 1]):
        rival = board.rival[entry]
        if rival != leaving and board.pod[rival] == target:
            return True
    return False


@njit(cache=True, nogil=True)
def may_swap(board, sku, other, source, target):
    """Return whether space, weight and rivals allow the swap. other: -1 if nothing comes back."""
    size, weight = board.size[sku], board.weight[sku]
    if other >= 0:
        size -= board.size[other]
        weight -= board.weight[other]
        if board.room[source] + size < 0 or board.load[source] - weight > board.most_weight[0]:
            return False
        if _meets_rival(board, other, source, sku):
            return False
    if board.room[target] - size < 0 or board.load[target] + weight > board.most_weight[0]:
        return False
    return not _meets_rival(board, sku, target, other)


@njit(cache=True, nogil=True)
def _leave(board, sku):
    pod, slot = board.pod[sku], board.slot[sku]
    board.members[pod] -= 1
    last = board.member[pod, board.members[pod]]
    board.member[pod, slot] = last
    board.slot[last] = slot
    board.room[pod] += board.size[sku]
    board.load[pod] -= board.weight[sku]
    for entry in range(board.begin[sku], board.begin[sku + 1]):
        board.count[pod, board.order[entry]] -= 1


@njit(cache=True, nogil=True)
def _enter(board, sku, pod):
    board.pod[sku] = pod
    board.slot[sku] = board.members[pod]
    board.member[pod, board.members[pod]] = sku
    board.members[pod] += 1
    board.room[pod] -= board.size[sku]
    board.load[pod] += board.weight[sku]
    for entry in range(board.begin[sku], board.begin[sku + 1]):
        board.count[pod, board.order[entry]] += 1


@njit(cache=True, nogil=True)
def swap(board, sku, other, source, target):
    """Swap two SKUs, or move one if `other` is -1."""
    _leave(board, sku)
    if other >= 0:
        _leave(board, other)
        _enter(board, other, source)
    _enter(board, sku, target)


@njit(cache=True, nogil=True)
def swap_search(rounds, seed, board, cost):
    """Exchange SKUs between pods, or move one to free bins, while that saves cost: float64[pods], of a visit.

    The other pod is drawn through an order that contains the SKU, in some rounds at random. Returns the change in cost.
    """
    np.random.seed(seed)
    skus, pods = len(board.pod), len(board.members)
    total = 0.0
    for _ in range(rounds):
        sku = np.random.randint(skus)
        low, high = board.begin[sku], board.begin[sku + 1]
        if low == high and board.lone[sku] == 0.0:
            continue
        if low < high and np.random.random() < 0.8:
            order = board.order[np.random.randint(low, high)]
            target = board.pod[board.sku[np.random.randint(board.first[order], board.first[order + 1])]]
        else:
            target = np.random.randint(pods)
        source = board.pod[sku]
        if source == target:
            continue
        drawn = np.random.randint(board.members[target] + (board.room[target] > 0))
        other = board.member[target, drawn] if drawn < board.members[target] else -1
        if not may_swap(board, sku, other, source, target):
            continue
        change = gain(board, sku, other, source, target, cost)
        if change < 0.0:
            swap(board, sku, other, source, target)
            total += change
    return total


@njit(cache=True, nogil=True)
def take_from_copies(first, sku, copy_begin, copy_pod, trip, stamp, count, chosen):
    """Choose the pod that each line is taken from. chosen: int32[lines]; written.

    SKUs with one copy come first, then lines found in a pod that is needed already; then the pod with most of the
    remaining lines, the nearest of equal ones. copy_begin, copy_pod: pods of each SKU. trip: float64[pods]. stamp,
    count: int64[pods], scratch.
    """
    needed, now = 0, 0
    for order in range(len(first) - 1):
        low, high = first[order], first[order + 1]
        now += 1
        needed = now
        left = 0
        for line in range(low, high):
            begin = copy_begin[sku[line]]
            if copy_begin[sku[line] + 1] - begin == 1:
                chosen[line] = copy_pod[begin]
                stamp[copy_pod[begin]] = needed
            else:
                chosen[line] = -1
                left += 1
        while left:
            left = _settle(low, high, sku, copy_begin, copy_pod, stamp, needed, chosen)
            if not left:
                break
            best = -1
            for line in range(low, high):
                if chosen[line] < 0:
                    for entry in range(copy_begin[sku[line]], copy_begin[sku[line] + 1]):
                        count[copy_pod[entry]] = 0
            for line in range(low, high):
                if chosen[line] < 0:
                    for entry in range(copy_begin[sku[line]], copy_begin[sku[line] + 1]):
                        pod = copy_pod[entry]
                        count[pod] += 1
            for line in range(low, high):
                if chosen[line] < 0:
                    for entry in range(copy_begin[sku[line]], copy_begin[sku[line] + 1]):
                        pod = copy_pod[entry]
                        if best < 0 or (count[pod], -trip[pod], -pod) > (count[best], -trip[best], -best):
                            best = pod
            stamp[best] = needed


@njit(cache=True, nogil=True)
def _settle(low, high, sku, copy_begin, copy_pod, stamp, needed, chosen):
    """Take lines from the first needed pod that has them, and return the number of lines left."""
    left = 0
    for line in range(low, high):
        if chosen[line] >= 0:
            continue
        left += 1
        for entry in range(copy_begin[sku[line]], copy_begin[sku[line] + 1]):
            if stamp[copy_pod[entry]] == needed:
                chosen[line] = copy_pod[entry]
                left -= 1
                break
    return left


@njit(cache=True, nogil=True)
def copy_gains(sku, begin, order, line, first, line_pod, cost, stamp, saved):
    """Compute the saving of a further copy of a SKU in each pod that an order needs anyway. saved: float64[pods];
    written.

    stamp: int64[pods + 1], scratch, the last element the running number.
    """
    saved[:] = 0.0
    for entry in range(begin[sku], begin[sku + 1]):
        source = line_pod[line[entry]]
        low, high = first[order[entry]], first[order[entry] + 1]
        others = -1
        for sibling in range(low, high):
            if line_pod[sibling] == source:
                others += 1
        if others:
            continue
        stamp[-1] += 1
        stamp[source] = stamp[-1]
        for sibling in range(low, high):
            pod = line_pod[sibling]
            if stamp[pod] != stamp[-1]:
                stamp[pod] = stamp[-1]
                saved[pod] += cost[source]


@njit(cache=True, nogil=True)
def use_copy(sku, pod, begin, order, line, first, line_pod):
    """Let orders that need `pod` anyway, and had fetched another for this SKU alone, take the SKU from it. line_pod:
    written.
    """
    for entry in range(begin[sku], begin[sku + 1]):
        source = line_pod[line[entry]]
        others, known = -1, False
        for sibling in range(first[order[entry]], first[order[entry] + 1]):
            if line_pod[sibling] == source:
                others += 1
            elif line_pod[sibling] == pod:
                known = True
        if known and others == 0:
            line_pod[line[entry]] = pod
