"""The front door: what a notebook imports from podfleet works, is complete and is typed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import podfleet
from podfleet import Floor, InputError, RunRecord, Scenario, compare, read_record, run
from robots.recording.events import OrderReceived

ROOT = Path(__file__).parents[2]
TINY = str(ROOT / "maps" / "tiny.toml")
_PAGE = (ROOT / "docs" / "reference" / "python-api.md").read_text(encoding="utf-8")
_TICKS = 60


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The tiny floor, by its path as text."""
    return Scenario.load(TINY)


@pytest.fixture(scope="module")
def recorded(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of a minute of it."""
    path = tmp_path_factory.mktemp("record") / "tiny.pfr"
    run(scenario, seed=1, ticks=_TICKS, record=str(path))
    return path


@pytest.fixture
def record(recorded: Path) -> Iterator[RunRecord]:
    """The record, open."""
    with read_record(str(recorded)) as opened:
        yield opened


@pytest.mark.parametrize("name", podfleet.__all__)
def test_each_exported_name_is_there_and_on_the_page(name: str) -> None:
    """The reference lists all that is stable, and `dir` shows it."""
    assert getattr(podfleet, name).__name__ == name
    assert f"| `{name}` |" in _PAGE
    assert name in dir(podfleet)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = podfleet.nothing


def test_the_code_of_the_page_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As it stands, in a folder with the maps beside it."""
    (tmp_path / "maps").symlink_to(ROOT / "maps")
    monkeypatch.chdir(tmp_path)
    code = _PAGE.split("```python\n")[1].split("```")[0]
    exec(compile(code.replace("200", "20"), "python-api.md", "exec"), {})


def test_stepping_gives_the_run(scenario: Scenario) -> None:
    """Tick by tick or at once: the same digest. Tick, frame and events agree on the tick."""
    with Floor(scenario, seed=1, ticks=_TICKS) as floor:
        assert (floor.tick, floor.done) == (0, False)
        for number, tick in enumerate(floor):
            assert {tick.tick, tick.frame.tick, *(event.tick for event in tick.events)} == {number}
        assert (floor.tick, floor.done) == (_TICKS, True)
        assert floor.summary().digest == run(scenario, seed=1, ticks=_TICKS).digest


def test_overrides_are_python_values(scenario: Scenario) -> None:
    """Text, numbers and truth values; further ones are laid over the first."""
    changed = Scenario.load(TINY, {"policies.pods": "random", "robots.count": 4}).with_overrides(run__ticks=7)
    settings = changed.settings
    assert (settings.policies.pods, settings.robots.count, changed.ticks) == ("random", 4, 7)
    assert (scenario.name, changed.tick_s) == ("tiny", scenario.tick_s)
    assert Scenario.shipped("tiny").settings.floor.name == scenario.settings.floor.name


def test_faults_of_a_scenario_are_told_at_once() -> None:
    """Every one of them is in the error's text."""
    with pytest.raises(InputError) as raised:
        Scenario.load(TINY, {"robots.count": -3, "policies.pods": "nobody"})
    assert "robots" in str(raised.value)
    assert "policies" in str(raised.value)


def test_a_record_gives_events_frames_and_summary(record: RunRecord) -> None:
    """All of them, or those of one kind and each tenth frame."""
    assert (record.first_tick, record.last_tick, record.header.scenario) == (0, _TICKS - 1, "tiny")
    received = list(record.events(OrderReceived))
    assert received == [event for event in record.events() if isinstance(event, OrderReceived)] != []
    assert [frame.tick for frame in record.frames(every=20)] == [0, 20, 40]
    assert record.frame(33).tick == 33
    assert record.summary is not None
    assert record.summary["orders_received"] == len(received)


def test_tables_have_a_row_an_event_and_a_row_a_robot(record: RunRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever library makes the DataFrames; here one that keeps the columns."""
    monkeypatch.setattr("podfleet.record.find_spec", lambda name: name == "polars")
    monkeypatch.setattr("podfleet.record.import_module", lambda _: SimpleNamespace(DataFrame=dict))
    tables = record.to_frames(every=20)
    robots, received = tables["robots"], tables["OrderReceived"]
    assert len(robots["tick"]) == 3 * record.header.robots
    assert set(robots["tick"]) == {0, 20, 40}
    assert {type(state) for state in robots["state"]} == {str}
    assert tables["counts"]["tick"] == [0, 20, 40]
    assert received["order"] == [event.order for event in record.events(OrderReceived)]
    assert received["tick"] == [event.tick for event in record.events(OrderReceived)]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_dataframes_are_of_the_library_that_is_asked_for(record: RunRecord, library: str) -> None:
    """pandas or polars, where it is installed."""
    made = pytest.importorskip(library)
    tables = record.to_frames(every=20, library=library)
    assert {type(table) for table in tables.values()} == {made.DataFrame}
    assert tables["robots"].shape[0] == 3 * record.header.robots


def test_without_a_library_the_error_says_what_to_install(record: RunRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that is neither is refused in the same words."""
    monkeypatch.setattr("podfleet.record.find_spec", lambda _: None)
    with pytest.raises(ImportError, match="DataFrames need pandas or polars: pip install pandas"):
        record.to_frames()
    with pytest.raises(ImportError, match="pip install polars"):
        record.to_frames(library="polars")


def test_a_scenario_compared_with_itself_differs_in_nothing(scenario: Scenario) -> None:
    """Each figure's difference is 0 with an interval of 0, and nothing is shown."""
    found = compare(scenario, scenario, [1, 2], ticks=_TICKS)
    units = found["orders_shipped"]
    assert (found.seeds, found.differs, found.left_out) == ((1, 2), {}, {})
    assert (units.difference, units.low, units.high, units.pairs, units.shown) == (0.0, 0.0, 0.0, 2, False)


def test_comparing_tells_settings_and_progress(scenario: Scenario) -> None:
    """One seed has no interval."""
    done: list[tuple[int, int]] = []
    fewer = scenario.with_overrides(robots__count=2)
    found = compare(scenario, fewer, [1], ticks=_TICKS, progress=lambda *runs: done.append(runs))
    assert done == [(1, 2), (2, 2)]
    assert found.differs["robots.count"][1] == 2
    assert (found["distance_m"].low, found["distance_m"].pairs) == (None, 1)
    with pytest.raises(ValueError, match="at least one seed"):
        compare(scenario, fewer, [])


def test_importing_podfleet_leaves_heavy_modules_alone() -> None:
    """So that the command line's help comes at once."""
    code = (
        "import sys, podfleet.__main__; print([name for name in ('numba', 'scipy', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_package_is_the_command_line() -> None:
    """`python -m podfleet` is `podfleet`."""
    done = subprocess.run(
        [sys.executable, "-m", "podfleet", "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.startswith("podfleet ")
