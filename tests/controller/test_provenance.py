"""Provenance of a result, and a hash that distinguishes scenarios by their contents, not by their paths."""

import shutil
from pathlib import Path

from controller.provenance import environment, scenario_hash, words
from controller.report.figures import figures
from controller.run import RunOptions, SimulatedRun
from controller.scenario.read import load_scenario
from robots.recording.record import Record
from tests.support.floor.tiny_site import TINY, tiny


def test_the_hash_is_of_what_a_scenario_says(tmp_path: Path) -> None:
    """A copied file is the same scenario; another setting, seed or content of a file is another."""
    copied = Path(shutil.copy(TINY, tmp_path / "other.toml"))
    one = scenario_hash(tiny())
    assert scenario_hash(load_scenario(copied)) == one
    assert scenario_hash(tiny(orders={"backlog": 9})) != one
    assert scenario_hash(tiny(run={"seed": 2})) != one


def test_the_content_of_a_named_file_counts(tmp_path: Path) -> None:
    """Two exports of one name differ."""
    path = tmp_path / "orders.csv"
    hashes = set()
    for units in (1, 2):
        path.write_text(f"order_id,sku,quantity,timestamp\n1,a,{units},2024-03-01 09:00\n", encoding="utf-8")
        hashes.add(scenario_hash(tiny(orders={"csv": str(path)})))
    assert len(hashes) == 2


def test_summary_and_record_name_what_they_were_made_with(tmp_path: Path) -> None:
    """Version, interpreter, libraries, processor and threads, in a line for people too."""
    path = tmp_path / "a.pfr"
    with SimulatedRun(tiny(run={"ticks": 2}), RunOptions(record=path)) as run:
        run.step()
        summary = run.finish()
    keys = {"version", "commit", "python", "numpy", "numba", "processor", "cores", "threads"}
    assert set(summary.environment.as_dict()) == keys
    assert summary.environment.threads == 1
    assert words(environment().as_dict()).startswith(f"podfleet {environment().version}")
    with Record(path) as record:
        assert record.summary is not None
        assert record.summary["environment"] == summary.environment.as_dict()
        assert record.summary["scenario_hash"] == summary.scenario_hash


def test_a_torn_record_names_what_it_was_made_with(tmp_path: Path) -> None:
    """The head has it, so that a run that was killed can be reported like one that has ended."""
    path = tmp_path / "a.pfr"
    with SimulatedRun(tiny(run={"ticks": 2}), RunOptions(record=path)) as run:
        run.step()
    with Record(path) as record:
        assert record.summary is None
        found = figures(run.kpis, {}, record.header, None)["run"]
    assert (found["environment"], found["scenario_hash"]) == (
        environment().as_dict(),
        scenario_hash(tiny(run={"ticks": 2})),
    )
