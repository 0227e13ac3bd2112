"""Open orders of a station, the units that they need, and the robots that bring them.

Records report what was picked, not what will be picked: which order a load serves is our own arithmetic, from the
order's open lines and the contents of the pod.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from robots.recording import events as ev
from robots.recording.events import AnyEvent
from robots.units.lifecycle import RobotState
from robots.wording.event_words import ROBOT_STATES
from visualizer.inspector.page_lines import Moment

_SCANNED = 250, 1500
"""Number of the latest events of a station that are searched for its open orders: about ten minutes, then an hour if
those are not enough.
"""
_RECENT = 500
"""Number of events that are searched for a station's tasks and late parcels."""
_ALL = 10_000
_OPENS = (ev.OrderReleased, ev.Picked, ev.OrderPacking)
_CLOSES = (ev.OrderPicked, ev.OrderShipped)
_LEAVES = (ev.OrderWithdrawn, ev.OrderCancelled)


class OpenOrder(NamedTuple):
    """An open order. due: tick, -1 if unknown. wants: units by SKU that aren't picked yet."""

    number: int
    name: str
    due: int
    wants: dict[int, int]


class Trip(NamedTuple):
    """A robot on its way to a station. doing: its state in words."""

    robot: int
    pod: int
    doing: str


def open_orders(moment: Moment, station: int) -> tuple[list[OpenOrder], int]:
    """Return the orders that have a place at a station or are packed there, first due first, and the number of further
    ones.
    """
    most = int(moment.frame.stations[station]["orders"])
    orders: list[OpenOrder] = []
    for scanned in _SCANNED if most else ():
        orders = _scan(moment, station, most, scanned)
        if len(orders) >= most:
            break
    return sorted(orders, key=lambda order: (order.due, order.number)), most - len(orders)


def shipped_late(moment: Moment, station: int, most: int) -> list[ev.OrderShipped]:
    """Return the orders that left a pack station late, the latest first."""
    events = moment.history.newest(("station", station), moment.tick, _RECENT)
    return [event for event in events if isinstance(event, ev.OrderShipped) and event.late > 0][:most]


def trips(moment: Moment, station: int) -> list[Trip]:
    """Return the robots that bring loads to a station, the latest task first."""
    most, ended, trips_found = int(moment.frame.stations["inbound"][station]), set[int](), list[Trip]()
    seen: set[int] = set()
    for event in moment.history.newest(("station", station), moment.tick, _RECENT) if most else ():
        task_number = getattr(event, "task", -1)
        if isinstance(event, ev.VisitEnded):
            ended.add(task_number)
        elif isinstance(event, ev.TaskCreated | ev.NextStop) and task_number not in ended | seen:
            seen.add(task_number)
            trips_found += _trip(moment, task_number)
        if len(trips_found) == most:
            break
    return trips_found


def bringing(moment: Moment, sku: int, station: int) -> list[Trip]:
    """Return the robots that bring a pod with a SKU to a station, or are on their way to such a pod."""
    pods = [pod for pod, _ in moment.history.pods_with(sku, moment.tick)]
    if not pods:
        return []
    robots, cells = moment.frame.robots, moment.frame.pods[pods]
    near = np.isin(robots["load"], pods)
    near |= (robots["state"] == RobotState.FETCHING) & np.isin(robots["goal"], cells[cells >= 0])
    near |= np.isin(robots["state"], (RobotState.HOLDING, RobotState.LIFTING)) & np.isin(robots["cell"], cells)
    coming = []
    for robot in np.flatnonzero(near & (robots["task"] >= 0)).tolist():
        task = moment.history.task(int(robots["task"][robot]), moment.tick)
        if task and task.station == station and task.home < 0:
            coming.append(Trip(robot, task.pod, _doing(moment, robot)))
    return coming


def served(moment: Moment, pod: int, station: int) -> list[tuple[OpenOrder, int, int]]:
    """Return (order, SKU, units) that a pod can serve at a station, first due first."""
    if pod < 0 or station < 0:
        return []
    units: dict[int, int] = {}
    for content in moment.history.contents(pod, moment.tick).held:
        units[content.sku] = units.get(content.sku, 0) + content.units
    return [
        (order, sku, min(quantity, units[sku]))
        for order in open_orders(moment, station)[0]
        for sku, quantity in order.wants.items()
        if sku in units
    ]


def wants(events: Iterable[AnyEvent]) -> dict[int, int]:
    """Return the units by SKU that an order still needs. events: about the order, oldest first."""
    open_: dict[int, int] = {}
    lines: list[tuple[int, int]] = []
    for event in events:
        if isinstance(event, ev.OrderReceived):
            lines = event.lines
        if isinstance(event, ev.OrderReceived | ev.OrderWithdrawn):
            open_ = {}
            for sku, quantity in lines:
                open_[sku] = open_.get(sku, 0) + quantity
        elif isinstance(event, ev.Picked) and event.sku in open_:
            open_[event.sku] -= event.quantity
    return {sku: units for sku, units in open_.items() if units > 0}


def _scan(moment: Moment, station: int, most: int, scanned: int) -> list[OpenOrder]:
    """Return the open orders among a number of the latest events of a station; the latest event about an order tells
    whether it is open.
    """
    seen, orders = set[int](), list[OpenOrder]()
    for event in moment.history.newest(("station", station), moment.tick, scanned):
        number = getattr(event, "order", -1)
        if number < 0 or number in seen:
            continue
        seen.add(number)
        if isinstance(event, _OPENS) and (order := _opened(moment, number)):
            orders.append(order)
        if len(orders) == most:
            break
    return orders


def _opened(moment: Moment, number: int) -> OpenOrder | None:
    events = moment.history.newest(("order", number), moment.tick, _ALL)[::-1]
    moves = [event for event in events if isinstance(event, (*_OPENS, *_CLOSES, *_LEAVES))]
    if moves and isinstance(moves[-1], (*_CLOSES, *_LEAVES)):
        return None
    received = next((event for event in events if isinstance(event, ev.OrderReceived)), None)
    name, due = (received.name, received.due) if received else ("", -1)
    return OpenOrder(number, name, due, wants(events))


def _trip(moment: Moment, task_number: int) -> list[Trip]:
    """Return the trip of a task that a robot is working on, none otherwise."""
    task = moment.history.task(task_number, moment.tick)
    if task is None or task.robot < 0 or task.ended >= 0 or moment.frame.robots["task"][task.robot] != task_number:
        return []
    return [Trip(task.robot, task.pod, _doing(moment, task.robot))]


def _doing(moment: Moment, robot: int) -> str:
    return ROBOT_STATES[RobotState(min(int(moment.frame.robots["state"][robot]), RobotState.DEAD))]
