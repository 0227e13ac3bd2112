"""Commands on a disk that is full: one line, exit status 2, nothing that was there before is lost."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from controller.kpis import recompute
from controller.report import write_report
from controller.run import RunOptions, SimulatedRun
from layout.errors import InputError
from layout.files.writing import write_whole
from layout.formats.floor_file import FloorFile
from robots.recording.record import Record
from tests.support.floor.small_run import small_floor, write_small_record
from tests.support.floor.tiny_site import TINY, tiny
from tests.support.processes.small_disk import needs_limits, small_disk

pytestmark = needs_limits


def test_a_run_outlives_its_record(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One line says where the record ends; its ticks can be read, and the run has its figures to the end."""
    path = tmp_path / "day.pfr"
    with SimulatedRun(tiny(), RunOptions(path)) as run:
        for _ in range(100):
            run.step()
        with small_disk(path.stat().st_size):
            for _ in range(250):
                run.step()
            assert run.finish().ticks == 350
    assert run.record_lost
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == [
        f"{path}: can't be written to: File too large; the record ends here, the run continues without it"
    ]
    with Record(path) as record:
        assert record.last_tick == 99


def test_a_run_that_lost_its_record_ends_with_the_status_of_bad_input(tmp_path: Path) -> None:
    """Its summary is printed all the same."""
    path = tmp_path / "day.pfr"
    with small_disk(12_000):
        done = CliRunner().invoke(app, ["run", str(TINY), "--headless", "--ticks", "600", "--record", str(path)])
    assert done.exit_code == 2
    assert "orders received" in done.stdout


def floor_again(path: Path) -> None:
    file = FloorFile.open(path)
    file.save(file.draft())


@pytest.mark.parametrize(
    "write", [lambda path: write_whole(path, "x" * 100_000), floor_again], ids=["a text", "a floor"]
)
def test_a_full_disk_costs_nothing_that_was_there(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """The old file stays, and no half one lies beside it."""
    path = tmp_path / "mine.toml"
    path.write_bytes(TINY.read_bytes())
    with small_disk(200), pytest.raises(InputError, match=r"mine\.toml: can't be written to: File too large"):
        write(path)
    assert path.read_bytes() == TINY.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_finds_no_room_leaves_the_old_one(tmp_path: Path) -> None:
    """The page and the numbers are replaced whole."""
    (tmp_path / "report.json").write_text("old", encoding="utf-8")
    with write_small_record(tmp_path / "day.pfr") as record:
        kpis = recompute(record, small_floor())
        with small_disk(100), pytest.raises(InputError, match=r"report\.json: can't be written to"):
            write_report(tmp_path, kpis, kpis.summary().as_dict(), record.header)
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == "old"
