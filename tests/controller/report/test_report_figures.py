"""The numbers of the report, its verdict and its comparison with a baseline, on the run checked by eye."""

from typing import Any

import pytest

from controller.kpis import Kpis
from controller.report.baseline import against
from controller.report.figures import figures
from controller.report.verdict import verdict
from tests.support.floor.small_run import SHELL, small_floor, small_frame, small_header, small_kpis


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return figures(small_kpis(), SHELL, small_header(), None)


def test_the_report_gives_the_run_and_its_end(report: dict[str, Any]) -> None:
    """The run has 120 ticks of a minute from 08:00 on."""
    run = report["run"]
    assert (run["scenario"], run["seed"], run["start"], run["end"]) == ("small", 7, "08:00", "10:00")
    assert run["digest"] == "0123abcd"
    assert report["skipped_rows"] == {"quantity is not positive": 12}


def test_figures_of_the_run_override_recounted_ones(report: dict[str, Any]) -> None:
    """The shell's keys stand beside the counted ones."""
    assert report["summary"]["energy_wh"] == 30.0
    assert report["summary"]["orders_shipped"] == 2


def test_distance_and_energy_are_given_per_line(report: dict[str, Any]) -> None:
    """Three lines, seven cells of a metre, 30 Wh."""
    assert report["per_line"] == {"distance_m": pytest.approx(7 / 3), "energy_wh": 10.0}


def test_hours_are_columns_with_their_lengths(report: dict[str, Any]) -> None:
    """The small run has two whole hours, a shorter one 90 minutes."""
    hours = report["hours"]
    assert hours["start"] == ["08:00", "09:00"]
    assert hours["covered_s"] == [3600.0, 3600.0]
    assert (hours["received"], hours["shipped"], hours["open"]) == ([4, 1], [1, 1], [2, 2])
    shorter = Kpis(small_header(), small_floor())
    for tick in range(90):
        shorter.fold(small_frame(tick), ())
    assert figures(shorter, {}, small_header(), None)["hours"]["covered_s"] == [3600.0, 1800.0]


def test_stations_are_listed_by_kind_with_their_figures(report: dict[str, Any]) -> None:
    """Pick-1 was open for 100 minutes with work in 78, and working in 50 of them."""
    pick, stow, pack = report["stations"]
    assert [row["id"] for row in (pick, stow, pack)] == ["pick-1", "stow-1", "pack-1"]
    assert pick["utilisation"] == pytest.approx(50 / 78)
    assert pick["busy_of_open"] == pytest.approx(50 / 100)
    assert pick["lines_per_hour"] == pytest.approx(4 / (100 / 60))
    assert pick["pile_on"] == 3.0
    assert pick["queue_mean"] == 1.0
    assert (stow["units"], pack["units"], pack["pile_on"]) == (5, 2, None)


def test_turnover_is_given_in_seconds(report: dict[str, Any]) -> None:
    """Two orders took 40 and 65 minutes."""
    turnover = report["orders"]["turnover_s"]
    assert (turnover["count"], turnover["least"], turnover["most"]) == (2, 2400.0, 3900.0)
    assert turnover["p50"] == 3150.0
    assert report["orders"]["lateness_s"]["most"] == 600.0


def test_slowest_orders_say_where_their_time_went(report: dict[str, Any]) -> None:
    """An open order comes first, then the one whose tote was lost."""
    waiting, late = report["orders"]["slowest"][:2]
    assert (waiting["name"], waiting["shipped"]) == ("A-4", None)
    assert waiting["reason"] == "1 h 9 min in the backlog, and still there"
    assert late["reason"] == "29 min being picked"
    assert late["stages_s"] == {"backlog": 660.0, "pick": 1740.0, "transfer": 1020.0, "pack": 480.0}
    assert "08:35:00 withdrawn: its tote was lost with robot 2" in late["notes"]


def test_congestion_names_the_worst_cells(report: dict[str, Any]) -> None:
    """Robot 1 waited eight minutes at (1, 2)."""
    found = report["congestion"]
    assert found["worst"] == [{"row": 1, "col": 2, "kind": "aisle", "waited_s": 480.0, "entered": 0}]
    assert len(found["waited_ticks"]) == found["height"] * found["width"] == 24


def test_the_verdict_is_unknown_where_nothing_was_checked() -> None:
    """A summary without the checker's counts supports no verdict."""
    states = [answer["state"] for answer in verdict({"on_time": None})]
    assert states == ["unknown", "unknown", "unknown"]


def test_a_run_without_checks_promises_nothing() -> None:
    """No collision was seen, but without checks at each tick that is no proof; seen collisions count all the same."""
    assert verdict(SHELL | {"checked": False})[0]["state"] == "unknown"
    assert verdict(SHELL | {"checked": True})[0]["state"] == "good"
    assert verdict(SHELL | {"checked": False, "collisions": 1})[0]["state"] == "bad"


def test_the_verdict_names_the_faults() -> None:
    """Collisions, stuck robots and late orders each have a sentence."""
    broken = {"collisions": 2, "stock_errors": 0, "stuck_robots": 1, "on_time": 0.98}
    answers = verdict(broken)
    assert [answer["state"] for answer in answers] == ["bad", "bad", "bad"]
    assert answers[0]["answer"] == "broken: 2 collisions"
    kept = SHELL | {"checked": True, "on_time": 0.997}
    assert [answer["state"] for answer in verdict(kept)] == ["good", "good", "good"]


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
    """The output of `run --json` is enough; missing figures are left open."""
    found = against(report, {"orders_shipped": 4, "seed": 7, "scenario": "small"})
    rows = {row["label"]: row for row in found["rows"]}
    assert rows["Orders shipped"]["change_percent"] == -50.0
    assert rows["Pile-on"]["baseline"] is None
