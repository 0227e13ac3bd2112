"""Boxes: the smallest that holds an order, several for a large order, and a unit's own container if no box holds it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.scenario.supply_chain import Box
from controller.supply_chain.shipping import boxes
from controller.supply_chain.state.items import ItemMaster, synthetic_items

SMALL = Box("small", (100, 100, 100), 10, 1_000, 10.0)
LARGE = Box("large", (300, 200, 200), 50, 5_000, 30.0)
BOXES = (SMALL, LARGE)


def items_of(*items: tuple[tuple[int, int, int], int]) -> ItemMaster:
    """SKUs 0, 1, … with their sides in mm and their grams."""
    count = len(items)
    return ItemMaster(
        cost=np.ones(count, np.int64),
        price=np.ones(count, np.int64),
        weight_g=np.array([grams for _, grams in items], np.int64),
        size_mm=np.array([sorted(sides, reverse=True) for sides, _ in items], np.int64),
        returned=np.zeros(count),
        department=("home",) * count,
    )


def test_the_smallest_box_that_fits_is_taken() -> None:
    """One unit may fill its box; no share of air is required then."""
    packed = boxes.pack(items_of(((100, 100, 100), 200)), {0: 1}, BOXES, 0.75)
    assert packed.names == ("small",)
    assert packed.void == 0.0
    assert (packed.goods_g, packed.weight_g, packed.cents) == (200, 210, 10.0)


def test_a_long_thing_is_turned_to_fit() -> None:
    """Sides are compared longest to longest, in whatever order they are given."""
    assert boxes.pack(items_of(((20, 20, 290), 100)), {0: 1}, BOXES, 0.75).names == ("large",)


def test_several_units_leave_air_between_them() -> None:
    """Half a litre twice would fill the small box of a litre; with a quarter of it air it does not fit."""
    packed = boxes.pack(items_of(((100, 100, 50), 10)), {0: 2}, BOXES, 0.75)
    assert packed.names == ("large",)
    assert packed.void == pytest.approx(11 / 12)


def test_weight_asks_for_a_stronger_box() -> None:
    """Small and heavy items go into the box that carries them."""
    assert boxes.pack(items_of(((50, 50, 50), 1_500)), {0: 1}, BOXES, 0.75).names == ("large",)


def test_much_goes_into_several_boxes_the_rest_into_a_small_one() -> None:
    """The box that holds most is filled first."""
    packed = boxes.pack(items_of(((100, 100, 75), 100)), {0: 13}, BOXES, 0.75)
    assert packed.names == ("large", "small")
    assert packed.text == "large + small"
    assert packed.weight_g == 13 * 100 + 60


def test_units_without_a_box_go_in_their_own_container() -> None:
    """A pole is labelled as it is, and the other items of its order have their box."""
    packed = boxes.pack(items_of(((900, 50, 50), 700), ((50, 50, 50), 10)), {0: 2, 1: 1}, BOXES, 0.75)
    assert packed.text == "small + 2 × own container"
    assert packed.cents == 10.0
    assert packed.volume_ml == 1_000 + 2 * 2_250


def test_a_large_unit_that_fits_by_its_sides_alone_is_boxed() -> None:
    """Two units that each fill a box need two boxes; the share of air cannot keep them out of both."""
    assert boxes.pack(items_of(((300, 200, 200), 100)), {0: 2}, BOXES, 0.75).text == "2 × large"


@given(st.integers(0, 1_000), st.dictionaries(st.integers(0, 19), st.integers(1, 30), min_size=1, max_size=6))
def test_every_unit_is_in_a_box_that_can_hold_it(seed: int, lines: dict[int, int]) -> None:
    """Weights add up, boxes are no fuller than they can be, and no order needs more boxes than units."""
    made = synthetic_items(20, np.random.default_rng(seed))
    usual = boxes.boxes_of(())
    packed = boxes.pack(made, lines, usual, 0.75)
    by_name = {box.name: box for box in usual}
    inside = sum(boxes.inside_ml(by_name[name]) for name in packed.names if name in by_name)
    assert packed.goods_g == sum(units * int(made.weight_g[sku]) for sku, units in lines.items())
    assert packed.weight_g - packed.goods_g == sum(by_name[name].weight_g for name in packed.names if name in by_name)
    assert 1 <= len(packed.names) <= sum(lines.values())
    assert packed.goods_g <= sum(by_name[n].holds_g if n in by_name else 10**9 for n in packed.names)
    assert 0.0 <= packed.void < 1.0
    assert packed.volume_ml >= inside - 1


def test_the_usual_boxes_are_five_smallest_first() -> None:
    """A scenario may list its own boxes in any order."""
    assert [box.name for box in boxes.boxes_of(())] == ["extra small", "small", "medium", "large", "extra large"]
    assert boxes.boxes_of((LARGE, SMALL)) == (SMALL, LARGE)
