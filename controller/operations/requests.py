"""Execute requests of operators and order systems on the site, at the start of a tick.

No function here uses a socket or a clock: an answer is a function of the site and the request, so requests stored with their
tick can be replayed. Instructions for robots are returned as orders to the link.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from controller.floor.failures import closed_cells, robot_faults
from controller.operations import order_requests, restore, robot_places, roles, status, supply_requests
from controller.operations.status import LISTED, listed
from controller.site.operator_state import Answer, Refusal
from controller.site.site import Site
from controller.warehouse.pods import PodState
from layout.grid import CellKind
from layout.tabular.signs import cleaned
from robots.recording.kinds import StationState
from robots.requests import requests
from robots.units.lifecycle import RobotState
from robots.wording.formatting import cell_at, count


@dataclass(frozen=True, slots=True)
class PauseRobot:
    """Pause a robot, None: all."""

    robot: int | None


@dataclass(frozen=True, slots=True)
class ResumeRobot:
    """Resume a robot, None: all."""

    robot: int | None


@dataclass(frozen=True, slots=True)
class RemoveRobot:
    """Remove a robot that is off the floor: the cells granted to it are released."""

    robot: int


@dataclass(frozen=True, slots=True)
class ConfirmPlace:
    """Place a robot in the cell in which it reports itself: it may log in there, and its earlier cells are released."""

    robot: int
    cell: int


@dataclass(frozen=True, slots=True)
class CancelThrough:
    """Stop the robots routed through a cell and plan them again."""

    cell: int


@dataclass(frozen=True, slots=True)
class StopServe:
    """End the controller after this tick."""


LinkOrder = PauseRobot | ResumeRobot | RemoveRobot | ConfirmPlace | CancelThrough | StopServe

_Done = tuple[Answer, list[LinkOrder]]


class RequestHandler:
    """Handler of a site's requests. `apply` never raises, whatever the request; its state is `site.operator_state`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def apply(self, request: requests.Request, role: str) -> tuple[requests.Result, list[LinkOrder]]:
        """Return the answer, and the orders to the link. Call it between two ticks; it belongs to the next tick."""
        try:
            roles.check_role(request, role)
            answer, orders = _answer(self._site, _as_meant(request), role)
        except Refusal as refusal:
            answer, orders = Answer(str(refusal), {}, ok=False), []
        return requests.Result(request.client, request.msg, answer.ok, answer.text[:300], answer.data), orders


def changes(request: requests.Request, result: requests.Result) -> bool:
    """Tell whether a request has changed anything, by its result: then it must be stored. A refused one hasn't."""
    taken = result.data.get("taken", 0) if isinstance(request, requests.Submit) else result.ok
    return bool(taken) and not isinstance(request, requests.READS)


def _as_meant(request: requests.Request) -> requests.Request:
    """Return the request with names as files have them, without invisible characters; orders are cleaned one by one."""
    if isinstance(request, requests.Status | requests.Cancel | requests.Prioritise | requests.Track):
        return msgspec.structs.replace(request, name=cleaned(request.name))
    if isinstance(request, requests.Advise):
        lines = [msgspec.structs.replace(line, sku=cleaned(line.sku)) for line in request.lines]
        return msgspec.structs.replace(request, asn=cleaned(request.asn), lines=lines)
    return request


def _answer(site: Site, request: requests.Request, role: str) -> _Done:
    if isinstance(request, requests.Track):
        return supply_requests.track(site, request.name, role if roles.is_seller(role) else ""), []
    return _ACTS[type(request)](site, request)


def _submit(site: Site, request: requests.Submit) -> _Done:
    return order_requests.submit(site, request.orders), []


def _status(site: Site, request: requests.Status) -> _Done:
    if request.name:
        return status.order_status(site, request.name), []
    return status.floor_status(site), []


def _cancel(site: Site, request: requests.Cancel) -> _Done:
    return supply_requests.cancel(site, request.name, request.reason), []


def _prioritise(site: Site, request: requests.Prioritise) -> _Done:
    return order_requests.prioritise(site, request.name, request.reason), []


def _advise(site: Site, request: requests.Advise) -> _Done:
    return supply_requests.advise(site, request), []


def _stock(site: Site, request: requests.Stock) -> _Done:
    return supply_requests.stock(site, request.owner, request.first), []


def _pause(site: Site, request: requests.Pause) -> _Done:
    operator_state, robot = site.operator_state, request.robot
    if robot is None:
        operator_state.floor_paused = True
    else:
        _check_alive(site, robot)
        operator_state.paused.add(robot)
    return Answer(f"{_named(robot)} is paused until it is resumed", {}), [PauseRobot(robot)]


def _resume(site: Site, request: requests.Resume) -> _Done:
    """End pause and drain. Robots paused by number stay paused when the floor is resumed."""
    operator_state, robot = site.operator_state, request.robot
    if robot is None:
        operator_state.floor_paused = operator_state.draining = False
        still = sorted(operator_state.paused)
        text = "the floor continues" + (f"; {count(len(still), 'robot')} paused by number stay paused" if still else "")
        return Answer(text, {"paused": listed(still)}), [ResumeRobot(None), *map(PauseRobot, still)]
    _check_alive(site, robot)
    if robot not in operator_state.paused | operator_state.drained:
        floor = "; the floor is: resume the floor" if operator_state.floor_paused or operator_state.draining else ""
        raise Refusal(f"robot {robot} is neither paused nor drained{floor}")
    orders: list[LinkOrder] = []
    if robot in operator_state.paused and not operator_state.floor_paused:
        orders.append(ResumeRobot(robot))
    operator_state.paused.discard(robot)
    operator_state.drained.discard(robot)
    held = ", as soon as the floor is resumed" if operator_state.floor_paused else ""
    return Answer(f"robot {robot} continues{held}", {}), orders


def _drain(site: Site, request: requests.Drain) -> _Done:
    robot = request.robot
    if robot is None:
        site.operator_state.draining = True
        return Answer("no more orders are released; those in work are finished", {}), []
    _check_alive(site, robot)
    site.operator_state.drained.add(robot)
    task = site.robots.task[robot]
    what = f"finishes its {task.kind} task and gets no other one" if task is not None else "gets no more work"
    return Answer(f"robot {robot} {what}", {}), []


def _remove(site: Site, request: requests.Remove) -> _Done:
    _check_number(site, request.robot)
    answer, done = robot_places.remove(site, request.robot, request.confirm)
    return answer, [RemoveRobot(request.robot)] if done else []


def _confirm_place(site: Site, request: requests.ConfirmPlace) -> _Done:
    _check_number(site, request.robot)
    cell = _cell(site, request.cell)
    answer, done = robot_places.confirm_place(site, request.robot, cell, request.confirm)
    return answer, [ConfirmPlace(request.robot, cell)] if done else []


def _close(site: Site, request: requests.Close) -> _Done:
    cell = _cell(site, request.cell)
    named = cell_at(cell, site.grid.width)
    if site.grid.kind[cell] == CellKind.WALL:
        raise Refusal(f"cell {named} is a wall; no robot enters it anyway")
    if cell in site.closed:
        raise Refusal(f"cell {named} is already closed: {_why_closed(site, cell)}")
    shut, lost = _out_of_reach(site)
    site.operator_state.closed.add(cell)
    closed_cells.close_cells(site, {cell: "closed by an operator"})
    closed_cells.check_reach(site)
    shut_now, lost_now = _out_of_reach(site)
    stations, pods = [name for name in shut_now if name not in shut], lost_now - lost
    text = f"cell {named} is closed" + "".join(f", {name} with it" for name in stations)
    text += f"; {count(pods, 'pod')} out of reach" if pods > 0 else ""
    return Answer(text, {"stations_closed": stations[:LISTED], "pods": pods}), [CancelThrough(cell)]


def _open(site: Site, request: requests.Open) -> _Done:
    cell = _cell(site, request.cell)
    named = cell_at(cell, site.grid.width)
    if cell not in site.operator_state.closed:
        why = f"{_why_closed(site, cell)}, not by an operator" if cell in site.closed else "it is open"
        raise Refusal(f"cell {named} can't be opened: {why}")
    site.operator_state.closed.discard(cell)
    closed_cells.open_cells(site, {cell: "opened by an operator"})
    closed_cells.check_reach(site)
    if cell in site.closed:
        return Answer(f"cell {named} stays closed: {_why_closed(site, cell)}", {}), []
    return Answer(f"cell {named} is open again", {}), []


def _restore(site: Site, request: requests.Restore) -> _Done:
    return restore.restore(site, request), []


def _stop(site: Site, request: requests.Stop) -> _Done:
    return Answer(f"the floor is stopping: the controller ends after tick {site.tick}", {"tick": site.tick}), [
        StopServe()
    ]


_ACTS: Mapping[type[Any], Callable[[Site, Any], _Done]] = {
    requests.Submit: _submit,
    requests.Status: _status,
    requests.Cancel: _cancel,
    requests.Prioritise: _prioritise,
    requests.Advise: _advise,
    requests.Stock: _stock,
    requests.Pause: _pause,
    requests.Resume: _resume,
    requests.Remove: _remove,
    requests.ConfirmPlace: _confirm_place,
    requests.Close: _close,
    requests.Open: _open,
    requests.Restore: _restore,
    requests.Drain: _drain,
    requests.Stop: _stop,
}


def _check_number(site: Site, robot: int) -> None:
    if robot >= len(site.robots):
        raise Refusal(f"there is no robot {robot}; they are numbered 0 to {len(site.robots) - 1}")


def _check_alive(site: Site, robot: int) -> None:
    _check_number(site, robot)
    if site.robots.state[robot] == RobotState.DEAD:
        raise Refusal(f"robot {robot} is dead")


def _cell(site: Site, text: str) -> int:
    row, col = map(int, text.split(","))
    if row >= site.grid.height or col >= site.grid.width:
        size = f"rows are 0 to {site.grid.height - 1}, columns 0 to {site.grid.width - 1}"
        raise Refusal(f"there is no cell ({row}, {col}); {size}")
    return site.grid.cell(row, col)


def _why_closed(site: Site, cell: int) -> str:
    if cell in site.operator_state.closed:
        return "by an operator"
    standing = [robot for robot, where in site.standstills.items() if cell in where]
    if standing:
        return f"robot {standing[0]} stands there, {robot_faults.stopped_words(site, standing[0])}"
    return "a robot died there"


def _out_of_reach(site: Site) -> tuple[list[str], int]:
    """Return (closed stations, number of quarantined pods)."""
    shut = [station.info.id for station in site.stations if station.state == StationState.CLOSED]
    return shut, int((site.pods.state == PodState.QUARANTINED).sum())


def _named(robot: int | None) -> str:
    return "the floor" if robot is None else f"robot {robot}"
