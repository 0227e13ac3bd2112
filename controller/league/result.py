"""The league's result JSON (2024), as its own validators and viewers read it."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.league.rules import League
from controller.league_tasks import schedule_words
from layout.lorr import LorrProblem
from layout.writing import write_whole

_LETTERS = np.array(["W", "F", "R", "C"])


def league_result(league: League, problem: LorrProblem) -> dict[str, Any]:
    """The result of a run that has ended."""
    log, width = league.log, league.ground.width
    schedule = _schedules(log.changes, league.robots)
    sizes = [len(task) for task in problem.tasks]
    return {
        "actionModel": "MAPF_T",
        "version": "2024 LoRR",
        "teamSize": league.robots,
        "start": [[*divmod(int(cell), width), "E"] for cell in problem.starts],
        "numTaskFinished": league.finished,
        "sumOfCost": league.robots * league.step_number,
        "makespan": league.step_number,
        "numPlannerErrors": len(log.errors),
        "numScheduleErrors": len(log.schedule_errors),
        "numEntryTimeouts": log.late,
        "actualPaths": _paths(log.actual),
        "plannerPaths": _paths(log.planned),
        "plannerTimes": [round(seconds, 6) for seconds in log.seconds],
        "errors": [list(error) for error in log.errors],
        "actualSchedule": schedule,
        "plannerSchedule": schedule,
        "scheduleErrors": [list(error) for error in log.schedule_errors],
        "events": [list(event) for event in log.events],
        "tasks": [
            [task, step, [int(x) for cell in problem.tasks[task % len(sizes)] for x in divmod(int(cell), width)]]
            for task, step in log.released
        ],
    }


def write_result(result: dict[str, Any], path: Path) -> None:
    """InputError if the file can't be written."""
    write_whole(path, json.dumps(result))


def _paths(steps: list[NDArray[np.int8]]) -> list[str]:
    """ "F,F,R,W,…" a robot."""
    return [",".join(row) for row in _LETTERS[np.stack(steps, 1)]] if steps else []


def _schedules(changes: list[tuple[int, int, int]], robots: int) -> list[str]:
    """ "t:task,…" a robot; task -1 for none."""
    of_robot: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for step, robot, task in changes:
        of_robot[robot].append((step, task))
    return [schedule_words(of_robot[robot]) for robot in range(robots)]
