"""Disposition of a returned unit: always the most valuable one that its grade and its owner allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.supply_chain.returns.disposition import GRADES, PLACES, Returned, choose, grades_of, options

UNITS = st.builds(
    Returned,
    st.sampled_from(GRADES),
    st.integers(1, 500_000),
    st.integers(1, 50_000),
    st.sampled_from(("apparel", "electronics", "home", "garden")),
    st.booleans(),
)


@given(UNITS)
def test_no_disposition_is_worth_more_than_the_chosen_one(unit: Returned) -> None:
    """In particular the choice is never worse than disposal."""
    chosen, reason = choose(unit)
    assert chosen.worth == max(option.worth for option in options(unit))
    assert chosen.name in PLACES
    assert reason.startswith(f"{unit.grade}; {chosen.name}: {chosen.worth / 100:.2f}")


@given(UNITS)
def test_only_unopened_units_are_restocked(unit: Returned) -> None:
    """Opened units are never sold as new."""
    assert ("restock" in {option.name for option in options(unit)}) == (unit.grade == "new")


@given(UNITS.filter(lambda unit: not unit.own_stock))
def test_sellers_units_are_not_sold_by_the_retailer(unit: Returned) -> None:
    """Sellers' units are restocked, sent back, or disposed of."""
    assert choose(unit)[0].name in ("restock", "send back", "dispose")


@pytest.mark.parametrize("department", ["apparel", "electronics", "home"])
def test_grades_are_shares(department: str) -> None:
    """The shares of grades sum to 1."""
    assert sum(grades_of(department)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("grade", "price", "department", "chosen"),
    [
        ("new", 2_000, "home", "restock"),
        ("new", 30, "home", "recycle"),  # too cheap to be touched again
        ("opened", 4_000, "electronics", "open-box"),
        ("opened", 500, "home", "liquidate"),
        ("worn", 6_000, "apparel", "refurbish"),
        ("worn", 900, "apparel", "liquidate"),
        ("defective", 9_000, "electronics", "refurbish"),
        ("defective", 1_000, "electronics", "recycle"),
        ("defective", 400, "home", "recycle"),
    ],
)
def test_dispositions_of_typical_items(grade: str, price: int, department: str, chosen: str) -> None:
    """Typical items: half a kilogram, at a price in cents."""
    assert choose(Returned(grade, price, 500, department))[0].name == chosen


def test_the_reason_names_the_next_best() -> None:
    """The reason gives the value of each disposition, in words."""
    assert (
        choose(Returned("opened", 2_000, 500, "home"))[1]
        == "opened; open-box: 10.15 after 2.60 handling; liquidate 4.60"
    )
