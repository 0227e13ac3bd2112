"""Independent check of a league result: everything is replayed from the files, without any code of the run.

It reads the problem's map, starts and tasks itself, then follows every path, every schedule and every errand.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, convert

_AHEAD = {"E": (0, 1), "S": (1, 0), "W": (0, -1), "N": (-1, 0)}
_CLOCKWISE = "ESWN"
_MOST = 20
"""Largest number of errors reported: a wrong step early makes everything after it wrong."""


class _Result(Struct, frozen=True, rename="camel"):
    """Checked parts of a result, as the league writes them."""

    team_size: int
    start: list[tuple[int, int, str]]
    num_task_finished: int
    makespan: int
    num_planner_errors: int
    actual_paths: list[str]
    planner_paths: list[str]
    errors: list[tuple[int, int, int, str]]
    actual_schedule: list[str]
    events: list[list[int]]
    tasks: list[tuple[int, int, list[int]]]


def validate(problem: Path, result: dict[str, object]) -> list[str]:
    """Return every way in which a result breaks the rules or contradicts itself, in words; empty if it is right."""
    errors = []
    for error in _errors(_Files(problem), convert(result, _Result)):
        errors.append(error)
        if len(errors) >= _MOST:
            break
    return errors


class _Files:
    """Files of a problem: free cells as a set of (row, col), starts and tasks as lists of them."""

    def __init__(self, problem: Path) -> None:
        head = json.loads(problem.read_text())
        lines = (problem.parent / head["mapFile"]).read_text().split("\n")
        self.width = int(lines[2].split()[1])
        rows = lines[4 : 4 + int(lines[1].split()[1])]
        self.free = {(r, c) for r, line in enumerate(rows) for c, sign in enumerate(line) if sign in ".ESG"}
        self.starts = [divmod(int(line), self.width) for line in _entries(problem.parent / head["agentFile"])]
        self.starts = self.starts[: head["teamSize"]]
        self.tasks = [
            [divmod(int(cell), self.width) for cell in line.split(",")]
            for line in _entries(problem.parent / head["taskFile"])
        ]
        self.open = math.ceil(head.get("numTasksReveal", 1) * head["teamSize"])


def _entries(path: Path) -> list[str]:
    lines = [line.strip() for line in path.read_text().splitlines()]
    return [line for line in lines if line and not line.startswith("#")][1:]


def _errors(files: _Files, result: _Result) -> Iterator[str]:
    if result.start != [(r, c, "E") for r, c in files.starts]:
        yield "start: not as in the problem"
        return
    paths = [path.split(",") if path else [] for path in result.actual_paths]
    if len(paths) != len(files.starts) or result.team_size != len(files.starts):
        yield f"actualPaths: {len(paths)} robots instead of {len(files.starts)}"
        return
    if any(len(path) != result.makespan for path in paths):
        yield "actualPaths: not as long as the makespan"
        return
    places: list[list[tuple[int, int]]] = []
    yield from _motion(files, paths, places)
    yield from _planned(result, paths)
    yield from _tasks(files, result, places)


def _motion(files: _Files, paths: list[list[str]], places: list[list[tuple[int, int]]]) -> Iterator[str]:
    """Follow all paths, and append every robot's cell at each step to `places`."""
    cells = list(files.starts)
    facing = ["E"] * len(cells)
    places.append(cells)
    for step in range(len(paths[0]) if paths else 0):
        then = list(cells)
        for robot, path in enumerate(paths):
            action = path[step]
            if action == "F":
                down, right = _AHEAD[facing[robot]]
                then[robot] = (cells[robot][0] + down, cells[robot][1] + right)
            elif action in ("R", "C"):
                turn = 1 if action == "R" else 3
                facing[robot] = _CLOCKWISE[(_CLOCKWISE.index(facing[robot]) + turn) % 4]
            elif action != "W":
                yield f"step {step + 1}: robot {robot} does {action!r}, which is no action"
            if then[robot] not in files.free:
                yield f"step {step + 1}: robot {robot} enters {then[robot]}, which is not free"
        stands = {place: robot for robot, place in enumerate(cells)}
        taken: dict[tuple[int, int], int] = {}
        for robot, place in enumerate(then):
            if place in taken:
                yield f"step {step + 1}: robots {taken[place]} and {robot} meet in {place}"
            taken[place] = robot
            other = stands.get(place, robot)
            if other < robot and then[other] == cells[robot]:
                yield f"step {step + 1}: robots {other} and {robot} swap"
        places.append(then)
        cells = then


def _planned(result: _Result, paths: list[list[str]]) -> Iterator[str]:
    """Check that the plan is carried out, except in steps reported as wrong."""
    wrong = {error[2] for error in result.errors}
    if len(result.errors) != result.num_planner_errors:
        yield "numPlannerErrors: not the number of errors listed"
    planned = [path.split(",") if path else [] for path in result.planner_paths]
    for step in range(result.makespan):
        if step + 1 not in wrong:
            for robot, path in enumerate(paths):
                if planned[robot][step] != path[step]:
                    yield f"step {step + 1}: robot {robot} does not do what was planned"
        elif any(path[step] != "W" for path in paths):
            yield f"step {step + 1}: an error is reported, yet not all robots wait"


def _tasks(files: _Files, result: _Result, places: list[list[tuple[int, int]]]) -> Iterator[str]:
    """Follow all schedules along the places: which errands are done, and when tasks come and go."""
    cells: dict[int, list[tuple[int, int]]] = {}
    released: defaultdict[int, list[int]] = defaultdict(list)
    for number, (task, step, flat) in enumerate(result.tasks):
        cells[task] = list(zip(flat[::2], flat[1::2], strict=True))
        released[step].append(task)
        if task != number or cells[task] != files.tasks[task % len(files.tasks)]:
            yield f"tasks: {task} is not the one of the problem's list"
    changes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for robot, line in enumerate(result.actual_schedule):
        for word in filter(None, line.split(",")):
            step_text, given = word.split(":")
            changes[int(step_text)].append((robot, int(given)))
    yield from _replay(files.open, result, places, cells, released, changes)


def _replay(
    most: int,
    result: _Result,
    places: list[list[tuple[int, int]]],
    cells: dict[int, list[tuple[int, int]]],
    released: dict[int, list[int]],
    changes: dict[int, list[tuple[int, int]]],
) -> Iterator[str]:
    done: dict[int, int] = {}
    holds: dict[int, int] = {}
    events: list[list[int]] = []
    finished = 0
    for step in range(len(places)):
        if step:
            for robot, task in sorted(holds.items()):
                if task in done and cells[task][done[task]] == places[step][robot]:
                    done[task] += 1
                    events.append([step, robot, task, done[task]])
                    if done[task] == len(cells[task]):
                        finished += 1
                        del done[task], holds[robot]
        done.update((task, 0) for task in released.get(step, []))
        if len(done) != most:
            yield f"step {step}: {len(done)} tasks are open instead of {most}"
        for robot, task in changes.get(step, []):
            if done.get(holds.get(robot, -1), 0) > 0:
                yield f"step {step}: robot {robot} drops task {holds[robot]}, which is begun"
            holds.pop(robot, None)
            if task >= 0 and task not in done:
                yield f"step {step}: robot {robot} is given task {task}, which is not open"
        holds |= {robot: task for robot, task in changes.get(step, []) if task >= 0}
        if len(set(holds.values())) != len(holds):
            yield f"step {step}: a task is given to two robots"
    if sorted(events) != sorted(result.events):
        yield "events: not the errands done by the paths and schedules"
    if finished != result.num_task_finished:
        yield f"numTaskFinished: {result.num_task_finished}, replayed {finished}"
