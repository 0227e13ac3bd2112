"""Variants of a floor and their runs, on floors small enough for a test."""

from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec import structs

from controller.experiments.processes import workers
from controller.experiments.variants import Sample, floors, measure, simulate, variants_of
from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario, sku_count
from layout.errors import InputError
from tests.support.floor.tiny_site import DEMO, tiny

FLOOR = """
[floor.generate]
block_rows = 2
blocks = 2
block_length = 5
pick = 1
stow = 1
pack = 1
chargers = 1

[run]
ticks = 240
"""


@pytest.fixture
def base(tmp_path: Path) -> Scenario:
    path = tmp_path / "small.toml"
    path.write_text(FLOOR, encoding="utf-8")
    return load_scenario(path)


def measured(base: Scenario, pool: Executor) -> list[list[Sample | None]]:
    tried, _ = variants_of(base, {"aisles": ("one-way", "two-way")}, [3, 6], full=True)
    samples: list[list[Sample | None]] = []
    measure(tried, [1, 2], pool, lambda *_: None, samples)
    return samples


def test_a_sweep_and_fleets_are_multiplied(base: Scenario) -> None:
    """Two block lengths by two fleets; floors and robots are as asked for."""
    tried, left_out = variants_of(base, {"block_length": (4, 5)}, [3, 6], full=True)
    assert [(one.name, one.robots) for one in tried] == [
        ("block_length=4", 3),
        ("block_length=4", 6),
        ("block_length=5", 3),
        ("block_length=5", 6),
    ]
    assert left_out == []
    assert [one.scenario.robots.count for one in tried] == [3, 6, 3, 6]
    assert tried[0].scenario.floor.grid.width == tried[2].scenario.floor.grid.width - 2
    assert floors(tried) == [("block_length=4", [0, 1]), ("block_length=5", [2, 3])]


def test_floors_that_cannot_be_are_named(base: Scenario) -> None:
    """Too many stations, no pick station, more robots than places: each with its reason, and the others stay."""
    tried, left_out = variants_of(base, {"pick": (0, 1, 50)}, [3, 900], full=True)
    assert [(one.name, one.robots) for one in tried] == [("pick=1", 3)]
    told = [(one.name, one.robots, one.why) for one in left_out]
    assert told[0] == ("pick=0", None, "floor: has no pick station (draw a K cell with a queue lane)")
    assert told[1][:2] == ("pick=1", 900)
    assert "900 robots don't fit (the floor has 39 places)" in told[1][2]
    assert told[2][:2] == ("pick=50", None)
    assert "52 stations don't fit on south" in told[2][2]


def test_all_are_asked_the_same(base: Scenario) -> None:
    """All get the SKUs that fit the smallest floor, and enough orders that people never rest."""
    tried, _ = variants_of(base, {"block_length": (3, 6)}, [], full=True)
    skus = {one.scenario.stock.skus for one in tried}
    assert len(skus) == 1
    assert skus == {sku_count(tried[0].scenario)}
    assert all(one.scenario.orders.per_station_hour > 225 for one in tried)
    as_said, _ = variants_of(base, {"block_length": (3, 6)}, [], full=False)
    assert all(one.scenario.orders == base.orders for one in as_said)


def test_a_drawn_floor_has_nothing_to_sweep() -> None:
    """Its fleets can still be compared, and a generated floor is recognised as such."""
    with pytest.raises(InputError, match="is drawn by hand: it has no parameters to sweep"):
        variants_of(tiny(), {"queue": (3, 4)}, [], full=True)
    tried, _ = variants_of(tiny(), {}, [2, 3], full=True)
    assert [(one.name, one.robots) for one in tried] == [("as it is", 2), ("as it is", 3)]
    tried, _ = variants_of(load_scenario(DEMO), {"queue": (3, 4)}, [20], full=True)
    assert [len(one.scenario.floor.stations[0].queue) for one in tried] == [3, 4]


@pytest.mark.slow
def test_two_workers_find_what_a_thread_finds(base: Scenario) -> None:
    """The results are equal to the last digit."""
    with ThreadPoolExecutor(1) as pool:
        alone = measured(base, pool)
    with workers(2) as pool:
        assert measured(base, pool) == alone
    assert all(one is not None and one.units > 0 and not one.fault for row in alone for one in row)


def test_figures_belong_together(base: Scenario) -> None:
    """One station, three robots: units a station are all units, units a robot a third of them."""
    (one, _), _ = variants_of(base, {}, [3, 4], full=True)
    found = simulate(one.scenario)
    assert found.units_per_station == pytest.approx(found.units)
    assert found.units_per_robot == pytest.approx(found.units / 3)
    assert found.distance_m > 0
    assert 0 < found.station_utilisation <= 1


def test_a_run_that_cannot_begin_is_a_fault(tmp_path: Path) -> None:
    """A missing order file is reported, not raised in a worker."""
    scenario = tiny(orders={"csv": str(tmp_path / "none.csv")})
    assert "can't be read" in simulate(scenario).fault


def test_an_exception_ends_the_workers(base: Scenario) -> None:
    """On Ctrl-C they don't finish their runs first."""
    from multiprocessing import active_children

    before = set(active_children())

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    tried, _ = variants_of(base, {}, [3, 4], full=True)
    samples: list[list[Sample | None]] = []
    with pytest.raises(KeyboardInterrupt), workers(1) as pool:
        measure(tried, [1, 2], pool, interrupt, samples)
    assert set(active_children()) == before
    assert sum(one is not None for row in samples for one in row) == 1


def test_a_slotting_belongs_to_its_floor() -> None:
    """Its places aren't those of another floor."""
    base = load_scenario(DEMO)
    base = structs.replace(base, stock=structs.replace(base.stock, slotting="plan.csv"))
    with pytest.raises(InputError, match="is a plan for this floor's places"):
        variants_of(base, {"queue": (3, 4)}, [], full=True)
