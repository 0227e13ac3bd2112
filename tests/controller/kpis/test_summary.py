"""The run's summary is a frozen value, and its JSON is what readers of `--json`, reports and records know."""

import json
from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import asdict

from controller.kpis.summary import Connections, ServedSummary, Summary, Trouble
from controller.run import SimulatedRun
from tests.support.floor.tiny_site import tiny

_IN_ORDER = (
    "scenario seed ticks tick_s robots orders_received orders_shipped orders_open orders_cancelled "
    "lines_picked units_picked units_per_station_hour pile_on on_time without_picks_s station_utilisation "
    "robot_utilisation distance_m planner_ms_mean planner_ms_p99 energy_wh energy collisions stock_errors "
    "order_errors stuck_robots refused_plans trouble rows_skipped orders_left_out units_left_out "
    "orders_after_end checked digest scenario_hash environment wall_s ticks_per_s peak_rss_mb"
)
_KEYS = _IN_ORDER.split()


@pytest.fixture(scope="module")
def summary() -> Iterator[Summary]:
    """Summary of twenty ticks of a small floor."""
    with SimulatedRun(tiny(run={"ticks": 20})) as run:
        while not run.done:
            run.step()
        yield run.finish()


def test_the_keys_in_json_stand_in_their_order(summary: Summary) -> None:
    """Parts that a floor doesn't have are left out: no chain, no planned moves, no fault of the planner."""
    assert list(summary.as_dict()) == _KEYS


def test_json_holds_the_fields_values(summary: Summary) -> None:
    """Each key is a field of the struct, and its parts are maps."""
    found = json.loads(json.dumps(summary.as_dict()))
    assert found["energy"]["charged_wh"] == summary.energy.charged_wh
    assert [found[key] for key in ("digest", "distance_m")] == [summary.digest, summary.distance_m]
    assert list(found["trouble"]) == list(Trouble.__struct_fields__)


def test_a_summary_cannot_be_changed(summary: Summary) -> None:
    """Figures that a caller holds stay those of the run."""
    with pytest.raises(AttributeError):
        summary.units_picked = 3


def test_a_numpy_figure_is_a_number_in_json(summary: Summary) -> None:
    """A mean that numpy worked out is written as any other float."""
    assert type(Summary(**asdict(summary) | {"distance_m": np.float64(3)}).as_dict()["distance_m"]) is float


def test_a_served_floor_has_its_connections_behind_the_run(summary: Summary) -> None:
    """In JSON their keys are beside the others."""
    figures = dict.fromkeys(Connections.__struct_fields__, 1)
    served = ServedSummary(**asdict(summary), connections=Connections(**figures))
    assert list(served.as_dict()) == [*_KEYS, *figures]
