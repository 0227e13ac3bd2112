"""The league's result JSON (2024) as its validators and viewers read it, for a league run or a recorded one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layout.files.writing import write_whole

NO_TASK = -1
"""Entry of a schedule: the robot has no task."""
_ACTIONS = np.array(["W", "F", "R", "C"])
_HEADINGS = "ESWN"


@dataclass(frozen=True, slots=True)
class Result:
    """Run in the league's terms.

    width: of the grid. start: (cell, heading) of each robot. actual, planned: actions by number (wait, forward, right,
    left), int[robots, steps]. planner_s: seconds of each step. schedule: for each robot as returned by
    `schedule_words`. events: (step, robot, task, errand). tasks: (task, step since which it was known, cells of its
    errands). late: plans that came too late.
    """

    width: int
    start: Sequence[tuple[int, int]]
    finished: int
    steps: int
    actual: NDArray[np.integer]
    planned: NDArray[np.integer]
    planner_s: Iterable[float]
    schedule: list[str]
    events: Iterable[Sequence[int]]
    tasks: Iterable[tuple[int, int, Iterable[int]]]
    errors: Sequence[Sequence[object]] = ()
    schedule_errors: Sequence[Sequence[object]] = ()
    late: int = 0

    def document(self) -> dict[str, object]:
        """Return the result as the league writes it."""
        return {
            "actionModel": "MAPF_T",
            "version": "2024 LoRR",
            "teamSize": len(self.start),
            "start": [[*divmod(cell, self.width), _HEADINGS[heading]] for cell, heading in self.start],
            "numTaskFinished": self.finished,
            "sumOfCost": len(self.start) * self.steps,
            "makespan": self.steps,
            "numPlannerErrors": len(self.errors),
            "numScheduleErrors": len(self.schedule_errors),
            "numEntryTimeouts": self.late,
            "actualPaths": _paths(self.actual),
            "plannerPaths": _paths(self.planned),
            "plannerTimes": [round(seconds, 6) for seconds in self.planner_s],
            "errors": [list(error) for error in self.errors],
            "actualSchedule": self.schedule,
            "plannerSchedule": self.schedule,
            "scheduleErrors": [list(error) for error in self.schedule_errors],
            "events": [list(event) for event in self.events],
            "tasks": [
                [task, step, [x for cell in cells for x in divmod(int(cell), self.width)]]
                for task, step, cells in self.tasks
            ],
        }


def schedule_words(changes: Iterable[tuple[int, int]]) -> str:
    """Return "step:task,…" of a robot.

    The league's viewers need an entry for each robot, so one without a task has -1 at step 0.
    """
    return ",".join(f"{step}:{task}" for step, task in changes) or f"0:{NO_TASK}"


def write_result(document: dict[str, object], path: Path) -> None:
    """Write a result. InputError if the file cannot be written."""
    write_whole(path, json.dumps(document))


def _paths(actions: NDArray[np.integer]) -> list[str]:
    """Return "F,F,R,W,…" of each robot."""
    return [",".join(row) for row in _ACTIONS[actions]]
