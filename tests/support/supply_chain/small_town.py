"""A town checked by eye: the depot at (0, 0), straight roads of 60 km/h, so a km is a minute."""

from controller.routing.plane import Roads
from controller.routing.routes import Stop
from controller.routing.vehicles import VehicleKind

ROADS = Roads(speed_kmh=60.0, detour=1.0)
DEPOT = (0.0, 0.0)
NINE = 9 * 3600
VAN = VehicleKind("van", 10, 100.0, 1000.0, 100.0, 8.0, 1000, 600.0, 10.0, "diesel", 10.0, 260.0)
BIKE = VehicleKind("bike", 2, 20.0, 100.0, 20.0, 2.0, 100, 600.0, 1.0, "electric", 2.0, 6.0)


def stop(
    id_: str,
    x: float,
    y: float = 0.0,
    parcels: int = 1,
    weight_g: int = 1000,
    volume_ml: int = 1000,
    service_s: int = 60,
    earliest_s: int = 0,
    latest_s: int = 86_400,
    priority: int = 1,
) -> Stop:
    """A stop with defaults."""
    return Stop(id_, x, y, parcels, weight_g, volume_ml, service_s, earliest_s, latest_s, priority)
