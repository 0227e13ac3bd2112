"""A run that can't open its window: a picture of its first hour while it goes on, and record, report and picture of its end."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from controller.cli.shared.output import note
from layout.files.writing import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path("podfleet-out")


def without_display(name: str, record: Path | None, report: Path | None) -> tuple[Path, Path]:
    """Where a run that can't open its window leaves what there is to see."""
    note("No display here: running without the window, with a picture and a report instead.")
    if report is None:
        report = OUT / name
        make_folder(report)
    return record or OUT / f"{name}.pfr", report


def forget_earlier(record: Path) -> None:
    """What an earlier run left beside a record that nobody has named, for it would be taken for this run's."""
    for left in (
        record.with_suffix(".png"),
        *(record.with_suffix("") / name for name in ("report.html", "report.json")),
    ):
        left.unlink(missing_ok=True)


@contextmanager
def first_picture(record: Path, tick_s: float) -> "Iterator[Callable[[int], None]]":
    """Give what is to be called after each tick of a run with a record: it has a picture made of the end of the first hour."""
    from robots.recording.record import CHUNK_TICKS

    due = -(-round(3600 / tick_s) // CHUNK_TICKS) * CHUNK_TICKS - 1  # the last tick of a chunk: what is read is whole
    made: list[subprocess.Popen[bytes]] = []

    def look(tick: int) -> None:
        if tick == due:
            made.append(subprocess.Popen(_command(record, tick), stdout=subprocess.DEVNULL))
        if made and made[0].poll() == 0:
            note(f"picture  {record.with_suffix('.png')} of the first hour; the run goes on")
            made.clear()

    try:
        yield look
    finally:
        for process in made:
            process.terminate()
            process.wait()


def picture(record: Path, tick: int) -> None:
    """Of a tick, beside the record."""
    if subprocess.call(_command(record, tick), stdout=subprocess.DEVNULL) == 0:
        note(f"picture  {record.with_suffix('.png')}")


def _command(record: Path, tick: int) -> list[str]:
    out = str(record.with_suffix(".png"))
    return [sys.executable, "-m", "visualizer", str(record), "--headless", "--at", str(tick), "--out", out]
