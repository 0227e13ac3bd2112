"""Trouble of a floor: robots that don't drive, stations and pods out of reach, orders that cannot be served.

The frames carry it as numbers; the summary's figures, and their words, are in controller/kpis/trouble.py.
"""

from collections import Counter

import numpy as np

from controller.site.out_of_service import Kind
from controller.site.site import Site
from controller.warehouse.orders import Order, OrderState
from controller.warehouse.pods import PodState
from robots.recording.kinds import StationState
from robots.units.lifecycle import RobotState

_LOOK_S = 10.0
"""Seconds between two counts of stranded orders for frames; with many open orders a count takes a while."""


def frame_counts(site: Site) -> dict[str, int]:
    """Return the trouble as numbers for a frame; a frame has the closed stations itself."""
    if site.tick % site.scenario.ticks(_LOOK_S) == 0:
        site.orders_stranded = stranded(site).total()
    return {
        **robots_out(site),
        "out_of_service": len(site.out_of_service.reasons),
        "pods_quarantined": quarantined(site),
        "orders_stranded": site.orders_stranded,
    }


def robots_out(site: Site) -> dict[str, int]:
    """Return the number of robots by what keeps them from work: flat, dead, stopped by a fault, offline."""
    robots = site.robots
    dead = robots.state == RobotState.DEAD
    flat = dead & (robots.battery_wh <= 0.0)
    offline = robots.reports.offline & ~dead
    ordered_to_stop = np.full(len(robots), site.operator_state.floor_paused)
    ordered_to_stop[[*site.operator_state.paused, *site.out_of_service.standing]] = True
    return {
        "robots_flat": int(np.count_nonzero(flat)),
        "robots_dead": int(np.count_nonzero(dead & ~flat)),
        "robots_stopped": int(np.count_nonzero(robots.stopped & ~dead & ~offline & ~ordered_to_stop)),
        "robots_offline": int(np.count_nonzero(offline)),
    }


def quarantined(site: Site) -> int:
    """Return the number of pods that cannot be fetched."""
    return int(np.count_nonzero(site.pods.state == PodState.QUARANTINED))


def stranded(site: Site) -> Counter[str]:
    """Return the open orders that cannot be served now, each counted under the first reason that applies."""
    if bool((site.robots.state == RobotState.DEAD).all()):
        return Counter({"no robot can drive": len(site.book.open)} if site.book.open else {})
    no_pick = all(station.state == StationState.CLOSED for station in site.pick_stations)
    no_pack = bool(site.pack_stations) and all(s.state == StationState.CLOSED for s in site.pack_stations)
    out_of_stock = _out_of_stock(site)
    reasons = Counter[str]()
    for order in site.book.open.values():
        if order.state in (OrderState.RECEIVED, OrderState.RELEASED) and no_pick:
            reasons["every pick station is closed"] += 1
        elif order.state == OrderState.PICKED and no_pack:
            reasons["every pack station is closed"] += 1
        elif order.state == OrderState.RELEASED and _at_closed_station(site, order):
            reasons["its station is closed"] += 1
        elif order.id in out_of_stock:
            reasons[out_of_stock[order.id]] += 1
    return reasons


def _at_closed_station(site: Site, order: Order) -> bool:
    return order.station >= 0 and site.stations[order.station].state == StationState.CLOSED


def _out_of_stock(site: Site) -> dict[int, str]:
    """Return {order: why no stock will come for it} for backordered orders."""
    reasons: dict[int, str] = {}
    for sku, orders in site.book.backordered.items():
        if reason := _why_none_comes(site, sku):
            reasons |= {order.id: reason for order in orders}
    return reasons


def _why_none_comes(site: Site, sku: int) -> str:
    """Return why no more of a SKU reaches the pods, "" if it is on its way."""
    if all(station.state == StationState.CLOSED for station in site.stow_stations):
        return "no stow station can take new stock"
    if site.supply.coming(sku):
        return ""
    pods = np.unique(np.nonzero(site.ledger.bin_sku == sku)[0])
    fetched = site.pods.state[pods] != PodState.QUARANTINED
    if len(pods) and not fetched.any():
        waiting = any(site.out_of_service.has(Kind.POD, int(pod)) for pod in pods)
        return "all its pods are out of reach or wait for people" if waiting else "all its pods are out of reach"
    return "no stock, and none is on its way"
