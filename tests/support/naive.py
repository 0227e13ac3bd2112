"""Slow, obvious versions of fast routines, to compare them with."""

from collections import deque
from collections.abc import Iterable, Sequence

from layout.floor import Floor
from layout.grid import HEADINGS, CellKind
from layout.roads import Roads
from robots.units.fleet import Action


def ground(floor: Floor) -> list[int]:
    """All cells that are no wall."""
    return [cell for cell in range(floor.grid.cells) if floor.grid.kind[cell] != CellKind.WALL]


def distances(floor: Floor, roads: Roads, goal: int, load: int) -> dict[int, int]:
    """{cell: cells to drive to the goal} for all cells from which it can be reached, by breadth-first search."""
    found, to_see = {goal: 0}, deque([goal])
    while to_see:
        cell = to_see.popleft()
        for heading in HEADINGS:
            before = floor.grid.neighbour(cell, (heading + 2) % 4)
            if before >= 0 and before not in found and roads.may_drive(before, heading, goal, load):
                found[before] = found[cell] + 1
                to_see.append(before)
    return found


def reach(floor: Floor, roads: Roads, start: int, load: int) -> dict[int, int]:
    """{cell: cells to drive from the start}; private ground other than the start's is where a way ends."""
    area = roads.area[load]
    found, to_see = {start: 0}, deque([start])
    while to_see:
        cell = to_see.popleft()
        if area[cell] not in (0, area[start]):
            continue
        for heading in HEADINGS:
            ahead = floor.grid.neighbour(cell, heading)
            if ahead >= 0 and ahead not in found and roads.may_leave(cell, heading):
                found[ahead] = found[cell] + 1
                to_see.append(ahead)
    return found


def after(floor: Floor, cells: Sequence[int], headings: Sequence[int], actions: Iterable[int]) -> list[tuple[int, int]]:
    """(cell, heading) of each robot after it has waited, gone forward or turned; a cell of -1 is off the grid."""
    turns = {Action.TURN_RIGHT: 1, Action.TURN_LEFT: 3}
    done = []
    for cell, heading, action in zip(cells, headings, actions, strict=True):
        ahead = floor.grid.neighbour(cell, heading) if action == Action.FORWARD else cell
        done.append((ahead, (heading + turns.get(Action(action), 0)) % 4))
    return done


def meetings(before: Sequence[int], then: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of robots that are in one cell afterwards, or that have changed places."""
    pairs = [(one, two) for two in range(len(then)) for one in range(two)]
    return [
        (one, two)
        for one, two in pairs
        if then[one] == then[two] or (then[one] == before[two] and then[two] == before[one])
    ]
