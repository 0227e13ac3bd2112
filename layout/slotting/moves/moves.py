"""Moves from one plan to another, ordered so that the floor stays workable after any number of first moves.

A move to a bin or place that is not free waits for its content to leave, so moves form chains; a chain that is too
long, or circular, is cut by parking the blocking content in a free bin or place; if no bin is free, two SKUs change
places through a tote: one is taken out, the other moved, the first brought in. The chains that save most a move go
first: a floor is healed by its best moves rather than stowed again [Kofler et al. 2011, re-warehousing vs. healing].
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from layout.slotting.moves.holes import Holes
from layout.slotting.moves.needed import needed_moves
from layout.slotting.moves.stowage import Move, Spot, Stowage
from layout.slotting.moves.worth import Worth
from layout.slotting.plan import Plan

_LONGEST_CHAIN = 6
_ROUNDS = 60
"""Approximate number of times that all gains are computed again."""


@dataclass(frozen=True, slots=True)
class MoveList:
    """Ordered moves. moves: in order. stuck: moves that are impossible, because pods form a circle without a free
    place, or all bins are full and would be emptied only in part.
    """

    moves: tuple[Move, ...]
    stuck: tuple[Move, ...]


@dataclass(slots=True, eq=False)
class _Chain:
    """Jobs, each waiting for the next; the last one's target is free, or its content is to be parked or exchanged
    through a tote.
    """

    jobs: list[Move]
    parks: Spot | None
    gain: float
    swaps: bool = False

    @property
    def moves(self) -> int:
        return len(self.jobs) + (self.parks is not None) + self.swaps

    @property
    def value(self) -> float:
        return self.gain / self.moves

    @property
    def order(self) -> tuple[float, float]:
        """(value, share of moves that are no parking)."""
        return self.value, len(self.jobs) / self.moves


def ordered_moves(
    old: Plan,
    new: Plan,
    *,
    worth: Worth | None = None,
    stowage: Stowage | None = None,
    bins: int | None = None,
    places: Collection[Spot] = (),
    most: int | None = None,
) -> MoveList:
    """Return the moves from `old` to `new`, the largest saving a move first.

    worth: of moves, kept with `stowage`, the state of `old`; without it moves have no gain. bins: of a pod; by default
    as many as either plan uses. places: where pods may be parked besides the places of both plans. most: most moves to
    list; one or two fewer if something would wait in a tote.
    """
    bins = bins or int(max(old.bin.max(initial=0), new.bin.max(initial=0))) + 1
    known = {Spot("place", *at) for plan in (old, new) for at in plan.place.tolist()} | set(places)
    work = _Work(stowage or Stowage(old), worth, needed_moves(old, new), bins, known)
    moves = tuple(islice(work.run(), most))
    if most is not None and len(moves) == most:
        return MoveList(moves[: whole_lengths(moves)[-1]], ())
    return MoveList(moves, tuple(sorted(work.jobs, key=_name)))


def whole_lengths(moves: Sequence[Move]) -> list[int]:
    """Return the numbers of first moves after which nothing waits in a tote: 0 and nearly all others, ascending."""
    lengths, waiting = [0], 0
    for number, move in enumerate(moves, 1):
        if move.kind == "take" and move.parked:
            waiting = move.group
        elif move.kind == "bring" and move.group == waiting:
            waiting = 0
        if not waiting:
            lengths.append(number)
    return lengths


class _Work:
    """Jobs still to be done, and the current state of the floor."""

    def __init__(
        self, stowage: Stowage, worth: Worth | None, jobs: Collection[Move], bins: int, places: Collection[Spot]
    ) -> None:
        self._stowage, self._worth = stowage, worth
        self.jobs = dict.fromkeys(jobs)
        self._out_of: defaultdict[Spot, list[Move]] = defaultdict(list)
        for job in jobs:
            if job.source is not None:
                self._out_of[job.source].append(job)
        trips = (worth.trip_of, worth.trip_from) if worth is not None else (_no_trip, _no_trip)
        self._holes = Holes(stowage, bins, places, *trips)
        self._gain: dict[Move, float] = {}
        self._park_gain: dict[Spot, float] = {}
        self._group = 0

    def run(self) -> Iterator[Move]:
        """Yield moves until none is left or all that are left are stuck."""
        batch = max(1, len(self.jobs) // _ROUNDS)
        while self.jobs:
            self._weigh()
            chains = [chain for job in self.jobs if (chain := self._best_chain(job)) is not None]
            if not chains:
                return
            chains.sort(key=lambda chain: (-chain.value, chain.moves, _name(chain.jobs[0])))
            yield from self._carry_out_first(chains, batch)

    def _carry_out_first(self, chains: list[_Chain], batch: int) -> Iterator[Move]:
        """Yield the moves of the best chains, up to a number of jobs, as long as their value has not dropped since they
        were ranked.
        """
        jobs_done = 0
        for chain in chains:
            if jobs_done >= batch:
                return
            fresh = self._best_chain(chain.jobs[0]) if chain.jobs[0] in self.jobs else None
            if fresh is not None and (not jobs_done or fresh.value >= chain.value - 1e-9):
                jobs_done += len(fresh.jobs)
                yield from self._carry_out(fresh)

    def _weigh(self) -> None:
        """Compute the gains of all jobs in the current state."""
        self._gain = dict.fromkeys(self.jobs, 0.0)
        self._park_gain = {}
        if self._worth is None:
            return
        worth, visits = self._worth, self._worth.visits_of_pods()
        largest_part: dict[int, Move] = {}
        for job in self.jobs:
            if job.kind == "pod" and job.target is not None:
                self._gain[job] = float(visits[job.pod]) * (worth.trip_of(job.pod) - worth.trip_from(job.target))
            elif job.kind == "sku" and (sku := worth.number(job.sku)) >= 0:
                # the largest part decides which pod the SKU is taken from
                largest_part[sku] = max(largest_part.get(sku, job), job, key=lambda part: part.units)
        target = np.full(worth.skus, -1, np.int32)
        for sku, job in largest_part.items():
            target[sku] = job.target.one if job.target is not None else -1
        saved = worth.towards(target)
        self._gain |= {job: float(saved[sku]) for sku, job in largest_part.items()}
        self._weigh_parking(worth, visits, target)

    def _weigh_parking(self, worth: Worth, visits: NDArray[np.float64], target: NDArray[np.int32]) -> None:
        bin_, place = self._holes.best("bin"), self._holes.best("place")
        saved = worth.towards(np.where(target >= 0, bin_.one, -1).astype(np.int32)) if bin_ is not None else None
        for spot, jobs in self._out_of.items():
            if not jobs:
                continue
            if spot.kind == "place" and place is not None:
                change = worth.trip_of(jobs[0].pod) - worth.trip_from(place)
                self._park_gain[spot] = float(visits[jobs[0].pod]) * change
            elif spot.kind == "bin" and saved is not None and (sku := worth.number(jobs[0].sku)) >= 0:
                self._park_gain[spot] = float(saved[sku])

    def _best_chain(self, job: Move) -> _Chain | None:
        """Return, of the chains that start with a job and are cut at some point, the one that saves most a move."""
        best: _Chain | None = None
        jobs, gain = [job], self._gain.get(job, 0.0)
        while (spot := self._in_the_way(jobs[-1])) is not None:
            waiting = self._out_of[spot]
            circle = len(waiting) == 1 and waiting[0] in jobs
            if self._holes.near(spot) is not None:
                candidate = _Chain(list(jobs), spot, gain + (0.0 if circle else self._parking(spot)))
                best = candidate if best is None or candidate.order > best.order else best
            elif len(jobs) == 1 and self._swappable(job):
                best = _Chain([job], spot, gain + self._swapped(job, spot), swaps=True)
            if circle or len(waiting) != 1 or len(jobs) == _LONGEST_CHAIN:
                return best
            jobs.append(waiting[0])
            gain += self._gain.get(waiting[0], 0.0)
        candidate = _Chain(list(jobs), None, gain)
        return candidate if best is None or candidate.order >= best.order else best

    def _parking(self, spot: Spot) -> float:
        hole = self._holes.near(spot)
        in_own_pod = hole is not None and hole.kind == "bin" and hole.one == spot.one
        return 0.0 if in_own_pod else self._park_gain.get(spot, 0.0)

    def _swappable(self, job: Move) -> bool:
        """Return whether a job empties its bin, so that the content of its target can go there."""
        return job.kind == "sku" and job.source is not None and self._stowage.bins[job.source][1] == job.units

    def _swapped(self, job: Move, spot: Spot) -> float:
        """Return the saving if the SKU in a job's target goes to the bin the job comes from."""
        assert job.source is not None
        wanted = [self._gain.get(other, 0.0) for other in self._out_of[spot] if _pod(other.target) == job.source.one]
        if wanted or self._worth is None:
            return sum(wanted)
        return self._worth.nearer(self._out_of[spot][0].sku, job.source.one)

    def _in_the_way(self, job: Move) -> Spot | None:
        """Return a job's target if it is not free: parked content leaves first, even if it is the same SKU."""
        spot = job.target
        if spot is None:
            return None
        if job.kind == "pod":
            return spot if spot in self._stowage.pods else None
        held = self._stowage.bins.get(spot)
        return None if held is None or (held[0] == job.sku and not self._out_of.get(spot)) else spot

    def _carry_out(self, chain: _Chain) -> Iterator[Move]:
        """Yield the chain's moves, last job first."""
        self._group += 1
        if chain.swaps:
            yield from self._swap(chain.jobs[0])
            return
        if chain.parks is not None:
            yield self._park(chain.parks, chain)
        for job in reversed(chain.jobs):
            self._drop(job)
            yield self._make(job)

    def _drop(self, job: Move) -> None:
        del self.jobs[job]
        if job.source is not None:
            self._out_of[job.source].remove(job)

    def _swap(self, job: Move) -> Iterator[Move]:
        """Swap through a tote, if no bin is free: the target's content waits in a tote until the job has left its own
        bin.
        """
        spot, hole = job.target, job.source
        assert spot is not None
        assert hole is not None
        sku, units = self._stowage.bins[spot]
        if sku == job.sku:
            self._shorten(job, spot)
            return
        yield self._make(Move("take", spot, None, sku, units, parked=True))
        self._drop(job)
        waiting = self._out_of.pop(spot)
        yield self._make(job)
        for other in waiting:
            del self.jobs[other]
            if other.target != hole:
                self._add(replace(other, source=hole))
        yield self._make(Move("bring", None, hole, sku, units, parked=bool(self._out_of[hole])))

    def _shorten(self, job: Move, spot: Spot) -> None:
        """Send units of one SKU that would refill a bin straight to the target of the units leaving it, or let them
        stay.
        """
        other = self._out_of[spot][0]
        common = min(job.units, other.units)
        for part in (job, other):
            self._drop(part)
            if part.units > common:
                self._add(replace(part, units=part.units - common))
        if other.target != job.source:
            self._add(replace(other, source=job.source, units=common))

    def _add(self, job: Move) -> None:
        """Add a job, merged with a job of the same source and target."""
        source = job.source
        assert source is not None
        for same in self._out_of[source]:
            if same.target == job.target:
                self._drop(same)
                job = replace(job, units=job.units + same.units)
                break
        self.jobs[job] = None
        self._out_of[source].append(job)

    def _park(self, spot: Spot, chain: _Chain) -> Move:
        hole = self._holes.near(spot)
        assert hole is not None
        for job in self._out_of.pop(spot):
            del self.jobs[job]
            if job.target == hole:  # parking does it
                chain.jobs[:] = [queued for queued in chain.jobs if queued is not job]
                continue
            parked_job = replace(job, source=hole)
            self._add(parked_job)
            self._gain[parked_job] = self._gain.pop(job, 0.0)
            chain.jobs[:] = [parked_job if queued is job else queued for queued in chain.jobs]
        if spot.kind == "place":
            return self._make(Move("pod", spot, hole, pod=self._stowage.pods[spot], parked=True))
        sku, units = self._stowage.bins[spot]
        return self._make(Move("sku", spot, hole, sku, units, parked=bool(self._out_of[hole])))

    def _make(self, move: Move) -> Move:
        self._stowage.do(move)
        self._holes.update(move)
        if self._worth is None:
            return replace(move, group=self._group)
        visits, travel = self._worth.made(move)
        return replace(move, group=self._group, visits=visits, travel=travel)


def _pod(spot: Spot | None) -> int:
    return -1 if spot is None else spot.one


def _no_trip(_: object) -> float:
    return 0.0


def _name(job: Move) -> tuple[str, str, int, str]:
    return job.kind, job.sku, job.pod, str(job.target)
