"""Who may be in which cell: the book of visits behind the claim that no two robots ever share a cell.

Each cell has a queue of visits in the order in which plans were made. A visit may be granted only when it heads its queue; it
leaves the queue only when its robot has reported a later cell of its way. So a cell is one robot's at a time, however late,
doubled or lost messages are. Visits that are not granted yet can be taken back; those granted only by the robot's own word.
Hönig et al., "Persistent and Robust Execution of MAPF Schedules in Warehouses", 2019 (action dependency graph).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Way:
    """A robot's visits. idx: of the cell it was last reported in; upto: of the last one granted; cells: from idx on, with
    their order numbers.
    """

    idx: int = 0
    upto: int = 0
    cells: deque[tuple[int, int]] = field(default_factory=deque)

    @property
    def end(self) -> int:
        """idx of the last cell planned."""
        return self.idx + len(self.cells) - 1

    @property
    def last(self) -> int:
        """The cell where the plan ends."""
        return self.cells[-1][0]

    def cell(self, idx: int) -> int:
        return self.cells[idx - self.idx][0]


class Visits:
    """Ways by robot. ValueError from what would break the rules: a caller's mistake, never a robot's."""

    def __init__(self) -> None:
        self.ways: dict[int, Way] = {}
        self.claims: dict[int, int] = {}
        """{robot: cell} where robots say that they stand, right or wrong: nobody else is let in."""
        self._queues: defaultdict[int, deque[tuple[int, int]]] = defaultdict(deque)
        """Cell → (order number, robot) of its visits, in order."""
        self._next = 0

    def place(self, robot: int, cell: int) -> None:
        """A robot that has no way yet stands in a cell that nobody has."""
        if robot in self.ways or not self.free(cell, robot):
            raise ValueError(f"cell {cell} is taken, or robot {robot} has a place")
        self.ways[robot] = Way()
        self._append(robot, cell)

    def owner(self, cell: int) -> int:
        """The robot that may be in a cell now, -1 for nobody."""
        queue = self._queues.get(cell)
        return queue[0][1] if queue else -1

    def free(self, cell: int, robot: int = -1) -> bool:
        """Whether nobody is or is to come there, nor says so, but for `robot` itself who may say it."""
        return not self._queues.get(cell) and not self.is_shut(cell, robot)

    def is_shut(self, cell: int, robot: int) -> bool:
        """Whether another robot says that it stands in a cell."""
        return cell in self.claims.values() and any(
            where == cell and who != robot for who, where in self.claims.items()
        )

    def led_to(self, cell: int) -> list[int]:
        """Robots that may be in a cell now: those to whom it was granted."""
        return [robot for robot in self.ways if cell in self.held(robot)]

    def held(self, robot: int) -> list[int]:
        """Cells in which a robot may be: from the one last reported to the last granted."""
        way = self.ways[robot]
        return [cell for cell, _ in list(way.cells)[: way.upto - way.idx + 1]]

    def extend(self, moves: Mapping[int, int]) -> set[int]:
        """Plan one more cell for each robot of {robot: cell}; returns those refused.

        A robot may follow into the cell that another leaves by the same call, but not in a ring, which could never start;
        nor into the last cell of a robot that doesn't leave it; nor where another one says that it stands.
        """
        tenant = {way.last: robot for robot, way in self.ways.items()}
        verdict: dict[int, bool] = {}
        order: list[int] = []
        for first in moves:
            chain = []
            robot = first
            while robot not in verdict and robot not in chain:
                chain.append(robot)
                ahead = tenant.get(moves[robot], -1)
                if self.is_shut(moves[robot], robot):
                    break
                if ahead < 0:
                    verdict[robot] = True
                elif ahead in moves:
                    robot = ahead
            fine = verdict.get(robot, False)  # a chain that bites its tail is a ring, or ends at a robot that stays
            for one in reversed(chain):
                fine = verdict.setdefault(one, fine)
                if fine:
                    order.append(one)
        for robot in order:
            self._append(robot, moves[robot])
        return moves.keys() - set(order)

    def report(self, robot: int, idx: int) -> set[int]:
        """A robot is in the cell of `idx` or was: those before it are released. Returns robots whose turn may have come."""
        way = self.ways[robot]
        if idx > way.upto:
            raise ValueError(f"robot {robot} reports idx {idx}, granted is {way.upto}")
        turn = set()
        while way.idx < idx:
            turn |= self._leave(way.cells.popleft())
            way.idx += 1
        return turn

    def grant(self, robot: int) -> bool:
        """Grant what can be granted; whether that is more than before."""
        way = self.ways[robot]
        before = way.upto
        while way.upto < way.end:
            cell, order = way.cells[way.upto + 1 - way.idx]
            if self._queues[cell][0][0] != order or self.is_shut(cell, robot):
                break
            way.upto += 1
        return way.upto > before

    def waits_for(self, robot: int) -> int:
        """The robot that has to leave first for the next cell to be granted, -1 if there is none."""
        way = self.ways[robot]
        if way.upto == way.end:
            return -1
        return self._queues[way.cell(way.upto + 1)][0][1]

    def retract(self, robots: Iterable[int]) -> set[int]:
        """Take back what is planned and not granted, also of all who queue behind the cells where that leaves them.

        Returns the robots whose plan has changed, and those whose turn has come by it.
        """
        changed = set()
        todo = list(robots)
        while todo:
            robot = todo.pop()
            way = self.ways[robot]
            if way.end > way.upto:
                changed.add(robot)
                while way.end > way.upto:
                    cell, order = way.cells.pop()
                    self._withdraw((cell, order))
                    queue = self._queues.get(cell)
                    if queue and queue[0][0] > order:
                        changed.add(queue[0][1])
            todo += self._behind(way)
        return changed

    def cut(self, robot: int, idx: int) -> set[int]:
        """The robot's own word that it stands in the cell of `idx` and knows of no further: the rest is taken back.

        Returns robots whose plan has changed, and those whose turn may have come.
        """
        way = self.ways[robot]
        turn = self.report(robot, idx)
        while way.end > idx:
            cell, order = way.cells.pop()
            self._withdraw((cell, order))
            if queue := self._queues.get(cell):
                turn.add(queue[0][1])
        way.upto = idx
        return turn | self.retract(self._behind(way))

    def rebase(self, robot: int) -> None:
        """Count a way that has only the cell where its robot stands from 0 again."""
        way = self.ways[robot]
        if len(way.cells) != 1:
            raise ValueError(f"robot {robot} has a way")
        way.idx = way.upto = 0

    def remove(self, robot: int) -> set[int]:
        """A robot was taken off the floor: all its cells are released. Returns robots whose turn may have come."""
        way = self.ways.pop(robot)
        turn = set()
        for cell, order in way.cells:
            self._withdraw((cell, order))
            if queue := self._queues.get(cell):
                turn.add(queue[0][1])
        return turn

    def restore(self, ways: Mapping[int, Way]) -> None:
        """Begin from kept ways, with queues in the kept order."""
        self.ways = dict(ways)
        everything = sorted((order, cell, robot) for robot, way in ways.items() for cell, order in way.cells)
        for order, cell, robot in everything:
            self._queues[cell].append((order, robot))
            self._next = order + 1

    def _append(self, robot: int, cell: int) -> None:
        self.ways[robot].cells.append((cell, self._next))
        self._queues[cell].append((self._next, robot))
        self._next += 1

    def _behind(self, way: Way) -> list[int]:
        """Robots that queue behind the cell where a way ends."""
        cell, order = way.cells[-1]
        return [robot for number, robot in self._queues[cell] if number > order]

    def _leave(self, visit: tuple[int, int]) -> set[int]:
        """Release a cell; its next visitor, if there is one."""
        self._withdraw(visit)
        queue = self._queues.get(visit[0])
        return {queue[0][1]} if queue else set()

    def _withdraw(self, visit: tuple[int, int]) -> None:
        cell, order = visit
        queue = self._queues[cell]
        for place, (number, _) in enumerate(queue):
            if number == order:
                del queue[place]
                break
        if not queue:
            del self._queues[cell]
