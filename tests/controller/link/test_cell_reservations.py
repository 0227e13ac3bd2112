"""The book of visits: each rule by hand on a corridor, and all of them at random against a book in its plainest form."""

import random
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.link.cell_reservations import CellReservations, Route
from tests.support.link.plain_reservations import PlainReservations

_SIDE = 4
_CORRIDOR = {1: 0, 2: 3}


def corridor() -> CellReservations:
    """Robot 1 in cell 0, robot 2 in cell 3."""
    reservations = CellReservations()
    for robot, cell in _CORRIDOR.items():
        reservations.place(robot, cell)
    return reservations


def drive(reservations: CellReservations, robot: int, *cells: int) -> None:
    for cell in cells:
        assert reservations.extend({robot: cell}) == set()


def cells(reservations: CellReservations, robot: int) -> list[int]:
    return [cell for cell, _ in reservations.routes[robot].cells]


def test_a_robot_has_the_cell_where_it_stands() -> None:
    reservations = corridor()
    assert (reservations.owner(0), reservations.owner(3), reservations.owner(1)) == (1, 2, -1)
    assert reservations.free(1)
    assert not reservations.free(0)
    assert reservations.held(1) == [0]


def test_two_robots_are_not_placed_in_one_cell_nor_one_twice() -> None:
    reservations = corridor()
    with pytest.raises(ValueError, match="taken"):
        reservations.place(3, 0)
    with pytest.raises(ValueError, match="has a place"):
        reservations.place(1, 7)
    assert reservations.free(7)


def test_free_cells_ahead_are_granted_all_at_once() -> None:
    reservations = corridor()
    drive(reservations, 1, 1, 2)
    assert reservations.grant(1)
    assert (reservations.routes[1].granted_to, reservations.held(1)) == (2, [0, 1, 2])
    assert not reservations.grant(1)


def test_a_cell_is_granted_only_when_all_earlier_visits_of_it_are_released() -> None:
    """Robot 2 is to leave cell 3 for 13, robot 1 to follow into it: it waits until robot 2 has said that it is in 13."""
    reservations = corridor()
    drive(reservations, 1, 1, 2)
    drive(reservations, 2, 13)
    drive(reservations, 1, 3)
    reservations.grant(1)
    reservations.grant(2)
    assert reservations.routes[1].granted_to == 2
    assert reservations.waits_for(1) == 2
    assert reservations.report(2, 0) == set()
    assert not reservations.grant(1)
    assert reservations.report(2, 1) == {1}
    assert reservations.grant(1)
    assert (reservations.owner(3), reservations.waits_for(1)) == (1, -1)


def test_a_visit_right_after_another_one_is_no_earlier_for_it() -> None:
    """Two visits of cell 5 whose order numbers are neighbours: the later one is not granted, not even by one."""
    reservations = CellReservations()
    reservations.restore({1: Route(0, 0, deque([(5, 7)])), 2: Route(0, 0, deque([(4, 6), (5, 8)]))})
    assert not reservations.grant(2)
    assert (reservations.held(2), reservations.waits_for(2), reservations.owner(5)) == ([4], 1, 1)
    reservations.remove(1)
    assert reservations.grant(2)


def test_a_report_releases_only_what_lies_behind_and_twice_is_once() -> None:
    reservations = corridor()
    drive(reservations, 1, 1, 2)
    reservations.grant(1)
    drive(reservations, 2, 13)
    drive(reservations, 1, 3)
    reservations.report(1, 1)
    assert reservations.held(1) == [1, 2]
    assert reservations.waits_for(1) == 2
    assert reservations.report(1, 1) == reservations.report(1, 0) == set()
    assert reservations.held(1) == [1, 2]


def test_a_report_beyond_the_grant_is_an_error() -> None:
    reservations = corridor()
    drive(reservations, 1, 1)
    with pytest.raises(ValueError, match="but is granted only 0"):
        reservations.report(1, 1)


def test_nobody_is_planned_into_the_cell_of_one_who_stays() -> None:
    reservations = corridor()
    drive(reservations, 1, 1, 2)
    assert reservations.extend({1: 3}) == {1}
    assert cells(reservations, 1) == [0, 1, 2]


def test_a_row_of_robots_moves_up_together_in_the_order_in_which_they_can() -> None:
    reservations = CellReservations()
    for robot in range(4):
        reservations.place(robot, robot)
    assert reservations.extend({0: 1, 1: 2, 2: 3, 3: 4}) == set()
    assert [reservations.grant(robot) for robot in range(4)] == [False, False, False, True]
    assert reservations.report(3, 1) == {2}


@pytest.mark.parametrize("ring", [[0, 1], [0, 1, 11], [0, 1, 11, 10]])
def test_a_ring_is_refused_and_who_waits_for_it_too(ring: list[int]) -> None:
    """Each into the next one's cell, and one more robot into the first one's."""
    reservations = CellReservations()
    for robot, cell in enumerate(ring):
        reservations.place(robot, cell)
    reservations.place(9, 50)
    reservations.place(8, 60)
    moves = {robot: ring[(robot + 1) % len(ring)] for robot in range(len(ring))} | {9: ring[0], 8: 61}
    assert reservations.extend(moves) == {*range(len(ring)), 9}
    assert reservations.grant(8)


def test_what_is_not_granted_is_taken_back_with_all_who_queue_behind() -> None:
    """Robot 3 follows 2, which follows 1. That 1 stays where it is granted to be holds up all three."""
    reservations = CellReservations()
    for robot, cell in ((1, 2), (2, 1), (3, 0)):
        reservations.place(robot, cell)
    reservations.extend({1: 3, 2: 2, 3: 1})
    reservations.extend({1: 4, 2: 3, 3: 2})
    assert reservations.release_ungranted([1]) == {1, 2, 3}
    assert [cells(reservations, robot) for robot in (1, 2, 3)] == [[2], [1], [0]]
    assert reservations.release_ungranted([1]) == set()


def test_a_plan_taken_back_makes_way_for_who_was_to_come_after_it() -> None:
    """Robot 2 was to enter cell 11 after robot 1 had passed through, who waits for 3. Robot 1 will not come: it is 2's turn."""
    reservations = CellReservations()
    for robot, cell in ((1, 0), (2, 12), (3, 1)):
        reservations.place(robot, cell)
    drive(reservations, 3, 2)
    drive(reservations, 1, 1, 11, 21)
    drive(reservations, 2, 11)
    assert (reservations.waits_for(1), reservations.waits_for(2)) == (3, 1)
    assert reservations.release_ungranted([1]) == {1, 2}
    assert reservations.grant(2)


def crossing() -> CellReservations:
    """Robots 1 to 5 in cells 1 to 5 are all to pass through cell 50, one after the other, to 61 to 65."""
    reservations = CellReservations()
    for robot in range(1, 6):
        reservations.place(robot, robot)
        drive(reservations, robot, 50, 60 + robot)
    return reservations


def test_the_next_in_a_queue_is_named_and_nobody_else() -> None:
    """Robot 1 reports that it has passed, 2 stops before, and 3 is taken off the floor: each time it is the next one's turn."""
    reservations = crossing()
    reservations.grant(1)
    assert reservations.report(1, 2) == {2}
    reservations.grant(2)
    assert reservations.cut(2, 0) == {3}
    assert reservations.remove(3) == {4}


def test_who_leaves_a_queue_behind_its_head_gives_nobody_a_turn() -> None:
    """Robot 2 waits behind robot 1, and 3 behind both: when 2 is taken back only 2 has another plan."""
    reservations = crossing()
    assert reservations.release_ungranted([2]) == {2}
    assert reservations.release_ungranted([1]) == {1, 3}


def test_where_a_robot_says_that_it_stands_nobody_else_is_let_in() -> None:
    """Robot 9 says that it is in cell 2, where nobody is: not robot 1's to plan, to be granted or to be placed in."""
    reservations = corridor()
    drive(reservations, 1, 1, 2)
    reservations.claims = {9: 2, 8: 70}
    assert [reservations.is_claimed_by_other(2, robot) for robot in (1, 9)] == [True, False]
    assert not reservations.is_claimed_by_other(1, 9)
    assert reservations.grant(1)
    assert reservations.held(1) == [0, 1]
    assert reservations.extend({2: 70}) == {2}
    assert (reservations.free(70), reservations.free(70, 9), reservations.free(70, 8)) == (False, False, True)
    reservations.claims[7] = 70
    assert not reservations.free(70, 8)
    del reservations.claims[9]
    assert reservations.grant(1)
    assert (reservations.robots_granted(2), reservations.robots_granted(3), reservations.robots_granted(60)) == (
        [1],
        [2],
        [],
    )


def test_what_is_granted_is_not_taken_back() -> None:
    reservations = corridor()
    drive(reservations, 1, 1, 2)
    reservations.grant(1)
    assert reservations.release_ungranted([1]) == set()
    assert reservations.held(1) == [0, 1, 2]


def test_a_robots_word_that_it_stopped_frees_what_was_granted_beyond() -> None:
    reservations = corridor()
    drive(reservations, 1, 1, 2)
    reservations.grant(1)
    drive(reservations, 1, 12)
    drive(reservations, 2, 2)
    assert reservations.waits_for(2) == 1
    assert reservations.cut(1, 1) >= {2}
    assert (reservations.held(1), reservations.routes[1].granted_to, reservations.routes[1].end) == ([1], 1, 1)
    assert reservations.grant(2)
    assert reservations.owner(2) == 2


def test_who_queues_behind_where_a_robot_stopped_is_planned_anew() -> None:
    reservations = corridor()
    drive(reservations, 1, 1, 11)
    reservations.grant(1)
    drive(reservations, 2, 2, 1)
    assert reservations.cut(1, 1) == {2}
    assert cells(reservations, 2) == [3]


def test_a_removed_robots_cells_are_free() -> None:
    reservations = corridor()
    drive(reservations, 1, 1, 2, 12)
    reservations.grant(1)
    drive(reservations, 2, 2)
    assert reservations.remove(1) == {2}
    assert [reservations.owner(cell) for cell in (0, 1, 2, 12)] == [-1, -1, 2, -1]
    assert 1 not in reservations.routes


def test_a_way_is_counted_from_0_again_only_at_rest() -> None:
    reservations = corridor()
    drive(reservations, 1, 1)
    reservations.grant(1)
    with pytest.raises(ValueError, match="has a route"):
        reservations.restart_indices(1)
    reservations.report(1, 1)
    reservations.restart_indices(1)
    assert (reservations.routes[1].idx, reservations.routes[1].granted_to, reservations.held(1)) == (0, 0, [1])


def test_a_kept_book_is_the_same_after_a_restart() -> None:
    reservations = corridor()
    drive(reservations, 1, 1, 2)
    reservations.grant(1)
    drive(reservations, 1, 12)
    drive(reservations, 2, 2)
    again = CellReservations()
    copies = {robot: Route(kept.idx, kept.granted_to, kept.cells.copy()) for robot, kept in reservations.routes.items()}
    again.restore(copies)
    for cell in range(20):
        assert again.owner(cell) == reservations.owner(cell)
    assert again.waits_for(2) == 1
    drive(again, 2, 3)
    assert again.routes[2].cells[-1][1] > reservations.routes[2].cells[-1][1]


# --- at random


class Pair:
    """The book and the plain one, told the same."""

    def __init__(self, dice: random.Random) -> None:
        self.book, self.plain, self._dice = CellReservations(), PlainReservations(), dice
        for robot, cell in enumerate(dice.sample(range(_SIDE * _SIDE), 6), 1):
            self.book.place(robot, cell)
            self.plain.place(robot, cell)

    def act(self, kind: str) -> None:
        robot = self._dice.choice(sorted(self.book.routes))
        route = self.book.routes[robot]
        before = {one: self.plain.grantable(one) for one in self.book.routes}
        turn = {*before}
        match kind:
            case "extend":
                moves = self._moves()
                assert self.book.extend(moves) == self.plain.extend(moves)
            case "grant":
                assert self.book.grant(robot) == self.plain.grantable(robot)
                self.plain.grant(robot)
            case "report":
                idx = self._dice.randint(route.idx, route.granted_to)
                turn = self.book.report(robot, idx)
                self.plain.report(robot, idx)
            case "cut":
                idx = self._dice.randint(route.idx, route.granted_to)
                turn = self.book.cut(robot, idx)
                self.plain.cut(robot, idx)
            case "retract":
                ends = {one: other.end for one, other in self.book.routes.items()}
                turn = self.book.release_ungranted([robot])
                self.plain.release_ungranted([robot])
                assert turn >= {one for one, other in self.book.routes.items() if other.end != ends[one]}
            case "remove" if len(self.book.routes) > 3:
                turn = self.book.remove(robot)
                self.plain.remove(robot)
        self.compare()
        late = {one for one in self.book.routes if self.plain.grantable(one) and not before[one]}
        assert late <= turn, "a robot whose turn has come was not named"

    def _moves(self) -> dict[int, int]:
        """Some robots into cells beside the ends of their plans, no two into one."""
        moves: dict[int, int] = {}
        for robot in self.book.routes:
            row, col = divmod(self.book.routes[robot].last, _SIDE)
            row, col = self._dice.choice([(row + 1, col), (row - 1, col), (row, col + 1), (row, col - 1)])
            cell = row * _SIDE + col
            if 0 <= row < _SIDE and 0 <= col < _SIDE and cell not in moves.values() and self._dice.random() < 0.8:
                moves[robot] = cell
        return moves

    def compare(self) -> None:
        assert self.book.routes.keys() == self.plain.granted_to.keys()
        for robot, route in self.book.routes.items():
            expected = self.plain.route(robot)
            assert [cell for cell, _ in route.cells] == [visit.cell for visit in expected]
            assert (route.idx, route.granted_to) == (expected[0].idx, self.plain.granted_to[robot])
        for cell in range(_SIDE * _SIDE):
            assert self.book.owner(cell) == self.plain.owner(cell)
            assert self.book.free(cell) == (self.plain.owner(cell) < 0)


_KINDS = ["extend", "extend", "extend", "grant", "grant", "report", "report", "cut", "retract", "remove"]


@given(st.integers(0, 2**32), st.lists(st.sampled_from(_KINDS), max_size=60))
@settings(max_examples=500, deadline=None)
def test_the_book_is_as_the_plainest_one(seed: int, kinds: list[str]) -> None:
    pair = Pair(random.Random(seed))
    for kind in kinds:
        pair.act(kind)


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_whoever_drives_as_granted_is_never_held_up_for_ever(seed: int) -> None:
    """However plans were made: if all report what they were granted, all plans are driven to their ends."""
    pair = Pair(random.Random(seed))
    for _ in range(12):
        pair.act("extend")
    for _ in range(200):
        for robot, route in pair.book.routes.items():
            pair.book.grant(robot)
            pair.book.report(robot, route.granted_to)
    assert all(route.idx == route.end for route in pair.book.routes.values())
