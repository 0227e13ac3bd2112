"""A floor as a league problem: read back, and with trips that its robots can make."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from layout.errors import InputError
from layout.floor import Floor
from layout.formats.lorr import read_problem
from layout.formats.lorr_floor import problem_of
from layout.formats.toml_format import load_floor
from layout.grid import CellKind

TINY = Path(__file__).parents[3] / "maps" / "tiny.toml"


@pytest.fixture(scope="module")
def tiny() -> Floor:
    return load_floor(TINY)


def test_a_floor_is_read_back_from_its_problem(tmp_path: Path, tiny: Floor) -> None:
    """Walls match the floor, robots start on storage places, tasks lead from a storage place to a station."""
    result = CliRunner().invoke(app, ["layout", "convert", str(TINY), str(tmp_path / "floor.json")])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "floor.agents",
        "floor.json",
        "floor.map",
        "floor.tasks",
    ]
    problem = read_problem(tmp_path / "floor.json")
    assert ((problem.floor.grid.kind == CellKind.WALL) == (tiny.grid.kind == CellKind.WALL)).all()
    places, stations = set(tiny.storage.tolist()), {station.cell for station in tiny.stations}
    assert set(problem.starts.tolist()) <= places
    assert {task.tolist()[0] for task in problem.tasks} <= places
    assert {task.tolist()[1] for task in problem.tasks} == stations
    assert (problem.reveal, problem.version) == (1.5, "2024 LoRR")


def test_a_problem_takes_no_files_place_unasked(tmp_path: Path) -> None:
    """Files beside the problem are not overwritten either."""
    (tmp_path / "floor.map").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["layout", "convert", str(TINY), str(tmp_path / "floor.json")])
    assert isinstance(result.exception, InputError)
    assert "floor.map: exists already" in str(result.exception)
    assert not (tmp_path / "floor.json").exists()


def test_equal_floors_make_equal_problems(tiny: Floor) -> None:
    """Repeated calls draw the same random numbers."""
    one, two = problem_of(tiny, "a"), problem_of(tiny, "b")
    assert one.starts.tolist() == two.starts.tolist()
    assert [task.tolist() for task in one.tasks] == [task.tolist() for task in two.tasks]


def test_a_map_without_places_or_stations_has_no_trips(tmp_path: Path) -> None:
    """One line lists the requirements of a problem."""
    (tmp_path / "a.map").write_text("type octile\nheight 1\nwidth 3\nmap\n...\n", encoding="utf-8")
    result = CliRunner().invoke(
        app, ["layout", "convert", str(tmp_path / "a.map"), str(tmp_path / "a.json"), "--force"]
    )
    assert "has no storage places" in str(result.exception)
