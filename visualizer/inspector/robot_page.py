"""Page about a robot: state, task, route, battery, load, orders, wait chain, and the reasons."""

from layout.grid import HEADING_NAMES
from layout.wording import count
from robots.recording import events as ev
from robots.recording.events import AnyEvent
from robots.units.lifecycle import RobotState
from robots.wording.event_words import ROBOT_STATES, load_words
from robots.wording.supply_chain_words import sku_words
from visualizer.history import TaskHistory
from visualizer.inspector.open_work import served
from visualizer.inspector.page_lines import (
    Line,
    Moment,
    alarm,
    fact,
    head,
    order,
    out_of_service,
    pod,
    recent_about,
    station,
    title,
    why,
)
from visualizer.inspector.why_waiting import stop_words, wait_lines, way_lines
from visualizer.scene.scene import Selection

_DECISIONS = (ev.TaskCreated, ev.TaskAssigned, ev.NextStop, ev.PlaceChosen, ev.TaskFailed)
_NEWS = (
    *(ev.Parked, ev.RobotIdle, ev.ChargeEnded, ev.RobotFault, ev.RobotRecovered),
    *(ev.OutOfService, ev.BackInService, ev.Alarm),
)
_ORDERS = 8
_SEARCHED = 10
"""Number of events about an idle robot that are searched for the reason."""
_TO_STATION = (RobotState.FETCHING, RobotState.HOLDING, RobotState.LIFTING, RobotState.CARRYING, RobotState.PRESENTING)


def robot_page(moment: Moment, number: int) -> list[Line]:
    scene, robot = moment.scene, moment.frame.robots[number]
    cell, task_number = int(robot["cell"]), int(robot["task"])
    task = moment.history.task(task_number, moment.tick) if task_number >= 0 else None
    lines = [title(f"robot {number}"), fact("state", ROBOT_STATES[_state(moment, number)])]
    if robot["stopped"]:
        lines.append(alarm(stop_words(moment, number)))
    lines += out_of_service(moment, ("robot", number))
    lines += [
        fact("load", load_words(int(robot["load"])), pod(int(robot["load"]))),
        fact("at", f"{scene.cell_words(cell)} heading {HEADING_NAMES[int(robot['heading']) & 3]}"),
        _goal(moment, number),
        *way_lines(moment, number),
        fact("battery", f"{robot['battery']} %"),
        fact("task", _task(moment, task_number, task), _task_link(moment, task)),
    ]
    return [*lines, *wait_lines(moment, number), *_orders(moment, number, task), *_why(moment, number, task_number)]


def _goal(moment: Moment, number: int) -> Line:
    cell, goal = int(moment.frame.robots["cell"][number]), int(moment.frame.robots["goal"][number])
    if not moment.scene.on_floor(goal):
        return fact("goal", "none")
    index = int(moment.scene.station_at[goal])
    where = f"{moment.scene.cell_words(goal)}" + (f", {moment.station(index)}" if index >= 0 else "")
    return fact("goal", f"{where}, reached" if goal == cell else where, station(moment, index))


def _task(moment: Moment, task_number: int, task: TaskHistory | None) -> str:
    if task_number < 0:
        return "none"
    return str(task_number) if task is None else f"{task_number}: {task_words(moment, task)}"


def task_words(moment: Moment, task: TaskHistory) -> str:
    """Return the purpose of a task in words: "bring pod 12 to pick-1"."""
    if not task.kind:
        return "its purpose is not known here"
    if task.home >= 0 and task.kind != "move":
        return f"take pod {task.pod} to {moment.scene.cell_words(task.home)}"
    return moment.scene.words.purpose(task.kind, task.pod, task.station)


def _task_link(moment: Moment, task: TaskHistory | None) -> Selection | None:
    return None if task is None else station(moment, task.station) or pod(task.pod)


def _orders(moment: Moment, number: int, task: TaskHistory | None) -> list[Line]:
    """Return the orders that the robot's load has served, and those that it can serve at its station."""
    if task is None:
        return []
    lines = [fact(moment.history.order_words(done), "served", order(done)) for done in task.orders[-_ORDERS:]]
    if task.kind == "pick" and _state(moment, number) in _TO_STATION:
        for open_order, sku, amount in served(moment, task.pod, task.station)[:_ORDERS]:
            words = f"{count(amount, 'unit')} of {sku_words(moment.scene.header, sku)} can be picked"
            lines.append(fact(moment.history.order_words(open_order.number), words, order(open_order.number)))
    return [head("orders"), *lines] if lines else []


def _why(moment: Moment, number: int, task_number: int) -> list[Line]:
    news = recent_about(moment, ("task", task_number), _DECISIONS) if task_number >= 0 else _why_idle(moment, number)
    own = [event for event in recent_about(moment, ("robot", number), _NEWS) if event not in news]
    return why(moment, news + own)


def _why_idle(moment: Moment, number: int) -> list[AnyEvent]:
    """Return the reason why the robot is idle, however long ago it was reported."""
    for event in moment.history.newest(("robot", number), moment.tick, _SEARCHED):
        if isinstance(event, ev.RobotIdle | ev.Parked):
            return [event]
    return []


def _state(moment: Moment, number: int) -> RobotState:
    return RobotState(min(int(moment.frame.robots["state"][number]), RobotState.DEAD))
