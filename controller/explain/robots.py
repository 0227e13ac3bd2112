"""History of a robot and of a pod: where it is, why it has its task, why it goes where it goes."""

from collections.abc import Iterable, Sequence

from controller.explain.search import events_between, search_back
from robots.recording import events as ev
from robots.recording.events import Event
from robots.recording.frames import NO_LOAD
from robots.recording.record import Record
from robots.units.lifecycle import RobotState
from robots.wording.event_words import ROBOT_STATES, EventWords, load_words
from robots.wording.formatting import count, span

POD_TASKS = 3
"""Number of tasks that the history of a pod covers."""
_FEW = 10
"""Number of events listed for a robot that has never had a task."""

_WHY_THERE: dict[int, type[ev.PlaceChosen] | type[ev.NextStop] | type[ev.Parked] | type[ev.RobotIdle]] = {
    RobotState.IDLE: ev.RobotIdle,
    RobotState.STORING: ev.PlaceChosen,
    RobotState.SETTING_DOWN: ev.PlaceChosen,
    RobotState.CARRYING: ev.NextStop,
    RobotState.PRESENTING: ev.NextStop,
    RobotState.PARKING: ev.Parked,
}
"""Event that sent a robot to its goal, or left it idle, by its state."""


def explain_robot(record: Record, words: EventWords, robot: int, tick: int) -> list[str]:
    """Return the state of a robot after a tick, its present or last task, and what led to it."""
    row = record.frame(tick).robots[robot]
    state, task = int(row["state"]), int(row["task"])
    carried = "" if row["load"] == NO_LOAD else f", with {load_words(int(row['load']))}"
    held = ", held by a fault" if row["stopped"] else ""
    doing = f"is {ROBOT_STATES[RobotState(state)]}{carried}"
    lines = [
        f"Robot {robot} at {words.when(tick)}: {doing} ({RobotState(state).name}{held})",
        f"  at {words.cell(int(row['cell']))}, heading {words.heading(int(row['heading']))}",
        f"  battery {int(row['battery'])} %",
    ]
    if row["goal"] >= 0 and row["goal"] != row["cell"]:
        lines.append(f"  it drives to {words.cell(int(row['goal']))}")
    history = _task_history(record, task, robot, tick) if task >= 0 else _last_history(record, robot, tick)
    return lines + _reasons(words, history, task, state) + _history_lines(words, history)


def _task_history(record: Record, task: int, robot: int, tick: int) -> list[Event]:
    """Return the task's creation, and the events of task and robot since its assignment."""
    created = search_back(record, ev.TaskCreated, lambda event: event.task == task, tick)
    given = search_back(record, ev.TaskAssigned, lambda event: event.task == task, tick)
    since = given[0].t if given else (created[0].t if created else tick)
    own = _about(events_between(record, since, tick), {task}, robot=robot)
    return [*created, *(event for event in own if event not in created)]


def _last_history(record: Record, robot: int, tick: int) -> list[Event]:
    """Return the events of a robot without a task since its last assignment."""
    given = search_back(record, ev.TaskAssigned, lambda event: event.robot == robot, tick)
    if given:
        return list(_about(events_between(record, given[0].t, tick), {given[0].task}, robot=robot))
    return search_back(record, Event, lambda event: getattr(event, "robot", -1) == robot, tick, most=_FEW)


def _reasons(words: EventWords, history: Sequence[Event], task: int, state: int) -> list[str]:
    created = [event for event in history if isinstance(event, ev.TaskCreated) and event.task == task]
    given = [event for event in history if isinstance(event, ev.TaskAssigned) and event.task == task]
    sent = [event for event in history if state in _WHY_THERE and isinstance(event, _WHY_THERE[state])]
    lines = [f"  its task is {task}" if task >= 0 else "  it has no task"]
    if created:
        lines = [
            f"  its task is {task}: {words.purpose(created[0].kind, created[0].pod, created[0].station)}",
            f"  why this task: {created[0].reason}",
        ]
    lines += [f"  why this robot: {event.reason}" for event in given[-1:]]
    state_words = "idle" if state == RobotState.IDLE else "there"
    return lines + [f"  why {state_words}: {event.reason}" for event in sent[-1:]]


def _history_lines(words: EventWords, history: Iterable[Event]) -> list[str]:
    lines = [words.line(event) for event in history]
    return ["History:", *lines] if lines else ["It has no events yet."]


def _about(events: Iterable[Event], tasks: set[int], *, robot: int = -1, pod: int = -1) -> Iterable[Event]:
    """Yield the events of these tasks, this robot or this pod."""
    for event in events:
        if (
            getattr(event, "task", -1) in tasks
            or (robot >= 0 and getattr(event, "robot", -1) == robot)
            or (pod >= 0 and getattr(event, "pod", -1) == pod)
        ):
            yield event


def explain_pod(record: Record, words: EventWords, pod: int, tick: int) -> list[str]:
    """Return the state of a pod after a tick, and its last tasks with their moves and reasons."""
    created = search_back(record, ev.TaskCreated, lambda event: event.pod == pod, tick, most=POD_TASKS)
    lines = [f"Pod {pod} at {words.when(tick)}: {_place(record, words, pod, tick)}"]
    if not created:
        return [*lines, "  no task has asked for it yet"]
    since = created[0].t
    tasks = "its only task" if len(created) == 1 else f"its last {count(len(created), 'task')}"
    history = _about(events_between(record, since, tick), {event.task for event in created}, pod=pod)
    lasted = span((tick - since) * record.header.tick_s)
    return [*lines, f"  {tasks} began in the last {lasted}", *_history_lines(words, history)]


def _place(record: Record, words: EventWords, pod: int, tick: int) -> str:
    frame = record.frame(tick)
    cell = int(frame.pods[pod])
    if cell >= 0:
        return f"stands at {words.cell(cell)}"
    bearers = (frame.robots["load"] == pod).nonzero()[0]
    return f"is carried by robot {int(bearers[0])}" if bearers.size else "is carried"
