"""The dock: goods that arrive, and the stow station that puts them away."""

from controller.site.site import Site
from controller.warehouse.stock import DOCK
from robots.recording.kinds import StationState


def receive(site: Site) -> None:
    """Receive goods from suppliers, or from the reserve, for put-away at the stow station with the least to do."""
    if all(station.state == StationState.CLOSED for station in site.stow_stations):
        return
    for sku, units in site.supply.arrivals(site.tick):
        site.ledger.move(site.tick, sku, units, site.supply.source, DOCK)
        queue_put_away(site, sku, units)


def queue_put_away(site: Site, sku: int, units: int, since: int = -1) -> None:
    """Queue units on the dock for put-away at the open stow station with the least to do (any, if all are closed).

    since: tick from which their time to the pods is measured, -1 to measure none. `site.supply.inbound` already
    includes them.
    """
    stations = [station for station in site.stow_stations if station.state != StationState.CLOSED]
    station = min(stations or site.stow_stations, key=lambda station: (len(station.put_away), station.index))
    station.take_in(sku, units, site.tick)
    site.surroundings.docked(sku, units, since)
