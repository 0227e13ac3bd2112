"""A record as a League of Robot Runners result, so that the league's own validators and viewers read our runs.

The league knows moves, turns and waits; lifting, service and charging are waits. Tasks and errands: controller/league_tasks.py.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.league_tasks import RecordedTasks
from layout.errors import InputError
from layout.writing import write_whole
from robots.record import Record

_HEADINGS = "ESWN"
_MADE_WITH = ("environment", "scenario_hash")
_ACTIONS = np.array(["W", "R", "C", "F"])


def write_league_json(record: Record, width: int, path: Path) -> None:
    """Write the record in the league's result format (2024). width: of the grid. InputError if the file can't be written."""
    result = league_result(record, width)
    write_whole(path, json.dumps(result))


def league_result(record: Record, width: int) -> dict[str, Any]:
    """The record's first frame is the league's start; step t leads to the record's tick first + t.

    What the run was made with goes along if the record has its end.
    """
    cell, heading, goal = _tracks(record)
    first = record.first_tick
    paths = _paths(cell, heading)
    tasks = RecordedTasks(cell, goal, record.header.stations, first)
    for chunk in record.chunks():
        for event in chunk.events:
            tasks.follow(event)
    tasks.close()
    if not tasks.listed():
        raise InputError.single(
            "record", "", "has no task of a robot", "the league's viewers need one: record for longer"
        )
    schedule = tasks.schedules(cell.shape[1])
    start = [[*divmod(int(c), width), _HEADINGS[h]] for c, h in zip(cell[0], heading[0], strict=True)]
    return {
        "actionModel": "MAPF_T",
        "version": "2024 LoRR",
        "teamSize": len(start),
        "start": start,
        "numTaskFinished": tasks.finished,
        "sumOfCost": int(len(start) * (len(cell) - 1)),
        "makespan": len(cell) - 1,
        "numPlannerErrors": 0,
        "numScheduleErrors": 0,
        "numEntryTimeouts": 0,
        "actualPaths": paths,
        "plannerPaths": paths,
        "plannerTimes": [round(record.frame(first + t + 1).planner_ms / 1000, 6) for t in range(len(cell) - 1)],
        "errors": [],
        "actualSchedule": schedule,
        "plannerSchedule": schedule,
        "scheduleErrors": [],
        "events": tasks.events,
        "tasks": [
            [task, step, [x for cell in cells for x in divmod(cell, width)]] for task, step, cells in tasks.listed()
        ],
        **{key: made_with for key, made_with in (record.summary or {}).items() if key in _MADE_WITH},
    }


def _tracks(record: Record) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int32]]:
    """Cells, headings and goals, [ticks, robots]."""
    frames = [frame.robots for chunk in record.chunks() for frame in chunk.frames()]
    if not frames:
        raise InputError.single("record", "", "has no tick")
    cell, heading, goal = (np.stack([table[column] for table in frames]) for column in ("cell", "heading", "goal"))
    return cell, heading, goal


def _paths(cell: NDArray[np.int32], heading: NDArray[np.uint8]) -> list[str]:
    """ "F,R,W,…" a robot: what it must have done from tick to tick."""
    turn = (heading[1:].astype(int) - heading[:-1]) % 4
    code = np.select([cell[1:] != cell[:-1], turn == 1, turn == 3], [3, 1, 2], 0)
    return [",".join(_ACTIONS[code[:, robot]]) for robot in range(cell.shape[1])]
