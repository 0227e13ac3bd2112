"""Policies of the user's own: found by name, checked before the run, asked through views, and replaced when they fail."""

import sys
from pathlib import Path

import pytest

from controller.explain import explain
from controller.kpis.summary import Summary
from controller.persistence.checkpoint import restore_site, snapshot_of
from controller.report.verdict import verdict
from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.policy_plugins import ARGUMENTS
from controller.scenario.read import load_scenario
from robots.recording import events as ev
from robots.recording.events import Event
from robots.recording.record import Record
from tests.support.floor.tiny_site import DEMO, ROOT, TINY, faults_of, of_kind, tiny_site

EXAMPLES = {
    "release": "largest_first",
    "pods": "Fullest",
    "storage": "near_the_wall",
    "dispatch": "in_order",
    "charging": "half_empty",
    "idle": "tidy",
}
MODULE = """
def too_few(floor): ...
number = 3
class NeedsMore:
    def __init__(self, factor): ...
    def __call__(self, floor, station): ...
class NotCalled: ...
class Breaks:
    def __init__(self): raise MemoryError("no room")
    def __call__(self, floor, station): ...
class Empty:
    made = 0
    def __init__(self): Empty.made += 1
    def __len__(self): return 0
    def __call__(self, floor, station): return None
def fails(floor, station): return 1 / 0
def nonsense(floor, station): return 10**9, "the best"
def without_reason(floor, station): return next(iter(floor.pods_for(station)), None)
def speechless(floor, station): return next(((pod, "") for pod in floor.pods_for(station)), None)
def writes(floor, station): floor.pod_cells[0] = 0
def twice(floor, tasks, robots): return [(task.id, robots[0], "the first") for task in tasks]
def none_at_all(floor, tasks, robots): return []
def by_chance(floor, station):
    pods = sorted(floor.pods_for(station))
    return (pods[floor.random.integers(len(pods))], "drawn") if pods else None
"""
WRONG = {
    ("release", "nowhere_at_all:f"): "module nowhere_at_all can't be imported: ModuleNotFoundError: No module named "
    "'nowhere_at_all' (it must be installed, or be in the working directory or beside the scenario)",
    ("pods", "my_own:missing"): "module my_own has no class or function missing (write module:Class)",
    ("pods", "my_own:number"): "module my_own has no class or function number (write module:Class)",
    ("pods", "my_own:too_few"): "too_few can't be called with (floor, station) (see docs/how-to/write-a-policy.md)",
    ("storage", "my_own:fails"): "fails can't be called with (floor, pod, station) (see docs/how-to/write-a-policy.md)",
    ("pods", "my_own:NotCalled"): "NotCalled can't be called with (floor, station) (see docs/how-to/write-a-policy.md)",
    ("pods", "my_own:NeedsMore"): "NeedsMore can't be created without arguments (see docs/how-to/write-a-policy.md)",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a module of policies and a scenario; it is not the working directory."""
    (tmp_path / "my_own.py").write_text(MODULE, encoding="utf-8")
    for floor in (TINY, DEMO):
        (tmp_path / floor.name).write_bytes(floor.read_bytes())
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "my_own", raising=False)
    return tmp_path


@pytest.fixture
def _here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.parametrize(("kind", "name"), WRONG)
@pytest.mark.usefixtures("_here")
def test_a_policy_that_cannot_be_used_is_one_line(kind: str, name: str) -> None:
    """The run does not begin, and the line says what is wrong and what would be right."""
    told = faults_of(lambda: load_scenario(DEMO, {f"policies.{kind}": name}))
    assert told == [f"{DEMO}: [policies] {kind}: {name} can't be used: {WRONG[kind, name]}"]


def test_all_policies_that_cannot_be_used_are_named_at_once() -> None:
    """One line each."""
    settings = {f"policies.{kind}": "nowhere_at_all:f" for kind in ARGUMENTS}
    assert len(faults_of(lambda: load_scenario(DEMO, settings))) == len(ARGUMENTS)


def test_a_misspelt_name_of_ours_has_a_suggestion() -> None:
    """As before user policies existed."""
    (line,) = faults_of(lambda: load_scenario(DEMO, {"policies.pods": "nearset"}))
    assert line.endswith("'nearset' can't be used (did you mean nearest?)")


def test_a_module_beside_the_scenario_is_found(folder: Path) -> None:
    """Another scenario's module of the same name is another one."""
    other = folder / "other"
    other.mkdir()
    (other / "tiny.toml").write_bytes(TINY.read_bytes())
    (other / "my_own.py").write_text("def only_here(floor, station): ...\n", encoding="utf-8")
    assert load_scenario(folder / "tiny.toml", {"policies.pods": "my_own:fails"}).policies.pods == "my_own:fails"
    assert load_scenario(other / "tiny.toml", {"policies.pods": "my_own:only_here"})
    assert faults_of(lambda: load_scenario(other / "tiny.toml", {"policies.pods": "my_own:fails"}))


def events_of(path: Path, ticks: int, **policies: str) -> tuple[list[Event], Summary]:
    """Run a scenario with policies, checked; return its events and its summary."""
    settings = {f"policies.{kind}": name for kind, name in policies.items()} | {"run.ticks": str(ticks)}
    events: list[Event] = []
    with SimulatedRun(load_scenario(path, settings), RunOptions(check=True)) as run:
        while not run.done:
            events += run.step()[1]
        return events, run.finish()


def test_the_examples_run_the_floor_and_their_reasons_are_in_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All six at once: nothing is broken, none fails, and `explain` gives a robot's and an order's reasons."""
    monkeypatch.chdir(ROOT)
    settings = {f"policies.{kind}": f"examples.own_policies:{name}" for kind, name in EXAMPLES.items()}
    record = tmp_path / "own.pfr"
    events: list[Event] = []
    with SimulatedRun(load_scenario(DEMO, settings | {"run.ticks": "900"}), RunOptions(record, check=True)) as run:
        while not run.done:
            events += run.step()[1]
        summary = run.finish()
    assert broken(summary) == []
    assert summary.policy_failures == 0
    assert summary.units_picked > 100
    assert any("largest order" in event.reason for event in of_kind(events, ev.OrderReleased))
    assert any("from the top" in event.reason for event in of_kind(events, ev.PlaceChosen))
    assert any("half of a full stay" in event.reason for event in of_kind(events, ev.TaskAssigned))
    order = of_kind(events, ev.OrderReleased)[-1].order
    name = next(event.name for event in of_kind(events, ev.OrderReceived) if event.order == order)
    with Record(record) as opened:
        lines = "\n".join([*explain(opened, order=name), *explain(opened, robot=0)])
    assert "largest order of the backlog" in lines
    assert "fullest battery of" in lines


@pytest.mark.parametrize(
    ("kind", "name", "fault"),
    [
        ("pods", "fails", "it failed with ZeroDivisionError: division by zero"),
        ("pods", "nonsense", "pod 1000000000 can't be chosen"),
        ("pods", "without_reason", "it returned int, not a choice and its reason"),
        ("pods", "speechless", "it gave no reason in words"),
        ("pods", "writes", "it failed with ValueError: assignment destination is read-only"),
        ("release", "nonsense", "order 1000000000 can't be chosen"),
        ("dispatch", "none_at_all", "it gave robots to 0 of "),
        ("dispatch", "twice", "it chose a robot twice"),
    ],
)
def test_a_policy_that_fails_is_an_alarm_and_the_default_chooses_instead(
    folder: Path, kind: str, name: str, fault: str
) -> None:
    """One alarm however often it happens; the run is that of the default, and the verdict is bad."""
    events, summary = events_of(
        folder / ("demo.toml" if kind == "dispatch" else "tiny.toml"), 300, **{kind: f"my_own:{name}"}
    )
    (alarm,) = (event for event in of_kind(events, ev.Alarm) if event.kind == "policy")
    assert alarm.text.startswith(f"{kind} policy my_own:{name}: {fault}")
    assert alarm.text.endswith("; the default policy chose instead")
    assert summary.policy_failures >= 1
    assert fault in summary.first_policy_fault
    assert "own policies failed" in verdict(summary.as_dict())[1]["answer"]
    assert summary.units_picked > 0


def test_a_class_whose_constructor_fails_is_one_line(folder: Path) -> None:
    """The run does not begin."""
    scenario = load_scenario(folder / "tiny.toml", {"policies.pods": "my_own:Breaks"})
    (line,) = faults_of(lambda: SimulatedRun(scenario))
    assert "[policies] pods: my_own:Breaks can't be used: its constructor failed with MemoryError: no room" in line


def test_chance_is_the_seeds(folder: Path) -> None:
    """Two runs with one seed are equal, also where the policy draws at random."""
    runs = [events_of(folder / "tiny.toml", 300, pods="my_own:by_chance")[1].digest for _ in range(2)]
    assert runs[0] == runs[1]


def test_a_snapshot_leaves_the_policies_out(folder: Path) -> None:
    """They are made again when the floor continues."""
    site = tiny_site(folder / "tiny.toml", policies={"pods": "my_own:by_chance"})
    site.own_policies.made["pods"] = lambda *_: None
    (found,) = restore_site(snapshot_of(site), site.scenario)
    assert found.own_policies.made == {}
    assert list(site.own_policies.made) == ["pods"]


@pytest.mark.usefixtures("_here")
def test_a_policy_that_counts_as_false_is_created_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of the user's may have a length, and keep what it remembers although that is 0."""
    monkeypatch.delitem(sys.modules, "my_own", raising=False)
    with SimulatedRun(load_scenario(DEMO, {"policies.pods": "my_own:Empty", "run.ticks": "20"})) as run:
        while not run.done:
            run.step()
    assert sys.modules["my_own"].Empty.made == 1
