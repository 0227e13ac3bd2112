"""Problems made by a seed."""

from pathlib import Path

import numpy as np
import pytest

from controller.lorr.synthetic import draw_problem, rough, shuffled, site_of, site_of_map, warehouse, with_robots
from layout.errors import InputError
from tests.support.planning.tiny_league import problem

HEAD = "type octile\nheight 2\nwidth 5\nmap\n"


def test_errands_alternate_between_stations_and_storage(tmp_path: Path) -> None:
    """E is cells 0 and 1, S cell 5; the S behind the wall is out of reach and never used."""
    path = tmp_path / "a.map"
    path.write_text(HEAD + "EE.@S\nS..@.\n")
    made = draw_problem(site_of_map(path, [3]), 4, 100, 0)
    assert {tuple(kind.tolist()) for kind in site_of_map(path).stops} == {(0, 1), (5,)}
    for task in made.tasks:
        marks = ["S" if cell == 5 else "E" for cell in task.tolist()]
        assert marks in (["E", "S", "E"], ["S", "E", "S"])
    assert set(made.starts.tolist()) <= {0, 1, 2, 5, 6, 7}


def test_without_marks_errands_are_anywhere_in_the_largest_part(tmp_path: Path) -> None:
    """An S without an E says nothing."""
    path = tmp_path / "a.map"
    path.write_text(HEAD + "...@.\nS..@.\n")
    made = draw_problem(site_of_map(path), 6, 100, 0)
    assert sorted(made.starts.tolist()) == [0, 1, 2, 5, 6, 7]
    assert {int(cell) for task in made.tasks for cell in task} == {0, 1, 2, 5, 6, 7}


def test_equal_seeds_make_equal_problems() -> None:
    """Other seeds make other ones; sizes are those asked for."""
    site = site_of(warehouse(), [2, 4])
    one, same, other = (draw_problem(site, 20, 50, seed) for seed in (1, 1, 2))
    assert one.starts.tolist() == same.starts.tolist() != other.starts.tolist()
    assert [t.tolist() for t in one.tasks] == [t.tolist() for t in same.tasks] != [t.tolist() for t in other.tasks]
    assert {len(task) for task in one.tasks} == {2, 4}


def test_robots_are_added_where_there_is_room(tmp_path: Path) -> None:
    """The problem's own starts come first; cells that no start can reach stay free."""
    small = problem(tmp_path, ["....@.", "....@."], [(0, 2), (1, 1)], [[(0, 0)]])
    more = with_robots(small, 8, 3).starts.tolist()
    assert more[:2] == [2, 7]
    assert sorted(more) == [0, 1, 2, 3, 6, 7, 8, 9]
    assert with_robots(small, 1, 3).starts.tolist() == [2]
    with pytest.raises(InputError, match=r"9 do not fit \(at most 8\)"):
        with_robots(small, 9, 3)


def test_shuffling_changes_the_order_alone(tmp_path: Path) -> None:
    """Seed 0 is the problem itself."""
    drawn = draw_problem(site_of(warehouse()), 30, 50, 0)
    mixed = shuffled(drawn, 1)
    assert shuffled(drawn, 0) is drawn
    assert mixed.starts.tolist() != drawn.starts.tolist()
    assert sorted(mixed.starts.tolist()) == sorted(drawn.starts.tolist())
    assert sorted(t.tolist() for t in mixed.tasks) == sorted(t.tolist() for t in drawn.tasks)


def test_the_made_floors_are_as_said() -> None:
    """16 rows of 4 shelves, each 11 long; and about a fifth of a square."""
    assert int((warehouse().grid.kind == 0).sum()) == 16 * 4 * 11
    walls = int((rough(1).grid.kind == 0).sum())
    assert 150 < walls < 260
    assert np.array_equal(rough(1).grid.kind, rough(1).grid.kind)


def test_a_map_without_a_free_cell_is_refused(tmp_path: Path) -> None:
    """There is nothing to tune for."""
    path = tmp_path / "a.map"
    path.write_text("type octile\nheight 1\nwidth 2\nmap\n@@\n")
    with pytest.raises(InputError, match="has no free cell"):
        site_of_map(path)
