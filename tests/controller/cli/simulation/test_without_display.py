"""A run without a display: what it leaves, and when."""

from pathlib import Path

import pytest

from controller.cli.simulation.without_display import first_picture, forget_earlier
from tests.support.processes.patience import wait_until
from tests.support.window.eye_floor import write_eye_record


def test_the_first_hour_has_its_picture_while_the_run_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At ticks of 36 s an hour is a hundred; the unfinished record's picture is reported when written."""
    record, told = write_eye_record(tmp_path / "run.pfr", 100, finish=False), []
    with first_picture(record, 36.0) as look:
        look(98)
        look(100)
        assert not record.with_suffix(".png").exists()
        look(99)

        def is_told() -> bool:
            look(100)
            told.append(capsys.readouterr().err)
            return bool(told[-1])

        wait_until(is_told)
    assert told[-1] == f"picture  {record.with_suffix('.png')} of the first hour; the run continues\n"
    assert record.with_suffix(".png").read_bytes()[:4] == b"\x89PNG"


def test_what_an_earlier_run_left_is_no_longer_there(tmp_path: Path) -> None:
    """Its picture and report would be taken for those of the new record; other files stay."""
    (tmp_path / "demo").mkdir()
    names = ("demo.png", "demo/report.html", "demo/report.json", "demo/notes.txt", "tiny.png")
    for name in names:
        (tmp_path / name).write_text("")
    forget_earlier(tmp_path / "demo.pfr")
    assert [name for name in names if (tmp_path / name).exists()] == ["demo/notes.txt", "tiny.png"]
