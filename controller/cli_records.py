"""Commands about records: `podfleet explain` and `podfleet report`. Registered by controller/cli.py."""

from pathlib import Path
from typing import Annotated

import typer

from controller.cli_machine import progress_bar, status

RecordFile = Annotated[Path, typer.Argument(help="A record (.pfr) written by podfleet run --record.")]


def explain(
    record: RecordFile,
    robot: Annotated[int | None, typer.Option(help="Number of a robot.")] = None,
    order: Annotated[str | None, typer.Option(help="The customer's number of an order, exactly as it is.")] = None,
    pod: Annotated[int | None, typer.Option(help="Number of a pod.")] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", "--tick", metavar="MOMENT", help="Up to this tick or time of day; default: the record's end."
        ),
    ] = None,
) -> None:
    """Tell what a robot, an order or a pod did, and why the controller chose it so."""
    from controller.explain import explain as explain_record
    from robots.record import Record

    with Record(record) as opened:
        with status(f"Reading {record.name}…"):
            lines = explain_record(opened, robot=robot, order=order, pod=pod, at=at)
        for line in lines:
            typer.echo(line)


def report(
    record: RecordFile,
    out: Annotated[
        Path, typer.Option(help="Folder for report.html and report.json, or one of them by its ending.")
    ] = Path("report"),
    baseline: Annotated[Path | None, typer.Option(help="report.json of another run to compare with.")] = None,
    league: Annotated[Path | None, typer.Option(help="Write the run as a League of Robot Runners result too.")] = None,
) -> None:
    """Write the report of a recorded run, all figures counted again from the record."""
    from controller.explain.words import floor_of
    from controller.kpis import recompute
    from controller.league_json import write_league_json
    from controller.report import check_report, read_baseline, write_report
    from layout.outputs import check_ending
    from robots.record import Record

    check_report(out)
    if league is not None:
        check_ending(league, (".json",))
    other = None if baseline is None else read_baseline(baseline)
    with Record(record) as opened:
        floor = floor_of(opened.header)
        with progress_bar() as progress:
            bar = progress.add_task(f"Reading {record.name}", total=opened.last_tick + 1)
            kpis = recompute(opened, floor, lambda ticks: progress.update(bar, completed=ticks))
        summary = {**(opened.summary or {}), **kpis.summary()}
        if league is not None:
            write_league_json(opened, floor.grid.width, league)
    with status("Writing the report…"):
        written = write_report(out, kpis, summary, kpis.header, other)
    for path in written:
        typer.echo(path)
