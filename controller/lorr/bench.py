"""Run of a league problem: in each step a schedule and a plan against the clock, then the rules."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from controller.lorr.guidance import guidance_for
from controller.lorr.own import OwnNames, OwnPlayer
from controller.lorr.planner import LeaguePlanner, PlannerParams
from controller.lorr.rules import League, LeagueMap
from controller.lorr.scheduler import BestScheduler
from controller.lorr.traffic import NO_CONGESTION
from layout.errors import InputError
from layout.files.reading import JSON, read_bytes
from layout.formats.lorr import LorrProblem, read_problem

PLANNERS = {"lns": PlannerParams(), "epibt": PlannerParams(rounds=-1)}
OURS = OwnNames()
"""Names for the built-in planner and scheduler."""
_RESERVE, _SHARE = 0.012, 0.8
"""Reserve of a step that the search leaves, in seconds (at most half of its time), and the share that it may use."""


class LeaguePlayer(Protocol):
    """Decision maker of a run: schedules and plans, and forgets a plan that came too late."""

    def decide(self, league: League, until: float) -> tuple[NDArray[np.int32], Callable[[], NDArray[np.int8]]]: ...

    def forget(self) -> None: ...


class OurPlayer:
    """Player with the built-in matching and planner."""

    def __init__(self, league: League, params: PlannerParams) -> None:
        self.planner = LeaguePlanner(league, params)
        self.scheduler = BestScheduler(league, self.planner.cost_fields.weight, self.planner.factor)

    def decide(self, league: League, until: float) -> tuple[NDArray[np.int32], Callable[[], NDArray[np.int8]]]:
        """Return the schedule, and a function that plans once the schedule holds."""
        start = perf_counter()
        schedule = self.scheduler.schedule(league, start + (until - start) * 0.4)
        return schedule, lambda: self.planner.plan(league, until)

    def forget(self) -> None:
        self.planner.forget()


@dataclass(frozen=True, slots=True)
class BenchResult:
    """Result of a run: the league at its end, and seconds of preparation."""

    league: League
    preparation: float


def play(
    problem: LorrProblem,
    steps: int,
    step_seconds: float,
    params: PlannerParams,
    progress: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    own: OwnNames = OURS,
) -> BenchResult:
    """Run a problem for `steps`, or to the end of the step in which it is stopped.

    own: the user's planner and scheduler; InputError if one of them fails. Kernels are compiled before the clock of the
    first step starts.
    """
    begin = perf_counter()
    warm_up(problem, params, own)
    league = League(problem)
    player = player_of(league, params, own)
    preparation = perf_counter() - begin
    while league.step_number < steps and not stopped():
        start = perf_counter()
        share = step_seconds * _SHARE
        until = start + share - min(_RESERVE, share / 2)
        schedule, plan = player.decide(league, until)
        league.assign(schedule)
        action = plan()
        spent = perf_counter() - start
        league.log.seconds.append(spent)
        if late := min(int(spent / step_seconds), steps - league.step_number):
            league.wait(late)
        if league.step_number < steps:
            league.act(action)
        progress(league.step_number)
    return BenchResult(league, preparation)


def planners(problem: LorrProblem, tuned: PlannerParams | None = None) -> dict[str, PlannerParams]:
    """Return every planner for a problem by name: the named ones, the search without congestion costs, and a guide's."""
    guidance = replace(guidance_for(LeagueMap.of(problem)), congestion=NO_CONGESTION)
    named = {
        "epibt": PLANNERS["epibt"],
        "lns": PLANNERS["lns"],
        "no tolls": replace(PLANNERS["lns"], guidance=guidance),
    }
    return named if tuned is None else named | {"tuned": tuned}


def player_of(league: League, params: PlannerParams, own: OwnNames) -> LeaguePlayer:
    """Return the built-in player, or one with the user's own classes."""
    return OurPlayer(league, params) if own == OURS else OwnPlayer(league, params, own)


def warm_up(problem: LorrProblem, params: PlannerParams, own: OwnNames = OURS) -> None:
    """Compile or load every kernel by two steps of the problem with a few robots."""
    few = replace(problem, starts=problem.starts[: min(len(problem.starts), 210)])
    for count in {len(few.starts), min(len(few.starts), 20)}:
        league = League(replace(few, starts=few.starts[:count]))
        player = player_of(league, params, own)
        for _ in range(2):
            until = perf_counter() + 0.05
            schedule, plan = player.decide(league, until)
            league.assign(schedule)
            league.act(plan())


def read(path: Path) -> LorrProblem:
    """Return a problem of 2023 or 2024.

    InputError for the 2026 form with delays, and for all other faults of the files.
    """
    try:
        head = json.loads(read_bytes(path, JSON))
    except (InputError, ValueError, RecursionError):
        head = {}  # read_problem reports what is wrong
    keys = [str(key) for key in head] if isinstance(head, dict) else []
    delayed = next((key for key in keys if "delay" in key.lower()), "")
    version = str(head.get("version", "")) if keys else ""
    if delayed or version.startswith("2026"):
        fault = "is a problem of 2026 with delays, whose rules are not implemented yet"
        raise InputError.single(str(path), delayed or "version", fault, "use one of 2023 or 2024")
    return read_problem(path)
