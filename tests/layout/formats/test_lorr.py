"""Problems of the League of Robot Runners."""

import json
from pathlib import Path

import pytest

from layout.formats.lorr import LorrProblem, map_of, read_problem, write_problem
from layout.grid import CellKind
from tests.support.floor.drawings import LORR, faults_of, needs_lorr

HEAD = {"mapFile": "a.map", "agentFile": "a.agents", "teamSize": 2, "taskFile": "a.tasks"}
MAP = "type octile\nheight 2\nwidth 3\nmap\n...\n.@.\n"
FILES = {"a.map": MAP, "a.agents": "# version\n3\n0\n5\n3\n", "a.tasks": "2\n1,2\n3\n"}


def write(folder: Path, head: dict[str, object] = {}, **files: str) -> Path:  # noqa: B006 - never changed
    """A problem of 2 × 3 cells with some keys of its head and some of its files replaced; a_map is a.map."""
    named = {name.replace("_", "."): text for name, text in files.items()}
    for name, text in (FILES | named).items():
        (folder / name).write_text(text)
    path = folder / "a.json"
    path.write_text(json.dumps({key: value for key, value in (HEAD | head).items() if value is not None}))
    return path


def test_a_problem_is_read_with_its_files(tmp_path: Path) -> None:
    """The team takes the first starts; a task is a row of cells."""
    problem = read_problem(write(tmp_path, {"numTasksReveal": 1.5, "version": "2024 LoRR"}))
    assert problem.starts.tolist() == [0, 5]
    assert [task.tolist() for task in problem.tasks] == [[1, 2], [3]]
    assert (problem.reveal, problem.version) == (1.5, "2024 LoRR")
    assert problem.floor.grid.kind[4] == CellKind.WALL


def test_a_problem_that_is_written_reads_the_same(tmp_path: Path) -> None:
    """Map, team, tasks and head survive; starts beyond the team are not kept."""
    problem = read_problem(write(tmp_path, {"numTasksReveal": 1.5, "version": "2024 LoRR"}))
    path = write_problem(problem, tmp_path, "b")
    reread = read_problem(path)
    assert map_of(path) == tmp_path / "b.map"
    assert reread.floor.grid.kind.tolist() == problem.floor.grid.kind.tolist()
    assert reread.starts.tolist() == [0, 5]
    assert [task.tolist() for task in reread.tasks] == [[1, 2], [3]]
    assert (reread.reveal, reread.version) == (1.5, "2024 LoRR")


def test_optional_keys_have_defaults(tmp_path: Path) -> None:
    """Older files have neither version nor reveal, and unknown keys are ignored."""
    problem = read_problem(write(tmp_path, {"agentSize": 1}))
    assert (problem.reveal, problem.version) == (1.0, "")


CELLS = "free cells of 0–5"
BROKEN = {
    "a missing key": ({"teamSize": None, "mapFile": None}, {}, [
        "a.json: mapFile: is missing (add mapFile)",
        "a.json: teamSize: is missing (add teamSize)",
    ]),
    "a wrong type": ({"teamSize": "many", "numTasksReveal": 0}, {}, [
        "a.json: teamSize: 'many' can't be used (expected int, got str)",
        "a.json: numTasksReveal: 0 can't be used (expected float > 0.0)",
    ]),
    "missing files": ({"mapFile": "b.map", "taskFile": "b.tasks"}, {}, [
        "b.map: can't be read: No such file or directory",
        "b.tasks: can't be read: No such file or directory (did you mean a.tasks?)",
    ]),
    "a team too large": ({"teamSize": 4}, {}, ["a.json: teamSize: is 4 (a.agents has 3 starts)"]),
    "a short list": ({}, {"a_tasks": "3\n1,2\n3\n"}, ["a.tasks: has 2 entries (its head says 3)"]),
    "a list without its length": ({}, {"a_agents": "# none\nx\n"}, [
        "a.agents: line 2: does not say how many entries follow (write a number)",
    ]),
    "an empty list": ({}, {"a_agents": ""}, [
        "a.agents: line 1: does not say how many entries follow (write a number)",
    ]),
    "words in a list": ({}, {"a_tasks": "4\n1,x\n-1\n99999999999\n2\n"}, [
        "a.tasks: line 2: '1,x' is no cell (cells with commas between)",
        "a.tasks: line 3: '-1' is no cell (cells with commas between)",
        "a.tasks: line 4: '99999999999' is no cell (cells with commas between)",
    ]),
    "a start on a wall": ({}, {"a_agents": "2\n0\n4\n"}, [
        f"a.agents: line 3: start on a wall, cell 4 at (1, 1) ({CELLS})",
    ]),
    "a start outside": ({}, {"a_agents": "2\n0\n6\n"}, [
        f"a.agents: line 3: start outside the map ({CELLS})",
    ]),
    "two robots in a cell": ({}, {"a_agents": "2\n5\n5\n"}, [
        "a.agents: line 3: starts in cell 5 like line 2 (one robot a cell)",
    ]),
    "tasks on walls": ({}, {"a_tasks": "7\n" + "1,4\n" * 7}, [
        *[f"a.tasks: line {line}: task on a wall, cell 4 at (1, 1) ({CELLS})" for line in range(2, 7)],
        "a.tasks: 2 more faults like these",
    ]),
    "no tasks": ({}, {"a_tasks": "0\n"}, ["a.tasks: has no tasks (a task a line: the cells to visit in turn)"]),
    "two numbers where one is meant": ({}, {"a_agents": "3\n0,1\n2\n3,2,5\n"}, [
        "a.agents: line 2: has 2 numbers (a start is one cell)",
        "a.agents: line 4: has 3 numbers (a start is one cell)",
    ]),
    "numbers that are none to us": ({}, {"a_tasks": "2\n1_0\n٣\n"}, [
        "a.tasks: line 2: '1_0' is no cell (cells with commas between)",
        "a.tasks: line 3: '٣' is no cell (cells with commas between)",
    ]),
    "a length as long as that": ({}, {"a_tasks": "9" * 5000 + "\n1\n"}, [
        "a.tasks: line 1: does not say how many entries follow (write a number)",
    ]),
    "a path that no file has": ({"mapFile": "a\0.map"}, {}, [
        "a.json: mapFile: 'a\\x00.map' can't be used (a path has no NUL in it)",
    ]),
    "a pool of all the world's tasks": ({"numTasksReveal": 1e9}, {}, [
        "a.json: numTasksReveal: 1e+09 a robot are 2,000,000,000 open tasks at a time "
        "(1,000,000 at most; the league has 1.5 a robot)",
    ]),
    "faults in every file": ({}, {"a_map": "", "a_agents": "1\n0\n", "a_tasks": "1\nx\n"}, [
        "a.map: is empty (a MovingAI map, or a kiva map of RHCR)",
        "a.tasks: line 2: 'x' is no cell (cells with commas between)",
        "a.json: teamSize: is 2 (a.agents has 1 start)",
    ]),
}  # fmt: skip


@pytest.mark.parametrize(("head", "files", "messages"), BROKEN.values(), ids=BROKEN)
def test_a_broken_problem_is_reported_by_file_and_line(
    head: dict[str, object], files: dict[str, str], messages: list[str], tmp_path: Path
) -> None:
    """Faults of the JSON and of all its files are reported together."""
    path = write(tmp_path, head, **files)
    problems = faults_of(lambda: read_problem(path))
    assert [message.replace(f"{tmp_path}/", "") for message in problems] == messages


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{",
            "is not valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("[" * 100_000, "is not valid JSON: it is nested too deep"),
        (
            '{"mapFile": "a.map", "agentFile": "a.agents", "teamSize": 1, "taskFile": "a.tasks", "numTasksReveal": 1e999}',
            "numTasksReveal: inf can't be used (expected a finite number)",
        ),
        (
            "[]",
            "is not a problem (an object with mapFile, agentFile, teamSize, taskFile, numTasksReveal, version)",
        ),
    ],
)
def test_a_file_that_is_no_problem_is_reported(text: str, message: str, tmp_path: Path) -> None:
    """Neither broken JSON nor another kind of JSON gives a traceback."""
    path = tmp_path / "a.json"
    path.write_text(text)
    assert faults_of(lambda: read_problem(path)) == [f"{path}: {message}"]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="Windows has no such device")
def test_a_device_is_not_read_to_its_end(tmp_path: Path) -> None:
    """A device has no end."""
    path = write(tmp_path, {"mapFile": "/dev/zero"})
    assert faults_of(lambda: read_problem(path)) == ["/dev/zero: is no regular file (name a file)"]


@needs_lorr
@pytest.mark.parametrize(
    ("file", "team", "size"),
    [
        ("random.domain/random_32_32_20_100.json", 100, (32, 32)),
        ("city.domain/paris_1_256_250.json", 250, (256, 256)),
        ("game.domain/brc202d_500.json", 500, (481, 530)),
        ("warehouse.domain/sortation_large_2000.json", 2000, (140, 500)),
        ("warehouse.domain/warehouse_large_5000.json", 5000, (140, 500)),
    ],
)
def test_the_leagues_own_problems_read(file: str, team: int, size: tuple[int, int]) -> None:
    """All five problems of 2024 beside the checkout are read without a fault."""
    problem: LorrProblem = read_problem(LORR / file)
    assert len(problem.starts) == team
    assert (problem.floor.grid.height, problem.floor.grid.width) == size
    assert len(problem.tasks) == 100_000
    assert (problem.reveal, problem.version) == (1.5, "2024 LoRR")
