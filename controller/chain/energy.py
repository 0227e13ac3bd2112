"""Energy that is used around and on the floor, with what it weighs in CO2 equivalents."""

from typing import TYPE_CHECKING

from robots.chain_events import EnergyUsed
from robots.simulator import SimFleet

if TYPE_CHECKING:
    from controller.site import Site

ROBOTS = "robots"
"""Cause of `EnergyUsed` for the drive units."""


def tell_energy(site: "Site", cause: str, wh: float, g_kwh: float) -> None:
    """Energy from the grid or a tank. g_kwh: grams of CO2e a kWh."""
    if wh > 0:
        site.tell(EnergyUsed(site.tick, cause, round(wh), round(wh * g_kwh / 1000.0)))


def drawn_by_robots(site: "Site") -> float:
    """Wh that the robots took from their batteries since the begin; 0 where they don't say, as on a network."""
    return float(site.fleet.drawn_wh.sum()) if isinstance(site.fleet, SimFleet) else 0.0


def from_the_grid(drawn_wh: float, charger_loss: float) -> float:
    """Wh that chargers take to bring so much into batteries. charger_loss: share lost on the way, below 1."""
    return drawn_wh / (1.0 - charger_loss)
