"""Commands about records: `podfleet explain` and `podfleet report`. Registered by controller/cli/app.py."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.output import note, say
from controller.cli.shared.terminal import progress_bar, status
from layout.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from robots.recording.record import Record

RecordFile = Annotated[Path, typer.Argument(help="A record (.pfr) written by podfleet run --record.")]


@contextmanager
def opened_record(path: Path) -> "Iterator[Record]":
    """Open a record for a command that reads all of it, and report what is lost of it.

    InputError if it is none, has no whole tick, or makes no sense.
    """
    from robots.recording.record import Record, sensible

    with Record(path) as record, sensible(path):
        if record.last_tick < record.first_tick:
            raise InputError.single(str(path), "", "has no ticks" + (f": {record.lost}" if record.lost else " yet"))
        if record.lost:
            note(f"{path}: {record.lost}")
        yield record


def explain(
    record: RecordFile,
    robot: Annotated[int | None, typer.Option(help="Number of a robot.")] = None,
    order: Annotated[str | None, typer.Option(help="The customer's number of an order, exactly as given.")] = None,
    pod: Annotated[int | None, typer.Option(help="Number of a pod.")] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", "--tick", metavar="MOMENT", help="Up to this tick or time of day; default: the record's end."
        ),
    ] = None,
) -> None:
    """Show what a robot, an order or a pod did, and why the controller chose it."""
    from controller.explain import explain as explain_record

    with opened_record(record) as opened:
        with status(f"Reading {record.name}…"):
            lines = explain_record(opened, robot=robot, order=order, pod=pod, at=at)
        say(*lines)


def report(
    record: RecordFile,
    out: Annotated[
        Path, typer.Option(help="Folder for report.html and report.json, or one of them by its ending.")
    ] = Path("report"),
    baseline: Annotated[Path | None, typer.Option(help="report.json of another run to compare with.")] = None,
    league: Annotated[Path | None, typer.Option(help="Write the run as a League of Robot Runners result too.")] = None,
) -> None:
    """Write the report of a recorded run, with all figures computed again from the record."""
    from controller.kpis import recompute
    from controller.lorr.results.record import write_league_json
    from controller.report import check_report, read_baseline, write_report
    from layout.files.outputs import check_ending
    from robots.wording.event_words import floor_of

    check_report(out)
    if league is not None:
        check_ending(league, (".json",))
    other = None if baseline is None else read_baseline(baseline)
    with opened_record(record) as opened:
        floor = floor_of(opened.header)
        with progress_bar() as progress:
            bar = progress.add_task(f"Reading {record.name}", total=opened.last_tick + 1)
            kpis = recompute(opened, floor, lambda ticks: progress.update(bar, completed=ticks))
        summary = {**(opened.summary or {}), **kpis.summary().as_dict()}
        if league is not None:
            write_league_json(opened, floor.grid.width, league)
        with status("Writing the report…"):
            written = write_report(out, kpis, summary, kpis.header, other)
    say(*written)
