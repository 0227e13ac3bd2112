"""Names and texts that others have chosen, through every output: spreadsheets, terminals, logs, pages and the window."""

import csv
import logging
import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from rich.table import Table
from rich.text import Text
from typer.testing import CliRunner

from controller.cli.app import app
from controller.cli.shared.output import note, print_error, print_table, say
from controller.cli.shared.terminal import progress_bar, status
from controller.kpis import recompute
from controller.report import write_report
from controller.report.document import Report
from controller.report.plots.work import stations
from controller.report.style import svg
from controller.serving.logs import set_up_logs
from layout.errors import InputError
from layout.files.standard_output import guarded_errors
from layout.slotting.moves.move_file import read_moves, write_moves
from layout.slotting.moves.stowage import Move, Spot
from layout.slotting.plan import plan_of
from layout.slotting.plan_file import read_plan, write_plan
from robots.recording.event import Event
from robots.recording.frames import StationInfo
from robots.recording.record import Record, RecordWriter
from tests.support.floor.small_run import TICKS, small_events, small_floor, small_frame, small_header
from tests.support.supply_chain.small_chain import chain_events
from visualizer.style.fonts import Fonts

HOSTILE = '=HYPERLINK("x")\x1b]0;owned\x07\r\n12:00 all is well\u202e\x00 <script>alert(1)</script>'
_FREE = ("name", "reason", "supplier", "seller", "vehicle", "lane", "box", "item", "text", "cause", "where")
"""Fields of events that hold what people have written."""
SOURCES = [
    path
    for name in ("layout", "robots", "controller", "visualizer", "podfleet")
    for path in (Path(__file__).parents[3] / name).rglob("*.py")
]


def hostile(event: Event) -> Event:
    named = {field.name for field in structs.fields(event)} & set(_FREE)
    return structs.replace(event, **{name: HOSTILE + getattr(event, name) for name in named})


@pytest.fixture(scope="module", params=["floor", "chain"])
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day on the floor, or around it, with nothing but hostile names."""
    path = tmp_path_factory.mktemp("hostile") / "run.pfr"
    stations = [StationInfo(HOSTILE + kind, kind, cell) for kind, cell in (("pick", 1), ("pack", 4), ("stow", 5))]
    skus = [HOSTILE + "1", HOSTILE + "2"]
    header = small_header(scenario=HOSTILE, skus=skus, stations=stations, policies={HOSTILE: HOSTILE})
    told = small_events() if request.param == "floor" else chain_events()
    with RecordWriter(path, header) as writer:
        for tick in range(TICKS):
            writer.add(small_frame(tick), [hostile(event) for event in told[tick]])
    return path


def is_harmless(text: str) -> bool:
    """No terminal does anything but print it, and no line in it is the name's own."""
    return all(line.isprintable() for line in text.split("\n")) and not any(
        line.startswith("12:00 all is well") for line in text.splitlines()
    )


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "{record}", "--order", HOSTILE + "A-1"],
        ["track", "{record}", "--order", HOSTILE + "B-2"],
        ["explain", "{record}", "--order", HOSTILE],
        ["track", "{record}", "--order", HOSTILE + "A-2"],
    ],
)
def test_a_history_is_lines_that_a_terminal_only_prints(record: Path, words: list[str]) -> None:
    """Whatever orders, SKUs and reasons are called."""
    result = CliRunner().invoke(app, [word.replace("{record}", str(record)) for word in words])
    printed = result.output + (str(result.exception) if isinstance(result.exception, InputError) else "")
    assert "\\x1b]0;owned\\x07\\r\\n12:00" in printed
    assert is_harmless(printed)


def test_no_book_calculates_in_a_spreadsheet(record: Path, tmp_path: Path) -> None:
    """Each cell is a number or a text."""
    result = CliRunner().invoke(app, ["books", str(record), "--out", str(tmp_path / "books")])
    if isinstance(result.exception, InputError):  # the floor's day has no books
        return
    cells = [
        (row, cell)
        for path in (tmp_path / "books").iterdir()
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines())
        for cell in row
    ]
    assert any(cell.startswith("'=HYPERLINK") for _, cell in cells)
    assert [cell for _, cell in cells if cell.startswith(("=", "@", "\t", "\r"))] == []
    assert all(cell.isprintable() for _, cell in cells)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)


def _one_plot(report: Report) -> dict[str, str]:
    """Each takes a second; that of stations has names."""
    names = ("orders_by_hour", "times", "robot_time", "queues", "battery", "promises", "waiting", "costs")
    return {**dict.fromkeys(names, ""), "stations": svg(stations(report), "stations")}


def test_a_report_has_no_markup_of_others(record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor signs that HTML doesn't know, nor that a plot can't draw."""
    monkeypatch.setattr("controller.report.plots.plots.plots", _one_plot)
    monkeypatch.setattr("controller.report.map.congestion_map", lambda *_: "")
    with Record(record) as opened:
        kpis = recompute(opened, small_floor())
    summary = {**kpis.summary().as_dict(), "scenario": HOSTILE, "digest": "0", "trouble": {HOSTILE: 1}}
    page, _ = write_report(tmp_path / "report", kpis, summary, kpis.header)
    text = page.read_text(encoding="utf-8")
    tags = _Tags()
    tags.feed(text)
    assert "script" not in tags.found
    assert all(sign.isprintable() or sign == "\n" for sign in text)


def test_plans_and_moves_of_hostile_skus_come_back(tmp_path: Path) -> None:
    """Our own files keep every name that a SKU can have."""
    names = ["=1+2", "'=1", "@x", "+1-2", "-3", "-a", "A'1", "''-1"]
    plan = plan_of({(0, bin_): (name, 1) for bin_, name in enumerate(names)}, np.array([[1, 2]], np.int32))
    write_plan(tmp_path / "plan.csv", plan)
    read = read_plan(tmp_path / "plan.csv")
    assert [read.names[sku] for sku in read.sku.tolist()] == [plan.names[sku] for sku in plan.sku.tolist()]
    moves = [Move("sku", Spot("bin", 0, at), Spot("bin", 0, at + 9), name, 1) for at, name in enumerate(names)]
    write_moves(tmp_path / "moves.csv", moves)
    assert [move.sku for move in read_moves(tmp_path / "moves.csv")] == names
    for name in ("plan.csv", "moves.csv"):
        assert not any(
            cell.startswith(("=", "@", "+")) or cell == "-a"
            for row in csv.reader((tmp_path / name).read_text(encoding="utf-8").splitlines())
            for cell in row
        )


def _table() -> None:
    table = Table("name", "said")
    table.add_row(HOSTILE, Text(HOSTILE, "red"))
    print_table(table)


def _status() -> None:
    with status(HOSTILE):
        pass


def _progress() -> None:
    with progress_bar() as progress:
        progress.update(progress.add_task(HOSTILE, total=1), completed=1)


PRINTERS: dict[str, Callable[[], object]] = {
    "results": lambda: say(HOSTILE),
    "notes": lambda: note(HOSTILE),
    "errors": lambda: print_error("input", [HOSTILE], 2, as_json=False),
    "errors as JSON": lambda: print_error("input", [HOSTILE], 2, as_json=True),
    "faults of files": lambda: note(InputError.single(HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
    "tables": _table,
    "what is being done": _status,
    "how far it is": _progress,
}


@pytest.mark.parametrize("name", PRINTERS)
def test_a_terminal_only_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, as long as it may be."""
    PRINTERS[name]()
    out, err = capsys.readouterr()
    assert is_harmless(out + err)


@pytest.mark.parametrize("form", ["text", "json", ""])
def test_a_log_line_is_one_line(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    """In both forms, and where no log was set up."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        if form:
            set_up_logs(form)
        else:
            root.handlers[:] = []
        with guarded_errors():
            logging.getLogger("hostile").warning("robot %d says: %s", 7, HOSTILE)
            sys.stderr.flush()
    finally:
        root.handlers[:], root.level = before, level
    err = capfd.readouterr().err
    assert len(err.splitlines()) == 1
    assert is_harmless(err)


def test_the_window_draws_any_text() -> None:
    """Fonts don't take NUL, and a second line would lie on what is below."""
    fonts = Fonts()
    drawn = fonts.render(HOSTILE, 12, (0, 0, 0))
    assert drawn.get_width() == fonts.width(HOSTILE, 12)
    assert drawn.get_height() < 2 * fonts.height(12)


def test_nothing_is_printed_but_by_what_escapes() -> None:
    """Commands print by `say`, `note` and `print_table`."""
    prints = re.compile(r"^[^#\n]*(?:typer\.echo|(?<![\w.])print|console\.print)\(", re.MULTILINE)
    found = [path.name for path in SOURCES if prints.search(path.read_text(encoding="utf-8"))]
    assert found == ["output.py"]
