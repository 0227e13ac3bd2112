"""A planner from outside the package: found by name, refused with one clear line, and never a crash."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from msgspec.structs import replace

from controller.cli.shared.scenario_options import end
from controller.report.verdict import verdict
from controller.run import RunOptions, SimulatedRun
from controller.scenario.read import load_scenario
from controller.scenario.scenario import fleet_size
from robots.recording.events import Alarm
from tests.support.floor.tiny_site import DEMO, ROOT, TINY, faults_of, run, tiny_site

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
    "(it must be installed, or be in the working directory or beside the scenario)",
    "my_planners:None_": "module my_planners has no class None_ (write module:Class)",
    "my_planners:number": "module my_planners has no class number (write module:Class)",
    "my_planners:NoUse": "NoUse has no use of one argument (see docs/how-to/plug-in-a-planner.md)",
    "my_planners:TwoViews": "TwoViews has no plan of one argument (see docs/how-to/plug-in-a-planner.md)",
    "my_planners:NoRobots": "NoRobots can't be created from (roads, fields, robots) (give __init__ these three)",
    "my_broken:Class": "module my_broken can't be imported: ZeroDivisionError: division by zero "
    "(it must be installed, or be in the working directory or beside the scenario)",
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
    """The line gives the fault and the remedy."""
    told = faults_of(lambda: load_scenario(DEMO, {"policies.planner": name}))
    assert told == [f"{DEMO}: [policies] planner: {name} can't be used: {WRONG[name]}"]


def test_a_planner_of_the_working_directory_is_found() -> None:
    """It is found by module and class."""
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
    assert found.collisions == 0
    assert found.units_picked > 0


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (lambda view: 1 / 0, "the plan failed with ZeroDivisionError: division by zero; all robots wait"),
        (lambda view: None, "the plan is no array of whole numbers; all robots wait"),
        (lambda view: [0] * len(view.cell), "the plan is no array of whole numbers; all robots wait"),
        (lambda view: np.zeros(len(view.cell)), "the plan is no array of whole numbers; all robots wait"),
        (lambda view: np.zeros((2, 2), int), "the plan has actions of shape (2, 2) for 3 robots; all robots wait"),
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
    """In the summary, the verdict and on standard error, with robot, cell, heading and law; a run of refusals has
    failed.
    """
    with started("Crash") as running:
        while not running.done:
            running.step()
        found = running.finish()
    refused = found.refused_plans
    assert 5 < refused < 12
    assert re.fullmatch(r"tick \d+: the plan .* robot \d+ at \(\d+, \d+\) facing .*", found.first_planner_fault)
    assert verdict(found.as_dict())[1]["state"] == "bad"
    assert verdict(found.as_dict())[1]["answer"].startswith(f"{refused} of 12 plans refused, first at tick ")
    end(found, interrupted=False)
    assert found.first_planner_fault in capsys.readouterr().err
    with pytest.raises(typer.Exit) as ended:
        end(replace(found, refused_plans=12), interrupted=False)
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
    assert found.planner_failures == 10
    assert found.refused_plans == 0
    assert verdict(found.as_dict())[1]["state"] == "bad"


SPOILERS = """
import numpy as np
class Right:
    def __init__(self, roads, fields, robots): self.roads, self.fields, self.calls = roads, fields, 0
    def plan(self, view):
        self.calls += 1
        if self.calls > 3: self.spoil(view)
        return np.zeros(len(view.cell), np.int8)
    def use(self, roads): self.roads = roads
    def distance_left(self, cell): return np.zeros(len(cell), np.int32)
class Slip(Right):
    def spoil(self, view): view.cell[0] = view.cell[1]
class Goals(Right):
    def spoil(self, view): view.goal[:] = -1
class Stands(Right):
    def spoil(self, view): view.standing[:] = False
class Walls(Right):
    def spoil(self, view): self.roads.exits[:] = 15
class Places(Right):
    def spoil(self, view): self.roads.area[:] = 0
class Fields(Right):
    def spoil(self, view): self.fields.pool[:] = 0
class Distances(Right):
    def spoil(self, view): pass
    def distance_left(self, cell):
        if self.calls > 3: cell[:] = 0
        return super().distance_left(cell)
class Collider(Right):
    def plan(self, view):
        for column in (view.cell, view.standing, self.roads.exits, self.roads.area):
            column.setflags(write=True)
        view.cell[:] = 2 * np.arange(len(view.cell))
        view.standing[:] = False
        self.roads.exits[:] = 15
        self.roads.area[:] = 0
        return np.ones(len(view.cell), np.int8)
"""


@pytest.fixture
def spoilers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_spoilers.py").write_text(SPOILERS, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "my_spoilers", raising=False)


@pytest.mark.parametrize("name", ["Slip", "Goals", "Stands", "Walls", "Places"])
@pytest.mark.usefixtures("spoilers")
def test_a_planner_that_writes_to_what_it_sees_fails_and_changes_nothing(name: str) -> None:
    """Its mistake is reported as that of any plan; the floor's columns and roads stay unchanged."""
    settings = {"policies.planner": f"my_spoilers:{name}", "run.ticks": "8"}
    with SimulatedRun(load_scenario(TINY, settings), RunOptions(check=True)) as running:
        site = running.site
        cell, exits, area = site.robots.cell.copy(), site.roads.exits.copy(), site.roads.area.copy()
        texts = []
        while not running.done:
            texts += [event.text for event in running.step()[1] if isinstance(event, Alarm)]
        found = running.finish()
    told = "the plan failed with ValueError: assignment destination is read-only; all robots wait"
    assert texts == [told] * 6
    assert site.robots.cell.tolist() == cell.tolist()
    assert np.array_equal(site.roads.exits, exits)
    assert np.array_equal(site.roads.area, area)
    assert (found.refused_plans, found.collisions) == (6, 0)


@pytest.mark.usefixtures("spoilers")
def test_distances_that_a_planner_spoils_are_its_own() -> None:
    """Decisions about tasks and enclosed robots use the floor's own fields."""
    with SimulatedRun(load_scenario(TINY, {"policies.planner": "my_spoilers:Fields", "run.ticks": "8"})) as running:
        fields = running.site.fields
        goal = int(running.site.floor.stations[0].cell)
        before = fields.to(goal, 0, 0).copy()
        while not running.done:
            running.step()
        assert np.array_equal(fields.to(goal, 0, 8), before)


@pytest.mark.usefixtures("spoilers")
def test_a_planner_that_writes_to_cells_that_it_is_asked_about_changes_none() -> None:
    """One alarm, and all robots are where they were."""
    with SimulatedRun(load_scenario(TINY, {"policies.planner": "my_spoilers:Distances", "run.ticks": "8"})) as running:
        cell = running.site.robots.cell.copy()
        texts = []
        while not running.done:
            texts += [event.text for event in running.step()[1] if isinstance(event, Alarm)]
    what = "ValueError: assignment destination is read-only"
    assert texts == [f"the planner's distance_left failed with {what}"]
    assert running.site.robots.cell.tolist() == cell.tolist()


@pytest.mark.usefixtures("spoilers")
def test_a_plan_is_judged_by_what_the_floor_knows_and_not_by_what_the_planner_saw() -> None:
    """A planner that makes it all writeable again and clears its way in it has changed copies: its plan is refused."""
    settings = {"policies.planner": "my_spoilers:Collider", "run.ticks": "8"}
    with SimulatedRun(load_scenario(TINY, settings), RunOptions(check=True)) as running:
        while not running.done:
            running.step()
        found = running.finish()
    assert found.refused_plans >= 6
    assert found.collisions == 0


@pytest.mark.parametrize("name", ["pibt", "epibt"])
def test_our_own_planners_see_the_same(name: str) -> None:
    """They see nothing of the floor that could be written to."""
    site = tiny_site(robots={"count": 3}, policies={"planner": name})
    seen = []
    plan = site.planner.plan
    site.planner.plan = lambda view: seen.append(view) or plan(view)  # type: ignore[method-assign,func-returns-value]
    run(site, 2)
    for view in seen:
        assert not any(column.flags.writeable for column in (view.cell, view.heading, view.load, view.goal))
        assert not any(column.flags.writeable for column in (view.face, view.standing, view.urgency, view.stalled))
        assert not np.shares_memory(view.cell, site.robots.cell)
