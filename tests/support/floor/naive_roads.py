"""A slow, obvious search over Roads.may_drive, to compare layout.checks with."""

from layout.floor import Floor
from layout.grid import HEADINGS, CellKind
from layout.roads import Roads


def sources(floor: Floor, roads: Roads, goal: int, load: int) -> set[int]:
    """Return all cells from which a robot of that load can drive to that goal."""
    found, to_see = {goal}, [goal]
    while to_see:
        cell = to_see.pop()
        for heading in HEADINGS:
            before = floor.grid.neighbour(cell, (heading + 2) % 4)
            if before >= 0 and before not in found and roads.may_drive(before, heading, goal, load):
                found.add(before)
                to_see.append(before)
    return found


def ground(floor: Floor) -> set[int]:
    """Return all cells in which a robot can be."""
    return {cell for cell in range(floor.grid.cells) if floor.grid.kind[cell] != CellKind.WALL}


def goals(floor: Floor) -> list[int]:
    """Return all cells to which a robot may be sent."""
    places = [*floor.storage, *floor.chargers, *floor.grid.of_kind(CellKind.OUTFEED)]
    return [int(cell) for cell in places] + [station.cell for station in floor.stations]
