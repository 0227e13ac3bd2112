"""A week of the whole floor with its supply chain: with forecast-driven reorder it does not run dry, without it does."""

import pytest

from controller.build_site import build_site
from controller.scenario.read import load_scenario
from controller.tick import tick
from controller.warehouse.stock import RETAILER
from robots.recording.events import OrderReceived
from robots.recording.supply_chain_events import StockRanOut
from tests.support.floor.tiny_site import ROOT, settings

DAY = 86_400


@pytest.mark.slow
@pytest.mark.parametrize("reorder", [True, False])
def test_a_week_without_reorder_runs_dry_and_one_with_it_doesnt(reorder: bool) -> None:
    """Order lines of the retailer's SKUs without stock are under one in 50 each day, or more than one in ten on the
    last.
    """
    changed = settings(inventory={"reorder": reorder}, run={"ticks": 7 * DAY})
    site = build_site(load_scenario(ROOT / "maps" / "order-to-door.toml", changed))
    owners = site.demand.catalogue.owners
    dry, lines = [0] * 7, [0] * 7
    for now in range(7 * DAY):
        for event in tick(site)[1]:
            if isinstance(event, StockRanOut) and owners[event.sku] == RETAILER:
                dry[now // DAY] += 1
            elif isinstance(event, OrderReceived):
                lines[now // DAY] += sum(owners[sku] == RETAILER for sku, _ in event.lines)
    if reorder:
        assert all(missing < 0.02 * ordered for missing, ordered in zip(dry, lines, strict=True))
    else:
        assert dry[-1] > 0.1 * lines[-1]
