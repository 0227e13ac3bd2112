"""Demand forecast of each SKU: choose a model for each class, and run it every day."""

from collections.abc import Mapping

import numpy as np

from controller.forecasting.backtest import ClassChoice, ModelChoice, choose, least_days
from controller.forecasting.classes import CLASSES, velocity_class
from controller.forecasting.external import external_models
from controller.forecasting.forecast import forecast
from controller.forecasting.models import MODELS, NAIVE, Model
from controller.site.site import Site
from controller.supply_chain.state.inbound.inventory import ChosenForecast, Inventory
from controller.supply_chain.state.supply_chain import SupplyChain
from robots.recording.supply_chain_events import ForecastChosen

HORIZON_DAYS = 7
"""Horizon by which forecasts are judged: about a lead time and half of an order's cover."""
MOST_ORIGINS = 12
"""Number of newest weeks on which models compete and are judged: each takes a pass over all days before it, so with all
weeks of a long history a run would start only after minutes [our own arithmetic].
"""
_NAMES = {"sba": "croston_sba", "tsb": "tsb", "ses": "ses", "seasonal-naive": NAIVE}
_EXTERNAL = {"sba": "sf_croston_sba", "tsb": "sf_tsb", "ses": "sf_ses", "seasonal-naive": "sf_seasonal_naive"}
_TOO_LITTLE = "mean_week"
"""Model used if the history is too short to compare models."""


def choose_models(site: Site, chain: SupplyChain) -> None:
    """Choose a model for each class, and report its error beside the seasonal naive forecast's."""
    inventory, model = chain.inventory, chain.settings.inventory.model
    classes = velocity_class(inventory.history.sum(axis=1) if inventory.history.any() else inventory.mean)
    if model != "auto" or inventory.history.shape[1] < least_days(HORIZON_DAYS):
        name = _TOO_LITTLE if model == "auto" else _names(chain)[model]
        inventory.chosen = ChosenForecast((name,) * len(CLASSES), (1.0,) * len(CLASSES), classes)
        return
    choice = choose(inventory.history, classes, HORIZON_DAYS, _models(chain), MOST_ORIGINS)
    inventory.chosen = ChosenForecast(
        tuple(chosen.model for chosen in choice.by_class),
        tuple(chosen.inflation for chosen in choice.by_class),
        classes,
    )
    for name, chosen in zip(CLASSES, choice.by_class, strict=True):
        _report(site, name, chosen)


def look_ahead(chain: SupplyChain) -> None:
    """Forecast mean and variance of a day's demand of every SKU from the history so far."""
    inventory = chain.inventory
    if not inventory.chosen.models or not inventory.history.shape[1]:
        return
    made = forecast(inventory.history, _choice(chain, inventory, inventory.chosen), HORIZON_DAYS)
    inventory.mean, inventory.variance = made.mean, made.variance


def _choice(chain: SupplyChain, inventory: Inventory, chosen: ChosenForecast) -> ModelChoice:
    by_class = tuple(
        ClassChoice(model, inflation, {}, False)
        for model, inflation in zip(chosen.models, chosen.inflation, strict=True)
    )
    return ModelChoice(chosen.classes, by_class, _models(chain), HORIZON_DAYS, (), ())


def _models(chain: SupplyChain) -> Mapping[str, Model]:
    """Return podfleet's models, or the external library's beside those that every choice may fall back to."""
    if chain.settings.inventory.library == "own":
        return MODELS
    return {NAIVE: MODELS[NAIVE], _TOO_LITTLE: MODELS[_TOO_LITTLE], **external_models()}


def _names(chain: SupplyChain) -> Mapping[str, str]:
    return _NAMES if chain.settings.inventory.library == "own" else _EXTERNAL


def _report(site: Site, name: str, chosen: ClassChoice) -> None:
    errors, naive = chosen.errors.get(chosen.model), chosen.errors.get(NAIVE)
    site.emit(
        ForecastChosen(
            site.tick,
            name,
            chosen.model,
            mase=_finite(errors.mase) if errors else -1.0,
            naive_mase=_finite(naive.mase) if naive else -1.0,
            bias=_finite(errors.bias) if errors else 0.0,
            better=chosen.better_than_naive,
        )
    )


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else -1.0
