"""The page about a robot: state, task, way, battery, load, for which orders, what it waits for, and why."""

from layout.grid import HEADING_NAMES
from robots import events as ev
from robots.events import AnyEvent
from robots.lifecycle import RobotState
from visualizer.chronicle import TaskStory
from visualizer.pages.line import (
    Line,
    Moment,
    about,
    alarm,
    fact,
    head,
    load_words,
    order,
    out_of_service,
    pod,
    station,
    title,
    why,
)
from visualizer.pages.supply import served
from visualizer.pages.waiting import stop_words, wait_lines, way_lines
from visualizer.scene import Selection
from visualizer.wording import STATES, place, units

_DECISIONS = (ev.TaskCreated, ev.TaskAssigned, ev.NextStop, ev.PlaceChosen, ev.TaskFailed)
_NEWS = (
    *(ev.Parked, ev.RobotIdle, ev.ChargeEnded, ev.RobotFault, ev.RobotRecovered),
    *(ev.OutOfService, ev.BackInService, ev.Alarm),
)
_ORDERS = 8
_SEARCHED = 10
"""Events about an idle robot that are searched for the reason."""
_TO_STATION = (RobotState.FETCHING, RobotState.HOLDING, RobotState.LIFTING, RobotState.CARRYING, RobotState.PRESENTING)


def robot_page(moment: Moment, number: int) -> list[Line]:
    scene, robot = moment.scene, moment.frame.robots[number]
    cell, task = int(robot["cell"]), int(robot["task"])
    story = moment.book.task(task, moment.tick) if task >= 0 else None
    lines = [title(f"robot {number}"), fact("state", STATES[_state(moment, number)])]
    if robot["stopped"]:
        lines.append(alarm(stop_words(moment, number)))
    lines += out_of_service(moment, ("robot", number))
    lines += [
        fact("load", load_words(int(robot["load"])), pod(int(robot["load"]))),
        fact("at", f"{place(scene, cell)} heading {HEADING_NAMES[int(robot['heading']) & 3]}"),
        _goal(moment, number),
        *way_lines(moment, number),
        fact("battery", f"{robot['battery']} %"),
        fact("task", _task(moment, task, story), _task_link(moment, story)),
    ]
    return [*lines, *wait_lines(moment, number), *_orders(moment, number, story), *_why(moment, number, task)]


def _goal(moment: Moment, number: int) -> Line:
    cell, goal = int(moment.frame.robots["cell"][number]), int(moment.frame.robots["goal"][number])
    if not moment.scene.on_floor(goal):
        return fact("goal", "none")
    index = int(moment.scene.station_at[goal])
    where = f"{place(moment.scene, goal)}" + (f", {moment.station(index)}" if index >= 0 else "")
    return fact("goal", f"{where}, reached" if goal == cell else where, station(moment, index))


def _task(moment: Moment, task: int, story: TaskStory | None) -> str:
    if task < 0:
        return "none"
    return str(task) if story is None else f"{task}: {task_words(moment, story)}"


def task_words(moment: Moment, story: TaskStory) -> str:
    """What a task is for: "bring pod 12 to pick-1"."""
    load = f"pod {story.pod}" if story.pod >= 0 else "totes"
    if not story.kind:
        return "its beginning isn't known here"
    if story.kind == "charge":
        return "charge"
    if story.kind == "move":
        return f"move {load} to its place"
    if story.home >= 0:
        return f"take {load} home to {place(moment.scene, story.home)}"
    return f"bring {load} to {moment.station(story.station)}" if story.station >= 0 else story.kind


def _task_link(moment: Moment, story: TaskStory | None) -> Selection | None:
    return None if story is None else station(moment, story.station) or pod(story.pod)


def _orders(moment: Moment, number: int, story: TaskStory | None) -> list[Line]:
    """Orders that its load has served, and those that it can serve where it goes."""
    if story is None:
        return []
    lines = [fact(moment.book.order_words(done), "served", order(done)) for done in story.orders[-_ORDERS:]]
    if story.kind == "pick" and _state(moment, number) in _TO_STATION:
        for wanted, sku, amount in served(moment, story.pod, story.station)[:_ORDERS]:
            words = f"can be given {units(amount)} of {sku_words(moment, sku)}"
            lines.append(fact(moment.book.order_words(wanted.number), words, order(wanted.number)))
    return [head("for"), *lines] if lines else []


def sku_words(moment: Moment, sku: int) -> str:
    skus = moment.scene.header.skus
    return skus[sku] if 0 <= sku < len(skus) else f"SKU {sku}"


def _why(moment: Moment, number: int, task: int) -> list[Line]:
    news = about(moment, ("task", task), _DECISIONS) if task >= 0 else _why_idle(moment, number)
    own = [event for event in about(moment, ("robot", number), _NEWS) if event not in news]
    return why(moment, news + own)


def _why_idle(moment: Moment, number: int) -> list[AnyEvent]:
    """Why it has nothing to do, however long ago that was told."""
    for event in moment.book.newest(("robot", number), moment.tick, _SEARCHED):
        if isinstance(event, ev.RobotIdle | ev.Parked):
            return [event]
    return []


def _state(moment: Moment, number: int) -> RobotState:
    return RobotState(min(int(moment.frame.robots["state"][number]), RobotState.DEAD))
