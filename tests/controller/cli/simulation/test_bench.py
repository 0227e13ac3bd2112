"""`podfleet bench` from the command line: guides, added robots, and planners beside each other."""

import json
from contextlib import nullcontext
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from controller.cli.shared.terminal import cores
from controller.cli.simulation.bench import bench_app
from controller.lorr.results.validator import validate
from layout.errors import InputError
from tests.support.planning.tiny_league import written

GUIDE = "[lanes]\nalong = 2\nagainst = 6\n"
SHORT = ["--steps", "10", "--rounds", "32", "--threads", "1", "--no-free-flow"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two rows of four cells and two robots."""
    return written(tmp_path, ["....", "...."], [(0, 0), (1, 0)], [[(0, 3), (1, 3)], [(1, 1)]])


def lines(*words: str | Path) -> list[dict[str, Any]]:
    """The rows of the document that a command prints; its InputError is raised."""
    done = CliRunner().invoke(bench_app, [*map(str, words), "--json"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    return document if isinstance(document, list) else [document]


def test_the_guide_beside_the_map_is_used(path: Path, tmp_path: Path) -> None:
    """The figures say which; another can be named, and none at all."""
    guide, other = tmp_path / "tiny.guide.toml", tmp_path / "other.toml"
    assert lines("lorr", path, *SHORT)[0]["guide"] is None
    guide.write_text(GUIDE)
    other.write_text(GUIDE)
    assert lines("lorr", path, *SHORT)[0]["guide"] == "tiny.guide.toml"
    assert lines("lorr", path, *SHORT, "--guide", other)[0]["guide"] == "other.toml"
    assert lines("lorr", path, *SHORT, "--no-guide")[0]["guide"] is None
    guide.write_text("[lanes]\n")
    with pytest.raises(InputError, match=r"tiny\.guide\.toml: \[lanes\]: has no along"):
        lines("lorr", path, *SHORT)
    with pytest.raises(InputError, match="leave out one of them"):
        lines("lorr", path, *SHORT, "--guide", other, "--no-guide")


def test_robots_are_added(path: Path, tmp_path: Path) -> None:
    """Five where the problem has two; the result is replayed with five."""
    out = tmp_path / "result.json"
    figures = lines("lorr", path, *SHORT, "--robots", "5", "--out", out)[0]
    assert (figures["robots"], figures["errors"]) == (5, 0)
    assert (figures["environment"]["threads"], figures["environment"]["version"]) == (1, metadata.version("podfleet"))
    assert json.loads(out.read_text())["environment"] == figures["environment"]
    assert validate(path, json.loads(out.read_text())) == ["start: not as in the problem"]


def test_help_says_what_the_number_of_threads_means() -> None:
    """Help gives its default, and what makes a run repeatable."""
    done = CliRunner().invoke(bench_app, ["lorr", "--help"], env={"COLUMNS": "200"})
    told = " ".join(done.output.replace("│", " ").split())
    assert "Default 0: one per core, so that the result depends on the machine" in told
    assert "A given number with --rounds is repeatable" in told


def test_planners_are_compared(path: Path, tmp_path: Path) -> None:
    """One row a planner, the tuned one where a guide lies beside the map."""
    rows = lines("planners", path, "--steps", "8", "--step-ms", "40")
    assert [row["planner"] for row in rows] == ["epibt", "lns", "no tolls"]
    assert {row["problem"] for row in rows} == {"tiny"}
    assert {row["environment"]["threads"] for row in rows} == {cores()}
    (tmp_path / "tiny.guide.toml").write_text(GUIDE)
    rows = lines("planners", path, "--steps", "8", "--step-ms", "40", "--seeds", "1")
    assert [row["planner"] for row in rows] == ["epibt", "lns", "no tolls", "tuned"]


def test_the_table_of_planners_is_readable(path: Path) -> None:
    """Heads and spread, one line a planner."""
    words = ["planners", str(path), "--steps", "8", "--step-ms", "40"]
    done = CliRunner().invoke(bench_app, words, env={"COLUMNS": "120"})
    assert done.exit_code == 0, done.output
    assert "of free flow" in done.stdout
    assert "1.000 ± 0.000" in done.stdout


def test_without_problems_there_is_a_small_warehouse() -> None:
    """It runs out of the box."""
    rows = lines("planners", "--steps", "3", "--step-ms", "60", "--seeds", "1")
    assert [row["problem"] for row in rows] == ["warehouse"] * 3


@pytest.mark.parametrize(
    ("tasks", "word", "lost"),
    [
        ([[(0, 4)], [(1, 4), (0, 3)]], "no robot can do any of the 2 tasks", 2),
        ([[(0, 1)], [(1, 0), (0, 4)]], "no robot can do 1 of the 2 tasks", 1),
    ],
    ids=["nothing", "half"],
)
def test_tasks_that_nobody_can_reach_are_said(
    tmp_path: Path, tasks: list[list[tuple[int, int]]], word: str, lost: int
) -> None:
    """A wall parts the map: the figures count them, standard error names them, and the exit status is 1."""
    walled = written(tmp_path, ["..@..", "..@.."], [(0, 0), (1, 0)], tasks)
    done = CliRunner().invoke(bench_app, ["lorr", str(walled), *SHORT, "--json"])
    assert done.exit_code == 1, done.output
    assert word in done.stderr
    assert f"task {len(tasks) - lost} at" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["tasks_out_of_reach"] == lost


def test_planners_compared_on_tasks_that_nobody_can_reach_end_with_a_word(tmp_path: Path) -> None:
    """The comparison names them as a run does, and its exit status is 1, too."""
    walled = written(tmp_path, [".@."], [(0, 0)], [[(0, 2)]])
    words = ["planners", str(walled), "--steps", "2", "--step-ms", "20", "--seeds", "1"]
    done = CliRunner().invoke(bench_app, words)
    assert done.exit_code == 1, done.output
    assert "no robot can do any of the 1 task," in done.stderr


def test_the_run_is_shown_before_the_free_flow_is_counted(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the count keeps the run: its result is written and its figures are printed, the limit is null."""
    out = tmp_path / "result.json"

    def interrupted(problem: object, steps: int, progress: object) -> int:
        assert out.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr("controller.lorr.free_flow.free_flow", interrupted)
    words = ["lorr", str(path), *SHORT[:-1], "--out", str(out), "--json"]
    done = CliRunner().invoke(bench_app, words)
    figures = json.loads(done.stdout)
    assert (done.exit_code, figures["steps"], figures["free_flow_tasks"]) == (130, 10, None)
    assert "planning mean ms" in done.stderr
    assert json.loads(done.stderr.splitlines()[-1])["error"]["kind"] == "interrupted"


def test_ctrl_c_keeps_the_steps_that_are_done(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures and the result are those of a shorter run, without a count of free flow."""
    monkeypatch.setattr("controller.lorr.bench.warm_up", lambda *_: None)
    asked = iter(range(100))
    monkeypatch.setattr(
        "controller.cli.simulation.bench_runs.noted_signals", lambda: nullcontext(lambda: next(asked) >= 4)
    )
    done = CliRunner().invoke(bench_app, ["lorr", str(path), *SHORT[:-1], "--out", str(tmp_path / "r.json"), "--json"])
    figures = json.loads(done.stdout)
    assert (done.exit_code, figures["steps"], figures["errors"]) == (130, 4, 0)
    assert "free_flow_tasks" not in figures


def test_the_free_flow_tells_how_far_it_is(path: Path) -> None:
    """A step at a time, to the last."""
    from controller.lorr.bench import read
    from controller.lorr.free_flow import free_flow

    told: list[int] = []
    free_flow(read(path), 5, told.append)
    assert told == [1, 2, 3, 4, 5]
