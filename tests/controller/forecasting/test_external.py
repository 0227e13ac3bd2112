"""`[inventory] library = "statsforecast"`: forecasts of the library's models set the levels."""

from pathlib import Path

import pytest

from robots.recording.supply_chain_events import ForecastChosen
from tests.support.floor.tiny_site import chain_of, of_kind, run
from tests.support.supply_chain.inbound_site import inbound_site

MODELS = {"sba": "sf_croston_sba", "tsb": "sf_tsb", "ses": "sf_ses", "seasonal-naive": "sf_seasonal_naive"}


@pytest.fixture(autouse=True)
def _library() -> None:
    pytest.importorskip("statsforecast", reason="the extra `forecast` isn't installed")


@pytest.mark.parametrize("model", MODELS)
def test_the_librarys_model_of_that_name_sets_the_levels(tmp_path: Path, model: str) -> None:
    """The model sets the levels of all three classes, at the start and in the morning after it."""
    site = inbound_site(tmp_path, inventory={"library": "statsforecast", "model": model, "review": "00:10"})
    run(site, 40)
    inventory = chain_of(site).inventory
    assert inventory.chosen is not None
    assert inventory.chosen.models == (MODELS[model],) * 3
    assert (inventory.mean > 0).any()
    assert (inventory.order_up_to > inventory.reorder_point).any()


def test_the_best_model_is_chosen_and_reported_beside_the_naive_one(tmp_path: Path) -> None:
    """The own weekly mean is among the models, for histories that are too short."""
    site = inbound_site(tmp_path, inventory={"library": "statsforecast"})
    events = of_kind(run(site, 1), ForecastChosen)
    assert [event.velocity for event in events] == ["A", "B", "C"]
    assert {event.model for event in events} <= {*MODELS.values(), "seasonal_naive", "mean_week"}
