"""Models of statsforecast that match podfleet's, for comparison: `pip install 'podfleet[forecast]'`."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.forecasting.history import SEASON
from controller.forecasting.models import Model
from layout.errors import InputError

_NAMES = ("sf_seasonal_naive", "sf_croston_sba", "sf_tsb", "sf_ses")


def external_models() -> Mapping[str, Model]:
    """Return the models by name. Raises InputError if statsforecast is not installed."""
    _statsforecast()
    return {name: _model(name) for name in _NAMES}


def _statsforecast() -> Any:
    try:
        import statsforecast.models as found
    except ImportError as error:
        way_out = "pip install 'podfleet[forecast]'"
        raise InputError.single("--models", "", "statsforecast is not installed", way_out) from error
    return found


def _made(name: str, season: int) -> Any:
    """Create a new model with podfleet's constants."""
    library = _statsforecast()
    match name:
        case "sf_seasonal_naive":
            return library.SeasonalNaive(season_length=season)
        case "sf_croston_sba":
            return library.CrostonSBA()
        case "sf_tsb":
            return library.TSB(alpha_d=0.1, alpha_p=0.05)
        case _:
            return library.SimpleExponentialSmoothingOptimized()


def _model(name: str) -> Model:
    def model(history: NDArray[np.float64], horizon: int, season: int = SEASON) -> NDArray[np.float64]:
        made = _made(name, season)
        rows = [np.asarray(made.forecast(y=row, h=horizon)["mean"]) for row in history]
        return np.nan_to_num(np.array(rows, np.float64).reshape(len(history), horizon))

    return model
