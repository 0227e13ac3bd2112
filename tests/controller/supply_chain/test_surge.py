"""An unannounced sale: three times the demand for eight hours, on the scenario that shows the whole chain."""

from typing import Any

import pytest

from controller.kpis.summary import Summary
from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.read import load_scenario
from tests.support.floor.tiny_site import ROOT

DAY = 86_400
SURGE = '\n[[disruption]]\nkind = "demand"\nbegin_s = 28800\nfor_s = 28800\nfactor = 3\n'


@pytest.fixture(scope="module")
def surge(tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, list[int]]:
    """The summary of a day with a fleet for normal load only, and the backlog by minute."""
    pytest.importorskip("pyvrp")
    path = tmp_path_factory.mktemp("surge") / "surge.toml"
    text = (ROOT / "maps" / "order-to-door.toml").read_text(encoding="utf-8")
    path.write_text(text + SURGE, encoding="utf-8")
    scenario = load_scenario(path, {"run.ticks": str(DAY), "robots.count": "6"})
    with SimulatedRun(scenario, RunOptions(check=True)) as run:
        while not run.done:
            run.step()
        return run.finish(), list(run.kpis.backlog)


@pytest.mark.slow
def test_nothing_is_lost_at_three_times_the_demand(surge: tuple[Summary, list[int]]) -> None:
    """Every unit and every parcel is in one place at each tick, and each order is accounted for."""
    summary, _ = surge
    assert broken(summary) == []
    accounted = summary.orders_shipped + summary.orders_open + summary.orders_cancelled
    assert accounted == summary.orders_received


@pytest.mark.slow
def test_the_backlog_grows_and_is_worked_off(surge: tuple[Summary, list[int]]) -> None:
    """The backlog is far above the usual during the sale, and back to it an hour after its end."""
    summary, backlog = surge
    usual = max(backlog[: 8 * 60])
    assert summary.chain.backlog_most > 3 * max(10, usual)
    assert max(backlog[17 * 60 :]) <= max(10, usual)


@pytest.mark.slow
def test_late_deliveries_have_a_reason(surge: tuple[Summary, list[int]]) -> None:
    """Each late delivery has a cause by which it is counted; fewer customers get the day they want, and the events
    report it.
    """
    chain = surge[0].chain.as_dict()
    late = sum(one["late"] for one in chain["promises"].values())
    assert sum(chain["late_causes"].values()) >= late - _not_delivered(chain)
    assert chain["promises"]["same-day"]["promised"] < chain["promises"]["same-day"]["wanted"]
    assert all(chain["late_reasons"][cause] for cause in chain["late_causes"])


def _not_delivered(chain: dict[str, Any]) -> int:
    """Orders still on their way after their promise."""
    return int(chain["orders_promised"] - chain["delivered"])
