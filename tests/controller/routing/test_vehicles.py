"""The default vehicles are believable, and their costs and consumption are plain arithmetic."""

import pytest

from controller.routing.vehicles import AIR, DIESEL_VAN, ELECTRIC_VAN, FLEX_CAR


@pytest.mark.parametrize("kind", [DIESEL_VAN, FLEX_CAR])
def test_diesel_vehicles_emit_by_the_litre(kind: object) -> None:
    """2.63 kg a litre [DEFRA], to the gram."""
    assert isinstance(kind, type(DIESEL_VAN))
    assert kind.co2e_g_per_km == pytest.approx(kind.per_100km * 26.3, abs=0.5)


def test_an_electric_van_emits_a_third_of_a_diesel_one() -> None:
    """With current of 300 g a kWh."""
    assert ELECTRIC_VAN.co2e_g_per_km == pytest.approx(ELECTRIC_VAN.per_100km * 3.0)
    assert ELECTRIC_VAN.co2e_g(10_000) < 0.4 * DIESEL_VAN.co2e_g(10_000)


def test_a_route_costs_vehicle_road_and_driver() -> None:
    """100 km in five hours: 60 + 25 + 140."""
    assert DIESEL_VAN.cents(100_000, 5 * 3600) == 6000 + 2500 + 14_000
    assert DIESEL_VAN.energy_used(100_000) == pytest.approx(10.0)


def test_a_block_is_paid_whole() -> None:
    """A flex car of one hour costs as much as one of four."""
    assert FLEX_CAR.cents(5000, 3600) == FLEX_CAR.cents(90_000, 4 * 3600) == 9000


def test_air_is_dearer_than_any_vehicle_on_an_ordinary_day() -> None:
    """A van with 150 parcels on 120 km in 8 h costs less for each than a flight."""
    assert DIESEL_VAN.cents(120_000, 8 * 3600) / 150 < AIR.cents_a_parcel
