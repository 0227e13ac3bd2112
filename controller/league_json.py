"""A record as a League of Robot Runners result, so that the league's own validators and viewers read our runs.

The league knows moves, turns and waits; lifting, service and charging are waits. A task's errands are the stations it
visited and the place it ended at, in the order in which that happened.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layout.errors import InputError
from layout.writing import write_whole
from robots import events as ev
from robots.record import Record

_HEADINGS = "ESWN"
_ACTIONS = np.array(["W", "R", "C", "F"])


def write_league_json(record: Record, width: int, path: Path) -> None:
    """Write the record in the league's result format (2024). width: of the grid. InputError if the file can't be written."""
    result = league_result(record, width)
    write_whole(path, json.dumps(result))


def league_result(record: Record, width: int) -> dict[str, Any]:
    """The record's first frame is the league's start; step t leads to the record's tick first + t."""
    cell, heading = _tracks(record)
    first = record.first_tick
    paths = _paths(cell, heading)
    tasks, done, schedule, finished = _tasks(record, width, first)
    start = [[*divmod(int(c), width), _HEADINGS[h]] for c, h in zip(cell[0], heading[0], strict=True)]
    return {
        "actionModel": "MAPF_T",
        "version": "2024 LoRR",
        "teamSize": len(start),
        "start": start,
        "numTaskFinished": finished,
        "sumOfCost": int(len(start) * (len(cell) - 1)),
        "makespan": len(cell) - 1,
        "numPlannerErrors": 0,
        "numScheduleErrors": 0,
        "numEntryTimeouts": 0,
        "actualPaths": paths,
        "plannerPaths": paths,
        "plannerTimes": [round(record.frame(first + t + 1).planner_ms / 1000, 6) for t in range(len(cell) - 1)],
        "errors": [],
        "actualSchedule": [schedule.get(robot, "") for robot in range(len(start))],
        "plannerSchedule": [schedule.get(robot, "") for robot in range(len(start))],
        "scheduleErrors": [],
        "events": done,
        "tasks": tasks,
    }


def _tracks(record: Record) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Cells and headings, [ticks, robots]."""
    frames = [frame.robots for chunk in record.chunks() for frame in chunk.frames()]
    if not frames:
        raise InputError.single("record", "", "has no tick")
    return np.stack([table["cell"] for table in frames]), np.stack([table["heading"] for table in frames])


def _paths(cell: NDArray[np.int32], heading: NDArray[np.uint8]) -> list[str]:
    """ "F,R,W,…" a robot: what it must have done from tick to tick."""
    turn = (heading[1:].astype(int) - heading[:-1]) % 4
    code = np.select([cell[1:] != cell[:-1], turn == 1, turn == 3], [3, 1, 2], 0)
    return [",".join(_ACTIONS[code[:, robot]]) for robot in range(cell.shape[1])]


def _tasks(record: Record, width: int, first: int) -> tuple[list[Any], list[list[int]], dict[int, str], int]:
    """tasks, events, schedule by robot, and how many tasks were finished."""
    released: dict[int, int] = {}
    robot_of: dict[int, int] = {}
    errands: defaultdict[int, list[int]] = defaultdict(list)
    done: list[list[int]] = []
    schedule: defaultdict[int, list[str]] = defaultdict(list)
    place: dict[int, int] = {}
    stations = [station.cell for station in record.header.stations]
    finished = 0
    for event in (event for chunk in record.chunks() for event in chunk.events):
        tick = max(0, event.t - first)
        match event:
            case ev.TaskCreated(task=task):
                released[task] = tick
            case ev.TaskAssigned(task=task, robot=robot):
                robot_of[task] = robot
                schedule[robot].append(f"{tick}:{task}")
            case ev.VisitStarted(task=task, station=station, robot=robot):
                errands[task] += divmod(stations[station], width)
                done.append([tick, robot, task, len(errands[task]) // 2])
            case ev.PlaceChosen(task=task, cell=cell):
                place[task] = cell
            case ev.TaskDone(task=task):
                finished += 1
                if task in place and task in robot_of:
                    errands[task] += divmod(place[task], width)
                    done.append([tick, robot_of[task], task, len(errands[task]) // 2])
    tasks = [[task, tick, errands[task]] for task, tick in sorted(released.items()) if errands[task]]
    return tasks, done, {robot: ",".join(words) for robot, words in schedule.items()}, finished
