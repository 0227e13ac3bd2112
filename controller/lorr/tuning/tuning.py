"""Tuning of the planner's parameters for a map by short simulations.

A portfolio around the rule's choice runs on common random problems, and in rounds the worse half drops out (successive
halving: Jamieson and Talwalkar, AISTATS 2016). The rest is refined one parameter at a time, and finally compared with
the rule's choice on problems on which neither was chosen. A simulation searches by rounds, never by time.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, fields, replace
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from controller.experiments.statistics import Estimate, paired
from controller.lorr.bench import OurPlayer
from controller.lorr.guidance import Guidance, Lanes
from controller.lorr.planner import LeaguePlanner, PlannerParams
from controller.lorr.rules import League
from controller.lorr.synthetic import ProblemSite, draw_problem
from controller.lorr.traffic import CongestionCosts
from robots.wording.formatting import count

ROUNDS = 200
"""Search rounds per step of a simulation."""
CHOICES: dict[str, tuple[Any, ...]] = {
    "lanes": tuple(replace(Lanes(), against=Lanes().along * ratio) for ratio in (1, 2, 3, 6, 12)),
    "oncoming": (0.0, 0.3, 0.6, 1.2),
    "passing": (0.0, 0.05, 0.1, 0.2),
    "habit": (0.0, 6.0, 12.0),
    "factor": (1, 2, 3, 4),
    "power": (0.5, 1.0, 2.0),
    "depth": (4, 5),
    "onward": (False, True),
}
_MIXED = 10
"""Candidates with all parameters at random, beside those that change one."""
_LAST = 4
"""Problems of the final comparison of the best with the rule's choice."""
_FRESH = 10_000
"""Seed of the first of them."""
_LEAST = 0.005
"""Gain below which a result cannot be distinguished from randomness."""
_SECONDS, _STEPS = 4.0, (60, 300)
"""Target duration of a simulation, and its smallest and largest number of steps."""
_ROBOT_STEP = 80e-6
_NEVER = 1e9

TuningTrial = Callable[[PlannerParams, int], float]
"""Function that returns the result of parameters on the problem of a seed."""
Tell = Callable[[float, str], None]
"""Called with the used share of the budget, and the present activity."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """Result of tuning.

    gain: over the rule's choice as a share, over `problems` problems, None if the rule's choice was kept. trials: in
    all. cut: by hand.
    """

    params: PlannerParams
    gain: Estimate | None
    problems: int
    trials: int
    cut: bool


@dataclass(slots=True)
class Budget:
    """Budget of seconds, or of trials whatever time they take. spent: trials; kept: those for the end."""

    seconds: float
    trials: int | None = None
    spent: int = 0
    begin: float = field(default_factory=perf_counter)
    final: bool = False

    @property
    def kept(self) -> int:
        """Return the problems of the last comparison, two trials each: at most an eighth of the trials each."""
        return _LAST if self.trials is None else max(1, min(_LAST, self.trials // 8))

    def used(self) -> float:
        """Return the used share, 1 when all but the end is used up."""
        if self.trials is not None:
            return self.spent / max(self.trials - 2 * self.kept, 1)
        passed = perf_counter() - self.begin
        return passed / max(self.seconds - passed / max(self.spent, 1) * 2 * self.kept, 1e-9)


class _OverError(Exception):
    """Signal that the budget is used up."""


def rules_choice(site: ProblemSite, robots: int) -> PlannerParams:
    """Return the planner's untuned choice for this many robots on this floor, except that the search is by rounds."""
    planner = LeaguePlanner(League(draw_problem(site, robots, 1, 0)), PlannerParams(rounds=ROUNDS))
    return replace(planner.params, guidance=planner.guidance, depth=planner.operations.depth, factor=planner.factor)


def portfolio(rule: PlannerParams, seed: int) -> list[PlannerParams]:
    """Return the rule's choice, all that change one parameter of it, and some with all at random."""
    rng = np.random.default_rng(seed)
    mixed = []
    for _ in range(_MIXED):
        params = rule
        for name, choices in CHOICES.items():
            params = changed(params, name, choices[int(rng.integers(len(choices)))])
        mixed.append(params)
    return list(dict.fromkeys([rule, *neighbours(rule), *mixed]))


def neighbours(params: PlannerParams) -> list[PlannerParams]:
    """Return all parameters that differ in one."""
    candidates = [changed(params, name, value) for name, choices in CHOICES.items() for value in choices]
    return [other for other in dict.fromkeys(candidates) if other != params]


def changed(params: PlannerParams, name: str, value: Any) -> PlannerParams:
    """Return the parameters with one of CHOICES replaced."""
    guidance = params.guidance or Guidance()
    if name == "lanes":
        return replace(params, guidance=replace(guidance, lanes=value))
    if name in {field_.name for field_ in fields(CongestionCosts)}:
        return replace(params, guidance=replace(guidance, congestion=replace(guidance.congestion, **{name: value})))
    return replace(params, **{name: value})


def steps_for(robots: int) -> int:
    """Return the steps of a simulation of a few seconds, at some 80 µs per robot and step on any measured map."""
    return int(np.clip(_SECONDS / (_ROBOT_STEP * robots), *_STEPS))


def simulate(site: ProblemSite, robots: int, steps: int, params: PlannerParams, seed: int) -> float:
    """Return the tasks finished in a run; a begun task counts by its share of errands, because short runs finish few."""
    league = League(draw_problem(site, robots, steps, seed))
    player = OurPlayer(league, replace(params, seed=seed))
    while league.step_number < steps:
        schedule, plan = player.decide(league, perf_counter() + _NEVER)
        league.assign(schedule)
        league.act(plan())
    return league.finished + float((league.done / league.size).sum())


def trial_of(site: ProblemSite, robots: int, steps: int) -> TuningTrial:
    """Return simulations of a site, ready for another process."""
    return partial(simulate, site, robots, steps)


def tune(
    trial: TuningTrial, candidates: Sequence[PlannerParams], pool: Executor, workers: int, budget: Budget, tell: Tell
) -> Tuned:
    """Return the best parameters found; the first candidate is the rule's choice, kept if nothing proves better.

    Ctrl-C ends it with the best so far.
    """
    race = _Race(trial, candidates[0], pool, workers, budget, tell)
    fresh = list(range(_FRESH, _FRESH + budget.kept))
    cut = False
    try:
        race.search(candidates)
        race.finish(fresh)
    except KeyboardInterrupt:
        cut = True
    rule, best = race.rule, race.leader()
    seeds = race.common(rule, best, fresh) or race.common(rule, best, range(_FRESH))
    comparison = paired([race.score[rule, seed] for seed in seeds], [race.score[best, seed] for seed in seeds])
    gain = comparison.change if comparison else None
    if gain is None or gain.mean < _LEAST:
        best, gain = rule, None
    return Tuned(best, gain, len(seeds), budget.spent, cut)


class _Race:
    """Race of candidates. score: of (parameters, seed), seeds from 0 on."""

    def __init__(
        self, trial: TuningTrial, rule: PlannerParams, pool: Executor, workers: int, budget: Budget, tell: Tell
    ) -> None:
        self.rule = rule
        self.score: dict[tuple[PlannerParams, int], float] = {}
        self._started: dict[PlannerParams, None] = {}  # in order of their start, which breaks ties
        self._problems = 1
        self._trial, self._pool, self._workers, self._budget, self._tell = trial, pool, workers, budget, tell

    def search(self, candidates: Sequence[PlannerParams]) -> None:
        """Halve the field, then refine, as far as the budget goes."""
        try:
            self._halve(candidates)
            self._refine(self.leader())
        except _OverError:
            pass

    def _halve(self, candidates: Sequence[PlannerParams]) -> None:
        """Give the better half, and always the rule's choice, twice as many problems, until three are left."""
        field, problems = list(candidates), 1
        self._run(field, range(problems), f"{count(len(field), 'candidate')}")
        while len(field) > 3:
            ranked = self._ranked([params for params in field if params != self.rule], problems)
            # best first, because the time may run out in the middle
            field, problems = [self.rule, *ranked[: len(field) // 2 - 1]], 2 * problems
            self._run(field, range(problems), f"{count(len(field), 'candidate')}")
        self._problems = problems

    def _refine(self, best: PlannerParams) -> None:
        """Change one parameter at a time as long as that is better on all problems together."""
        all_, half = range(self._problems), range(self._problems // 2)
        tried = {best}
        while near := [params for params in neighbours(best) if params not in tried]:
            tried.update(near)
            self._run(near, half, "one parameter at a time")
            good = [params for params in near if self.total(params, half) > self.total(best, half)]
            self._run(good, all_, "one parameter at a time")
            if self.leader() == best:
                return
            best = self.leader()

    def finish(self, seeds: list[int]) -> None:
        """Run the last comparison, for which the budget has a reserve."""
        if self.leader() != self.rule:
            self._budget.final = True
            self._run([self.leader(), self.rule], seeds, "the best against the rule's choice")

    def leader(self) -> PlannerParams:
        """Return the best of those that have run on most problems: at least the rule's choice and two more."""
        for problems in range(max((seed for _, seed in self.score if seed < _FRESH), default=-1) + 1, 0, -1):
            whole = [
                params for params in self._started if len(self.common(params, params, range(problems))) == problems
            ]
            if self.rule in whole and len(whole) > 2:
                return self._ranked(whole, problems)[0]
        return self.rule

    def common(self, one: PlannerParams, other: PlannerParams, seeds: Sequence[int]) -> list[int]:
        """Return the problems on which both have run."""
        return [seed for seed in seeds if {(one, seed), (other, seed)} <= self.score.keys()]

    def total(self, params: PlannerParams, seeds: Sequence[int]) -> float:
        return sum(self.score[params, seed] for seed in seeds)

    def _ranked(self, field: list[PlannerParams], problems: int) -> list[PlannerParams]:
        return sorted(field, key=lambda params: -self.total(params, range(problems)))

    def _run(self, field: Sequence[PlannerParams], seeds: Sequence[int], words: str) -> None:
        """Score these parameters on these problems if missing, or as many as the budget allows, then raise _OverError."""
        todo = [(params, seed) for seed in seeds for params in field if (params, seed) not in self.score]
        running: dict[Future[float], tuple[PlannerParams, int]] = {}
        over = False
        for job in todo:
            over = not self._budget.final and self._budget.used() >= 1
            if over:
                break
            running[self._pool.submit(self._trial, *job)] = job
            self._started[job[0]] = None
            self._budget.spent += 1
            self._gather(running, self._workers - 1, words)
        self._gather(running, 0, words)
        if over:
            raise _OverError

    def _gather(self, running: dict[Future[float], tuple[PlannerParams, int]], most: int, words: str) -> None:
        """Collect finished trials until at most `most` run."""
        while len(running) > most:
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                self.score[running.pop(done)] = done.result()
            self._tell(min(self._budget.used(), 1.0), words)
