"""A planner from outside the package: found by name, refused with one clear line, and never a crash."""

import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_site import DEMO, ROOT, faults_of, run, tiny_site

from controller.run import RunOptions, SimulatedRun
from controller.scenario_file import load_scenario
from robots.events import Alarm

MODULE = """
class Good:
    def __init__(self, roads, fields, robots): ...
    def plan(self, view): ...
    def use(self, roads): ...
    def distance_left(self, cell): ...
class NoUse:
    def __init__(self, roads, fields, robots): ...
    def plan(self, view): ...
    def distance_left(self, cell): ...
class TwoViews(Good):
    def plan(self, view, budget): ...
class NoRobots(Good):
    def __init__(self, roads): ...
number = 3
"""
WRONG = {
    "nowhere_at_all:Class": "module nowhere_at_all can't be imported: ModuleNotFoundError: No module named 'nowhere_at_all' "
    "(it must be installed or lie in the working directory)",
    "my_planners:None_": "module my_planners has no class None_ (write module:Class)",
    "my_planners:number": "module my_planners has no class number (write module:Class)",
    "my_planners:NoUse": "NoUse has no use of one argument (see docs/how-to/plug-in-a-planner.md)",
    "my_planners:TwoViews": "TwoViews has no plan of one argument (see docs/how-to/plug-in-a-planner.md)",
    "my_planners:NoRobots": "NoRobots can't be made of (roads, fields, robots) (give __init__ these three)",
    "my_broken:Class": "module my_broken can't be imported: ZeroDivisionError: division by zero "
    "(it must be installed or lie in the working directory)",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with modules of planners."""
    (tmp_path / "my_planners.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "my_broken.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("my_planners", "my_broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.parametrize("name", WRONG)
def test_a_planner_that_cannot_be_used_is_one_line(name: str) -> None:
    """What is wrong, and what would be right."""
    told = faults_of(lambda: load_scenario(DEMO, {"policies.planner": name}))
    assert told == [f"{DEMO}: [policies] planner: {name} can't be used: {WRONG[name]}"]


def test_a_planner_of_the_working_directory_is_found() -> None:
    """By module and class."""
    assert load_scenario(DEMO, {"policies.planner": "my_planners:Good"}).policies.planner == "my_planners:Good"


def test_the_example_runs_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pods reach stations, and no law is broken."""
    monkeypatch.chdir(ROOT)
    settings = {"policies.planner": "examples.own_planner:Greedy", "run.ticks": "250"}
    with SimulatedRun(load_scenario(DEMO, settings), RunOptions(check=True)) as running:
        alarms = []
        while not running.done:
            alarms += [event for event in running.step()[1] if isinstance(event, Alarm)]
        found = running.finish()
    assert alarms == []
    assert found["collisions"] == 0
    assert found["units_picked"] > 0


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (lambda view: 1 / 0, "the plan failed with ZeroDivisionError: division by zero; everybody waits"),
        (lambda view: None, "the plan is no array of whole numbers; everybody waits"),
        (lambda view: [0] * len(view.cell), "the plan is no array of whole numbers; everybody waits"),
        (lambda view: np.zeros(len(view.cell)), "the plan is no array of whole numbers; everybody waits"),
        (lambda view: np.zeros((2, 2), int), "the plan has actions of shape (2, 2) for 3 robots; everybody waits"),
    ],
    ids=["an exception", "nothing", "a list", "fractions", "another shape"],
)
def test_a_planner_that_fails_makes_everybody_wait(plan: object, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The floor outlives its planner, and says what was wrong."""
    site = tiny_site(robots={"count": 3})
    monkeypatch.setattr(site.planner, "plan", plan)
    before = site.robots.cell.tolist()
    alarms = [event for event in run(site, 3) if isinstance(event, Alarm)]
    assert [alarm.text for alarm in alarms] == [told] * 3
    assert {alarm.kind for alarm in alarms} == {"late-plan"}
    assert site.robots.cell.tolist() == before
