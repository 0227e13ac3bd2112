"""The examples run as they stand, on shorter runs, and are short."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from podfleet import Floor, Scenario, run
from robots.recording.events import OrderReleased

FOLDER = Path(__file__).parents[2] / "examples"
_API = ("run_and_figures", "step_by_tick", "record_to_dataframes", "own_policy", "sweep_a_parameter")


def example(name: str) -> ModuleType:
    """The module of an example, which lies in no package."""
    spec = spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", _API)
def test_an_example_is_read_at_a_glance(name: str) -> None:
    """At most forty lines."""
    assert len((FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_a_run_gives_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """The figures that are printed are those of the summary."""
    summary = example("run_and_figures").main(ticks=120)
    assert f"{summary.orders_shipped} of {summary.orders_received} orders shipped" in capsys.readouterr().out


def test_a_floor_is_stepped(capsys: pytest.CaptureFixture[str]) -> None:
    """Each order that leaves has its line."""
    counts = example("step_by_tick").main(ticks=240)
    assert counts["OrderReceived"] > 0
    assert capsys.readouterr().out.count("leaves;") == counts["OrderShipped"]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_record_becomes_tables(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With either library, where it is installed."""
    pytest.importorskip(library)
    monkeypatch.setattr("podfleet.record._LIBRARIES", (library,))
    run(Scenario.shipped("tiny"), seed=1, ticks=200, record=tmp_path / "a.pfr")
    tables = example("record_to_dataframes").main(str(tmp_path / "a.pfr"))
    assert tables["counts"].shape[0] == 4
    assert "units" in capsys.readouterr().out


def test_a_policy_of_ones_own_releases_orders(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its function is found beside it, as when the file is run."""
    monkeypatch.syspath_prepend(FOLDER)
    shipped = example("own_policy").main(ticks=120, seeds=(1,))
    assert shipped.pairs == 1
    assert "orders shipped: " in capsys.readouterr().out
    own = Scenario.shipped("tiny", {"policies.release": "own_policy:smallest_first"})
    with Floor(own, seed=1, ticks=40) as floor:
        reasons = [event.reason for tick in floor for event in tick.events if isinstance(event, OrderReleased)]
    assert reasons
    assert all("fewest units of the backlog" in reason for reason in reasons)


def test_a_setting_is_swept(capsys: pytest.CaptureFixture[str]) -> None:
    """One comparison for each value but the first."""
    found = example("sweep_a_parameter").main(ticks=60, seeds=(1,), robots=(30, 20))
    assert [one.differs["robots.count"] for one in found] == [(30, 20)]
    assert "30 → 20 robots" in capsys.readouterr().out
