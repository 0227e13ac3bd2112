"""A real shop's export through the whole chain: past sales are used for the forecast, cancellations come back as
returns.

UCI Online Retail (Chen 2015) is not part of podfleet: without it, these tests are skipped.
"""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.read import load_scenario

ROOT = Path(__file__).parents[2]
MAP = ROOT / "maps" / "shop.toml"
UCI = ROOT.parent / "shared" / "data" / "orders" / "uci_online_retail_lines.csv.xz"
DAY_S = 86_400
needs_uci = pytest.mark.skipif(not UCI.exists(), reason="the UCI order file is not here (../shared/data/orders)")


def run_of(settings: dict[str, str]) -> dict[str, Any]:
    """Return the summary of a checked run, which has to keep every rule."""
    with SimulatedRun(load_scenario(MAP, settings), RunOptions(check=True)) as run:
        while not run.done:
            run.step()
        found = run.finish()
    assert broken(found) == []
    return found.as_dict()


@cache
def fortnight() -> dict[str, Any]:
    """Two weeks from a Monday in May on, three seconds per tick."""
    file = json.dumps(str(UCI))
    settings = {"orders.csv": file, "returns.csv": file, "orders.day": "2011-05-09"}
    return run_of({**settings, "run.tick_s": "3", "run.ticks": str(14 * DAY_S // 3)})


@needs_uci
@pytest.mark.slow
def test_a_real_shops_orders_are_bought_for_picked_and_delivered() -> None:
    """Its own eight weeks give forecasts and purchase orders; what it sold afterwards is picked and delivered."""
    found = fortnight()
    chain = found["chain"]
    assert found["orders_received"] > 600
    assert chain["delivered"] > 0.9 * found["orders_received"]
    assert sum(chain["purchase_orders"].values()) > 30
    assert chain["received_units"]["good"] > 100_000
    assert chain["books_balance_cents"] == 0


@needs_uci
@pytest.mark.slow
def test_its_cancellations_come_back_and_what_was_sold_before_the_run_is_not_made_up() -> None:
    """Lines that the run has delivered are returned and restocked or sold off; the others are counted."""
    chain = fortnight()["chain"]
    assert chain["returns"] > 50
    assert chain["returns_closed"] > 0.8 * chain["returns"]
    assert chain["dispositions"]["restock"] > 0
    assert chain["refunds_cents"] > 0
    assert chain["units_unmatched"] > 0


@needs_uci
@pytest.mark.slow
def test_each_class_has_its_error_beside_seasonal_naive_and_says_where_it_is_not_better() -> None:
    """`better_than_naive` agrees with the two errors, class by class."""
    forecasts = fortnight()["chain"]["forecasts"]
    assert list(forecasts) == ["A", "B", "C"]
    for one in forecasts.values():
        assert one["mase"] > 0
        assert one["better_than_naive"] == (one["mase"] < one["naive_mase"])


def test_a_small_shops_export_runs_with_its_cancellations(tmp_path: Path) -> None:
    """Eight weeks of sales before the run are used for the forecast; a cancellation of an earlier sale is reported as
    unmatched.
    """
    head = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID"
    monday = date(2026, 3, 2)
    past = [f"{day},MUG,4,{monday - timedelta(day)} 09:00,2.5,7" for day in range(60, 0, -1)]
    run = [f"90,MUG,2,{monday} 08:01,2.5,7", f"C1,MUG,-4,{monday} 08:02,2.5,7"]
    (tmp_path / "export.csv").write_text("\n".join([head, *past, *run]) + "\n", encoding="utf-8")
    file = json.dumps(str(tmp_path / "export.csv"))
    found = run_of({"orders.csv": file, "returns.csv": file, "orders.day": str(monday), "run.ticks": "300"})
    assert found["orders_received"] == 1
    assert found["chain"]["units_unmatched"] == 4
    assert list(found["chain"]["forecasts"]) == ["A", "B", "C"]
