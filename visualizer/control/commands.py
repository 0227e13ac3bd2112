"""Commands that an operator may give to the floor from the window, for the selection and for the floor, each with the
reason if it is not possible now.

This module knows neither the socket of the operations API nor pygame. Whether a command is carried out is decided by
the floor; the reasons known here only save a request.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from robots.histories.order_history import OrderHistory
from robots.histories.order_stages import STAGE_WORDS, Stage
from robots.recording.frames import Frame
from robots.requests import requests
from robots.requests.requests import Request
from visualizer.scene.scene import Scene, Selection, Thing

_Restorable = Literal["pod", "robot", "charger", "outfeed"]
_NOBODY = "window", "-"
"""Client and id of a request that is not sent yet."""
_LISTED = 100
"""Largest number of robots and cells that the floor's status lists."""
_REASON = "by an operator at the window"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the menu.

    label: its name. warning: its effect, and what ends the effect. why_not: reason why it is not possible now, "" if it
    is.
    """

    label: str
    warning: str
    request: Request
    why_not: str = ""

    @property
    def in_two_steps(self) -> bool:
        """True if the floor first reports what will be lost, and carries the command out only after a confirmation."""
        return isinstance(self.request, requests.Remove)


class Group(NamedTuple):
    """Commands for one thing. name: of the thing."""

    name: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class FloorStatus:
    """The floor's status as far as commands need it. Robots are listed by their numbers as text, cells as "(row,
    column)".

    mode: "running", "paused", with "being drained" or "drained" behind it; "" while nothing is known.
    """

    mode: str = ""
    paused: frozenset[str] = frozenset()
    drained: frozenset[str] = frozenset()
    dead: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    out_of_service: frozenset[str] = frozenset()
    """Names of the things that wait for people: "pod 12", "the charger at (3, 4)"."""

    @classmethod
    def of(cls, figures: requests.Figures) -> "FloorStatus":
        names = ("paused", "drained", "dead", "closed")
        paused, drained, dead, closed = (_texts(figures.get(name)) for name in names)
        waiting = frozenset(text.partition(": ")[0] for text in _texts(figures.get("out_of_service")))
        return cls(str(figures.get("mode", "")), paused, drained, dead, closed, waiting)


class Target(NamedTuple):
    """Thing that commands are offered for.

    cell: its cell, -1 if it is nowhere. order: history of a selected order, None if nothing is known of it.
    """

    selection: Selection | None = None
    cell: int = -1
    order: OrderHistory | None = None


END_OF_RUN = Command(
    "end the run",
    "The run ends at the present tick, and this window closes. The record up to there is kept, and the terminal "
    "shows its path.",
    requests.Stop(*_NOBODY),
)


def target_of(scene: Scene, frame: Frame, selection: Selection | None, order: OrderHistory | None) -> Target:
    cell = -1 if selection is None else scene.cell_of(frame, selection)
    return Target(selection, cell if scene.on_floor(cell) else -1, order)


def groups(scene: Scene, target: Target, status: FloorStatus) -> list[Group]:
    """Return all commands, those for the selection first, then those for the floor."""
    available = [*_out_of_service(scene, target, status), *_of_target(scene, target)]
    available = [group for group in available if group.commands]
    return [
        Group(group.name, tuple(_checked(command, status) for command in group.commands))
        for group in (*available, _of_floor())
    ]


def _of_target(scene: Scene, target: Target) -> Iterator[Group]:
    selection = target.selection
    if selection is None:
        return
    if selection.thing is Thing.ROBOT:
        yield Group(f"robot {selection.number}", _of_robot(selection.number))
    elif selection.thing is Thing.ORDER:
        yield _of_order(target.order)
    elif target.cell >= 0:
        row, col = scene.grid.at(target.cell)
        under = f", under {_name(scene, selection)}" if selection.thing is not Thing.CELL else ""
        yield Group(f"cell ({row}, {col}){under}", _of_cell(row, col))


def _out_of_service(scene: Scene, target: Target, status: FloorStatus) -> Iterator[Group]:
    """Yield the command that puts the selected thing back into service, if it is out of service."""
    selection = target.selection
    if selection is None or selection.thing is Thing.ORDER:
        return
    name, number = _name(scene, selection), str(selection.number)
    kinds: dict[Thing, tuple[str, _Restorable, str]] = {
        Thing.ROBOT: (name, "robot", number),
        Thing.POD: (name, "pod", number),
        Thing.STATION: (f"the outfeed of {name}", "outfeed", name),
    }
    row, col = scene.grid.at(target.cell)
    thing, kind, called = kinds.get(selection.thing, (f"the charger at ({row}, {col})", "charger", f"{row},{col}"))
    if thing in status.out_of_service:
        request = requests.Restore(*_NOBODY, kind, called)
        warning = "It is used again. Do this only when somebody has checked that it works."
        yield Group(f"{thing}, out of service", (Command(f"put {thing} back into service", warning, request),))


def _name(scene: Scene, selection: Selection) -> str:
    if selection.thing is Thing.STATION:
        return scene.header.stations[selection.number].id
    return f"{selection.thing} {selection.number}"


def _of_robot(robot: int) -> tuple[Command, ...]:
    name = f"robot {robot}"
    return (
        Command(
            f"pause {name}",
            "It stops in the middle of a cell and keeps its task. Other robots wait or are rerouted around it. "
            "Resuming it ends this.",
            requests.Pause(*_NOBODY, robot),
        ),
        Command(f"resume {name}", "It continues, and gets work again.", requests.Resume(*_NOBODY, robot)),
        Command(
            f"drain {name}",
            "It finishes its task and gets no other; it still charges and parks. Resuming it ends this.",
            requests.Drain(*_NOBODY, robot),
        ),
        Command(f"remove {name}", "The floor first reports what will be lost.", requests.Remove(*_NOBODY, robot)),
    )


def _of_cell(row: int, col: int) -> tuple[Command, ...]:
    cell = f"({row}, {col})"
    return (
        Command(
            f"close cell {cell}",
            "No robot may enter it from now on; a robot in it drives out. Stations and pods that are reached only through it "
            "close with it. Opening it ends this.",
            requests.Close(*_NOBODY, f"{row},{col}"),
        ),
        Command(f"open cell {cell}", "It may be entered again.", requests.Open(*_NOBODY, f"{row},{col}")),
    )


def _of_order(order: OrderHistory | None) -> Group:
    name = order.name if order is not None else ""
    unknown = "" if name else "it was received before this window was opened, so its number isn't known"
    called = f"order {name}" if name else "order"
    first, end = requests.Prioritise(*_NOBODY, name or "?", _REASON), requests.Cancel(*_NOBODY, name or "?", _REASON)
    return Group(
        called,
        (
            Command(
                f"prioritise {called}",
                "It is released before all others, to the next free place at a pick station. Its due time does not change.",
                first,
                unknown or _late(order, (Stage.BACKLOG,)),
            ),
            Command(
                f"cancel {called}",
                "Picking ends, and picked units are stowed again. This can't be undone.",
                end,
                unknown or _late(order, (Stage.BACKLOG, Stage.PICK)),
            ),
        ),
    )


def _late(order: OrderHistory | None, in_time: tuple[Stage, ...]) -> str:
    return "" if order is None or order.stage in in_time else f"too late, it is {STAGE_WORDS[order.stage]}"


def _of_floor() -> Group:
    return Group(
        "the floor",
        (
            Command(
                "pause the floor",
                "All robots stop in the middle of a cell until the floor is resumed. Orders are still received, and "
                "people continue with what is in front of them.",
                requests.Pause(*_NOBODY),
            ),
            Command(
                "resume the floor",
                "All robots continue except those paused individually, and orders are released again.",
                requests.Resume(*_NOBODY),
            ),
            Command(
                "drain the floor",
                "No further order is released; orders in progress are finished. Resuming the floor ends this.",
                requests.Drain(*_NOBODY),
            ),
        ),
    )


def _checked(command: Command, status: FloorStatus) -> Command:
    return (
        command if command.why_not or not status.mode else replace(command, why_not=_why_not(command.request, status))
    )


def _why_not(request: Request, status: FloorStatus) -> str:
    """Return the reason from the floor's status why a request makes no sense now, "" if there is none."""
    match request:
        case requests.Pause(robot=None):
            return "it is paused already" if status.mode.startswith("paused") else ""
        case requests.Resume(robot=None):
            return "it is neither paused nor drained" if status.mode == "running" else ""
        case requests.Drain(robot=None):
            return "it is drained already" if "drained" in status.mode else ""
        case (
            requests.Pause(robot=int()) | requests.Resume(robot=int()) | requests.Drain(robot=int()) | requests.Remove()
        ):
            return _robot_why_not(request, status)
        case requests.Close(cell=cell) | requests.Open(cell=cell):
            shut = _listed(f"({cell.replace(',', ', ')})", status.closed)
            if isinstance(request, requests.Close):
                return "it is closed already" if shut else ""
            return "it is open" if shut is False else ""
    return ""


def _robot_why_not(
    request: requests.Pause | requests.Resume | requests.Drain | requests.Remove, status: FloorStatus
) -> str:
    name = str(request.robot)
    if name in status.dead:
        return "it is dead"
    paused, drained = _listed(name, status.paused), _listed(name, status.drained)
    match request:
        case requests.Pause():
            return "it is paused already" if paused else ""
        case requests.Drain():
            return "it is drained already" if drained else ""
        case requests.Resume():
            return "it is neither paused nor drained" if paused is False and drained is False else ""
    return ""


def _listed(name: str, listed: frozenset[str]) -> bool | None:
    """Return whether a list contains a name; None if the list may have been cut off."""
    if name in listed:
        return True
    return False if len(listed) < _LISTED else None


def _texts(value: object) -> frozenset[str]:
    return frozenset(value) if isinstance(value, list) else frozenset()
