"""The report: the same numbers on the page and beside it; nothing from elsewhere, nothing unescaped."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from controller.kpis import Kpis
from controller.report import read_baseline, write_report
from controller.report.document import report_of
from controller.report.figures import figures
from controller.report.sections.energy import energy_section
from layout.errors import InputError
from robots.recording import events as ev
from tests.support.floor.small_run import SHELL, small_floor, small_frame, small_header, small_kpis, write_small_record


def write_small_report(folder: Path) -> tuple[Path, Path]:
    """Write the small run's report against a baseline of other policies."""
    baseline = figures(small_kpis(), SHELL | {"pile_on": 2.0}, small_header(policies={"pod": "random"}), None)
    return write_report(folder, small_kpis(), SHELL, small_header(), baseline)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_small_report(tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def page(written: tuple[Path, Path]) -> str:
    return written[0].read_text(encoding="utf-8")


class _Links(HTMLParser):
    """Collects the links that a page would load, and the tags that it leaves open."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone(page: str) -> None:
    """There is no script, style sheet, font or picture from elsewhere; every tag is closed."""
    links = _Links()
    links.feed(page)
    assert not links.open
    assert all(source.startswith(("data:", "#")) for source in links.sources)
    assert "<script" not in page
    assert "@import" not in page


def test_the_page_has_every_part(page: str) -> None:
    """Each section has a heading, and a plot if there is one for it."""
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert headings == [
        "Against the baseline",
        "Throughput",
        "Stations",
        "Turnover and lateness",
        "Slowest orders",
        "Robots",
        "Queues",
        "Energy",
        "Battery",
        "Congestion",
        "Faults and alarms",
        "Skipped rows of the order file",
    ]
    assert page.count("<svg") == 6
    assert page.count('src="data:image/png;base64,') == 1


def test_ids_of_the_plots_are_their_own(page: str) -> None:
    """Six drawings in one page do not share each other's clip paths."""
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_text_from_the_run_is_escaped(page: str) -> None:
    """An alarm, a scenario, a policy and an order that look like markup stay text."""
    from controller.report.page import page as html_of

    assert "&lt;b&gt;the plan drives robot 1 into a wall&lt;/b&gt;" in page
    evil = small_header(scenario="<script>1</script>", policies={"<i>": '"x"'}, skipped_rows={"<u>": 1})
    kpis = small_kpis(evil)
    kpis.fold_events([ev.OrderReceived(1, 99, "<img src=x>", [(0, 1)], 9)])
    drawings = dict.fromkeys(("orders_by_hour", "stations", "times", "robot_time", "queues", "battery"), "")
    evil_page = html_of(report_of(figures(kpis, {"digest": "<b>"}, evil, None)), drawings, "data:,")
    tags = set(re.findall(r"<[^>]*>", evil_page))
    assert not {"<script>", "<i>", "<u>", "<img src=x>"} & tags
    assert "<code>&lt;b&gt;</code>" in evil_page
    assert "&lt;img src=x&gt;" in evil_page


def test_page_and_json_are_the_same_for_the_same_run(written: tuple[Path, Path], tmp_path: Path) -> None:
    """Without dates and random ids, reports can be compared byte by byte."""
    second = write_small_report(tmp_path)
    assert [path.name for path in second] == ["report.html", "report.json"]
    assert [path.read_bytes() for path in second] == [path.read_bytes() for path in written]
    assert json.loads(second[1].read_text(encoding="utf-8"))["summary"]["orders_shipped"] == 2


def test_a_run_of_one_tick_without_work_has_a_report(tmp_path: Path) -> None:
    """A report without any work to plot or to average is still a page."""
    kpis = Kpis(small_header(), small_floor())
    kpis.fold(small_frame(0), ())
    html, _ = write_report(tmp_path, kpis, {}, small_header(), None)
    text = html.read_text(encoding="utf-8")
    assert "no order shipped" in text
    assert "No fault and no alarm." in text


def test_a_folder_that_cannot_be_made_is_a_fault_of_input(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="can't be written to"):
        write_report(tmp_path / "out", small_kpis(), {}, small_header(), None)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "can't be read: No such file or directory"),
        ("{", r"is not JSON \(a report.json written by podfleet run --report\)"),
        ("[]", "is not a report"),
        ('{"summary": 3}', "is not a report"),
        ('{"a": 1}', "is not a report"),
    ],
)
def test_a_baseline_that_is_none_is_a_fault_of_input(tmp_path: Path, content: str | None, fault: str) -> None:
    """The baseline is missing, torn, or another kind of file."""
    path = tmp_path / "base.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=fault):
        read_baseline(path)


def test_the_report_command_counts_a_record_again(tmp_path: Path) -> None:
    """The record's summary gives the figures that cannot be counted; the rest is counted again."""
    from controller.cli.files.records import report as command

    live = json.loads(json.dumps(figures(small_kpis(), SHELL, small_header(), None)))
    (tmp_path / "live.json").write_text(json.dumps(live))
    write_small_record(tmp_path / "run.pfr", SHELL).close()
    command(tmp_path / "run.pfr", tmp_path / "out", tmp_path / "live.json")
    counted = read_baseline(tmp_path / "out" / "report.json")
    compared = counted.pop("baseline")
    assert counted == {key: value for key, value in live.items() if key != "baseline"}
    assert compared["differs"] == []
    assert {row["change_percent"] for row in compared["rows"]} <= {0.0, None}


def test_figures_need_no_plots() -> None:
    """Only the page imports matplotlib."""
    code = "import sys, controller.report, controller.cli.files.records; print('matplotlib' in sys.modules)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "False"


def test_a_floor_that_keeps_no_balance_of_its_energy_says_why() -> None:
    """Real robots report no consumption; the missing section is explained."""
    assert "others report their charge, not their consumption" in energy_section(None)
