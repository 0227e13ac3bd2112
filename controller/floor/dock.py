"""The dock: what arrives there, and which stow station gets it."""

from controller.site.site import Site
from controller.warehouse.lifecycles import StationState
from controller.warehouse.stock import DOCK


def receive(site: Site) -> None:
    """Take what suppliers bring, or people from the reserve, to the stow station with the least to do."""
    if all(station.state == StationState.CLOSED for station in site.stow_stations):
        return
    for sku, units in site.supply.arrivals(site.tick):
        site.ledger.move(site.tick, sku, units, site.supply.source, DOCK)
        queue_put_away(site, sku, units)


def queue_put_away(site: Site, sku: int, units: int, since: int = -1) -> None:
    """Note units that lie on the dock on the receipts of the open stow station with the least to do; any, if all are closed.

    since: tick from which on their way into the pods is measured, -1 for not at all. `site.supply.inbound` has them already.
    """
    stations = [station for station in site.stow_stations if station.state != StationState.CLOSED]
    station = min(stations or site.stow_stations, key=lambda station: (len(station.put_away), station.index))
    station.take_in(sku, units, site.tick)
    site.surroundings.docked(sku, units, since)
