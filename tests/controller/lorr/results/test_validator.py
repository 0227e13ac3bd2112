"""The validator passes a right run and names each kind of tampering."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from controller.lorr.bench import play
from controller.lorr.planner import PlannerParams
from controller.lorr.results.result import league_result
from controller.lorr.results.validator import validate
from layout.formats.lorr import read_problem
from tests.support.planning.tiny_league import written

ROWS = ["......", ".@..@.", "......"]
TASKS = [[(0, 5), (2, 0)], [(2, 5), (0, 0)], [(0, 2), (2, 3)], [(2, 2), (0, 3)]]
Result = dict[str, Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Three robots, forty steps."""
    path = written(tmp_path_factory.mktemp("league"), ROWS, [(0, 0), (0, 3), (2, 1)], TASKS, 1.0)
    loaded = read_problem(path)
    outcome = play(loaded, 40, 10.0, PlannerParams(rounds=64))
    assert outcome.league.finished > 3
    return path, json.loads(json.dumps(league_result(outcome.league, loaded)))


def test_a_run_of_ours_is_right(run: tuple[Path, Result]) -> None:
    """It has no error."""
    assert validate(*run) == []


def _replace_path(result: Result, robot: int, path: list[str]) -> None:
    for key in ("actualPaths", "plannerPaths"):
        result[key][robot] = ",".join(path)


def _wall(result: Result) -> None:
    _replace_path(result, 0, ["R", "R", "F"] + ["W"] * 37)


def _meeting(result: Result) -> None:
    for robot in (1, 2):
        _replace_path(result, robot, ["W"] * 40)
    _replace_path(result, 0, ["F"] * 3 + ["W"] * 37)


def _swap(result: Result) -> None:
    _replace_path(result, 2, ["W"] * 40)
    _replace_path(result, 0, ["F", "F", "F"] + ["W"] * 37)
    _replace_path(result, 1, ["R", "R", "F"] + ["W"] * 37)


def _unknown_action(result: Result) -> None:
    _replace_path(result, 0, ["X", *result["actualPaths"][0].split(",")[1:]])


def _short(result: Result) -> None:
    _replace_path(result, 0, ["W"])


def _unplanned(result: Result) -> None:
    result["plannerPaths"][0] = ",".join(["W"] * 40)


def _too_many(result: Result) -> None:
    result["numTaskFinished"] += 1


def _lost_event(result: Result) -> None:
    result["events"].pop()


def _other_task(result: Result) -> None:
    result["tasks"][0][2][0] += 1


def _early_task(result: Result) -> None:
    result["tasks"][-1][1] = 0


def _shared_task(result: Result) -> None:
    word = result["actualSchedule"][0].split(",")[0]
    result["actualSchedule"][1] = word


def _dropped(result: Result) -> None:
    step, robot, _, _ = next(event for event in result["events"] if event[3] == 1)
    line = result["actualSchedule"][robot].split(",")
    result["actualSchedule"][robot] = ",".join([*line, f"{step}:-1"])


def _moved_start(result: Result) -> None:
    result["start"][0][1] += 1


def _uncounted_error(result: Result) -> None:
    result["numPlannerErrors"] = 3


@pytest.mark.parametrize(
    ("tamper", "word"),
    [
        (_wall, "which is not free"),
        (_meeting, "meet in"),
        (_swap, "swap"),
        (_unknown_action, "no action"),
        (_short, "makespan"),
        (_unplanned, "what was planned"),
        (_too_many, "numTaskFinished"),
        (_lost_event, "events"),
        (_other_task, "the problem's list"),
        (_early_task, "are open instead of"),
        (_shared_task, "two robots"),
        (_dropped, "which is begun"),
        (_moved_start, "start"),
        (_uncounted_error, "numPlannerErrors"),
    ],
)
def test_tampering_is_found(run: tuple[Path, Result], tamper: Callable[[Result], None], word: str) -> None:
    """Each kind of it, by a line that says what is wrong."""
    path, result = run[0], copy.deepcopy(run[1])
    tamper(result)
    assert any(word in error for error in validate(path, result))
