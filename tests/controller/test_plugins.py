"""A planner from outside the package: found by name, refused with one clear line, and never a crash."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from tiny_site import DEMO, ROOT, TINY, faults_of, run, tiny_site

from controller.cli_scenario import end
from controller.report.verdict import verdict
from controller.run import RunOptions, SimulatedRun
from controller.scenario import fleet_size
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
    assert {alarm.kind for alarm in alarms} == {"refused-plan"}
    assert site.robots.cell.tolist() == before


UNUSABLE = """
import numpy as np
class Right:
    def __init__(self, roads, fields, robots): ...
    def plan(self, view): return np.zeros(len(view.cell), np.int8)
    def use(self, roads): ...
    def distance_left(self, cell): return np.zeros(len(cell), np.int32)
class NoConstructor(Right):
    def __init__(self, roads, fields, robots): raise MemoryError("no room")
class NoWarmUp(Right):
    def plan(self, view): return 1 / 0
class NoArray(Right):
    def plan(self, view): return None
class WrongShape(Right):
    def distance_left(self, cell): return np.zeros(2, np.int32)
class NoDistances(Right):
    def distance_left(self, cell): return {}["left"]
class Crash(Right):
    def plan(self, view): return np.full(len(view.cell), 0 if view.standing.all() else 1, np.int8)
class LaterFailing(Right):
    calls = 0
    def distance_left(self, cell):
        self.calls += 1
        return super().distance_left(cell) if self.calls < 5 else [1]
    def use(self, roads): raise OSError("no roads")
"""


@pytest.fixture
def unusable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_unusable.py").write_text(UNUSABLE, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "my_unusable", raising=False)


def started(name: str) -> SimulatedRun:
    return SimulatedRun(load_scenario(TINY, {"policies.planner": f"my_unusable:{name}", "run.ticks": "12"}))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("NoConstructor", "its constructor failed with MemoryError: no room"),
        ("NoWarmUp", "its warm-up failed with ZeroDivisionError: division by zero"),
        ("NoArray", "its warm-up failed with ValueError: plan returned NoneType, not whole numbers of shape (10,)"),
        (
            "WrongShape",
            "its warm-up failed with ValueError: distance_left returned int32 of shape (2,), not whole numbers of shape (10,)",
        ),
        ("NoDistances", "its warm-up failed with KeyError: 'left'"),
    ],
)
@pytest.mark.usefixtures("unusable")
def test_a_planner_that_fails_before_the_first_tick_is_one_line(name: str, fault: str) -> None:
    """The run doesn't begin, and the line says which part of the class failed."""
    (line,) = faults_of(lambda: started(name))
    assert f"my_unusable:{name} can't be used: " in line
    shape = f"({fleet_size(load_scenario(TINY))},)"
    assert fault.replace("(10,)", shape) in line


@pytest.mark.usefixtures("unusable")
def test_refused_plans_are_counted_and_the_first_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """In the summary, the verdict and on standard error, with robot, cell, heading and law; a run of refusals has failed."""
    with started("Crash") as running:
        while not running.done:
            running.step()
        found = running.finish()
    refused = found["refused_plans"]
    assert 5 < refused < 12
    assert re.fullmatch(r"tick \d+: the plan .* robot \d+ at \(\d+, \d+\) facing .*", found["first_planner_fault"])
    assert verdict(found)[1]["state"] == "bad"
    assert verdict(found)[1]["answer"].startswith(f"{refused} of 12 plans refused, first at tick ")
    end(found, interrupted=False)
    assert found["first_planner_fault"] in capsys.readouterr().err
    with pytest.raises(typer.Exit) as ended:
        end({**found, "refused_plans": 12}, interrupted=False)
    assert ended.value.exit_code == 1
    assert "the plan was refused in every tick" in capsys.readouterr().err


@pytest.mark.usefixtures("unusable")
def test_a_planner_whose_other_methods_fail_later_is_an_alarm_and_the_run_goes_on() -> None:
    """One alarm, however often it happens, and the verdict knows of it."""
    with started("LaterFailing") as running:
        alarms = []
        while not running.done:
            alarms += [event for event in running.step()[1] if isinstance(event, Alarm)]
            if running.site.tick == 8:
                running.site.use_roads(running.site.roads)
        found = running.finish()
    assert [(alarm.kind, alarm.text) for alarm in alarms] == [
        ("planner", "the planner's distance_left returned no array of whole numbers")
    ]
    assert found["planner_failures"] == 10
    assert found["refused_plans"] == 0
    assert verdict(found)[1]["state"] == "bad"
