"""Cost and energy of third-party transport: carriers, air freight, trailers to their hubs.

A litre of diesel is 9.96 kWh and 2.63 kg CO2 [DEFRA 2023]; a kilogram of kerosene 11.9 kWh and 3.16 kg CO2 [ICAO].
"""

import math
from dataclasses import dataclass

from controller.routing.plane import DETOUR
from controller.routing.vehicles import AIR, TransitService, VehicleKind
from controller.scenario.supply_chain import Costs, Lane

DIESEL_WH_L = 9_960.0
DIESEL_G_L = 2_630.0
CARRIER = TransitService("carrier", 350, 420.0)
"""Carrier of near parcels for a warehouse without vans: list prices of couriers less a large shipper's discount, and
1.6 km of a diesel van a parcel [our own arithmetic].
"""
AIRPORT_KM = 30.0
"""Distance from the warehouse; its trailers drive there and back [our own arithmetic]."""
_TRUCK_L_KM = 0.30
_TRUCK_CENTS_KM = 60.0
_TRUCK_KMH = 60.0
"""30 l/100 km of a laden semi-trailer; hire, tyres and maintenance 0.60 a km; 60 km/h on average [our own arithmetic].
"""
_FUEL_SHARE = 0.3
"""Share of an air or carrier price that follows the price of fuel (IATA 2023: 30 % of airlines' costs)."""
_CHARGER_KW = 50.0
_UNLOAD_S = 900.0
"""A 50 kW charger for each electric van, and a quarter of an hour to clear the van [our own arithmetic]."""
_KEROSENE_WH_G = 11.9 / 3.16
"""Wh a gram of CO2 in flight."""


@dataclass(frozen=True, slots=True)
class Trip:
    """Cost of a trip: cents, energy in Wh, grams of CO2e."""

    cents: float
    wh: float
    co2e_g: float


def line_haul(lane: Lane, costs: Costs, fuel_price: float) -> Trip:
    """Return the cost of a trailer to the hub of its lane and back: the carrier's hub in the middle of the area, or the
    airport.

    fuel_price: multiple of the scenario's.
    """
    km = 2.0 * (AIRPORT_KM if lane.service == "air" else DETOUR * math.hypot(*lane.center_km))
    litres = _TRUCK_L_KM * km
    cents = _TRUCK_CENTS_KM * km + costs.wage_cents_hour * km / _TRUCK_KMH + litres * costs.diesel_cents_l * fuel_price
    return Trip(cents, litres * DIESEL_WH_L, litres * DIESEL_G_L)


def handed_over(service: str, parcels: int, fuel_price: float) -> Trip:
    """Return the cost of parcels handed to an airline or a carrier for delivery."""
    service_rates = AIR if service == "air" else CARRIER
    wh_g = _KEROSENE_WH_G if service == "air" else DIESEL_WH_L / DIESEL_G_L
    cents = service_rates.cents_a_parcel * (1.0 + _FUEL_SHARE * (fuel_price - 1.0))
    return Trip(
        parcels * cents, parcels * service_rates.co2e_g_a_parcel * wh_g, parcels * service_rates.co2e_g_a_parcel
    )


def energy_wh(kind: VehicleKind, metres: int) -> float:
    """Return the energy that a trip takes from the tank or the battery."""
    return kind.energy_used(metres) * (DIESEL_WH_L if kind.energy == "diesel" else 1_000.0)


def turnaround_s(kind: VehicleKind, metres: int) -> float:
    """Return the seconds from a vehicle's return until it can go out again: unloading, and recharging the energy used."""
    charging_h = kind.energy_used(metres) / _CHARGER_KW if kind.energy == "electric" else 0.0
    return _UNLOAD_S + 3600.0 * charging_h
