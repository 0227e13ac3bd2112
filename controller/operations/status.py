"""Status of the floor and of single orders; nothing here changes anything."""

import numpy as np

from controller.floor.failures.robot_faults import closed_by
from controller.kpis.trouble import trouble_of, words
from controller.site.operator_state import Answer, Refusal
from controller.site.out_of_service import named
from controller.site.site import Site
from controller.warehouse.orders import Order, OrderState
from robots.recording.kinds import StationState
from robots.recording.order_names import no_order
from robots.requests.requests import Figures
from robots.units.lifecycle import RobotState
from robots.wording.formatting import cell_at, count

_CELLS = 15
LISTED = 100
"""Most robots, cells or stations that an answer lists."""


def floor_status(site: Site) -> Answer:
    """Return the floor's status: orders and robots, and the numbers of all that are paused, drained, closed, offline, dead or
    out of service.
    """
    book, operator_state, robots = site.book, site.operator_state, site.robots
    waiting = len(book.backlog) + sum(map(len, book.backordered.values()))
    in_work = len(book.open) - waiting
    mode = "paused" if operator_state.floor_paused else "running"
    if operator_state.draining:
        mode += ", being drained" if in_work else ", drained"
    dead = robots.state == RobotState.DEAD
    living, connected = int((~dead).sum()), int((~dead & ~robots.reports.offline).sum())
    text = f"tick {site.tick}, {mode}: {count(in_work, 'order')} in work, {waiting} waiting, "
    text += f"{book.shipped} shipped, {book.late} late; "
    text += f"{count(living, 'robot')}, {int(dead.sum())} dead"
    text += f", {connected} connected" if connected < living else ""
    trouble = trouble_of(site)
    if clauses := words(trouble):
        text += f"; trouble: {'; '.join(clauses)}"
    data: Figures = {
        "tick": site.tick,
        "mode": mode,
        "in_work": in_work,
        "waiting": waiting,
        "shipped": book.shipped,
        "due": book.due,
        "late": book.late,
        "robots": len(robots),
        "connected": connected,
        "orders_stranded": sum(trouble.orders_stranded.values()),
        "flat": trouble.robots_flat,
        "pods_quarantined": trouble.pods_quarantined,
        "quarantined": listed(trouble.quarantined),
        **_standing(site),
    }
    return Answer(text, data)


def _standing(site: Site) -> Figures:
    """Return what isn't working normally, by numbers, cells and names."""
    robots, operator_state = site.robots, site.operator_state
    dead = robots.state == RobotState.DEAD
    offline = robots.reports.offline & ~dead
    stopped = robots.stopped & ~dead & ~offline & ~np.isin(np.arange(len(robots)), list(operator_state.paused))
    reasons = site.out_of_service.reasons.items()
    return {
        "paused": listed(sorted(operator_state.paused)),
        "drained": listed(sorted(operator_state.drained)),
        "offline": listed(np.flatnonzero(offline).tolist()),
        "stopped": listed(np.flatnonzero(stopped).tolist()),
        "dead": listed(np.flatnonzero(dead).tolist()),
        "closed": [cell_at(cell, site.grid.width) for cell in sorted(site.closed)[:LISTED]],
        "closed_by": _closed_by(site),
        "stations_closed": [s.info.id for s in site.stations if s.state == StationState.CLOSED][:LISTED],
        "out_of_service": [f"{named(site.floor, thing)}: {reason}"[:300] for thing, reason in reasons][:LISTED],
    }


def _closed_by(site: Site) -> list[str]:
    """Return the closed cells by cause, the first few of each."""
    cells: dict[str, list[str]] = {}
    for cell in sorted(site.closed):
        cells.setdefault(closed_by(site, cell), []).append(cell_at(cell, site.grid.width))
    return [f"{cause}: {', '.join(where[:_CELLS])}{_more(len(where))}" for cause, where in cells.items()]


def _more(cells: int) -> str:
    return f" and {cells - _CELLS} more" if cells > _CELLS else ""


def order_status(site: Site, name: str) -> Answer:
    """Return an order's status. Refusal for an unknown order."""
    order = find_order(site, name)
    picked = sum(line.picked for line in order.lines)
    where = site.stations[order.station].info.id if order.station >= 0 else ""
    state = state_of(site, order)
    text = f"order {name} {state}" + (f" at {where}" if where else "")
    text += f", {picked} of {count(order.units, 'unit')} picked"
    left = order.due - site.tick
    if order.state not in (OrderState.SHIPPED, OrderState.CANCELLED):
        text += f", due in {site.clock(left)}" if left >= 0 else f", late by {site.clock(-left)}"
    data: Figures = {"order": order.name, "state": str(order.state), "station": where, "units": order.units}
    return Answer(text, {**data, "picked": picked, "due_s": left * site.scenario.run.tick_s})


def find_order(site: Site, name: str) -> Order:
    """Return an order by its number; of the scenario's own orders only open ones are found. Refusal for an unknown one."""
    order = site.operator_state.submitted.get(name) or next(
        (o for o in site.book.open.values() if o.name == name), None
    )
    if order is None and name in site.operator_state.cancelled:
        raise Refusal(f"order {name} was cancelled")
    if order is None:
        names = (*site.operator_state.submitted, *(known.name for known in site.book.open.values()))
        raise Refusal(no_order(name, dict.fromkeys(names)))
    return order


def listed(numbers: list[int]) -> list[str]:
    return [str(number) for number in numbers[:LISTED]]


def state_of(site: Site, order: Order) -> str:
    """Return an order's state, as the end of a sentence about it."""
    words = {
        OrderState.RECEIVED: "waits in the backlog" if order.id in site.book.backlog else "waits for stock",
        OrderState.RELEASED: "is being picked",
        OrderState.PICKED: "is picked and waits for packing",
        OrderState.PACKING: "is being packed",
        OrderState.SHIPPED: "has shipped",
        OrderState.CANCELLED: "was cancelled",
    }
    return words[order.state]
