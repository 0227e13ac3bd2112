"""Law of waiting: a line whose stock is in a free pod is fetched within the bound if a robot is free in its last fifth.

Everything is kept from events: lines at stations, pods that hold their SKUs and are free, the number of pods on their
way, units on the dock and since when. A robot is free when it gets a task for something that has waited less, or has
none while its battery is at least half full; work that is nearly done, totes on their way to packing, may go first. If
a station has all the pods that it may have, its people are what is free, and a new order released to it is what they
are given.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from controller.site.out_of_service import Kind
from controller.site.site import Site
from robots.recording import events as ev
from robots.recording.events import Alarm, Event
from robots.recording.frames import Frame
from robots.recording.places import PlaceKind
from robots.units.lifecycle import RobotState

_LAST = 0.8
"""Share of the bound before which a free robot does not count: until then worth may decide."""
_NEW_ORDERS = 0.9
"""Share of the bound after which no new order goes to a station that has no room for the line's pod."""
_MOVES = 0.7
"""Share of the bound after which a reslotting move may go before a line."""
_FULL_ENOUGH = 0.5
"""Charge with which a robot can do any task."""
_IDLE = (RobotState.IDLE, RobotState.PARKING)


@dataclass(slots=True)
class _Line:
    """Line at a station.

    left: units to be picked. since: tick of the order's first release. clock: tick since which its SKU has been in a
    free pod with none on its way. passed: last tick at which a robot, or the people, were free for it.
    """

    order: int
    number: int
    sku: int
    left: int
    since: int
    clock: int
    passed: int = -1
    named: bool = False


@dataclass(slots=True)
class _Trip:
    """Trip of a task.

    station: destination or place of the task's load, -1 for none. given: tick at which a robot got it, -1 before; until
    then nothing is on its way.
    """

    kind: str
    pod: int
    station: int
    given: int = -1


@dataclass(slots=True)
class _Seen:
    """State derived from the events.

    holds: {pod: {sku: units}}. pods_of: {sku: pods}. docked: {sku: (units, since)}.
    """

    orders: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    released: dict[int, int] = field(default_factory=dict)
    lines: dict[int, dict[tuple[int, int], _Line]] = field(default_factory=lambda: defaultdict(dict))
    station_of: dict[int, int] = field(default_factory=dict)
    holds: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    pods_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    docked: dict[int, tuple[int, int]] = field(default_factory=dict)
    trips: dict[int, _Trip] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    out_of_reach: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    prioritised: set[int] = field(default_factory=set)
    last_move: int = 0


class WaitingLaw:
    """Law of waiting. Create it before the first tick, as the checker does."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._bound = site.scenario.ticks(site.scenario.policies.max_wait_s)
        self._battery = 100 * max(_FULL_ENOUGH, site.levels.low / site.scenario.robots.battery_wh)
        self._seen = _Seen()
        self._coming: defaultdict[int, set[int]] = defaultdict(set)

    def look(self, frame: Frame, events: Sequence[Event]) -> Iterator[Alarm]:
        """Yield lines that have waited too long by this tick."""
        seen, tick = self._seen, frame.tick
        moved_before = seen.last_move
        for event in events:
            _follow(seen, event)
        before, self._coming = self._coming, self._on_their_way()
        free_since = tick if self._someone_idle(frame) else self._given_since(tick, moved_before)
        most = self._site.scenario.robots.per_station
        busier = {
            event.station
            for event in events
            if isinstance(event, ev.OrderReleased) and event.order not in seen.prioritised
        }
        for station, lines in seen.lines.items():
            coming = self._coming[station]
            room = len(coming) < most
            given_new = station in busier and len(coming & before[station]) >= most
            for line in lines.values():
                self._clock(line, station, coming, tick)
                long = tick - line.clock >= _NEW_ORDERS * self._bound
                if (room and free_since > line.since) or (given_new and long):
                    line.passed = tick
                yield from self._late(line, station, tick)

    def _on_their_way(self) -> defaultdict[int, set[int]]:
        """Return {station: pods that a robot brings, or that are there}."""
        coming: defaultdict[int, set[int]] = defaultdict(set)
        for trip in self._seen.trips.values():
            if trip.given >= 0:
                coming[trip.station].add(trip.pod)
        return coming

    def _given_since(self, tick: int, moved: int) -> int:
        """Return since when the most recent work given to a robot in this tick had waited; -1 if none was given."""
        given = [trip for trip in self._seen.trips.values() if trip.given == tick]
        given = [trip for trip in given if trip.kind not in ("charge", "pack")]
        return max((self._older(trip, tick, moved) for trip in given), default=-1)

    def _clock(self, line: _Line, station: int, coming: set[int], tick: int) -> None:
        """Restart the wait while the line cannot be fetched, or is being fetched."""
        seen = self._seen
        on_its_way = any(line.sku in seen.holds[pod] for pod in coming)
        if on_its_way or station in seen.closed or not self._free_pods(line.sku):
            line.clock = tick

    def _late(self, line: _Line, station: int, tick: int) -> Iterator[Alarm]:
        late = tick - line.clock > self._bound and line.passed - line.clock >= _LAST * self._bound
        if late and not line.named:
            line.named = True
            name = self._site.stations[station].info.id
            head = f"order {line.order} line {line.number} waits at {name} for SKU {line.sku} since tick {line.since}"
            stock = (
                f"pod {min(self._free_pods(line.sku))} has it, and a pod with it has been free since tick {line.clock}"
            )
            free = f"a robot or the station's people were free at {line.passed}"
            text = f"{head}: {stock}; it is to be fetched in {self._bound} ticks, and {free}"
            yield Alarm(tick, "order", text)

    def _free_pods(self, sku: int) -> set[int]:
        return self._seen.pods_of[sku] - self._seen.taken - self._seen.out_of_reach

    def _older(self, trip: _Trip, tick: int, moved: int) -> int:
        """Return since when the oldest work of a robot's new task has waited; the present tick if none has."""
        seen = self._seen
        if trip.kind == "pick":
            lines = seen.lines[trip.station].values()
            return min((line.since for line in lines if line.sku in seen.holds[trip.pod]), default=tick)
        waits = [since for _, since in seen.docked.values()] if trip.kind == "stow" else []
        return min([*waits, moved if tick - moved >= _MOVES * self._bound else tick])

    def _someone_idle(self, frame: Frame) -> bool:
        robots = frame.robots
        idle = np.isin(robots["state"], _IDLE) & (robots["stopped"] == 0) & (robots["battery"] >= self._battery)
        kept_back = [*self._site.operator_state.drained, *self._site.out_of_service.numbers(Kind.ROBOT)]
        idle[kept_back] = False
        return bool(idle.any())


def _follow(seen: _Seen, event: Event) -> None:
    match event:
        case ev.StockMoved():
            _move(seen, event)
        case ev.OrderReceived():
            seen.orders[event.order] = event.lines
        case ev.OrderReleased():
            _release(seen, event)
        case ev.Picked():
            _pick(seen, event)
        case ev.OrderWithdrawn() | ev.OrderPicked():
            _leave(seen, event.order)
        case ev.OrderCancelled() | ev.OrderShipped():
            _leave(seen, event.order)
            seen.orders.pop(event.order, None)
            seen.released.pop(event.order, None)
        case ev.StationState():
            (seen.closed.add if event.state == "closed" else seen.closed.discard)(event.station)
        case ev.OrderPrioritised():
            seen.prioritised.add(event.order)
        case ev.PodQuarantined():
            seen.out_of_reach.add(event.pod)
        case ev.PodAvailable():
            seen.out_of_reach.discard(event.pod)
        case _:
            _follow_task(seen, event)


def _follow_task(seen: _Seen, event: Event) -> None:
    match event:
        case ev.TaskCreated():
            seen.trips[event.task] = _Trip(event.kind, event.pod, event.station)
            if event.kind == "move" or (event.kind == "stow" and not seen.docked):
                seen.last_move = event.t
        case ev.TaskAssigned() if event.task in seen.trips:
            seen.trips[event.task].given = event.t
            seen.taken.add(seen.trips[event.task].pod)
        case ev.NextStop() if event.task in seen.trips:
            seen.trips[event.task].station = event.station
        case ev.VisitEnded() | ev.PlaceChosen() if event.task in seen.trips:
            seen.trips[event.task].station = -1
        case ev.TaskDone() | ev.TaskFailed() if event.task in seen.trips:
            seen.taken.discard(seen.trips.pop(event.task).pod)


def _release(seen: _Seen, event: ev.OrderReleased) -> None:
    since = seen.released.setdefault(event.order, event.t)
    seen.station_of[event.order] = event.station
    for number, (sku, units) in enumerate(seen.orders.get(event.order, ())):
        seen.lines[event.station][event.order, number] = _Line(event.order, number, sku, units, since, event.t)


def _pick(seen: _Seen, event: ev.Picked) -> None:
    lines = seen.lines[event.station]
    line = lines.get((event.order, event.line))
    if line is not None:
        line.left -= event.quantity
        if line.left <= 0:
            del lines[event.order, event.line]


def _leave(seen: _Seen, order: int) -> None:
    lines = seen.lines.get(seen.station_of.pop(order, -1), {})
    for key in [key for key in lines if key[0] == order]:
        del lines[key]


def _move(seen: _Seen, event: ev.StockMoved) -> None:
    for place, units in ((event.from_place, -event.quantity), (event.to_place, event.quantity)):
        if place.kind == PlaceKind.DOCK:
            held, since = seen.docked.pop(event.sku, (0, event.t))
            if held + units > 0:
                seen.docked[event.sku] = held + units, since
        elif place.kind == PlaceKind.BIN:
            _put(seen, place.number, event.sku, units)


def _put(seen: _Seen, pod: int, sku: int, units: int) -> None:
    held = seen.holds[pod]
    held[sku] = held.get(sku, 0) + units
    if held[sku] > 0:
        seen.pods_of[sku].add(pod)
    else:
        del held[sku]
        seen.pods_of[sku].discard(pod)
