"""Why: the history of a robot, an order or a pod in a record, with the reasons that the controller gave."""

from collections.abc import Callable
from typing import TypeVar

from controller.explain_orders import explain_order
from controller.explain_words import STATE_WORDS, Words, floor_of
from controller.wording import span
from layout.errors import InputError, Problem
from robots import events as ev
from robots.events import Event
from robots.frames import NO_LOAD
from robots.lifecycle import RobotState
from robots.record import Record

POD_TASKS = 3
"""Tasks of a pod that its history goes back."""
_WINDOW = 1000
"""Ticks looked through at a time, from the latest back."""

E = TypeVar("E", bound=Event)


def explain(
    record: Record,
    *,
    robot: int | None = None,
    order: int | str | None = None,
    pod: int | None = None,
    tick: int | None = None,
) -> list[str]:
    """The history of each that is asked for, up to `tick` or the record's end, a line each event.

    An order is asked for by its number or by its name. InputError for what isn't in the record.
    """
    at = record.last_tick if tick is None else tick
    problems = list(_faults(record, robot, pod, at))
    if robot is None and order is None and pod is None:
        problems.append(Problem("explain", "", "nothing to explain", "give --robot, --order or --pod"))
    if problems:
        raise InputError(problems)
    words = Words(record.header, floor_of(record.header))
    lines: list[str] = []
    if robot is not None:
        lines += _robot(record, words, robot, at)
    if order is not None:
        lines += explain_order(record, words, order, at)
    if pod is not None:
        lines += _pod(record, words, pod, at)
    return lines


def _faults(record: Record, robot: int | None, pod: int | None, tick: int) -> list[Problem]:
    if record.last_tick < record.first_tick:
        return [Problem("record", "", "holds no tick yet")]
    found = []
    if not record.first_tick <= tick <= record.last_tick:
        held = f"it holds ticks {record.first_tick} to {record.last_tick}"
        found.append(Problem("--tick", "", f"{tick} is outside the record", held))
    for option, number, count in (("robot", robot, record.header.robots), ("pod", pod, record.header.pods)):
        if number is not None and not 0 <= number < count:
            known = f"{option}s are numbered 0 to {count - 1}" if count else f"the record has no {option}"
            found.append(Problem(f"--{option}", "", f"there is no {option} {number}", known))
    return found


def _search_back(
    record: Record, kind: type[E], wanted: Callable[[E], bool], last: int, most: int = 1
) -> list[E]:
    """The latest `most` events of a kind that are wanted, up to tick `last`, oldest first."""
    found: list[E] = []
    while last >= record.first_tick and len(found) < most:
        first = max(record.first_tick, last - _WINDOW + 1)
        window = [event for event in record.events(first, last) if isinstance(event, kind)]
        found = [event for event in window if wanted(event)] + found
        last = first - 1
    return found[-most:]


def _robot(record: Record, words: Words, robot: int, tick: int) -> list[str]:
    row = record.frame(tick).robots[robot]
    carried = "" if row["load"] == NO_LOAD else f" with {words.load(int(row['load']))}"
    lines = [
        f"Robot {robot} at {words.when(tick)}:",
        f"  {STATE_WORDS[row['state']]}{carried} ({RobotState(int(row['state'])).name}), "
        f"at {words.cell(int(row['cell']))}, heading {words.heading(int(row['heading']))}, "
        f"battery {int(row['battery'])} %" + (", held by a fault" if row["stopped"] else ""),
    ]
    if row["goal"] >= 0 and row["goal"] != row["cell"]:
        lines.append(f"  it drives to {words.cell(int(row['goal']))}")
    task = int(row["task"])
    if task >= 0:
        return lines + _task(record, words, task, robot, tick)
    return lines + _without_task(record, words, robot, tick)


def _task(record: Record, words: Words, task: int, robot: int, tick: int) -> list[str]:
    """Why there is this task, why this robot has it, and what became of it so far."""
    made = _search_back(record, ev.TaskCreated, lambda event: event.task == task, tick)
    if not made:
        return [f"  its task {task} began before the record"]
    created = made[0]
    history = [
        event
        for event in record.events(created.t, tick)
        if getattr(event, "task", -1) == task or getattr(event, "robot", -1) == robot
    ]
    given = [event for event in history if isinstance(event, ev.TaskAssigned) and event.task == task]
    lines = [f"  task {task}: {words.purpose(created)}", f"  why this task: {created.reason}"]
    lines += [f"  why this robot: {event.reason}" for event in given[-1:]]
    begun = given[-1].t if given else created.t
    told = [event for event in history if event.t >= begun or event is created]
    return [*lines, "History of the task:", *(words.line(event) for event in told)]


def _without_task(record: Record, words: Words, robot: int, tick: int) -> list[str]:
    """What a robot without a task did last."""
    last = _search_back(record, ev.TaskAssigned, lambda event: event.robot == robot, tick)
    if not last:
        own = [
            event for event in record.events(record.first_tick, tick) if getattr(event, "robot", -1) == robot
        ]
        return ["  it has had no task yet", *(words.line(event) for event in own[-10:])]
    task, since = last[0].task, last[0].t
    history = [
        event
        for event in record.events(since, tick)
        if getattr(event, "task", -1) == task or getattr(event, "robot", -1) == robot
    ]
    return [f"  it has no task; its last was task {task}:", *(words.line(event) for event in history)]


def _pod(record: Record, words: Words, pod: int, tick: int) -> list[str]:
    frame = record.frame(tick)
    cell = int(frame.pods[pod])
    bearers = (frame.robots["load"] == pod).nonzero()[0]
    where = f"stands at {words.cell(cell)}" if cell >= 0 else "is carried"
    where += f" by robot {int(bearers[0])}" if cell < 0 and bearers.size else ""
    made = _search_back(record, ev.TaskCreated, lambda event: event.pod == pod, tick, POD_TASKS)
    lines = [f"Pod {pod} at {words.when(tick)}:", f"  {where}"]
    if not made:
        return [*lines, "  no task has asked for it yet"]
    tasks = {event.task for event in made}
    history = [
        event
        for event in record.events(made[0].t, tick)
        if getattr(event, "task", -1) in tasks or getattr(event, "pod", -1) == pod
    ]
    latest = "Its only task" if len(made) == 1 else f"Its last {len(made)} tasks"
    lasted = span((tick - made[0].t) * record.header.tick_s)
    return [*lines, f"{latest}, over the last {lasted}:", *(words.line(event) for event in history)]
