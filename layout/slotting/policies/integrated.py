"""Optimise pods and places together by swap search on past orders, and confirm the result on later orders.

Affinity alone reduces visits and may lengthen trips; turnover alone shortens trips. The joint cost is the sum over pod
visits of trip + visit, known exactly for past orders, and a swap of two SKUs changes it only for the orders that name
one of them. The patterns learnt may be random, though: so the older orders are fitted, the newer ones judge, and full
turnover stays unless another slotting is significantly better.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from layout.slotting.history import History
from layout.slotting.judge import Slotting, costs, judge
from layout.slotting.kernels import orders
from layout.slotting.policies.classical import affinity_greedy, full_turnover, places_by_visits
from layout.slotting.space import Space

PASSES = 4
"""Passes of search; pods are placed again after each. Two more gave 0.2 points of visits on UCI Online Retail."""
ROUNDS_PER_SKU = 150
_TRAINED = 0.8
_DOUBT = 2.0
"""Standard errors by which a candidate must be cheaper than full turnover: by chance about 1 in 40 is."""
_MEMORY = 512 * 2**20
"""Bytes for the lines of each order in each pod: a million orders of at least two lines in 500 pods."""
_FEWEST = 20
"""Least number of orders on which to choose."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate on the newer training orders. visits, travel: of an order. saved: cells an order, against full
    turnover; error: its standard error.
    """

    name: str
    visits: float
    travel: float
    saved: float
    error: float


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """The chosen candidate. slotting: made from all orders. name: of the candidate. trials: on which it was chosen."""

    slotting: Slotting
    name: str
    trials: tuple[Trial, ...]


def integrated(history: History, space: Space, rng: np.random.Generator) -> Slotting:
    """Return full turnover, affinity or the result of swap search, whichever later orders confirm. Raises Impossible."""
    return choose(history, space, rng).slotting


def choose(history: History, space: Space, rng: np.random.Generator, batch: int = 1) -> PolicyChoice:
    """Fit on the older 80 % of the orders, judge on the newer, and fit the best candidate to all. batch: orders picked
    at once.

    The search starts from the better of full turnover and affinity, and continues as long as newer orders gain by it. A
    candidate other than full turnover must need neither more travel nor more visits, and cost significantly less.
    """
    seed = int(rng.integers(2**31))
    old, new = history.split(_TRAINED)
    judged = new.batched(batch)
    if judged.orders < _FEWEST:
        return PolicyChoice(full_turnover(history, space, rng), "turnover", ())
    turnover, affinity = full_turnover(old, space, rng), affinity_greedy(old, space, rng)
    trials = [
        trial("turnover", judged, turnover, turnover, space),
        trial("affinity", judged, affinity, turnover, space),
    ]
    start_name = best_of(trials)
    passes, last = 0, trials[start_name == "affinity"]
    for slotting in search(old, space, affinity if start_name == "affinity" else turnover, seed):
        tried = trial("integrated", judged, slotting, turnover, space)
        if tried.saved <= last.saved:
            break
        passes, last = passes + 1, tried
    trials += [last] if passes else []
    name = best_of(trials)
    start = full_turnover if start_name == "turnover" or name == "turnover" else affinity_greedy
    slotting = start(history, space, rng)
    if name == "integrated":
        *_, slotting = islice(search(history, space, slotting, seed), passes)
    return PolicyChoice(slotting, name, tuple(trials))


def trial(name: str, judged: History, slotting: Slotting, turnover: Slotting, space: Space) -> Trial:
    """Compare a candidate with full turnover, order by order."""
    verdict = judge(judged, slotting, space)
    saved = costs(judged, turnover, space) - costs(judged, slotting, space)
    return Trial(name, verdict.visits, verdict.travel, float(saved.mean()), float(saved.std() / np.sqrt(len(saved))))


def best_of(trials: list[Trial]) -> str:
    """Return the cheapest candidate that is not worse than full turnover, the first of the trials, in any respect."""
    first = trials[0]
    safe = [
        candidate
        for candidate in trials[1:]
        if candidate.visits <= first.visits
        and candidate.travel <= first.travel
        and candidate.saved > _DOUBT * candidate.error
    ]
    return max(safe, key=lambda candidate: candidate.saved, default=first).name


def search(history: History, space: Space, start: Slotting, seed: int) -> Iterator[Slotting]:
    """Yield the slotting after each pass of a swap search, with pods placed again, from one with a single copy of each
    SKU.
    """
    board = board_of(history, space, start.pod)
    rank = places_by_visits(history, start, space)
    for number in range(PASSES):
        orders.swap_search(ROUNDS_PER_SKU * len(start.pod), seed + number, board, space.trip[rank] + space.visit)
        rank = places_by_visits(history, Slotting.single(board.pod, rank), space)
        yield Slotting.single(board.pod.copy(), rank)


def board_of(history: History, space: Space, pod: NDArray[np.int32]) -> orders.Board:
    """Return the arrays that the swap search works on."""
    alone = np.diff(history.first) == 1
    lone = np.bincount(history.sku[history.first[:-1][alone]], minlength=len(pod)).astype(np.float64)
    several = _affordable(history.without(alone), space)
    begin, order, _ = several.by_sku()
    count = np.empty((space.pods, several.orders), np.uint8 if space.bins < 256 else np.uint16)
    orders.count_visits(several.first, several.sku, pod, count)
    by_pod = np.argsort(pod, kind="stable")
    members = np.bincount(pod, minlength=space.pods)
    slot = np.empty(len(pod), np.int32)
    slot[by_pod] = np.arange(len(pod)) - np.repeat(np.cumsum(members) - members, members)
    member = np.full((space.pods, space.bins), -1, np.int32)
    member[pod, slot] = np.arange(len(pod))
    rivals = [sorted(space.rivals(sku)) for sku in range(len(pod))] if space.apart else [[]] * len(pod)
    return orders.Board(
        begin=begin,
        order=order,
        first=several.first,
        sku=several.sku,
        lone=lone,
        size=space.size,
        weight=space.weight.astype(np.float64),
        rival_begin=np.cumsum([0, *map(len, rivals)]),
        rival=np.array([rival for rivals_of_sku in rivals for rival in rivals_of_sku], np.int64),
        most_weight=np.array([space.most_weight]),
        pod=pod.copy(),
        count=count,
        member=member,
        members=members,
        slot=slot,
        room=space.bins - np.bincount(pod, space.size, space.pods).astype(np.int64),
        load=np.bincount(pod, space.weight, space.pods).astype(np.float64),
        mark=np.zeros(several.orders, np.int32),
        stamp=np.zeros(1, np.int32),
    )


def _affordable(history: History, space: Space) -> History:
    """Return the newest orders that fit into memory."""
    order_limit = _MEMORY // (space.pods * (1 if space.bins < 256 else 2))
    return history.part(max(0, history.orders - order_limit), history.orders)
