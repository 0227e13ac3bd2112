"""Cell reservations: they guarantee that no two robots are ever in the same cell.

Each cell has a queue of reservations in the order in which plans were made. A reservation can be granted only at the head of
its queue, and it leaves the queue only when its robot has reported a later cell of its route. So a cell belongs to one robot
at a time, however late, duplicated or lost messages are. Reservations that are not granted yet can be withdrawn; granted ones
only when the robot itself confirms it. Hönig et al., "Persistent and Robust Execution of MAPF Schedules in Warehouses", 2019
(action dependency graph).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Route:
    """Reservations of one robot. idx: index of the cell it last reported; granted_to: index of the last cell granted; cells:
    (cell, order number) from idx on.
    """

    idx: int = 0
    granted_to: int = 0
    cells: deque[tuple[int, int]] = field(default_factory=deque)

    @property
    def end(self) -> int:
        """Index of the last planned cell."""
        return self.idx + len(self.cells) - 1

    @property
    def last(self) -> int:
        """Cell in which the plan ends."""
        return self.cells[-1][0]

    def cell(self, idx: int) -> int:
        return self.cells[idx - self.idx][0]


class CellReservations:
    """Routes by robot. ValueError if a call breaks the rules: that is an error of the caller, never of a robot."""

    def __init__(self) -> None:
        self.routes: dict[int, Route] = {}
        self.claims: dict[int, int] = {}
        """{robot: cell} in which robots report themselves, rightly or wrongly: no other robot may enter."""
        self._queues: defaultdict[int, deque[tuple[int, int]]] = defaultdict(deque)
        """Cell → (order number, robot) of its reservations, in order."""
        self._next = 0

    def place(self, robot: int, cell: int) -> None:
        """Put a robot that has no route yet into a cell that is free."""
        if robot in self.routes or not self.free(cell, robot):
            raise ValueError(f"cell {cell} is taken, or robot {robot} has a place")
        self.routes[robot] = Route()
        self._append(robot, cell)

    def owner(self, cell: int) -> int:
        """Return the robot that may be in a cell now, -1 for none."""
        queue = self._queues.get(cell)
        return queue[0][1] if queue else -1

    def free(self, cell: int, robot: int = -1) -> bool:
        """Tell whether no robot is in a cell, has reserved it or claims it, except for `robot`, which may claim it itself."""
        return not self._queues.get(cell) and not self.is_claimed_by_other(cell, robot)

    def is_claimed_by_other(self, cell: int, robot: int) -> bool:
        """Tell whether another robot reports itself in a cell."""
        return cell in self.claims.values() and any(
            claimed == cell and other != robot for other, claimed in self.claims.items()
        )

    def robots_granted(self, cell: int) -> list[int]:
        """Return the robots that may be in a cell now: those to which it is granted."""
        return [robot for robot in self.routes if cell in self.held(robot)]

    def held(self, robot: int) -> list[int]:
        """Return the cells in which a robot may be: from the last one reported to the last one granted."""
        route = self.routes[robot]
        return [cell for cell, _ in list(route.cells)[: route.granted_to - route.idx + 1]]

    def extend(self, moves: Mapping[int, int]) -> set[int]:
        """Plan one more cell for each robot of {robot: cell}; return the robots refused.

        A robot may follow into the cell that another robot leaves in the same call, but not in a ring, which could never
        start. It may not enter the last cell of a robot that stays there, nor a cell in which another robot reports itself.
        """
        tenant = {route.last: robot for robot, route in self.routes.items()}
        verdict: dict[int, bool] = {}
        order: list[int] = []
        for first in moves:
            chain = []
            robot = first
            while robot not in verdict and robot not in chain:
                chain.append(robot)
                ahead = tenant.get(moves[robot], -1)
                if self.is_claimed_by_other(moves[robot], robot):
                    break
                if ahead < 0:
                    verdict[robot] = True
                elif ahead in moves:
                    robot = ahead
            fine = verdict.get(
                robot, False
            )  # a chain that closes on itself is a ring, or it ends at a robot that stays
            for follower in reversed(chain):
                fine = verdict.setdefault(follower, fine)
                if fine:
                    order.append(follower)
        for robot in order:
            self._append(robot, moves[robot])
        return moves.keys() - set(order)

    def report(self, robot: int, idx: int) -> set[int]:
        """Record that a robot has reached the cell of `idx`, and release the cells before it. Return the robots that may now
        be granted more.
        """
        route = self.routes[robot]
        if idx > route.granted_to:
            raise ValueError(f"robot {robot} reports idx {idx}, but is granted only {route.granted_to}")
        turn = set()
        while route.idx < idx:
            turn |= self._leave(route.cells.popleft())
            route.idx += 1
        return turn

    def grant(self, robot: int) -> bool:
        """Grant as many cells as possible; return whether that is more than before."""
        route = self.routes[robot]
        before = route.granted_to
        while route.granted_to < route.end:
            cell, order = route.cells[route.granted_to + 1 - route.idx]
            if self._queues[cell][0][0] != order or self.is_claimed_by_other(cell, robot):
                break
            route.granted_to += 1
        return route.granted_to > before

    def waits_for(self, robot: int) -> int:
        """Return the robot that must leave before the next cell can be granted, -1 if there is none."""
        route = self.routes[robot]
        if route.granted_to == route.end:
            return -1
        return self._queues[route.cell(route.granted_to + 1)][0][1]

    def release_ungranted(self, robots: Iterable[int]) -> set[int]:
        """Withdraw the planned cells that are not granted, also those of all robots queued behind the cells in which that
        leaves these robots.

        Return the robots whose plan has changed, and those that may now be granted more.
        """
        changed = set()
        todo = list(robots)
        while todo:
            robot = todo.pop()
            route = self.routes[robot]
            if route.end > route.granted_to:
                changed.add(robot)
                while route.end > route.granted_to:
                    cell, order = route.cells.pop()
                    self._withdraw((cell, order))
                    queue = self._queues.get(cell)
                    if queue and queue[0][0] > order:
                        changed.add(queue[0][1])
            todo += self._behind(route)
        return changed

    def cut(self, robot: int, idx: int) -> set[int]:
        """Cut a route at the cell of `idx`, where its robot has confirmed that it stands with no further cells; withdraw the
        rest.

        Return the robots whose plan has changed, and those that may now be granted more.
        """
        route = self.routes[robot]
        turn = self.report(robot, idx)
        while route.end > idx:
            cell, order = route.cells.pop()
            self._withdraw((cell, order))
            if queue := self._queues.get(cell):
                turn.add(queue[0][1])
        route.granted_to = idx
        return turn | self.release_ungranted(self._behind(route))

    def restart_indices(self, robot: int) -> None:
        """Number a route again from 0. It must hold only the cell where its robot stands."""
        route = self.routes[robot]
        if len(route.cells) != 1:
            raise ValueError(f"robot {robot} has a route")
        route.idx = route.granted_to = 0

    def remove(self, robot: int) -> set[int]:
        """Release all cells of a robot that was taken off the floor. Return the robots that may now be granted more."""
        route = self.routes.pop(robot)
        turn = set()
        for cell, order in route.cells:
            self._withdraw((cell, order))
            if queue := self._queues.get(cell):
                turn.add(queue[0][1])
        return turn

    def restore(self, routes: Mapping[int, Route]) -> None:
        """Start from stored routes, with the queues in the stored order."""
        self.routes = dict(routes)
        reservations = sorted((order, cell, robot) for robot, route in routes.items() for cell, order in route.cells)
        for order, cell, robot in reservations:
            self._queues[cell].append((order, robot))
            self._next = order + 1

    def _append(self, robot: int, cell: int) -> None:
        self.routes[robot].cells.append((cell, self._next))
        self._queues[cell].append((self._next, robot))
        self._next += 1

    def _behind(self, route: Route) -> list[int]:
        """Return the robots queued behind the cell in which a route ends."""
        cell, order = route.cells[-1]
        return [robot for number, robot in self._queues[cell] if number > order]

    def _leave(self, reservation: tuple[int, int]) -> set[int]:
        """Release a cell; return its next robot, if there is one."""
        self._withdraw(reservation)
        queue = self._queues.get(reservation[0])
        return {queue[0][1]} if queue else set()

    def _withdraw(self, reservation: tuple[int, int]) -> None:
        cell, order = reservation
        queue = self._queues[cell]
        for place, (number, _) in enumerate(queue):
            if number == order:
                del queue[place]
                break
        if not queue:
            del self._queues[cell]
