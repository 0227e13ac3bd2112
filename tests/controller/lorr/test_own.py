"""Planners and schedulers of the user's own play league problems, and are checked as ours are."""

import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from controller.cli.simulation.bench import bench_app
from controller.lorr.bench import OURS, play
from controller.lorr.compare import replay
from controller.lorr.own import OwnNames
from controller.lorr.planner import PlannerParams
from controller.lorr.results.result import league_result
from controller.lorr.synthetic import draw_problem, site_of, warehouse
from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.read import load_scenario
from layout.errors import InputError
from tests.support.floor.tiny_site import DEMO, ROOT
from tests.support.planning.tiny_league import problem, written

PIBT, NEAREST = "examples.own_league_planner:Pibt", "examples.own_league_planner:Nearest"
PARAMS = PlannerParams(rounds=16)
MODULE = """
import numpy as np
class Still:
    def __init__(self, roads, fields, robots): self.robots = robots
    def plan(self, view): return np.zeros(self.robots, np.int8)
    def use(self, roads): ...
    def distance_left(self, cell): return np.zeros(self.robots, np.int32)
class Ahead(Still):
    def plan(self, view): return np.ones(self.robots, np.int8)
class Fails(Still):
    def plan(self, view): return 1 / 0
class Unknown(Still):
    def plan(self, view): return np.full(self.robots, 9)
class Writes(Still):
    def plan(self, view): view.cell[:] = 0
class AllTheSame:
    def __init__(self, roads, fields, robots): self.robots = robots
    def schedule(self, view): return np.zeros(self.robots, np.int32)
class NoArray(AllTheSame):
    def schedule(self, view): return None
class NoSchedule: ...
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with a module, beside the examples."""
    (tmp_path / "my_league.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "my_league", raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT)])
    monkeypatch.chdir(tmp_path)


def tiny(folder: Path) -> Any:
    """Two rows of four cells and two robots."""
    return problem(folder, ["....", "...."], [(0, 0), (1, 0)], [[(0, 3), (1, 3)], [(1, 1)], [(0, 2)]])


@pytest.mark.parametrize("own", [OwnNames(PIBT), OwnNames("", NEAREST), OwnNames(PIBT, NEAREST)])
def test_the_example_plays_a_synthetic_problem_without_an_error(own: OwnNames) -> None:
    """Tasks are finished, and the independent validator finds nothing."""
    drawn = draw_problem(site_of(warehouse()), 30, 60, 1)
    outcome = play(drawn, 60, 60.0, PARAMS, own=own)
    assert outcome.league.finished > 5
    assert outcome.league.log.errors == outcome.league.log.schedule_errors == []
    assert replay(drawn, league_result(outcome.league, drawn)) == []


def test_the_same_class_drives_a_floor() -> None:
    """As the demo's planner, checked at every tick, it gets units picked, and no plan is refused."""
    settings = {"policies.planner": PIBT, "run.ticks": "200"}
    with SimulatedRun(load_scenario(DEMO, settings), RunOptions(check=True)) as run:
        while not run.done:
            run.step()
        summary = run.finish()
    assert broken(summary) == []
    assert summary.units_picked > 0
    assert summary.refused_plans == 0


def test_wrong_steps_and_schedules_are_errors_of_the_run(tmp_path: Path) -> None:
    """The step is not carried out, and the schedule of before holds."""
    driven = play(tiny(tmp_path), 6, 60.0, PARAMS, own=OwnNames("my_league:Ahead")).league
    assert driven.log.errors
    given = play(tiny(tmp_path), 6, 60.0, PARAMS, own=OwnNames("my_league:Still", "my_league:AllTheSame")).league
    assert given.log.schedule_errors
    assert given.finished == 0


@pytest.mark.parametrize(
    ("own", "told"),
    [
        (OwnNames("my_league:Fails"), "plan failed at step 0 with ZeroDivisionError: division by zero"),
        (OwnNames("my_league:Unknown"), "plan failed at step 0 with ValueError: an action is none of 0, 1, 2 and 3"),
        (OwnNames("my_league:Writes"), "plan failed at step 0 with ValueError: assignment destination is read-only"),
        (OwnNames("", "my_league:NoArray"), "the answer is no array of whole numbers of shape (2,)"),
    ],
)
def test_a_class_that_fails_ends_the_run_with_one_line(own: OwnNames, told: str, tmp_path: Path) -> None:
    """It names the option, the class and the step."""
    with pytest.raises(InputError) as caught:
        play(tiny(tmp_path), 6, 60.0, PARAMS, own=own)
    (line,) = str(caught.value).splitlines()
    assert told in line
    assert (own.planner or own.scheduler) in line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--planner", "lnx"], "--planner lnx: is not known (did you mean lns?"),
        (["--planner", "my_league:Missing"], "module my_league has no class Missing (write module:Class)"),
        (["--planner", "my_league:NoSchedule"], "NoSchedule has no plan of one argument"),
        (["--scheduler", "my_league:NoSchedule"], "NoSchedule has no schedule of one argument"),
        (["--planner", "my_league:Still", "--guide", "a.toml"], "--guide: is for the built-in planners"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_before_the_run(words: list[str], told: str, tmp_path: Path) -> None:
    """One line, and exit status 2 as for every InputError."""
    path = written(tmp_path, ["...."], [(0, 0)], [[(0, 3)]])
    done = CliRunner().invoke(bench_app, ["lorr", str(path), "--steps", "3", *words])
    assert isinstance(done.exception, InputError)
    assert told in str(done.exception)


def test_without_a_name_ours_play() -> None:
    """The default is the planner and the scheduler of before."""
    assert OwnNames() == OURS
