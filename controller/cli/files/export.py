"""`podfleet books`: supply-chain data of a record as CSV. Registered by controller/cli/app.py."""

from pathlib import Path
from typing import Annotated

import typer

from controller.cli.files.records import RecordFile, opened_record
from controller.cli.shared.output import say
from controller.cli.shared.terminal import progress_bar


def books(
    record: RecordFile,
    out: Annotated[Path, typer.Option(help="Folder for the CSV files.")] = Path("books"),
) -> None:
    """Write purchase orders, receipts, parcels, routes, returns, journal, settlements, scorecard and stock as CSV."""
    from controller.export.csv_export import export_csv
    from layout.files.outputs import check_folder

    check_folder(out)

    with opened_record(record) as opened, progress_bar() as progress:
        bar = progress.add_task(f"Reading {record.name}", total=opened.last_tick + 1)
        paths = export_csv(opened, out, lambda tick: progress.update(bar, completed=tick))
    say(*paths)
