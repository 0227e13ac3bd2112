"""Swap search over slottings, in numba: arrays in, arrays out."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def count_visits(first, sku, pod, count):
    """count: uint16[orders, pods], lines of each order in each pod; written."""
    count[:] = 0
    for order in range(len(first) - 1):
        for line in range(first[order], first[order + 1]):
            count[order, pod[sku[line]]] += 1


@njit(cache=True, nogil=True)
def _gain(sku, other, here, there, begin, orders, pod, count, cost, mark, stamp):
    """Change in cost if a SKU moves from pod `here` to `there` and `other` (-1 for none) the other way."""
    change = 0.0
    if other >= 0:
        for at in range(begin[other], begin[other + 1]):
            mark[orders[at]] = stamp
    for at in range(begin[sku], begin[sku + 1]):
        order = orders[at]
        if other >= 0 and mark[order] == stamp:
            mark[order] = 0  # the order has both: neither pod's count changes
            continue
        if count[order, here] == 1:
            change -= cost[here]
        if count[order, there] == 0:
            change += cost[there]
    if other >= 0:
        for at in range(begin[other], begin[other + 1]):
            order = orders[at]
            if mark[order] != stamp:
                continue
            if count[order, there] == 1:
                change -= cost[there]
            if count[order, here] == 0:
                change += cost[here]
    return change


@njit(cache=True, nogil=True)
def _move(sku, here, there, begin, orders, pod, count):
    pod[sku] = there
    for at in range(begin[sku], begin[sku + 1]):
        count[orders[at], here] -= 1
        count[orders[at], there] += 1


@njit(cache=True, nogil=True)
def swap_search(
    rounds,
    heat,
    seed,
    begin,
    orders,
    pair_begin,
    pair,
    pair_sum,
    pod,
    count,
    cost,
    member,
    members,
    slot,
    mark,
    stamp,
    frozen,
):
    """Exchange SKUs of one size between pods while that saves cost; a little worse is taken at first, with falling heat.

    begin, orders: orders of each SKU. pair_begin, pair, pair_sum: SKUs bought with each, and running sums of how often.
    pod: int32[skus]; count: uint16[orders, pods]; cost: float64[pods], of a visit. member: int32[pods, most], SKUs of each pod,
    members: how many, slot: where each SKU is in it. mark: int64[orders]; stamp: int64[1]. frozen: bool[skus].
    pod, count, member, slot, mark, stamp are written. Returns the change in cost.
    """
    np.random.seed(seed)
    skus = len(pod)
    total = 0.0
    for number in range(rounds):
        sku = np.random.randint(skus)
        low, high = pair_begin[sku], pair_begin[sku + 1]
        if frozen[sku] or begin[sku] == begin[sku + 1]:
            continue
        if low < high and np.random.random() < 0.8:
            drawn = np.random.random() * pair_sum[high - 1]
            friend = pair[low + np.searchsorted(pair_sum[low:high], drawn)]
            there = pod[friend]
        else:
            there = np.random.randint(len(members))
        here = pod[sku]
        if here == there or members[there] == 0:
            continue
        other = member[there, np.random.randint(members[there])]
        if frozen[other]:
            continue
        stamp[0] += 1
        change = _gain(sku, other, here, there, begin, orders, pod, count, cost, mark, stamp[0])
        warm = heat * (1.0 - number / rounds) ** 2
        if change < 0 or (warm > 0 and np.random.random() < np.exp(-change / warm)):
            _move(sku, here, there, begin, orders, pod, count)
            _move(other, there, here, begin, orders, pod, count)
            one, two = slot[sku], slot[other]
            member[here, one], member[there, two] = other, sku
            slot[sku], slot[other] = two, one
            total += change
    return total
