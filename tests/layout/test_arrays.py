"""Arrays are checked before a kernel gets them."""

from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from layout.arrays import checked


class Grid(NamedTuple):
    exits: Annotated[NDArray[np.uint8], "cells"]
    area: Annotated[NDArray[np.int32], "2, cells"]
    unit: int = 1


def grid(**arrays: Any) -> Grid:
    return Grid(**{"exits": np.zeros(6, np.uint8), "area": np.zeros((2, 6), np.int32)} | arrays)


def test_what_is_as_declared_comes_back_as_it_is() -> None:
    """A bundle is returned unchanged, read-only arrays included; a field that is no array is not checked."""
    bundle = grid(unit=7)
    bundle.exits.setflags(write=False)
    assert checked(bundle) is bundle
    assert checked(bundle, cells=6) is bundle


@pytest.mark.parametrize(
    ("name", "array", "text"),
    [
        ("exits", np.zeros(6, np.int64), r"Grid.exits is int64\[6\], not uint8\[cells\], contiguous"),
        ("exits", [0] * 6, r"Grid.exits is a list, not uint8\[cells\]"),
        ("area", np.zeros((2, 5), np.int32), r"Grid.area is int32\[2, 5\], not int32\[2, cells=6\]"),
        ("area", np.zeros((3, 6), np.int32), r"Grid.area is int32\[3, 6\], not int32\[2, cells=6\]"),
        ("area", np.zeros(6, np.int32), r"Grid.area is int32\[6\], not int32\[2, cells=6\]"),
        ("area", np.zeros((2, 12), np.int32)[:, ::2], r"Grid.area is int32\[2, 6\] with gaps"),
        ("area", np.zeros((6, 2), np.int32).T, r"Grid.area is int32\[2, 6\] with gaps"),
    ],
)
def test_another_type_shape_or_order_is_refused(name: str, array: object, text: str) -> None:
    """The message names the array, what it is and what it should be."""
    with pytest.raises(ValueError, match=text):
        checked(grid(**{name: array}))


def test_a_size_that_is_known_is_held_against_all_arrays() -> None:
    """Bundles of one floor have the same number of cells."""
    with pytest.raises(ValueError, match=r"Grid.exits is uint8\[6\], not uint8\[cells=7\]"):
        checked(grid(), cells=7)
