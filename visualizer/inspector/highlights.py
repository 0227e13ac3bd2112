"""What of a selection is pointed out on the floor: ways of robots, who waits for whom, places and robots that matter."""

from dataclasses import dataclass, field

from visualizer.inspector.order_page import trips_for, where
from visualizer.inspector.page_lines import Moment
from visualizer.inspector.why_waiting import cause
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.wait_chains import drives


@dataclass(frozen=True, slots=True)
class Pointers:
    """ways: (robot, its cells up to its goal). chain: robots, each waiting for the next. marked: what has a frame or ring."""

    ways: list[tuple[int, list[int]]] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)
    cause: Selection | None = None
    marked: list[Selection] = field(default_factory=list)

    @property
    def place(self) -> Selection | None:
        """Where to look for what has no place of its own."""
        return self.marked[0] if self.marked else None


def point(moment: Moment, selection: Selection) -> Pointers:
    if selection.thing is Thing.ROBOT and selection.number < len(moment.frame.robots):
        return _robot(moment, selection.number)
    if selection.thing is Thing.POD and selection.number < len(moment.frame.pods):
        return _pod(moment, selection.number)
    return _order(moment, selection.number) if selection.thing is Thing.ORDER else Pointers()


def _robot(moment: Moment, number: int) -> Pointers:
    waits = moment.ways.chain(moment.frame, number)
    robots = [wait.robot for wait in waits]
    ring = [waits[-1].holder] if waits[-1].holder in robots else []
    why = cause(moment, waits) if len(waits) > 1 else None
    return Pointers(_way(moment, number), [*robots, *ring] if len(waits) > 1 else [], why)


def _pod(moment: Moment, number: int) -> Pointers:
    """The way of the robot that carries it."""
    carrier = moment.scene.carrier(moment.frame, number)
    return Pointers(_way(moment, carrier)) if carrier >= 0 else Pointers()


def _order(moment: Moment, number: int) -> Pointers:
    """Its station, and the robots on their way there with what it needs."""
    index, trips = where(moment, number), trips_for(moment, number)
    at = [Selection(Thing.STATION, index)] if 0 <= index < len(moment.scene.stations) else []
    ways = [way for trip in trips for way in _way(moment, trip.robot)]
    return Pointers(ways, marked=[*at, *(Selection(Thing.ROBOT, trip.robot) for trip in trips)])


def _way(moment: Moment, robot: int) -> list[tuple[int, list[int]]]:
    if not drives(moment.frame, robot):
        return []
    cells = moment.ways.way(moment.frame, robot)
    return [(robot, cells)] if len(cells) > 1 else []
