"""One step of PIBT and one pass of EPIBT, slowly, after their descriptions: dictionaries, sets and plain recursion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from controller.planning.operations import Operations
from controller.planning.planner import PlanInput
from layout.floor import Floor
from layout.roads import Roads
from robots.units.fleet import Action
from tests.support import naive

UNREACHABLE = 1 << 28
Rank = tuple[float, ...]
Path = list[int]
"""Cells of a robot, one a tick, the first being where it is now."""


@dataclass
class Crowd:
    """Input of a planner, as lists, and the distances to every robot's goal."""

    floor: Floor
    roads: Roads
    view: PlanInput
    distances: list[dict[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        view = self.view
        self.cell, self.heading = view.cell.tolist(), view.heading.tolist()
        self.load, self.goal = view.load.tolist(), view.goal.tolist()
        self.face, self.standing, self.stalled = view.face.tolist(), view.standing.tolist(), view.stalled.tolist()
        self.robots = range(len(self.cell))
        self.urgent = sorted(self.robots, key=lambda robot: (-int(view.urgency[robot]), robot))
        self.at = {cell: robot for robot, cell in enumerate(self.cell)}
        self.distances = [
            naive.distances(self.floor, self.roads, goal, load) if goal >= 0 else {}
            for goal, load in zip(self.goal, self.load, strict=True)
        ]

    def ahead(self, robot: int, cell: int) -> Iterator[tuple[int, int]]:
        """(heading, next cell) by which the robot may leave a cell."""
        for heading in range(4):
            if self.roads.may_drive(cell, heading, self.goal[robot], self.load[robot]):
                yield heading, cell + int(self.roads.step[heading])


def turns(one: int, two: int) -> int:
    """Quarter turns between two headings."""
    return min((two - one) % 4, (one - two) % 4)


class PibtStep:
    """Each robot in turn takes the best cell it can have; a robot standing there inherits the turn, and must go first."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.target: dict[int, int] = {r: crowd.cell[r] for r in crowd.robots if crowd.standing[r]}
        self.owner = {cell: robot for robot, cell in self.target.items()}
        self.action = [Action.WAIT for _ in crowd.robots]
        self.to_clear: list[int] = []

    def run(self) -> list[int]:
        for first in self.crowd.urgent:
            self.forced = self.crowd.stalled[first]
            self.to_clear, pushed = [first], False
            while self.to_clear:
                robot = self.to_clear.pop()
                if robot not in self.target:
                    self.leaves(robot, pushed)
                    pushed = True
        return [int(action) for action in self.action]

    def leaves(self, robot: int, pushed: bool) -> bool:
        """Decide a robot's action. Whether it leaves its cell; one that waits or turns keeps it."""
        here = self.crowd.cell[robot]
        self.target[robot] = here
        for heading, there in self.options(robot, pushed):
            other = self.crowd.at.get(there)
            if other is not None and (self.crowd.standing[other] or self.target.get(other) == here):
                continue
            if pushed and there in self.owner:
                continue
            if heading != self.crowd.heading[robot]:
                left = (heading - self.crowd.heading[robot]) % 4 == 3
                self.keep(robot, Action.TURN_LEFT if left else Action.TURN_RIGHT)
                if other is not None and other not in self.target:
                    self.to_clear.append(other)
                return False
            if there in self.owner:
                continue
            self.owner[there], self.target[robot], self.action[robot] = robot, there, Action.FORWARD
            if other is None or other in self.target or self.leaves(other, True):
                return True
        self.keep(robot, Action.WAIT)
        return False

    def keep(self, robot: int, action: Action) -> None:
        here = self.crowd.cell[robot]
        self.owner[here], self.target[robot], self.action[robot] = robot, here, action

    def options(self, robot: int, pushed: bool) -> list[tuple[int, int]]:
        """Ways out of a cell, best first: turns and distance, then free cells, then by lot of tick and robot."""
        crowd, here, way = self.crowd, self.crowd.cell[robot], self.crowd.distances[robot]
        goal, now = crowd.goal[robot] >= 0, way.get(here, 65535)
        elsewhere = pushed and (self.forced or (now == 0 and not crowd.load[robot]))
        found: list[tuple[Rank, int, int]] = []
        for heading, there in crowd.ahead(robot, here):
            if goal and (there not in way or (way[there] >= now and not elsewhere)):
                continue
            if not goal and not pushed:
                continue
            ticks = turns(crowd.heading[robot], heading) + way.get(there, 0)
            lot = (heading + crowd.view.tick + robot) % 4
            found.append(((2 * ticks + (there in crowd.at), lot), heading, there))
        return [(heading, there) for _, heading, there in sorted(found)]


def traces(depth: int) -> set[tuple[object, ...]]:
    """Return what operations of a depth can do, seen from heading 0: the move of each tick, and the final heading."""
    found = set()
    for actions in product((Action.WAIT, Action.FORWARD, Action.TURN_RIGHT, Action.TURN_LEFT), repeat=depth):
        heading, moves = 0, []
        for action in actions:
            moves.append(heading if action == Action.FORWARD else -1)
            heading = (heading + {Action.TURN_RIGHT: 1, Action.TURN_LEFT: 3}.get(action, 0)) % 4
        found.add((*moves, heading))
    return found


class EpibtPass:
    """The urgent first, each robot takes a better operation than it holds, and may displace one robot that ranks behind."""

    def __init__(self, crowd: Crowd, table: Operations, limit: int, patience: int) -> None:
        self.crowd, self.table, self.limit, self.patience = crowd, table, limit, patience
        self.rank = {robot: place for place, robot in enumerate(crowd.urgent)}
        self.paths: dict[int, Path] = {}

    def run(self, held: Sequence[int]) -> list[int]:
        """Operation of each robot, from those they have inherited."""
        self.held = list(held)
        self.inherit()
        self.cost = [[self.worth(robot, op) for op in range(self.table.count)] for robot in self.crowd.robots]
        for again in (False, True):
            for root in self.crowd.urgent:
                if not self.crowd.standing[root] and (not again or self.crowd.stalled[root]):
                    self.calls = self.patience if again else self.limit
                    self.failed: set[tuple[int, int]] = set()
                    self.again = again
                    self.improve(root, root, {root})
        return self.held

    def path(self, robot: int, op: int) -> Path | None:
        """Return where an operation leads, None if it cannot be driven."""
        cells = [self.crowd.cell[robot]]
        for heading in self.table.go[self.crowd.heading[robot], op].tolist():
            steps = dict(self.crowd.ahead(robot, cells[-1]))
            if heading >= 0 and heading not in steps:
                return None
            cells.append(steps[heading] if heading >= 0 else cells[-1])
        return cells

    def worth(self, robot: int, op: int) -> Rank | None:
        """Return the worth of an operation, less is better: ticks left at the end, then nearness on the way; None if it
        cannot be driven.
        """
        crowd, cells = self.crowd, self.path(robot, op)
        facing = int(self.table.turned[crowd.heading[robot], op, -1])
        if cells is None:
            return None
        goal, way = crowd.goal[robot], crowd.distances[robot]
        if goal < 0:
            return (sum(a != b for a, b in pairwise(cells)), facing != crowd.heading[robot])
        left = self.ticks_left(robot, cells[-1], facing)
        if left == UNREACHABLE:
            return (UNREACHABLE, 0)
        if goal in cells[1:]:
            left -= self.table.depth - cells.index(goal, 1)
        if cells[-1] == goal and crowd.face[robot] >= 0:
            left += turns(facing, crowd.face[robot])
        return (left, sum(way[cell] for cell in cells[1:]))

    def ticks_left(self, robot: int, cell: int, facing: int) -> int:
        """Cells to the goal and the turns before the first of them."""
        way = self.crowd.distances[robot]
        if cell not in way:
            return UNREACHABLE
        if way[cell] == 0:
            return 0
        nearer = [(h, there) for h, there in self.crowd.ahead(robot, cell) if way.get(there, 65535) < way[cell]]
        return min([way[cell] + 2, *(1 + way[there] + turns(facing, h) for h, there in nearer)])

    def inherit(self) -> None:
        """Let each robot wait that cannot drive on, or collides with those entered before; repeat until none does."""
        for robot in self.crowd.robots:
            if self.crowd.standing[robot] or self.path(robot, self.held[robot]) is None:
                self.held[robot] = 0
        while True:
            self.paths = {r: self.track(r, 0) for r in self.crowd.robots if self.held[r] == 0}
            waits = set(self.paths)
            for robot in self.crowd.robots:
                if robot not in waits and not self.met(robot, self.track(robot, self.held[robot])):
                    self.paths[robot] = self.track(robot, self.held[robot])
            if len(self.paths) == len(self.crowd.robots):
                return
            for robot in set(self.crowd.robots) - set(self.paths):
                self.held[robot] = 0

    def track(self, robot: int, op: int) -> Path:
        cells = self.path(robot, op)
        assert cells is not None
        return cells

    def met(self, robot: int, cells: Path) -> set[int]:
        """Robots that a path meets in a cell, or changes places with."""
        return {
            other
            for other, theirs in self.paths.items()
            if other != robot
            for t in range(1, len(cells))
            if theirs[t] == cells[t] or (theirs[t] == cells[t - 1] and theirs[t - 1] == cells[t] != cells[t - 1])
        }

    def improve(self, robot: int, root: int, chain: set[int]) -> bool:
        """Give a robot the first operation, best first, that fits or whose one obstacle finds another for itself."""
        before = self.paths.pop(robot)
        old = self.held[robot]
        cost = self.cost[robot]
        possible = [(worth, op) for op, worth in enumerate(cost) if worth is not None]
        for worth, op in sorted(possible):
            own = cost[old]
            if robot == root and own is not None and worth >= own:
                break
            others = self.met(robot, self.track(robot, op))
            if not others:
                self.take(robot, op)
                return True
            if len(others) > 1 or (robot, op) in self.failed:
                continue
            (other,) = others
            if self.may_displace(other, root, chain):
                self.calls -= 1
                self.take(robot, op)
                if self.improve(other, root, chain | {other}):
                    return True
                if self.again:
                    self.failed.add((robot, op))
                del self.paths[robot]
        self.held[robot], self.paths[robot] = old, before
        return False

    def take(self, robot: int, op: int) -> None:
        self.held[robot], self.paths[robot] = op, self.track(robot, op)

    def may_displace(self, other: int, root: int, chain: set[int]) -> bool:
        behind = self.rank[other] > self.rank[root]
        return behind and not self.crowd.standing[other] and other not in chain and self.calls > 0
