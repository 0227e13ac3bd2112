"""Wait chain of a robot in words: the next cell of its route, the robot in it, the robot in that one's, and the cause
at the end.
"""

from itertools import pairwise

import numpy as np

from robots.recording import events as ev
from robots.units.lifecycle import RobotState
from robots.wording.event_words import ROBOT_STATES
from visualizer.inspector.page_lines import Line, Moment, fact, head, robot, sentence, station
from visualizer.scene.scene import Selection
from visualizer.scene.wait_chains import Wait, drives
from visualizer.style.palette import GROUPS

_STOPPED = "stopped"
_WITH_PLACE = (RobotState.LIFTING, RobotState.CARRYING)
_SEARCHED = 50
"""Number of the newest events about a robot that are searched for the reason of its stop."""
_TOLD = 8
"""Largest number of robots of a chain that are listed one by one."""


def way_lines(moment: Moment, number: int) -> list[Line]:
    """Return the intended route and its next cell, with the robot that holds it."""
    if not drives(moment.frame, number):
        return []
    cells = moment.routes.route(moment.frame, number)
    if len(cells) < 2:
        return []
    holder = moment.routes.chain(moment.frame, number)[0].holder
    holding = "free" if holder < 0 else f"held by robot {holder}"
    turns = _turns(cells)
    return [
        fact("route", f"{len(cells) - 1} cell{'s' * (len(cells) > 2)}, {turns} turn{'s' * (turns != 1)}"),
        fact("next cell", f"{moment.scene.cell_words(cells[1])}, {holding}", robot(holder)),
    ]


def wait_lines(moment: Moment, number: int) -> list[Line]:
    """Return the chain as lines with links; none for a robot that doesn't wait."""
    chain = moment.routes.chain(moment.frame, number)
    words, link = _cause(moment, chain)
    if len(chain) == 1:
        waiting = int(moment.frame.robots["state"][number]) == RobotState.HOLDING
        return [head("waits for"), sentence(words, link)] if waiting else []
    lines = [head("waits for")]
    for wait in chain[1:_TOLD]:
        lines.append(fact(f"robot {wait.robot}", _standing(moment, wait.robot), robot(wait.robot)))
    if len(chain) > _TOLD:
        lines.append(sentence(f"… and {len(chain) - _TOLD} more"))
    return [*lines, fact("cause", words, link)]


def cause(moment: Moment, chain: list[Wait]) -> Selection | None:
    """Return the cause at the end of a chain: a station, or the last robot."""
    return _cause(moment, chain)[1]


def _standing(moment: Moment, number: int) -> str:
    row = moment.frame.robots[number]
    state = _state(moment, number)
    doing = "stopped" if row["stopped"] else next(group.name for group in GROUPS if state in group.states)
    return f"in {moment.scene.cell_words(int(row['cell']))}, {doing}"


def stop_words(moment: Moment, number: int) -> str:
    """Return why a robot is stopped, from its newest event: a fault, an operator, or a lost connection."""
    for event in moment.history.newest(("robot", number), moment.tick, _SEARCHED):
        if isinstance(event, ev.RobotFault):
            return ev.FAULT_WORDS.get(event.kind, event.kind)
    return _STOPPED


def _cause(moment: Moment, chain: list[Wait]) -> tuple[str, Selection | None]:
    """Return why the last robot of a chain doesn't move, and the thing to look at."""
    last = chain[-1].robot
    row, state = moment.frame.robots[last], _state(moment, last)
    if chain[-1].holder in [wait.robot for wait in chain]:
        return f"a ring: robot {last} waits for robot {chain[-1].holder}", robot(chain[-1].holder)
    if row["stopped"]:
        words = stop_words(moment, last)
        return f"robot {last} {words if words != _STOPPED else f'is {_STOPPED}'}", robot(last)
    if state == RobotState.PRESENTING:
        return _presenting(moment, last)
    if state == RobotState.HOLDING:
        return _no_place(moment, last)
    if state == RobotState.CHARGING:
        return f"robot {last} is charging, {row['battery']} %", robot(last)
    if chain[-1].cell >= 0:
        return f"robot {last} is driving: {moment.scene.cell_words(chain[-1].cell)} is free", robot(last)
    return f"robot {last} is {ROBOT_STATES[state]}", robot(last)


def _presenting(moment: Moment, last: int) -> tuple[str, Selection | None]:
    """Return the duration of a visit so far, and whether anyone is working there."""
    index = int(moment.scene.station_at[int(moment.frame.robots["cell"][last])])
    task = moment.history.task(int(moment.frame.robots["task"][last]), moment.tick)
    begun = task.visits[-1].started if task and task.visits else -1
    since = f" for {moment.span(moment.tick - begun)} now" if begun >= 0 else ""
    if index < 0:
        return f"robot {last} is presenting its load{since}", robot(last)
    idle = "" if moment.frame.stations["working"][index] else ", where no one is at work"
    return f"robot {last} is at {moment.station(index)}{since}{idle}", station(moment, index)


def _no_place(moment: Moment, last: int) -> tuple[str, Selection | None]:
    """Return the reason of a robot that waits to lift its load: it does so when there is a free place in the queue
    lane.
    """
    task = moment.history.task(int(moment.frame.robots["task"][last]), moment.tick)
    index = task.station if task else -1
    if (link := station(moment, index)) is None:
        return "a place in a queue lane", None
    places, taken = len(moment.scene.stations[index].places), int(moment.frame.stations["queue"][index])
    words = f"a place in the queue lane of {moment.station(index)}: {taken} of {places} are taken"
    return words + _kept(moment, index, min(int(moment.frame.stations["inbound"][index]), places) - taken), link


def _kept(moment: Moment, index: int, places: int) -> str:
    """Return what the free places of a lane are kept for: loads on their way, which have had them since they were
    lifted.
    """
    if places <= 0:
        return ""
    robots = moment.frame.robots
    under_way = np.isin(robots["state"], _WITH_PLACE) & (moment.scene.station_at[robots["cell"]] != index)
    tasks = {n: moment.history.task(int(robots["task"][n]), moment.tick) for n in np.flatnonzero(under_way).tolist()}
    numbers = [str(number) for number, task in tasks.items() if task is not None and task.station == index]
    who = f": robot{'s' * (len(numbers) > 1)} {', '.join(numbers[:_TOLD])}" if numbers else ""
    return f", {places} {'is' if places == 1 else 'are'} kept for loads on their way there{who}"


def _state(moment: Moment, number: int) -> RobotState:
    return RobotState(min(int(moment.frame.robots["state"][number]), RobotState.DEAD))


def _turns(cells: list[int]) -> int:
    return sum(a != b for a, b in pairwise(b - a for a, b in pairwise(cells)))
