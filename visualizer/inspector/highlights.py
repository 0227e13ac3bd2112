"""Highlights of a selection on the floor: routes of robots, wait chains, and the places and robots concerned."""

from dataclasses import dataclass, field

from visualizer.inspector.order_page import trips_for, where
from visualizer.inspector.page_lines import Moment
from visualizer.inspector.why_waiting import cause
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.wait_chains import drives


@dataclass(frozen=True, slots=True)
class Highlights:
    """Highlights on the floor. routes: (robot, its cells up to its goal). chain: robots, each waiting for the next.
    marked: things with a frame or ring.
    """

    routes: list[tuple[int, list[int]]] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)
    cause: Selection | None = None
    marked: list[Selection] = field(default_factory=list)

    @property
    def place(self) -> Selection | None:
        """Place to look at for a selection without a place of its own."""
        return self.marked[0] if self.marked else None


def highlights_of(moment: Moment, selection: Selection) -> Highlights:
    if selection.thing is Thing.ROBOT and selection.number < len(moment.frame.robots):
        return _robot(moment, selection.number)
    if selection.thing is Thing.POD and selection.number < len(moment.frame.pods):
        return _pod(moment, selection.number)
    return _order(moment, selection.number) if selection.thing is Thing.ORDER else Highlights()


def _robot(moment: Moment, number: int) -> Highlights:
    waits = moment.routes.chain(moment.frame, number)
    robots = [wait.robot for wait in waits]
    ring = [waits[-1].holder] if waits[-1].holder in robots else []
    why = cause(moment, waits) if len(waits) > 1 else None
    return Highlights(_route(moment, number), [*robots, *ring] if len(waits) > 1 else [], why)


def _pod(moment: Moment, number: int) -> Highlights:
    """Return the route of the robot that carries the pod."""
    carrier = moment.scene.carrier(moment.frame, number)
    return Highlights(_route(moment, carrier)) if carrier >= 0 else Highlights()


def _order(moment: Moment, number: int) -> Highlights:
    """Return the order's station, and the robots that bring what it needs."""
    index, trips = where(moment, number), trips_for(moment, number)
    place = [Selection(Thing.STATION, index)] if 0 <= index < len(moment.scene.stations) else []
    routes = [route for trip in trips for route in _route(moment, trip.robot)]
    return Highlights(routes, marked=[*place, *(Selection(Thing.ROBOT, trip.robot) for trip in trips)])


def _route(moment: Moment, robot: int) -> list[tuple[int, list[int]]]:
    if not drives(moment.frame, robot):
        return []
    cells = moment.routes.route(moment.frame, robot)
    return [(robot, cells)] if len(cells) > 1 else []
