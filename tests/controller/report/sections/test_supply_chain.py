"""The report of a run with a supply chain: sections, plots and verdict, on a day small enough to check by eye."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from controller.experiments.arms import ArmOutcome
from controller.experiments.compare import comparison
from controller.kpis import Kpis
from controller.kpis.summary import FloorFigures
from controller.report import write_report
from controller.report.figures import figures
from controller.scenario.read import load_scenario
from robots.recording import supply_chain_events as ce
from tests.support.floor.small_run import SHELL, small_floor, small_frame, small_header, small_kpis
from tests.support.floor.tiny_site import TINY
from tests.support.summaries import summary_of
from tests.support.supply_chain.small_chain import chain_header, chain_kpis


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """The page, and the numbers beside it."""
    baseline = figures(chain_kpis(), SHELL, chain_header(), None)
    page, numbers = write_report(tmp_path_factory.mktemp("out"), chain_kpis(), SHELL, chain_header(), baseline)
    return page.read_text(encoding="utf-8"), json.loads(numbers.read_text(encoding="utf-8"))


def test_the_page_has_the_chains_sections(written: tuple[str, dict[str, Any]]) -> None:
    """The chain's sections stand between those of the floor and the incidents."""
    headings = re.findall(r"<h2>(.*?)</h2>", written[0])
    assert headings[-8:-2] == [
        "Disruptions",
        "Promises and parcels",
        "Suppliers and stock",
        "Last mile",
        "Returns",
        "Money and energy",
    ]
    assert written[0].count("<svg") == 9


def test_the_verdict_answers_for_promises(written: tuple[str, dict[str, Any]]) -> None:
    """A third on time is below the target."""
    assert written[1]["verdict"][-1] == {
        "question": "Promises",
        "answer": "33.3 % (below the target 99.5 %)",
        "state": "bad",
    }


def test_disruptions_are_reported_with_their_times(written: tuple[str, dict[str, Any]]) -> None:
    """An open disruption has no end."""
    assert [(row["kind"], row["begin"], row["end"]) for row in written[1]["disruptions"]] == [
        ("fuel-price", "08:10", "09:10"),
        ("power", "09:40", None),
    ]


def test_a_disruption_that_began_before_the_record_is_reported_from_its_begin() -> None:
    """A floor that was restarted has only the disruption's end in its new record."""
    kpis = Kpis(small_header(), small_floor())
    kpis.fold(small_frame(30), [])
    kpis.fold(small_frame(31), [ce.Disrupted(31, "power", "ends", "no power")])
    row = figures(kpis, {**SHELL, **kpis.summary().as_dict()}, small_header(), None)["disruptions"][0]
    assert (row["kind"], row["begin"], row["end"]) == ("power", "08:30", "08:31")


def test_deliveries_are_counted_by_hour(written: tuple[str, dict[str, Any]]) -> None:
    """Both deliveries came in the second hour, one of them late."""
    assert written[1]["chain"] == {"promised": [4, 0], "delivered": [0, 2], "delivered_late": [0, 1]}


def test_the_baseline_compares_the_chain(written: tuple[str, dict[str, Any]]) -> None:
    """The chain's figures stand beside those of the floor."""
    assert "On time by promise" in {row["label"] for row in written[1]["baseline"]["rows"]}


def test_a_day_on_which_little_happened_has_a_page_without_foreign_markup(tmp_path: Path) -> None:
    """A dash stands where a figure has no base; a supplier's name may be anything."""
    kpis = Kpis(small_header(), small_floor())
    kpis.fold(small_frame(0), [ce.PurchaseOrdered(0, 1, "<b>Alder</b>", [(0, 1, 1)], 5, "&"), _money(0)])
    text = write_report(tmp_path, kpis, SHELL, small_header())[0].read_text(encoding="utf-8")
    assert "&lt;b&gt;Alder&lt;/b&gt;" in text
    assert "<b>Alder" not in text
    assert "Nothing was promised." in text


def test_a_run_without_a_chain_shows_nothing_of_it() -> None:
    """Neither numbers nor a verdict of the chain appear."""
    found = figures(small_kpis(), SHELL, small_header(), None)
    assert not {"chain", "disruptions"} & found.keys()
    assert [answer["question"] for answer in found["verdict"]] == ["Invariants", "Progress", "On time"]


def test_a_comparison_has_the_chains_figures_if_both_have_one() -> None:
    """With on-time shares of 1/3 in both, there is no change."""
    floor, chain = small_kpis().summary(), chain_kpis().summary()
    rows = _compared(chain, chain)
    assert (rows["on_time_promise"]["first"], rows["on_time_promise"]["change"]) == (pytest.approx(1 / 3), 0.0)
    assert rows["missed"]["second"] == 1.0
    assert rows["on_time_two_day"]["change"] is None
    assert "on_time_promise" not in _compared(floor, chain)


def _compared(first: FloorFigures, second: FloorFigures) -> dict[str, dict[str, Any]]:
    """The rows of a comparison of two finished runs."""
    outcomes = [ArmOutcome(arm, 1, summary_of(summary)) for arm, summary in enumerate((first, second))]
    scenario = load_scenario(TINY)
    return {row.figure: row.as_dict() for row in comparison(scenario, scenario, outcomes).figures}


def _money(t: int) -> ce.MoneyMoved:
    return ce.MoneyMoved(t, "stock", "capital", 1, "opening stock", "")
