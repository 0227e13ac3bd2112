"""Traces of true positions, and that their checker finds what must never happen."""

from pathlib import Path

import pytest

from layout.errors import InputError
from robots.agents.position_trace import Trace
from tests.support.link.trace_checker import Collision, Stay, driven_m, find_collisions, find_jumps, read_traces

WIDTH = 10


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_trace_has_a_line_for_each_change(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    with Trace(path) as trace:
        occupied = trace.of(7)
        occupied(1.5, 12, -1)
        occupied(2.25, 12, 13)
        assert path.read_text() == ""
        trace.flush()
        assert path.read_text() == "1500000000,7,12,\n2250000000,7,12,13\n"
        occupied(3.0, 13, -1)
    assert read_traces([path]) == {7: [(1_500_000_000, (12,)), (2_250_000_000, (12, 13)), (3_000_000_000, (13,))]}


def test_a_trace_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be written to"):
        Trace(tmp_path / "nowhere" / "trace.csv")


def test_robots_that_follow_each_other_do_not_collide(tmp_path: Path) -> None:
    """One leaves cell 2 at 200, the other is on its way there from that moment."""
    first = written(tmp_path / "a", "100,0,1,\n110,0,1,2\n150,0,2,\n160,0,2,3\n200,0,3,\n")
    second = written(tmp_path / "b", "100,1,11,\n200,1,11,2\n250,1,2,\n")
    assert find_collisions([first, second]) == []
    assert driven_m([first, second]) == {0: 2, 1: 1}


def test_a_collision_of_robots_of_two_processes_is_found(tmp_path: Path) -> None:
    """The second sets out 1 ns before the first has left."""
    first = written(tmp_path / "a", "100,0,1,\n110,0,1,2\n150,0,2,\n160,0,2,3\n200,0,3,\n")
    second = written(tmp_path / "b", "100,1,11,\n199,1,11,2\n250,1,2,\n")
    assert find_collisions([first, second]) == [Collision(2, Stay(110, 200, 0, 2), Stay(199, 1 << 62, 1, 2))]


def test_robots_that_change_places_collide(tmp_path: Path) -> None:
    path = written(tmp_path / "a", "1,0,1,\n1,1,2,\n5,0,1,2\n5,1,2,1\n9,0,2,\n9,1,1,\n")
    assert {collision.cell for collision in find_collisions([path])} == {1, 2}


def test_a_robot_that_stands_still_for_ever_is_run_into(tmp_path: Path) -> None:
    path = written(tmp_path / "a", "1,0,5,\n1,1,3,\n900,1,3,4\n950,1,4,5\n")
    assert [collision.cell for collision in find_collisions([path])] == [5]


def test_lines_of_one_moment_count_in_their_order_and_a_torn_one_not_at_all(tmp_path: Path) -> None:
    """A cell entered and left at one moment is no stay; the torn line would say that robot 1 is in cell 1."""
    path = written(tmp_path / "a", "1,0,1,\n5,0,1,2\n5,0,1,\n1,1,9,\n7,1,1")
    other = written(tmp_path / "b", "5,2,2,\n")
    assert find_collisions([path, other]) == []


def test_jumps_are_found(tmp_path: Path) -> None:
    """Robot 0 from cell 1 to 5; robot 1 over the end of a row; robot 2 drives as robots do."""
    path = written(tmp_path / "a", "1,0,1,\n5,0,5,\n1,1,19,\n5,1,19,20\n1,2,30,\n2,2,30,40\n3,2,40,41\n4,2,41,\n")
    assert [(jump.robot, jump.after) for jump in find_jumps([path], WIDTH)] == [(0, (5,)), (1, (19, 20))]
