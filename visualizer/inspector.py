"""What the side panel says of a selected robot, pod, station or cell, and why it is so: plain lines of text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto

from layout.floor import StationKind
from layout.grid import HEADING_NAMES, CellKind
from robots import events as ev
from robots.events import AnyEvent
from robots.frames import NO_LOAD, TOTES, Frame
from robots.lifecycle import RobotState
from visualizer.chronicle import Chronicle
from visualizer.scene import Scene, Selection, Thing
from visualizer.wording import STATES, STATION_STATES, clock, headline, place, reason, station_name

_SHOWN = 5
"""Events with their reasons that are told at most, the newest."""
_DECISIONS = (ev.TaskCreated, ev.TaskAssigned, ev.NextStop, ev.PlaceChosen, ev.TaskFailed)
_ROBOT_NEWS = (ev.Parked, ev.ChargeEnded, ev.RobotFault, ev.RobotRecovered, ev.Alarm)
_POD_NEWS = (ev.TaskCreated, ev.PlaceChosen, ev.PodQuarantined, ev.PodAvailable)
_STATION_NEWS = (ev.OrderReleased, ev.StationState)
_CELL_NEWS = (ev.CellClosed, ev.CellOpened, ev.RobotFault, ev.PodQuarantined, ev.PodAvailable, ev.Alarm)
_WORK = {StationKind.PICK: "orders", StationKind.STOW: "items to stow", StationKind.PACK: "totes to pack"}
_DONE = {StationKind.PICK: "units picked", StationKind.STOW: "units stowed", StationKind.PACK: "parcels packed"}
_KINDS = {
    CellKind.WALL: "wall",
    CellKind.AISLE: "aisle",
    CellKind.STORAGE: "storage place",
    CellKind.QUEUE: "queue lane",
    CellKind.SERVICE: "service cell",
    CellKind.OUTFEED: "outfeed",
    CellKind.CHARGER: "charger",
}


class Style(Enum):
    TITLE = auto()
    FACT = auto()
    """`name` and `text`, side by side."""
    WHEN = auto()
    WHY = auto()
    ALARM = auto()


@dataclass(frozen=True, slots=True)
class Line:
    style: Style
    text: str
    name: str = ""


def inspect(scene: Scene, frame: Frame, book: Chronicle, selection: Selection) -> list[Line]:
    """The lines about a selection at the frame's tick."""
    tell: dict[Thing, Callable[[Scene, Frame, Chronicle, int], list[Line]]] = {
        Thing.ROBOT: _robot,
        Thing.POD: _pod,
        Thing.STATION: _station,
        Thing.CELL: _cell,
    }
    return tell[selection.thing](scene, frame, book, selection.number)


def _robot(scene: Scene, frame: Frame, book: Chronicle, number: int) -> list[Line]:
    robot = frame.robots[number]
    cell, goal, task = int(robot["cell"]), int(robot["goal"]), int(robot["task"])
    state = RobotState(min(int(robot["state"]), RobotState.DEAD))
    lines = [Line(Style.TITLE, f"robot {number}"), _fact("state", STATES[state])]
    if robot["stopped"]:
        lines.append(Line(Style.ALARM, "stopped by a fault"))
    lines += [
        _fact("load", _load(int(robot["load"]))),
        _fact("at", f"{place(scene, cell)} heading {HEADING_NAMES[int(robot['heading']) & 3]}"),
        _fact("goal", _goal(scene, cell, goal)),
        _fact("battery", f"{robot['battery']} %"),
        _fact("task", str(task) if task >= 0 else "none"),
    ]
    news = _about(book, ("task", task), frame.tick, _DECISIONS) if task >= 0 else []
    news += _about(book, ("robot", number), frame.tick, _ROBOT_NEWS if task >= 0 else (*_ROBOT_NEWS, ev.TaskAssigned))
    return lines + _why(scene, news)


def _pod(scene: Scene, frame: Frame, book: Chronicle, pod: int) -> list[Line]:
    lines = [Line(Style.TITLE, f"pod {pod}")]
    cell, carrier = int(frame.pods[pod]), scene.carrier(frame, pod)
    dead = carrier >= 0 and frame.robots["state"][carrier] == RobotState.DEAD
    news = _about(book, ("pod", pod), frame.tick, _POD_NEWS)
    if cell >= 0:
        lines.append(_fact("stands at", place(scene, cell)))
    elif carrier >= 0:
        lines.append(_fact("carried by", f"robot {carrier}, {STATES[RobotState(int(frame.robots['state'][carrier]))]}"))
    else:
        lines.append(_fact("place", "unknown"))
    reach = [event for event in news if isinstance(event, ev.PodQuarantined | ev.PodAvailable)]
    if dead or (reach and isinstance(reach[-1], ev.PodQuarantined)):
        lines.append(Line(Style.ALARM, "quarantined: its stock can't be used"))
    return lines + _why(scene, news)


def _station(scene: Scene, frame: Frame, book: Chronicle, index: int) -> list[Line]:
    station, row = scene.stations[index], frame.stations[index]
    lines = [Line(Style.TITLE, station_name(scene.header, index))]
    lines.append(_fact("state", STATION_STATES[min(int(row["state"]), 2)]))
    people = f" of {station.people}" if station.people else ""
    lines.append(_fact("people", f"{row['working']}{people} at work"))
    lines.append(_fact(_WORK[station.kind], str(row["orders"])))
    coming = max(int(row["inbound"]) - int(row["queue"]), 0)
    lines.append(_fact("queue", f"{row['queue']} of {len(station.places)} places, {coming} more coming"))
    if station.kind == StationKind.PICK:
        lines.append(_fact("full totes", str(row["totes"])))
    lines.append(_fact(_DONE[station.kind], f"{row['done']:,}"))
    return lines + _why(scene, _about(book, ("station", index), frame.tick, _STATION_NEWS))


def _cell(scene: Scene, frame: Frame, book: Chronicle, cell: int) -> list[Line]:
    kind, lane = CellKind(int(scene.grid.kind[cell])), int(scene.grid.lane[cell])
    lines = [Line(Style.TITLE, f"cell {place(scene, cell)}"), _fact("kind", _KINDS[kind])]
    if lane >= 0:
        lines.append(_fact("one way", HEADING_NAMES[lane & 3]))
    if scene.station_at[cell] >= 0:
        lines.append(_fact("belongs to", station_name(scene.header, int(scene.station_at[cell]))))
    bound = [str(robot) for robot in (frame.robots["goal"] == cell).nonzero()[0][:_SHOWN]]
    if bound:
        lines.append(_fact("goal of", f"robot {', '.join(bound)}"))
    return lines + _why(scene, _about(book, ("cell", cell), frame.tick, _CELL_NEWS))


def _about(book: Chronicle, subject: tuple[str, int], tick: int, kinds: tuple[type[AnyEvent], ...]) -> list[AnyEvent]:
    return [event for event in book.about(subject, tick) if isinstance(event, kinds)]


def _why(scene: Scene, news: Iterable[AnyEvent]) -> list[Line]:
    """The newest events, newest first, each with its reason."""
    lines = []
    for event in sorted(news, key=lambda event: event.t)[: -_SHOWN - 1 : -1]:
        lines.append(Line(Style.WHEN, headline(event, scene), clock(scene.header, event.t)))
        if why := reason(event):
            lines.append(Line(Style.WHY, why))
    return lines


def _fact(name: str, text: str) -> Line:
    return Line(Style.FACT, text, name)


def _load(load: int) -> str:
    return {NO_LOAD: "none", TOTES: "totes"}.get(load, f"pod {load}")


def _goal(scene: Scene, cell: int, goal: int) -> str:
    if not scene.on_floor(goal):
        return "none"
    if goal == cell or not scene.on_floor(cell):
        return f"{place(scene, goal)}, reached" if goal == cell else place(scene, goal)
    cells = scene.grid.distance(cell, goal)
    return f"{place(scene, goal)}, {cells} cell{'s' * (cells > 1)} away"
