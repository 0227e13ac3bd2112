"""The sizing check compared with figures calculated by hand."""

import pytest

from layout.drawing.generate import GeneratorParams, generate
from layout.formats.toml_format import load_floor
from layout.sizing import Ratio, cell_counts, ratios, robots, robots_a_station
from tests.support.floor.drawings import TINY, floor_of, room


def test_a_pick_station_needs_eight_to_nine_robots() -> None:
    """360 units/h at two a pod and 150 s a trip: 7.5 robots at work and 15 % more that charge."""
    assert robots_a_station() == pytest.approx(8.625)
    assert robots_a_station(180, 2, 150) == pytest.approx(4.3125)


def test_the_tiny_floor_is_too_tight_for_its_station() -> None:
    """Nine robots and eleven pods: 1.2 pods a robot, where 13 to 19 are usual."""
    floor = load_floor(TINY)
    assert robots(floor) == 9
    pods_a_robot, stow_a_pick, lane = ratios(floor)
    assert pods_a_robot.value == pytest.approx(11 / 9)
    assert not pods_a_robot.usual
    assert stow_a_pick == Ratio("stow stations a pick station", 1.0, 0.25, 1)
    assert lane.usual


def test_the_generators_default_floor_is_usual_in_all() -> None:
    """Its fleet suits its places, its stations each other, and its queue lanes have a usual length."""
    found = ratios(generate(GeneratorParams(), "default", 1.0, "default.toml"))
    assert len(found) == 3
    assert [one for one in found if not one.usual] == []


def test_a_floor_without_stations_has_nothing_to_size() -> None:
    """Nothing is divided by zero."""
    floor = floor_of(room(".P#"))
    assert robots(floor) == 0
    assert ratios(floor) == []


def test_cells_are_counted_by_kind() -> None:
    """Kinds that do not occur are not listed."""
    assert cell_counts(floor_of(room(".P#P")).grid) == {"wall": 1, "aisle": 1, "storage": 2}
