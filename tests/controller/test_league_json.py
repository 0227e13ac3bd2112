"""A run in the league's format obeys the league's rules."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from controller.league_json import league_result
from controller.league_tasks import RecordedTasks
from controller.run import RunOptions, SimulatedRun
from controller.scenario_file import load_scenario
from robots import events as ev
from robots.frames import StationInfo
from robots.record import Record

DEMO = Path(__file__).parents[2] / "maps" / "demo.toml"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    path = tmp_path_factory.mktemp("league") / "a.pfr"
    with SimulatedRun(load_scenario(DEMO, {"run.ticks": "400"}), RunOptions(record=path)) as run:
        while not run.done:
            run.step()
        run.finish()
    with Record(path) as record:
        return league_result(record, run.site.grid.width) | {"grid": run.site.grid}


def test_the_paths_replayed_by_the_leagues_rules_never_collide(result: dict) -> None:  # type: ignore[type-arg]
    """Each step is a move, a turn or a wait, into a free cell, with nobody else in it and nobody swapped."""
    grid = result["grid"]
    robots = [(grid.cell(row, col), "ESWN".index(heading)) for row, col, heading in result["start"]]
    steps = [path.split(",") for path in result["actualPaths"]]
    assert {len(path) for path in steps} == {result["makespan"]}
    for t in range(result["makespan"]):
        after = []
        for (cell, heading), path in zip(robots, steps, strict=True):
            turned = (heading + {"R": 1, "C": 3}.get(path[t], 0)) % 4
            after.append((grid.neighbour(cell, heading) if path[t] == "F" else cell, turned))
        cells = [cell for cell, _ in after]
        assert len(set(cells)) == len(cells)
        assert all(grid.kind[cell] != 0 for cell in cells)
        moves = {(before[0], now[0]) for before, now in zip(robots, after, strict=True) if before[0] != now[0]}
        assert not any((b, a) in moves for a, b in moves)
        robots = after


def test_errands_are_done_where_the_robot_is(result: dict) -> None:  # type: ignore[type-arg]
    """Every event names a robot that stands on the errand's cell at that step."""
    grid, errands = result["grid"], {task: cells for task, _, cells in result["tasks"]}
    tracks = []
    for (row, col, name), path in zip(result["start"], result["actualPaths"], strict=True):
        cell, heading = grid.cell(row, col), "ESWN".index(name)
        track = [cell]
        for action in path.split(","):
            cell = grid.neighbour(cell, heading) if action == "F" else cell
            heading = (heading + {"R": 1, "C": 3}.get(action, 0)) % 4
            track.append(cell)
        tracks.append(track)
    assert len(result["events"]) > 20
    for t, robot, task, number in result["events"]:
        row, col = errands[task][2 * number - 2 : 2 * number]
        assert tracks[robot][t] == grid.cell(row, col)


def opens_in_a_viewer(result: dict) -> None:  # type: ignore[type-arg]
    """What the league's viewer asks of a file, in our own words: it stops at the first thing that isn't so."""
    robots, steps = result["teamSize"], result["makespan"]
    errands = {task: len(cells) // 2 for task, _, cells in result["tasks"]}
    released = {task: step for task, step, _ in result["tasks"]}
    assert errands
    assert min(errands.values()) > 0
    assert len(result["start"]) == len(result["actualPaths"]) == len(result["plannerPaths"]) == robots
    assert len(result["actualSchedule"]) == robots
    for schedule in result["actualSchedule"]:
        for entry in schedule.split(","):
            step, task = map(int, entry.split(":"))
            assert task == -1 or released[task] <= step <= steps
    for step, robot, task, number in result["events"]:
        assert 0 <= step <= steps
        assert 0 <= robot < robots
        assert 1 <= number <= errands[task]


def test_a_record_opens_in_the_leagues_viewer(result: dict) -> None:  # type: ignore[type-arg]
    """Every scheduled task is listed with its errands, and robots without a task have a schedule, too."""
    opens_in_a_viewer(result)
    assert any(":-1," in schedule for schedule in result["actualSchedule"])


def test_a_tasks_errands_are_all_done_if_and_only_if_it_is_finished(result: dict) -> None:  # type: ignore[type-arg]
    """The count of finished tasks is what a viewer counts."""
    done = Counter(task for _, _, task, _ in result["events"])
    finished = [task for task, _, cells in result["tasks"] if done[task] == len(cells) // 2]
    assert len(finished) == result["numTaskFinished"] > 5
    assert len(finished) < len(result["tasks"])


def test_a_task_that_fails_or_charges_has_its_errands_too() -> None:
    """Robot 0 charges in cell 5; robot 1 dies on its way to station 0 in cell 9; robot 2 has never a task."""
    cell = np.array([[3, 7, 8], [5, 7, 8], [5, 7, 8]], np.int32)
    tasks = RecordedTasks(cell, np.array([[5, 9, -1]] * 3, np.int32), [StationInfo("pick-1", "pick", 9)], 0)
    for event in (
        ev.TaskCreated(0, 1, "charge", -1, -1, ""),
        ev.TaskAssigned(0, 1, 0, ""),
        ev.TaskCreated(0, 2, "pick", 4, 0, ""),
        ev.TaskAssigned(0, 2, 1, ""),
        ev.TaskDone(1, 1),
        ev.TaskFailed(1, 2, "robot 1 died"),
        ev.TaskDone(1, 99),
    ):
        tasks.follow(event)
    tasks.close()
    assert tasks.listed() == [(1, 0, [5]), (2, 0, [9])]
    assert tasks.schedules(3) == ["0:1,1:-1", "0:2,1:-1", "0:-1"]
    assert (tasks.events, tasks.finished) == ([[1, 0, 1, 1]], 1)
