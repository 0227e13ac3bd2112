"""A corridor with a pick station, on which choices are checked by eye."""

from functools import partial
from pathlib import Path

from controller.floor import release as floor_release
from controller.policies import release
from controller.site.site import Site
from controller.warehouse.orders import Order
from controller.warehouse.stations import PickStation
from tests.support.floor.tiny_site import Orders, Stock, quiet_site, stand_pods, stand_robots

CORRIDOR = '''
[floor]
grid = """
###############
#.PPPPPPPPPPC.#
#.............#
#.rrrrK.......#
###############
"""
'''
"""Ten places in columns 2 to 11 of row 1, and a pick station at (3, 6) whose lane begins at (3, 2).

A pod from column c gets there in c + 4 cells, and from there to column c in 3 + |c - 7|.
"""


def corridor_site(path: Path, stock: Stock, *columns: int, orders: Orders | None = None, **sections: object) -> Site:
    """Return a site with pods 0, 1, … in these columns and robots 0 and 1 in columns 10 and 11."""
    settings: dict[str, dict[str, object]] = {"robots": {"count": 2}, **sections}  # type: ignore[dict-item]
    site = quiet_site(path, stock=stock, orders=orders, **settings)
    stand_pods(site, *((1, column) for column in columns))
    stand_robots(site, (1, 10), (1, 11))
    return site


def with_orders(site: Site, *orders: dict[int, int], due: int = 7200) -> PickStation:
    """Return the station after these orders were released to it, each due a tick after the one before."""
    station = site.pick_stations[0]
    for lines in orders:
        order = Order(len(site.book.open), "", 0, due + len(site.book.open))
        for sku, units in lines.items():
            order.add(sku, units)
        site.book.receive(order)
        floor_release._release(site, station, order, "a test")
    return station


def waiting(site: Site, *orders: tuple[int, dict[int, int]]) -> list[Order]:
    """Put these orders, (due, lines) each, into the backlog and return the backlog."""
    for due, lines in orders:
        order = Order(len(site.book.open), "", 0, due)
        for sku, units in lines.items():
            order.add(sku, units)
        site.book.receive(order)
    return list(site.book.backlog.values())


def fills(site: Site) -> release.Coverable:
    """Return the question that the release policies ask before they choose an order."""
    return partial(floor_release.coverable, site)
