"""The scenario with the whole supply chain, checked tick by tick: slow, run by make test-slow.

Weeks with and without reorder are in tests/controller/supply_chain/test_inbound_week.py, a day of three times the
demand in test_surge.py beside it.
"""

from pathlib import Path
from typing import Any

import pytest

from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.read import load_scenario

MAP = Path(__file__).parents[2] / "maps" / "order-to-door.toml"
DAY_S = 86_400


def summary_of(settings: dict[str, str]) -> dict[str, Any]:
    """Return the summary of a run with the checker on, which has to keep every rule."""
    pytest.importorskip("pyvrp", reason="[last_mile] needs the extra routes")
    with SimulatedRun(load_scenario(MAP, settings), RunOptions(check=True)) as run:
        while not run.done:
            run.step()
        found = run.finish()
    assert broken(found) == []
    assert found.chain is not None
    assert found.chain.money.books_balance_cents == 0
    assert found.orders_received == found.orders_shipped + found.orders_open + found.orders_cancelled
    return found.as_dict()


@pytest.mark.slow
def test_a_whole_day_keeps_every_law_and_its_promises() -> None:
    """Every unit and parcel is in one place, the accounts balance, and at normal load 99.5 % arrive when they were
    promised.
    """
    found = summary_of({"run.ticks": str(DAY_S)})
    chain = found["chain"]
    assert found["orders_received"] > 1_000
    assert chain["on_time_promise"] >= 0.995
    assert chain["trailers"]["inbound"] > 0
    assert chain["returns_closed"] > 0
    assert found["collisions"] == found["stuck_robots"] == found["stock_errors"] == found["chain_errors"] == 0


@pytest.mark.slow
def test_a_week_keeps_every_law_and_nothing_is_left_behind() -> None:
    """Seven days at two seconds per tick: goods in, out and back, and no more orders open at the end than a day brings."""
    found = summary_of({"run.tick_s": "2", "run.ticks": str(7 * DAY_S // 2)})
    chain = found["chain"]
    assert chain["purchase_orders"]["closed"] + chain["purchase_orders"]["short"] > 10
    assert chain["delivered"] > 5 * found["orders_received"] / 7
    assert found["orders_open"] < found["orders_received"] / 7
    assert min(share for share in chain["found_share"].values() if share is not None) > 0.95
    assert chain["dispositions"]["restock"] > 0
    assert chain["on_time_promise"] >= 0.99
