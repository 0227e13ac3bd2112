"""A run in the league's format obeys the league's rules."""

import json
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from controller.lorr.results.record import league_result
from controller.lorr.results.record_tasks import RecordedTasks
from controller.run import RunOptions, SimulatedRun
from controller.scenario.read import load_scenario
from robots.recording import events as ev
from robots.recording.frames import StationInfo
from robots.recording.record import Record
from tests.support.planning import league_viewer

MAPS = Path(__file__).parents[4] / "maps"
DEMO, TINY = MAPS / "demo.toml", MAPS / "tiny.toml"


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


def test_a_record_opens_in_the_leagues_viewer(result: dict) -> None:  # type: ignore[type-arg]
    """Every scheduled task is listed with its errands, and robots without a task have a schedule, too."""
    league_viewer.check_result(result)
    assert any(":-1," in schedule for schedule in result["actualSchedule"])


def test_a_floor_as_a_problem_its_run_and_a_run_of_the_floor_open_in_the_leagues_viewer(tmp_path: Path) -> None:
    """The how-to's commands on the map written with the problem, with each result's provenance."""
    problem, record, results = tmp_path / "tiny.json", tmp_path / "tiny.pfr", [tmp_path / "a.json", tmp_path / "b.json"]
    bench = ["--steps", "40", "--step-ms", "50", "--threads", "1", "--no-free-flow", "--out", results[0]]
    for words in (
        ["layout", "convert", TINY, problem],
        ["bench", "lorr", problem, *bench],
        ["run", TINY, "--headless", "--ticks", "200", "--record", record],
        ["report", record, "--out", tmp_path / "report.json", "--league", results[1]],
    ):
        done = CliRunner().invoke(app, list(map(str, words)))
        assert done.exit_code == 0, done.output
    for result in (json.loads(path.read_text(encoding="utf-8")) for path in results):
        league_viewer.check_result(result)
        league_viewer.check_map(tmp_path / "tiny.map", result)
        assert result["environment"]["version"] == version("podfleet")


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
