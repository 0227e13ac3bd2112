"""The book of visits in its plainest form: one list of visits in the order of planning, searched through each time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass
class Visit:
    robot: int
    cell: int
    idx: int


class PlainReservations:
    """As CellReservations (controller/link/cell_reservations.py), without queues."""

    def __init__(self) -> None:
        self.reservations: list[Visit] = []
        self.granted_to: dict[int, int] = {}

    def route(self, robot: int) -> list[Visit]:
        return [visit for visit in self.reservations if visit.robot == robot]

    def owner(self, cell: int) -> int:
        return next((visit.robot for visit in self.reservations if visit.cell == cell), -1)

    def place(self, robot: int, cell: int) -> None:
        self.reservations.append(Visit(robot, cell, 0))
        self.granted_to[robot] = 0

    def ends(self) -> dict[int, int]:
        return {robot: self.route(robot)[-1].cell for robot in self.granted_to}

    def extend(self, moves: Mapping[int, int]) -> set[int]:
        """Whoever's target is nobody's end goes, which may make room for another; the rest is refused."""
        left = dict(moves)
        while free := [robot for robot, cell in left.items() if cell not in self.ends().values()]:
            robot = free[0]
            self.reservations.append(Visit(robot, left.pop(robot), self.route(robot)[-1].idx + 1))
        return set(left)

    def grantable(self, robot: int) -> bool:
        after = [visit for visit in self.route(robot) if visit.idx == self.granted_to[robot] + 1]
        return bool(after) and self.owner(after[0].cell) == robot and self._first(after[0])

    def _first(self, visit: Visit) -> bool:
        return next(other for other in self.reservations if other.cell == visit.cell) is visit

    def grant(self, robot: int) -> None:
        while self.grantable(robot):
            self.granted_to[robot] += 1

    def report(self, robot: int, idx: int) -> None:
        self.reservations = [visit for visit in self.reservations if visit.robot != robot or visit.idx >= idx]

    def release_ungranted(self, robots: Iterable[int]) -> None:
        for robot in robots:
            self._drop(robot, self.granted_to[robot])
        self._cascade()

    def cut(self, robot: int, idx: int) -> None:
        self.report(robot, idx)
        self._drop(robot, idx)
        self.granted_to[robot] = idx
        self._cascade()

    def remove(self, robot: int) -> None:
        self.reservations = self.reservations = [visit for visit in self.reservations if visit.robot != robot]
        del self.granted_to[robot]

    def _drop(self, robot: int, after: int) -> None:
        self.reservations = [visit for visit in self.reservations if visit.robot != robot or visit.idx <= after]

    def _cascade(self) -> None:
        """Nobody may be planned into a cell after the one whose plan ends there."""
        while late := self._late():
            self._drop(late, self.granted_to[late])

    def _late(self) -> int:
        for robot in self.granted_to:
            end = self.route(robot)[-1]
            after = self.reservations[self.reservations.index(end) + 1 :]
            for visit in after:
                if visit.cell == end.cell:
                    return visit.robot
        return 0
