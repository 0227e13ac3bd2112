"""User planners and schedulers on a league problem, named as "module:Class" and checked like the built-in ones.

A planner is one of the floor's (controller/planning/planner.py): the same class drives a floor and plays the league.
Both see read-only copies. A wrong step or schedule is an error of the run, as with a built-in one; a class that fails,
or whose answer is not whole numbers of the right shape, ends the run with one line.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from controller.lorr.planner import LeaguePlanner, PlannerParams
from controller.lorr.rules import League
from controller.lorr.scheduler import BestScheduler
from controller.planning import plugins
from controller.planning.fields import DistanceFields
from controller.planning.planner import PlanInput, Planner, read_only
from controller.plugins import NoPluginError, attribute_of, callable_with
from layout.errors import InputError
from layout.roads import Roads
from robots.units.fleet import Action

_Found = TypeVar("_Found")
SEE = "see docs/how-to/league.md"
_STALLED = 12
"""Steps in one cell after which a robot with a goal counts as stalled."""
_SHARE = 0.4
"""Share of a step's time that the built-in scheduler may use."""


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Names of the user's planner and scheduler as "module:Class"; "" for the built-in ones."""

    planner: str = ""
    scheduler: str = ""

    def check(self) -> None:
        """Raise InputError if one of them cannot be found, or does not have the required signature."""
        for option, name, find in (
            ("--planner", self.planner, _planner_class),
            ("--scheduler", self.scheduler, _scheduler_class),
        ):
            if name:
                _found(option, name, find)


@dataclass(frozen=True, slots=True, eq=False)
class ScheduleInput:
    """Robots and open tasks as a scheduler sees them. A task is identified by its place in the pool of open tasks.

    Over robots: cell, heading, task (its task or -1). Over open tasks: robot (the one that has it, -1 for none), begun
    (bool: an errand is done, so that it must stay with its robot), errands (cells still to be reached, in order).
    """

    step: int
    cell: NDArray[np.int32]
    heading: NDArray[np.int8]
    task: NDArray[np.int32]
    robot: NDArray[np.int32]
    begun: NDArray[np.bool_]
    errands: tuple[NDArray[np.int32], ...]


class Scheduler(Protocol):
    """Scheduler of open tasks. Created by `Class(roads, fields, robots)`, as a planner is."""

    def schedule(self, view: ScheduleInput) -> NDArray[np.int32]:
        """Return int32[robots]: the open task of each, -1 for none.

        No task twice; a begun task stays with its robot.
        """


class OwnPlayer:
    """Player with the user's planner, scheduler or both; the built-in one replaces the one not named."""

    def __init__(self, league: League, params: PlannerParams, names: OwnNames) -> None:
        self._names, self._robots = names, league.robots
        ours = None if names.planner else LeaguePlanner(league, params)
        self._ours = ours
        self._planner = _OwnPlanner(league, names.planner) if names.planner else None
        self._scheduler = _made("--scheduler", names.scheduler, _scheduler_class, league) if names.scheduler else None
        if ours is None:
            self._best = BestScheduler(league)
        else:
            self._best = BestScheduler(league, ours.cost_fields.weight, ours.factor)

    def decide(self, league: League, until: float) -> tuple[NDArray[np.int32], Callable[[], NDArray[np.int8]]]:
        """Return the schedule, and a function that plans once the schedule holds."""
        return self._schedule(league, until), lambda: self._plan(league, until)

    def forget(self) -> None:
        """Tell the built-in planner that its plan was not carried out; a user's planner sees that for itself."""
        if self._ours is not None:
            self._ours.forget()

    def _schedule(self, league: League, until: float) -> NDArray[np.int32]:
        if self._scheduler is None:
            start = perf_counter()
            return self._best.schedule(league, start + (until - start) * _SHARE)
        with _answering("--scheduler", self._names.scheduler, "schedule", league.step_number):
            answer = _whole_numbers(self._scheduler.schedule(schedule_input(league)), self._robots)
        return answer.astype(np.int32)

    def _plan(self, league: League, until: float) -> NDArray[np.int8]:
        if self._planner is None:
            assert self._ours is not None  # one of the two exists
            return self._ours.plan(league, until)
        return self._planner.plan(league)


class _OwnPlanner:
    """Floor planner that plays the league: no robot carries a load, stands or waits at a station."""

    def __init__(self, league: League, name: str) -> None:
        self._name = name
        roads, robots = roads_of(league), league.robots
        with _answering("--planner", name, "its constructor", 0):
            self._planner = plugins.Guest(_found("--planner", name, _planner_class), roads, robots)
        self._was, self._goal = league.cell.copy(), np.full(robots, -1, np.int32)
        self._stood, self._since = np.zeros(robots, np.int32), np.zeros(robots, np.int32)

    def plan(self, league: League) -> NDArray[np.int8]:
        view = self._seen(league)
        with _answering("--planner", self._name, "plan", league.step_number):
            answer = _whole_numbers(self._planner.plan(view), league.robots)
            if not np.isin(answer, [Action.WAIT, Action.FORWARD, Action.TURN_RIGHT, Action.TURN_LEFT]).all():
                raise ValueError("an action is none of 0, 1, 2 and 3")
        return answer.astype(np.int8)

    def _seen(self, league: League) -> PlanInput:
        """Return what the planner sees. urgency: steps since the robot got its goal."""
        goal, robots = league.goal(), league.robots
        self._stood = np.where((league.cell == self._was) & (goal >= 0), self._stood + 1, 0).astype(np.int32)
        self._since = np.where((goal == self._goal) & (goal >= 0), self._since + 1, 0).astype(np.int32)
        self._was, self._goal = league.cell.copy(), goal
        empty = np.zeros(robots, np.int8)
        standing = np.zeros(robots, np.bool_)
        stalled = self._stood > _STALLED
        seen = (league.cell, league.heading, empty, goal, empty - np.int8(1), standing, self._since, stalled)
        return PlanInput(league.step_number, *seen).shown()


def roads_of(league: League) -> Roads:
    """Return the map of a problem as roads: no lanes, and no private areas."""
    ground = league.ground
    return Roads(ground.exits, np.zeros((2, len(ground.free)), np.int32), ground.step)


def schedule_input(league: League) -> ScheduleInput:
    """Return what a scheduler sees of a step."""
    first, last = (league.begin + league.done).tolist(), (league.begin + league.size).tolist()
    errands = tuple(read_only(league.errands[begin:end]) for begin, end in zip(first, last, strict=True))
    robots = (read_only(league.cell), read_only(league.heading), read_only(league.slot))
    return ScheduleInput(league.step_number, *robots, read_only(league.robot), read_only(league.done > 0), errands)


def _planner_class(name: str) -> Callable[[Roads, DistanceFields, int], Planner]:
    return plugins.find(name, Path())


def _scheduler_class(name: str) -> Callable[[Roads, DistanceFields, int], Scheduler]:
    """Return the class of a scheduler. NoPluginError if it cannot be used as one."""
    scheduler = attribute_of(name, Path())
    module, _, attribute = name.partition(":")
    if not isinstance(scheduler, type):
        raise NoPluginError(f"module {module} has no class {attribute}", "write module:Class")
    if not callable_with(getattr(scheduler, "schedule", None), 2):
        raise NoPluginError(f"{attribute} has no schedule of one argument", SEE)
    if not callable_with(scheduler, 3):
        raise NoPluginError(f"{attribute} can't be created from (roads, fields, robots)", "give __init__ these three")
    return scheduler


def _found(option: str, name: str, find: Callable[[str], _Found]) -> _Found:
    try:
        return find(name)
    except NoPluginError as error:
        raise InputError.single(f"{option} {name}", "", f"can't be used: {error.what}", error.instead) from error


def _made(
    option: str, name: str, find: Callable[[str], Callable[[Roads, DistanceFields, int], Scheduler]], league: League
) -> Scheduler:
    """Create the user's scheduler, with its own roads and distance fields."""
    roads = roads_of(league)
    shown = Roads(read_only(roads.exits), read_only(roads.area), read_only(roads.step))
    with _answering(option, name, "its constructor", 0):
        return _found(option, name, find)(shown, DistanceFields(shown, league.robots), league.robots)


@contextmanager
def _answering(option: str, name: str, part: str, step: int) -> Iterator[None]:
    """Turn any exception of a user's class into an InputError: one line, and the run ends."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # the class is a user's own
        fault = f"can't be used: {part} failed at step {step} with {type(error).__name__}: {error}"
        raise InputError.single(f"{option} {name}", "", fault, SEE) from error


def _whole_numbers(answer: object, robots: int) -> NDArray[np.generic]:
    if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "iu" or answer.shape != (robots,):
        raise ValueError(f"the answer is no array of whole numbers of shape ({robots},)")
    return answer
