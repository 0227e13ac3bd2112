"""Runs that cannot open their window: a picture of the first hour during the run, and record, report and picture of its
end.
"""

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
    """Return where a run that cannot open its window writes record and report."""
    note("No display found: running without the window, with a picture and a report instead.")
    if report is None:
        report = OUT / name
        make_folder(report)
    return record or OUT / f"{name}.pfr", report


def forget_earlier(record: Path) -> None:
    """Delete what an earlier run left beside a record with a default name, because it could be taken for this run's."""
    for left in (
        record.with_suffix(".png"),
        *(record.with_suffix("") / name for name in ("report.html", "report.json")),
    ):
        left.unlink(missing_ok=True)


@contextmanager
def first_picture(record: Path, tick_s: float) -> "Iterator[Callable[[int], None]]":
    """Provide a function to call after each tick of a recorded run; it has a picture made of the end of the first hour."""
    from robots.recording.record import CHUNK_TICKS

    due = (
        -(-round(3600 / tick_s) // CHUNK_TICKS) * CHUNK_TICKS - 1
    )  # the last tick of a chunk, so that whole chunks are read
    processes: list[subprocess.Popen[bytes]] = []

    def look(tick: int) -> None:
        if tick == due:
            processes.append(subprocess.Popen(_command(record, tick), stdout=subprocess.DEVNULL))
        if processes and processes[0].poll() == 0:
            note(f"picture  {record.with_suffix('.png')} of the first hour; the run continues")
            processes.clear()

    try:
        yield look
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def picture(record: Path, tick: int) -> None:
    """Write a picture of a tick beside the record."""
    if subprocess.call(_command(record, tick), stdout=subprocess.DEVNULL) == 0:
        note(f"picture  {record.with_suffix('.png')}")


def _command(record: Path, tick: int) -> list[str]:
    out = str(record.with_suffix(".png"))
    return [sys.executable, "-m", "visualizer", str(record), "--headless", "--at", str(tick), "--out", out]
