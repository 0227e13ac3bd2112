"""League planner: EPIBT under guidance costs, then a search that improves the plan until the step's time is up.

Yukhnevich and Andreychuk, "Enhancing PIBT via Multi-Action Operations", AAAI 2026.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from controller.lorr.distance_fields import HERE, ONWARD, CostFields
from controller.lorr.guidance import Guidance, edge_costs, guidance_for
from controller.lorr.kernels import search
from controller.lorr.kernels.bundles import Annealing
from controller.lorr.kernels.fields import FAR
from controller.lorr.rules import League
from controller.planning.kernels import bundles, epibt
from controller.planning.operations import WAIT, operations
from controller.planning.planner import moves_of
from layout.arrays import checked

_CROWDED = 0.25
"""Robots per free cell above which the length of tasks weighs more in matching."""
_FEW = 500
"""Number of robots up to which there is time to look five actions ahead."""
_ROUNDS = 32
_LONG = 8
"""Steps in one cell that count as long."""
_FIRST = 1 << 20
"""Range of the lots of robots that have stood for long; remaining costs are never below 0."""
_FOR_FIELDS = 0.6
"""Share of a step's time after the schedule that may be used to make fields."""
_ANEW = 0.25
"""Share of all robots given new fields per step because the traffic has changed, as time allows."""
_DEEP = 100


@dataclass(frozen=True, slots=True)
class PlannerParams:
    """Parameters of the planner.

    rounds: of the search per step and thread instead of a time limit, None for by time; -1 for no search. guidance:
    driving costs, by the map if None. temperature: how much worse a round of the search may make a plan at first, in
    cells. power: of the rank, by which the search weighs robots. onward: look through the goal to the one after.
    inherit: start with the rest of the last plan. calls: largest number of robots displaced in a round. factor: weight
    of the distance to a task against the task. depth and factor depend on size and density of the fleet if None.
    """

    depth: int | None = None
    guidance: Guidance | None = None
    rounds: int | None = None
    temperature: float = 0.1
    power: float = 0.5
    calls: int = 100
    onward: bool = True
    inherit: bool = True
    factor: int | None = None
    threads: int = 1
    seed: int = 0


class _Copy:
    """Working arrays of a thread of the search."""

    def __init__(self, robots: int, cells: int, depth: int, seed: int) -> None:
        used = np.full(cells * (depth + 1), -1, np.int32)
        self.plan = bundles.Plan(np.zeros(robots, np.int16), used)
        links = np.empty((2, robots + 1), np.int32)
        mark, old = np.zeros(robots + 1, np.int64), np.empty(robots + 1, np.int16)
        self.scratch = bundles.Displacement(mark, links[0], links[1], old)
        self.sums = np.zeros(robots + 2, np.float64)
        self.chance = np.array([0x9E3779B97F4A7C15 ^ (seed * 0x2545F4914F6CDD1D & (1 << 63) - 1)], np.uint64)


class LeaguePlanner:
    """Planner of one step of a League at a time."""

    def __init__(self, league: League, params: PlannerParams) -> None:
        robots, ground = league.robots, league.ground
        self.params, self._ground = params, ground
        self.guidance = params.guidance or guidance_for(ground)
        crowded = robots > _CROWDED * int(ground.free.sum())
        self.factor = (2 if crowded else 4) if params.factor is None else params.factor
        self._depth = (5 if robots <= _FEW else 4) if params.depth is None else params.depth
        self.operations = operations(self._depth)
        acting = np.array([self.operations.turned[0], self.operations.go[0]])
        moves = (acting[1] >= 0) | (np.diff(acting[0], axis=1, prepend=0) != 0)
        self._late = (moves * np.arange(1, self._depth + 1)).sum(1).astype(np.int32)
        weight = edge_costs(ground, self.guidance.lanes)
        self.cost_fields = CostFields(ground, weight, robots, params.threads, congestion=self.guidance.congestion)
        self._unit = self.cost_fields.least
        self._age = np.zeros(robots, np.int64)
        self._held = np.zeros(robots, np.int16)
        self._standing = np.zeros(robots, np.bool_)
        self._empty = np.zeros(robots, np.int8)
        area, shape = np.zeros((2, len(ground.free)), np.int32), (robots, self.operations.count)
        self._roads = checked(bundles.Roads(ground.exits, area, ground.step))
        self._moves = checked(moves_of(self.operations, ground.step))
        self._ranking = checked(bundles.Ranking(np.empty(shape, np.int32), np.empty(shape, np.int16)))
        self._copies = [
            _Copy(robots, len(ground.free), self._depth, params.seed + 1 + n) for n in range(params.threads)
        ]
        self._pool = ThreadPoolExecutor(params.threads) if params.threads > 1 else None
        self.rounds = 0
        self._was = league.cell.copy()
        self._stood = np.zeros(robots, np.int32)
        self._lots = np.random.default_rng(params.seed)

    def forget(self) -> None:
        """Discard the last plan, which was not carried out."""
        self._held[:] = WAIT

    def plan(self, league: League, until: float) -> NDArray[np.int8]:
        """Return int8[robots] of actions. until: perf_counter() at which the search stops."""
        goal = league.goal()
        start = perf_counter()
        self._stood = np.where((league.cell == self._was) & (goal >= 0), self._stood + 1, 0)
        self._was = league.cell.copy()
        self._follow(league, goal, start + (until - start) * _FOR_FIELDS)
        fleet = checked(bundles.FleetState(league.cell, league.heading, self._empty, goal, self._standing))
        self._rank(fleet)
        urgent = self._urgent(league, goal)
        if not self.params.inherit:
            self._held[:] = WAIT
        copy = self._copies[0]
        plan = bundles.Plan(self._held, copy.plan.used)
        epibt.one_pass(urgent, _DEEP, fleet, self._roads, self._moves, plan, self._ranking, copy.scratch)
        epibt.clear(plan, fleet, self._moves)
        if self.params.rounds != -1:
            self._search(fleet, urgent, until)
        first = self.operations.first[self._held]
        self._held = self.operations.after[self._held]
        return first

    def _follow(self, league: League, goal: NDArray[np.int32], until: float) -> None:
        """Make the fields that this step needs, and renew the oldest."""
        cost_fields = self.cost_fields
        if cost_fields.traffic is not None:
            cost_fields.traffic.watch(league.cell, league.heading)
        known = cost_fields.goals(HERE)
        arrived = np.flatnonzero((goal != known) & (goal >= 0) & (goal == cost_fields.goals(ONWARD)))
        cost_fields.promote(arrived)
        cost_fields.enter(arrived, league.cell[arrived], league.heading[arrived])
        cost_fields.drop(np.flatnonzero((goal < 0) & (cost_fields.box[:, HERE, 0] >= 0)), HERE)
        lost = cost_fields.left(league.cell, league.heading, HERE) == FAR
        self._make(league, goal, np.flatnonzero((goal >= 0) & ((goal != cost_fields.goals(HERE)) | lost)), until)
        if self.params.onward:
            self._look_on(league, goal, until)
        if cost_fields.traffic is not None:
            self._age += 1
            self._age[goal < 0] = 0
            oldest = np.argsort(-self._age, kind="stable")[: int(np.ceil(_ANEW * league.robots))]
            self._make(league, goal, oldest[self._age[oldest] > 1], until)

    def _make(self, league: League, goal: NDArray[np.int32], robots: NDArray[np.int64], until: float) -> None:
        if len(robots) and perf_counter() < until:
            self.cost_fields.make(
                robots, league.cell[robots], league.heading[robots], goal[robots], HERE, until, self._pool
            )
            self._age[robots] = 0

    def _look_on(self, league: League, goal: NDArray[np.int32], until: float) -> None:
        """Make fields to the errand after the next for robots about to reach the next."""
        cost_fields = self.cost_fields
        after = self._errand(league, 1)
        cost_fields.drop(
            np.flatnonzero((cost_fields.goals(ONWARD) >= 0) & (cost_fields.goals(ONWARD) != after)), ONWARD
        )
        near = self._distance(league.cell, goal)
        soon = np.flatnonzero((after >= 0) & (near <= self._depth) & (cost_fields.goals(ONWARD) != after))
        cost_fields.make(soon, goal[soon], league.heading[soon], after[soon], ONWARD, until, self._pool)

    @staticmethod
    def _errand(league: League, ahead: int) -> NDArray[np.int32]:
        """Return int32[robots]: the cell of the errand `ahead` after the next, -1 without one."""
        slot = np.maximum(league.slot, 0)
        number = league.done[slot] + ahead
        more = (league.slot >= 0) & (number < league.size[slot])
        return np.where(more, league.errands[np.where(more, league.begin[slot] + number, 0)], -1).astype(np.int32)

    def _distance(self, cell: NDArray[np.int32], goal: NDArray[np.int32]) -> NDArray[np.int32]:
        row, col = self._ground.row, self._ground.col
        return np.where(goal >= 0, np.abs(row[cell] - row[goal]) + np.abs(col[cell] - col[goal]), 0)

    def _rank(self, fleet: bundles.FleetState) -> None:
        robots, cost_fields = len(fleet.cell), self.cost_fields
        cuts = np.linspace(0, robots, self.params.threads + 1).astype(int).tolist()
        terrain, moves, late = cost_fields.landmarks.terrain, self._moves, self._late

        def rank(first: int, last: int) -> None:
            search.rank_operations(
                first,
                last,
                fleet,
                cost_fields.box,
                cost_fields.values,
                terrain,
                cost_fields.weight,
                moves,
                late,
                self._ranking,
            )

        if self._pool is None or robots < 200:
            rank(0, robots)
        else:
            list(self._pool.map(rank, cuts[:-1], cuts[1:]))

    def _urgent(self, league: League, goal: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return robots by remaining cost of their whole task, lowest first; those without a task last.

        Robots that have stood for long draw lots and go before all others: no order may hold a deadlock together for
        ever.
        """
        left = self.cost_fields.left(league.cell, league.heading, HERE)
        unknown = np.flatnonzero(((left < 0) | (left == FAR)) & (goal >= 0))
        left[unknown] = self.cost_fields.estimate(league.cell[unknown], league.heading[unknown], goal[unknown])
        cells = goal
        for ahead in range(1, int((league.size - league.done).max(initial=0))):
            following = self._errand(league, ahead)
            left += self._distance(cells, following) * self._unit
            cells = following
        left = np.where(goal >= 0, left, 1 << 40).astype(np.int64)
        long = self._stood >= _LONG
        left[long] = self._lots.integers(-_FIRST, 0, league.robots)[long]
        return np.argsort(left, kind="stable").astype(np.int32)

    def _search(self, fleet: bundles.FleetState, urgent: NDArray[np.int32], until: float) -> None:
        """Improve the held plan, each thread on its own copy; the best is kept."""
        robots, cost = np.arange(len(urgent)), self._ranking.cost
        better = cost[robots, self._held] > cost[robots, self._ranking.order[:, 0]]
        roots = np.flatnonzero(better).astype(np.int32)
        if not len(roots):
            return
        rank = np.empty(len(urgent))
        rank[urgent] = robots / len(urgent)
        value = (1 - rank) ** self.params.power
        value[fleet.goal < 0] = 0.1
        begin = perf_counter()
        share = map if self._pool is None else self._pool.map
        gains = list(share(lambda copy: self._improve(copy, fleet, roots, value, begin, until), self._copies))
        chosen = int(np.argmin(gains))
        if gains[chosen] < 0:
            self._held = self._copies[chosen].plan.held.copy()

    def _improve(
        self,
        copy: _Copy,
        fleet: bundles.FleetState,
        roots: NDArray[np.int32],
        value: NDArray[np.float64],
        begin: float,
        until: float,
    ) -> float:
        moves, plan, ranking = self._moves, copy.plan, self._ranking
        annealing = checked(Annealing(roots, value, copy.chance, copy.sums), robots=len(plan.held))
        plan.held[:] = self._held
        search.enter(plan, fleet, moves)
        total, rounds = 0.0, 0
        most = self.params.rounds
        while True:
            passed = (perf_counter() - begin) / max(until - begin, 1e-9)
            spent = passed if most is None else rounds / most
            if spent >= 1:
                break
            temperature = self.params.temperature * search.FINE * self._unit * (1 - spent) ** 2 + 1e-6
            total += search.search(
                _ROUNDS, self.params.calls, temperature, annealing, fleet, moves, plan, ranking, copy.scratch
            )
            rounds += _ROUNDS
        self.rounds += rounds
        epibt.clear(plan, fleet, moves)
        return total
