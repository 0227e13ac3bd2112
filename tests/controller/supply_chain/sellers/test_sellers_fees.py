"""Sellers' fees: by the unit and kind of work, by the sale, and for storage by volume and age."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.scenario.supply_chain import Sellers
from controller.supply_chain.sellers import fees

RATES = Sellers(
    storage_cents_l_month=3.0, aged_days=180.0, aged_factor=3.0, pick_cents=60.0, pack_cents=70.0, ship_cents=180.0
)


def test_each_kind_of_work_has_its_rate() -> None:
    """Pick 60, pack 70, ship 180 and return 120 cents a unit; other work is not charged by the unit."""
    assert [fees.unit_cents(RATES, kind) for kind in fees.KINDS] == [60.0, 70.0, 180.0, 120.0]
    with pytest.raises(KeyError):
        fees.unit_cents(RATES, "storage")


def test_storage_goes_by_volume_and_age() -> None:
    """Ten litres for a day at 3 cents a litre and month are a cent; after 180 days three times as much."""
    assert fees.storage_cents(RATES, 10.0, 180.0) == pytest.approx(1.0)
    assert fees.storage_cents(RATES, 10.0, 180.1) == pytest.approx(3.0)


@given(st.floats(0, 1e4), st.floats(0, 1e3), st.floats(0, 1e3))
def test_older_stock_never_costs_less(litres: float, days: float, more: float) -> None:
    """Stock that takes more room never costs less either."""
    assert fees.storage_cents(RATES, litres, days) <= fees.storage_cents(RATES, litres, days + more)
    assert fees.storage_cents(RATES, litres, days) <= fees.storage_cents(RATES, litres + 1, days)
