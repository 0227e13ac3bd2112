"""Whole runs: small random maps, awkward ones, and a public problem."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from controller.cli.simulation.bench import bench_app
from controller.lorr.bench import PLANNERS, BenchResult, play, read
from controller.lorr.free_flow import free_flow
from controller.lorr.planner import PlannerParams
from controller.lorr.results.result import league_result
from controller.lorr.results.validator import validate
from layout.errors import InputError
from layout.formats.lorr import read_problem
from tests.support.planning.tiny_league import At, written

PUBLIC = Path(__file__).parents[4] / "shared" / "data" / "lorr" / "random.domain" / "random_32_32_20_100.json"
QUICK = PlannerParams(rounds=128)


def _run(path: Path, steps: int, params: PlannerParams = QUICK) -> BenchResult:
    """Run and validate a problem, at a step time that is never up."""
    loaded = read_problem(path)
    outcome = play(loaded, steps, 60.0, params)
    assert not outcome.league.log.errors
    assert not outcome.league.log.schedule_errors
    assert validate(path, json.loads(json.dumps(league_result(outcome.league, loaded)))) == []
    return outcome


@st.composite
def _floors(draw: st.DrawFn) -> tuple[list[str], list[At], list[list[At]]]:
    height, width = draw(st.integers(1, 5)), draw(st.integers(2, 6))
    signs = draw(st.lists(st.sampled_from("....@"), min_size=height * width, max_size=height * width))
    signs[:2] = ".."
    free = [divmod(cell, width) for cell, sign in enumerate(signs) if sign == "."]
    starts = draw(st.lists(st.sampled_from(free), min_size=1, max_size=len(free), unique=True))
    task = st.lists(st.sampled_from(free), min_size=1, max_size=4)
    tasks = draw(st.lists(task, min_size=1, max_size=8))
    return ["".join(signs[row * width : (row + 1) * width]) for row in range(height)], starts, tasks


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_floors())
def test_no_step_is_illegal_on_any_small_map(floor: tuple[list[str], list[At], list[list[At]]]) -> None:
    """Enclosed robots, goals that can't be reached and full floors among them."""
    with TemporaryDirectory() as folder:
        _run(written(Path(folder), *floor), 25)


@pytest.mark.parametrize(
    ("rows", "starts", "tasks"),
    [
        (["........"], [(0, 1), (0, 6)], [[(0, 7), (0, 0)]]),
        (["...", "...", "..."], [(r, c) for r in range(3) for c in range(3)][:8], [[(2, 2), (0, 0)], [(1, 1)]]),
        ([".@.", "@@.", "..."], [(0, 0), (2, 2)], [[(0, 0), (2, 0)], [(2, 0)]]),
        (["."], [(0, 0)], [[(0, 0), (0, 0)]]),
    ],
    ids=["corridor", "full but one", "enclosed", "one cell"],
)
def test_awkward_floors_are_run(tmp_path: Path, rows: Sequence[str], starts: list[At], tasks: list[list[At]]) -> None:
    """A 1×N corridor, a full floor minus one cell, a robot and a goal behind walls, a floor of one cell."""
    for params in (QUICK, replace(QUICK, rounds=-1), replace(QUICK, threads=2)):
        _run(written(tmp_path, rows, starts, tasks), 40, params)


def test_a_lone_robot_needs_as_long_as_the_way_is(tmp_path: Path) -> None:
    """Five cells east; the task is finished in step 5, as in free flow."""
    path = written(tmp_path, ["......"], [(0, 0)], [[(0, 5)]], 1.0)
    assert _run(path, 5).league.log.events == [(5, 0, 0, 1)]
    assert free_flow(read_problem(path), 5) == 1


def test_runs_by_rounds_are_repeatable(tmp_path: Path) -> None:
    """Equal seeds, equal events; on two threads too."""
    rows = ["......", ".@.@..", "......", "..@..."]
    starts = [(0, c) for c in range(6)] + [(2, c) for c in range(5)]
    path = written(tmp_path, rows, starts, [[(3, 0), (0, 5)], [(2, 5), (3, 3)], [(0, 0), (3, 5), (1, 2)]])
    for threads in (1, 2):
        params = replace(QUICK, threads=threads)
        assert _run(path, 60, params).league.log.events == _run(path, 60, params).league.log.events


@pytest.mark.skipif(not PUBLIC.exists(), reason="the league's public problems are not beside the checkout")
def test_a_public_problem_runs_without_errors() -> None:
    """60 steps of random_32_32_20_100 with the search, and less than free flow."""
    outcome = _run(PUBLIC, 60)
    assert 100 < outcome.league.finished <= free_flow(read_problem(PUBLIC), 60)


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    """The figures as JSON, and a result file that the validator passes."""
    path = written(tmp_path, ["....", "...."], [(0, 0), (1, 0)], [[(0, 3), (1, 3)], [(1, 1)]])
    out = tmp_path / "result.json"
    words = ["lorr", str(path), "--steps", "20", "--rounds", "64", "--threads", "1", "--out", str(out), "--json"]
    done = CliRunner().invoke(bench_app, words)
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["errors"], figures["steps"], figures["robots"]) == (0, 20, 2)
    assert validate(path, json.loads(out.read_text())) == []


def test_problems_with_delays_are_refused(tmp_path: Path) -> None:
    """The form of 2026 is recognised by its keys, and by its version."""
    path = written(tmp_path, [".."], [(0, 0)], [[(0, 1)]])
    table = json.loads(path.read_text())
    for more in ({"delayConfig": {}}, {"version": "2026 LoRR"}):
        path.write_text(json.dumps(table | more))
        with pytest.raises(InputError, match="2026"):
            read(path)


def test_planners_have_names() -> None:
    """--planner takes exactly the existing ones."""
    assert set(PLANNERS) == {"lns", "epibt"}
