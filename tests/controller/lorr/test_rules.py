"""The league's rules on maps of a few cells."""

from pathlib import Path

import numpy as np
import pytest

from controller.lorr.rules import FORWARD, LEFT, RIGHT, WAIT, League
from tests.support.planning.tiny_league import problem

F, R, C, W = FORWARD, RIGHT, LEFT, WAIT


def _act(league: League, *actions: int) -> None:
    league.act(np.array(actions, np.int8))


def _assign(league: League, *slots: int) -> None:
    league.assign(np.array(slots, np.int32))


def _league(folder: Path, rows: list[str], starts: list[tuple[int, int]], **more: object) -> League:
    tasks = more.get("tasks", [[(0, 0)]])
    return League(problem(folder, rows, starts, tasks, 1.0))  # type: ignore[arg-type]


def test_a_robot_faces_east_and_turns_both_ways(tmp_path: Path) -> None:
    """Clockwise is south, counter-clockwise from there east again, and ahead is one cell."""
    league = _league(tmp_path, ["...", "..."], [(0, 0)])
    _act(league, R)
    assert league.heading.tolist() == [1]
    _act(league, F)
    assert league.cell.tolist() == [3]
    _act(league, C)
    _act(league, F)
    assert (league.cell.tolist(), league.heading.tolist()) == ([4], [0])


@pytest.mark.parametrize("rows", [["."], [".@"]])
def test_a_move_off_the_grid_or_into_a_wall_makes_everybody_wait(tmp_path: Path, rows: list[str]) -> None:
    """One wrong action, and the turn of nobody counts."""
    league = _league(tmp_path, rows, [(0, 0)])
    _act(league, F)
    assert (league.cell.tolist(), len(league.log.errors), league.step_number) == ([0], 1, 1)


def test_an_east_edge_is_no_way_to_the_next_row(tmp_path: Path) -> None:
    """The cell after the last of a row is not its neighbour."""
    league = _league(tmp_path, ["..", ".."], [(0, 1)])
    _act(league, F)
    assert league.cell.tolist() == [1]


def test_two_robots_may_not_enter_one_cell(tmp_path: Path) -> None:
    """The first drives into the second, which waits; a third one's turn is lost with it."""
    league = _league(tmp_path, ["...", "..."], [(0, 0), (0, 1), (1, 0)])
    _act(league, F, W, R)
    assert (league.cell.tolist(), league.heading.tolist()) == ([0, 1, 3], [0, 0, 0])
    assert league.log.errors[0][3] == "vertex conflict"


def test_two_robots_may_not_swap(tmp_path: Path) -> None:
    """One faces west by two turns, then both drive."""
    league = _league(tmp_path, ["..."], [(0, 0), (0, 1)])
    _act(league, W, R)
    _act(league, W, R)
    _act(league, F, F)
    assert league.log.errors[0][3] == "edge conflict"


def test_following_and_rings_are_legal(tmp_path: Path) -> None:
    """Four robots drive round a square at once, each into the cell that the next leaves."""
    league = _league(tmp_path, ["..", ".."], [(0, 0), (0, 1), (1, 1), (1, 0)])
    league.heading[:] = [0, 1, 2, 3]
    _act(league, F, F, F, F)
    assert (league.cell.tolist(), league.log.errors) == ([1, 3, 2, 0], [])


def test_one_errand_is_done_a_step_and_a_finished_task_makes_room(tmp_path: Path) -> None:
    """A task that names a cell twice takes two steps there; the list begins again at its end."""
    league = _league(tmp_path, ["..."], [(0, 0)], tasks=[[(0, 1), (0, 1)]])
    _assign(league, 0)
    _act(league, F)
    assert league.log.events == [(1, 0, 0, 1)]
    _act(league, W)
    assert (league.finished, league.log.released, league.slot.tolist()) == (1, [(0, 0), (1, 2)], [-1])


def test_a_task_changes_hands_until_it_is_begun(tmp_path: Path) -> None:
    """Before its first errand it may go to another robot; after, the schedule is refused and the old one stays."""
    league = _league(tmp_path, ["....", "...."], [(0, 0), (1, 0)], tasks=[[(0, 1), (0, 3)], [(1, 1), (1, 3)]])
    _assign(league, 1, 0)
    _assign(league, 0, 1)
    _act(league, F, W)
    _assign(league, 1, 0)
    assert league.slot.tolist() == [0, 1]
    assert len(league.log.schedule_errors) == 1
    _assign(league, 0, -1)
    assert league.slot.tolist() == [0, -1]


def test_one_task_is_not_given_to_two_robots(tmp_path: Path) -> None:
    """A schedule that does so is refused whole."""
    league = _league(tmp_path, ["....", "...."], [(0, 0), (1, 0)])
    _assign(league, 0, 0)
    assert (league.slot.tolist(), len(league.log.schedule_errors)) == ([-1, -1], 1)


def test_a_late_plan_costs_steps_of_waiting(tmp_path: Path) -> None:
    """No robot moves, and the steps count."""
    league = _league(tmp_path, ["..."], [(0, 0)])
    league.wait(2)
    assert (league.step_number, league.log.late, league.cell.tolist()) == (2, 2, [0])
