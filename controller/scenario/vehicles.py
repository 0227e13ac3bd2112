"""Vehicles of `[last_mile]` at the prices of `[costs]`."""

from dataclasses import replace

from controller.routing.vehicles import DIESEL_VAN, ELECTRIC_VAN, FLEX_CAR, VehicleKind
from controller.scenario.supply_chain import Costs, LastMile

_USUAL_DIESEL, _USUAL_POWER = 165.0, 22.0
"""Cents per litre and kWh within the vehicles' usual cost per km; the rest of it is maintenance."""


def vehicles(settings: LastMile, costs: Costs, fuel_price: float) -> dict[VehicleKind, int]:
    """Return the scenario's vehicles with their cost per km at its prices. Flex drivers pay for their own fuel."""
    diesel = (costs.diesel_cents_l * fuel_price - _USUAL_DIESEL) * DIESEL_VAN.per_100km / 100.0
    power = (costs.power_cents_kwh - _USUAL_POWER) * ELECTRIC_VAN.per_100km / 100.0
    grams = costs.power_g_kwh * ELECTRIC_VAN.per_100km / 100.0
    electric_van = replace(ELECTRIC_VAN, cents_per_km=max(0.0, ELECTRIC_VAN.cents_per_km + power), co2e_g_per_km=grams)
    return {
        replace(DIESEL_VAN, cents_per_km=max(0.0, DIESEL_VAN.cents_per_km + diesel)): settings.diesel_vans,
        electric_van: settings.electric_vans,
        FLEX_CAR: settings.flex,
    }
