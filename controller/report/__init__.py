"""The report of a run: one self-contained page, and the same numbers as JSON beside it."""

import json
from collections.abc import Mapping
from pathlib import Path

from controller.kpis import Kpis
from controller.report.document import report_of
from controller.report.figures import ReportData, figures
from layout.errors import InputError
from layout.escaping import drawn
from layout.files.outputs import outputs
from layout.files.reading import JSON, read_bytes
from layout.files.writing import make_folder, write_whole
from robots.recording.frames import Header

_FILES = ("report.html", "report.json")


def check_report(out: Path) -> None:
    """Raise InputError if `out` has the ending of a file that is not one of the report's."""
    outputs(out, _FILES)


def write_report(
    out: Path,
    kpis: Kpis,
    summary: Mapping[str, object],
    header: Header,
    baseline: Mapping[str, object] | None = None,
) -> list[Path]:
    """Write report.html and report.json into the folder `out`, or only the one that `out` names, and return the paths.

    The folder is created if necessary. baseline: a report.json or a run's summary to compare with. Raises InputError if
    `out` cannot be written to, or has any other ending.
    """
    paths = outputs(out, _FILES)
    make_folder(paths[0].parent)
    report = figures(kpis, summary, header, baseline)
    for path in reversed(paths):
        numbers = path.suffix.lower() == ".json"
        write_whole(path, json.dumps(report, ensure_ascii=False, allow_nan=False) if numbers else _html(report, kpis))
    return paths


def read_baseline(path: Path) -> dict[str, object]:
    """Read the report.json, or the summary, of another run. Raises InputError if it is neither."""
    right = "a report.json written by podfleet run --report"
    try:
        document = json.loads(read_bytes(path, JSON))
    except (ValueError, RecursionError) as error:
        raise InputError.single(str(path), "", "is not JSON", right) from error
    if not isinstance(document, dict) or not isinstance(document.get("summary", document), dict):
        raise InputError.single(str(path), "", "is not a report", right)
    if "orders_shipped" not in document.get("summary", document):
        raise InputError.single(str(path), "", "is not a report", right)
    return document


def _html(report: ReportData, kpis: Kpis) -> str:
    """Return the page. matplotlib takes a second to import, so it is imported only when a page is written."""
    from controller.report.map import congestion_map
    from controller.report.page import page
    from controller.report.plots.plots import plots

    waited_s = kpis.robots.waited * kpis.header.tick_s
    heat = congestion_map(kpis.floor, waited_s, kpis.robots.entered, kpis.hours)
    return page(report_of(report), plots(report_of(drawn(report))), heat)
