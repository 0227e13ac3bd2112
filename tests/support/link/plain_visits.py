"""The book of visits in its plainest form: one list of visits in the order of planning, searched through each time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass
class Visit:
    robot: int
    cell: int
    idx: int


class PlainVisits:
    """As Visits (controller/link/cell_reservations.py), without queues."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.upto: dict[int, int] = {}

    def way(self, robot: int) -> list[Visit]:
        return [visit for visit in self.visits if visit.robot == robot]

    def owner(self, cell: int) -> int:
        return next((visit.robot for visit in self.visits if visit.cell == cell), -1)

    def place(self, robot: int, cell: int) -> None:
        self.visits.append(Visit(robot, cell, 0))
        self.upto[robot] = 0

    def ends(self) -> dict[int, int]:
        return {robot: self.way(robot)[-1].cell for robot in self.upto}

    def extend(self, moves: Mapping[int, int]) -> set[int]:
        """Whoever's target is nobody's end goes, which may make room for another; the rest is refused."""
        left = dict(moves)
        while free := [robot for robot, cell in left.items() if cell not in self.ends().values()]:
            robot = free[0]
            self.visits.append(Visit(robot, left.pop(robot), self.way(robot)[-1].idx + 1))
        return set(left)

    def grantable(self, robot: int) -> bool:
        after = [visit for visit in self.way(robot) if visit.idx == self.upto[robot] + 1]
        return bool(after) and self.owner(after[0].cell) == robot and self._first(after[0])

    def _first(self, visit: Visit) -> bool:
        return next(other for other in self.visits if other.cell == visit.cell) is visit

    def grant(self, robot: int) -> None:
        while self.grantable(robot):
            self.upto[robot] += 1

    def report(self, robot: int, idx: int) -> None:
        self.visits = [visit for visit in self.visits if visit.robot != robot or visit.idx >= idx]

    def retract(self, robots: Iterable[int]) -> None:
        for robot in robots:
            self._drop(robot, self.upto[robot])
        self._cascade()

    def cut(self, robot: int, idx: int) -> None:
        self.report(robot, idx)
        self._drop(robot, idx)
        self.upto[robot] = idx
        self._cascade()

    def remove(self, robot: int) -> None:
        self.visits = self.visits = [visit for visit in self.visits if visit.robot != robot]
        del self.upto[robot]

    def _drop(self, robot: int, after: int) -> None:
        self.visits = [visit for visit in self.visits if visit.robot != robot or visit.idx <= after]

    def _cascade(self) -> None:
        """Nobody may be planned into a cell after the one whose plan ends there."""
        while late := self._late():
            self._drop(late, self.upto[late])

    def _late(self) -> int:
        for robot in self.upto:
            end = self.way(robot)[-1]
            after = self.visits[self.visits.index(end) + 1 :]
            for visit in after:
                if visit.cell == end.cell:
                    return visit.robot
        return 0
