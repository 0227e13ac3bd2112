"""Moves of a slotting while a supply chain runs: goods come in, are sold and come back, and all ends where it is to lie."""

from pathlib import Path

import numpy as np

from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario
from layout.slotting.moves.move_file import write_moves
from layout.slotting.moves.moves import ordered_moves
from layout.slotting.plan_file import read_plan
from tests.support.floor.tiny_site import FLOOR, settings
from tests.support.planning.plans import Contents, places, write
from tests.support.supply_chain.inbound_site import QUICK

PODS, BINS, UNITS = 6, 2, 9
FREE = 2
"""Bins without a SKU."""


def scenario(folder: Path) -> Scenario:
    """Return a day's scenario from one plan to another, whose bins and places have little in common."""
    rng = np.random.default_rng(3)
    plans = [write(folder / f"{name}.csv", *_plan(rng)) for name in ("old", "new")]
    write_moves(folder / "moves.csv", ordered_moves(*map(read_plan, plans)).moves)
    file = folder / "a.toml"
    file.write_text(FLOOR + QUICK)
    slotted = {"slotting": str(plans[0]), "moves": str(folder / "moves.csv")}
    sections: dict[str, dict[str, object]] = {
        "run": {"tick_s": 20.0, "start": "00:00", "ticks": 4_320, "seed": 3},
        "stock": {"skus": PODS * BINS - FREE, "seller_share": 0.3, **slotted},
        "pods": {"bins": BINS, "bin_units": 12},
        "robots": {"count": 3},
        "orders": {"per_station_hour": 4.0},
        "returns": {"rate": 2.0},
    }
    return load_scenario(file, settings(**sections))


def _plan(rng: np.random.Generator) -> tuple[Contents, list[tuple[int, int]]]:
    bins = rng.permutation(PODS * BINS)[:-FREE].tolist()
    contents = {(at // BINS, at % BINS): (f"SKU-{sku:05}", UNITS) for sku, at in enumerate(bins, 1)}
    return contents, [places(PODS + 1)[at] for at in rng.permutation(PODS + 1)[:PODS]]


def test_moves_and_a_supply_chain_go_together(tmp_path: Path) -> None:
    """The checker has nothing to say, each SKU lies in its own bins only, and orders are served meanwhile."""
    with SimulatedRun(scenario(tmp_path), RunOptions(check=True)) as running:
        while not running.done:
            running.step()
        site, found = running.site, running.finish()
    assert broken(found) == []
    assert found.moves_left == 0
    assert found.orders_shipped >= found.orders_received - 2 > 50
    assert found.chain.inbound.received_units["good"] > 0
    assert found.chain.returns.dispositions["restock"] > 0
    assert site.slots is not None
    held = site.ledger.bin_sku
    assert np.array_equal(held[held >= 0], site.slots.sku[held >= 0])
