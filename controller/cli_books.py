"""`podfleet books`: the supply chain's books of a record as CSV. Registered by controller/cli.py."""

from pathlib import Path
from typing import Annotated

import typer

from controller.cli_machine import progress_bar
from controller.cli_output import say
from controller.cli_records import RecordFile, opened_record


def books(
    record: RecordFile,
    out: Annotated[Path, typer.Option(help="Folder for the CSV files.")] = Path("books"),
) -> None:
    """Write purchase orders, receipts, parcels, routes, returns, journal, settlements, scorecard and stock as CSV."""
    from controller.books import write_books
    from layout.outputs import check_folder

    check_folder(out)

    with opened_record(record) as opened, progress_bar() as progress:
        bar = progress.add_task(f"Reading {record.name}", total=opened.last_tick + 1)
        paths = write_books(opened, out, lambda tick: progress.update(bar, completed=tick))
    say(*paths)
