"""The report: the same numbers on the page and beside it; nothing from elsewhere, nothing unescaped."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from small_run import TICKS, small_events, small_floor, small_frame, small_header, write_small_record

from controller.kpis import Kpis
from controller.report import read_baseline, write_report
from controller.report_baseline import against
from controller.report_figures import figures
from controller.report_verdict import verdict
from controller.wording import clock, number, span
from layout.errors import InputError
from robots import events as ev
from robots.frames import Header

SHELL = {
    "scenario": "small",
    "digest": "0123abcd",
    "collisions": 0,
    "stock_errors": 0,
    "stuck_robots": 0,
    "energy_wh": 30.0,
    "ticks_per_s": 100.0,
}
"""What the run shell adds to the summary."""


def small_kpis(header: Header | None = None) -> Kpis:
    kpis = Kpis(header or small_header(), small_floor())
    events = small_events()
    for tick in range(TICKS):
        kpis.fold(small_frame(tick), events[tick])
    return kpis


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return figures(small_kpis(), SHELL, small_header(), None)


def write_small_report(folder: Path) -> tuple[Path, Path]:
    """The small run's report against a baseline of other policies."""
    baseline = figures(small_kpis(), SHELL | {"pile_on": 2.0}, small_header(policies={"pod": "random"}), None)
    return write_report(folder, small_kpis(), SHELL, small_header(), baseline)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_small_report(tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def page(written: tuple[Path, Path]) -> str:
    return written[0].read_text(encoding="utf-8")


def test_the_report_says_what_ran_and_how_it_ended(report: dict[str, Any]) -> None:
    """120 ticks of a minute from 08:00 on."""
    run = report["run"]
    assert (run["scenario"], run["seed"], run["start"], run["end"]) == ("small", 7, "08:00", "10:00")
    assert run["digest"] == "0123abcd"
    assert report["skipped_rows"] == {"quantity is not positive": 12}


def test_what_the_run_says_goes_before_what_is_counted_again(report: dict[str, Any]) -> None:
    """The shell's keys stand beside the counted ones."""
    assert report["summary"]["energy_wh"] == 30.0
    assert report["summary"]["orders_shipped"] == 2


def test_distance_and_energy_are_told_a_line(report: dict[str, Any]) -> None:
    """Three lines, seven cells of a metre, 30 Wh."""
    assert report["per_line"] == {"distance_m": pytest.approx(7 / 3), "energy_wh": 10.0}


def test_hours_are_columns_and_say_how_long_they_lasted(report: dict[str, Any]) -> None:
    """Two whole hours of the small run, and 90 minutes of a shorter one."""
    hours = report["hours"]
    assert hours["start"] == ["08:00", "09:00"]
    assert hours["covered_s"] == [3600.0, 3600.0]
    assert (hours["received"], hours["shipped"], hours["open"]) == ([4, 1], [1, 1], [2, 2])
    shorter = Kpis(small_header(), small_floor())
    for tick in range(90):
        shorter.fold(small_frame(tick), ())
    assert figures(shorter, {}, small_header(), None)["hours"]["covered_s"] == [3600.0, 1800.0]


def test_stations_are_told_by_kind_with_their_figures(report: dict[str, Any]) -> None:
    """Pick-1 was open for 100 minutes with work in 78, and at work in 50 of them."""
    pick, stow, pack = report["stations"]
    assert [row["id"] for row in (pick, stow, pack)] == ["pick-1", "stow-1", "pack-1"]
    assert pick["utilisation"] == pytest.approx(50 / 78)
    assert pick["busy_of_open"] == pytest.approx(50 / 100)
    assert pick["lines_per_hour"] == pytest.approx(4 / (100 / 60))
    assert pick["pile_on"] == 3.0
    assert pick["queue_mean"] == 1.0
    assert (stow["units"], pack["units"], pack["pile_on"]) == (5, 2, None)


def test_turnover_is_told_in_seconds(report: dict[str, Any]) -> None:
    """Two orders, of 40 and 65 minutes."""
    turnover = report["orders"]["turnover_s"]
    assert (turnover["count"], turnover["least"], turnover["most"]) == (2, 2400.0, 3900.0)
    assert turnover["p50"] == 3150.0
    assert report["orders"]["lateness_s"]["most"] == 600.0


def test_slowest_orders_say_where_their_time_went(report: dict[str, Any]) -> None:
    """An open one first, then the one whose tote was lost."""
    waiting, late = report["orders"]["slowest"][:2]
    assert (waiting["name"], waiting["shipped"]) == ("A-4", None)
    assert waiting["reason"] == "1 h 09 min in the backlog, and still there"
    assert late["reason"] == "29 min 00 s being picked"
    assert late["stages_s"] == {"backlog": 660.0, "pick": 1740.0, "transfer": 1020.0, "pack": 480.0}
    assert "08:35:00 withdrawn: its tote was lost with robot 2" in late["notes"]


def test_congestion_names_the_worst_cells(report: dict[str, Any]) -> None:
    """Robot 1 waited eight minutes at (1, 2)."""
    found = report["congestion"]
    assert found["worst"] == [{"row": 1, "col": 2, "kind": "aisle", "waited_s": 480.0, "entered": 0}]
    assert len(found["waited_ticks"]) == found["height"] * found["width"] == 24


def test_the_verdict_is_unknown_where_nothing_was_checked() -> None:
    """A summary without the checker's counts promises nothing."""
    states = [answer["state"] for answer in verdict({"on_time": None})]
    assert states == ["unknown", "unknown", "unknown"]


def test_a_run_without_checks_promises_nothing() -> None:
    """No collision was seen, but nobody looked at each tick; what was seen counts all the same."""
    assert verdict(SHELL | {"checked": False})[0]["state"] == "unknown"
    assert verdict(SHELL | {"checked": True})[0]["state"] == "good"
    assert verdict(SHELL | {"checked": False, "collisions": 1})[0]["state"] == "bad"


def test_the_verdict_names_what_is_broken() -> None:
    """Collisions, stuck robots and late orders each in words."""
    broken = {"collisions": 2, "stock_errors": 0, "stuck_robots": 1, "on_time": 0.98}
    answers = verdict(broken)
    assert [answer["state"] for answer in answers] == ["bad", "bad", "bad"]
    assert answers[0]["answer"] == "broken: 2 collisions"
    assert [answer["state"] for answer in verdict(SHELL | {"on_time": 0.997})] == ["good", "good", "good"]


def test_a_baseline_is_compared_figure_by_figure(report: dict[str, Any]) -> None:
    """Pile-on 3 against 2 is half as much again; where the baseline is zero there is no per cent."""
    other = figures(small_kpis(), SHELL | {"pile_on": 2.0}, small_header(seed=8), None)
    found = against(report, other)
    rows = {row["label"]: row for row in found["rows"]}
    assert rows["Pile-on"]["change_percent"] == pytest.approx(50.0)
    assert rows["Pile-on"]["better"] is True
    assert rows["Collisions"]["change_percent"] is None
    assert rows["Turnover, median"]["better"] is None
    assert found["differs"] == ["seed: 8 → 7"]


def test_a_summary_alone_can_be_the_baseline(report: dict[str, Any]) -> None:
    """What `run --json` prints is enough; figures it doesn't have are left open."""
    found = against(report, {"orders_shipped": 4, "seed": 7, "scenario": "small"})
    rows = {row["label"]: row for row in found["rows"]}
    assert rows["Orders shipped"]["change_percent"] == -50.0
    assert rows["Pile-on"]["baseline"] is None


class _Links(HTMLParser):
    """Collects what a page would load, and the tags that it leaves open."""

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
    """No script, no style sheet, no font, no picture from elsewhere; every tag is closed."""
    links = _Links()
    links.feed(page)
    assert not links.open
    assert all(source.startswith(("data:", "#")) for source in links.sources)
    assert "<script" not in page
    assert "@import" not in page


def test_the_page_has_every_part(page: str) -> None:
    """A heading a section, and a plot in each that has one."""
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert headings == [
        "Against the baseline",
        "Throughput",
        "Stations",
        "Turnover and lateness",
        "Slowest orders",
        "Robots",
        "Queues",
        "Battery",
        "Congestion",
        "Faults and alarms",
        "Skipped rows of the order file",
    ]
    assert page.count("<svg") == 6
    assert page.count('src="data:image/png;base64,') == 1


def test_ids_of_the_plots_are_their_own(page: str) -> None:
    """Six drawings in one page don't take each other's clip paths."""
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_text_from_the_run_is_escaped(page: str) -> None:
    """An alarm, a scenario, a policy and an order that look like markup stay text."""
    from controller.report_page import page as html_of

    assert "&lt;b&gt;the plan came late&lt;/b&gt;" in page
    evil = small_header(scenario="<script>1</script>", policies={"<i>": '"x"'}, skipped_rows={"<u>": 1})
    kpis = small_kpis(evil)
    kpis.fold_events([ev.OrderReceived(1, 99, "<img src=x>", [(0, 1)], 9)])
    drawings = dict.fromkeys(("orders_by_hour", "stations", "times", "robot_time", "queues", "battery"), "")
    evil_page = html_of(figures(kpis, {"digest": "<b>"}, evil, None), drawings, "data:,")
    tags = set(re.findall(r"<[^>]*>", evil_page))
    assert not {"<script>", "<i>", "<u>", "<img src=x>"} & tags
    assert "<code>&lt;b&gt;</code>" in evil_page
    assert "&lt;img src=x&gt;" in evil_page


def test_page_and_json_are_the_same_for_the_same_run(written: tuple[Path, Path], tmp_path: Path) -> None:
    """No date, no random id: a report can be compared byte by byte."""
    again = write_small_report(tmp_path)
    assert [path.name for path in again] == ["report.html", "report.json"]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]
    assert json.loads(again[1].read_text(encoding="utf-8"))["summary"]["orders_shipped"] == 2


def test_a_run_of_one_tick_without_work_has_a_report(tmp_path: Path) -> None:
    """Nothing to draw, nothing to divide by, and still a page."""
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
    """Missing, torn, or something else."""
    path = tmp_path / "base.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=fault):
        read_baseline(path)


def test_the_report_command_counts_a_record_again(tmp_path: Path) -> None:
    """The summary in the record gives what can't be counted; the rest is counted again."""
    from controller.cli_records import report as command

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
    """matplotlib is imported by who draws a page, and by nobody else."""
    code = "import sys, controller.report, controller.cli_records; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (42.4, "42 s"),
        (200, "3 min 20 s"),
        (3900, "1 h 05 min"),
        (183_600, "2 d 3 h"),
        (-90, "−1 min 30 s"),
        (-0.2, "0 s"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(seconds: float | None, words: str) -> None:
    """Days, hours, minutes, seconds."""
    assert span(seconds) == words


def test_numbers_and_clock_times_are_told_for_people() -> None:
    """Thin spaces between thousands; the day from the second one on."""
    assert number(1_234_567) == "1\u202f234\u202f567"
    assert number(2.25, 1, "m") == "2.2 m"
    assert number(None, 1, "m") == "–"
    assert clock(small_header(), 20) == "08:20:00"
    assert clock(small_header(), 16 * 60, seconds=False) == "day 2 00:00"
