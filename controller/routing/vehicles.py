"""Delivery vehicles: vans and cars with capacity, range, cost and emissions, and air transit for remote zones.

Cents are those of the scenario's currency; the defaults are of the order of US prices of 2024.
"""

from dataclasses import dataclass
from typing import Literal

Energy = Literal["diesel", "electric"]


@dataclass(frozen=True, slots=True)
class VehicleKind:
    """A kind of vehicle.

    parcels, weight_kg, volume_l: capacity. range_km, shift_h: longest route in distance and time. fixed_cents: for each
    vehicle that leaves. per_100km: litres or kWh, by energy. co2e_g_per_km: tailpipe or grid.
    """

    name: str
    parcels: int
    weight_kg: float
    volume_l: float
    range_km: float
    shift_h: float
    fixed_cents: int
    cents_per_hour: float
    cents_per_km: float
    energy: Energy
    per_100km: float
    co2e_g_per_km: float

    @property
    def weight_g(self) -> int:
        return round(self.weight_kg * 1000)

    @property
    def volume_ml(self) -> int:
        return round(self.volume_l * 1000)

    @property
    def range_m(self) -> int:
        return round(self.range_km * 1000)

    @property
    def shift_s(self) -> int:
        return round(self.shift_h * 3600)

    def cents(self, metres: int, seconds: int) -> int:
        """Return the cost of a route."""
        return round(self.fixed_cents + self.cents_per_km * metres / 1000 + self.cents_per_hour * seconds / 3600)

    def energy_used(self, metres: int) -> float:
        """Return litres or kWh."""
        return self.per_100km * metres / 100_000

    def co2e_g(self, metres: int) -> float:
        return self.co2e_g_per_km * metres / 1000


@dataclass(frozen=True, slots=True)
class TransitService:
    """A carrier that takes parcels at a price a parcel. It is not routed."""

    name: str
    cents_a_parcel: int
    co2e_g_a_parcel: float


DIESEL_VAN = VehicleKind("diesel van", 250, 1200.0, 11_000.0, 700.0, 10.0, 6000, 2800.0, 25.0, "diesel", 10.0, 263.0)
"""A Sprinter with a high roof: 11 m³ [maker]; 180–300 parcels in a shift of 10 h [press]; 10 l/100 km of stop and go,
70 l in the tank; 2.63 kg CO2 a litre [DEFRA]. Day rate 60, wage with its extras 28 an hour, fuel and maintenance 0.25 a
km [our own arithmetic].
"""
ELECTRIC_VAN = VehicleKind(
    "electric van", 250, 1000.0, 11_000.0, 240.0, 10.0, 8000, 2800.0, 16.0, "electric", 30.0, 90.0
)
"""An eSprinter: 11 m³, 1,045 kg, 22 kWh/100 km on a test drive to 38 of the first series [maker, press]; 150 miles like
Rivian's van [press]. 0.3 kg CO2e a kWh, between the grids of the EU and the US; day rate 80, electricity and
maintenance 0.16 a km [our own arithmetic].
"""
FLEX_CAR = VehicleKind("flex car", 40, 300.0, 1200.0, 400.0, 4.0, 9000, 0.0, 0.0, "diesel", 6.5, 171.0)
"""A driver's own car for a block of 4 h at 18–25 an hour, fuel included [USA Today 2017: up to 70 parcels a block]; the
block is paid whether it is used up or not. 6.5 l/100 km, and the capacity of a saloon with its back seats down [our own
arithmetic].
"""
AIR = TransitService("air", 900, 3000.0)
"""Overnight to a remote zone: 2 kg over 1,500 km at 1 kg CO2e a tonne-km, and a price of that order [our own
arithmetic].
"""
