"""Stations in a drawing: service cells, the queue lanes that lead to them, and their outfeeds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from layout.drawing.glyphs import Drawing
from layout.errors import Problem
from layout.floor import Station, StationKind
from layout.grid import CellKind, Grid

LaneFault = tuple[str, str, str]
"""(place, fault, remedy)."""
Ahead = Mapping[int, int]
"""Cell ahead of each queue cell, -1 beyond the edge."""
Feeders = Mapping[int, list[int]]
"""Queue cells that lead into each cell, in reading order."""

_WAYS = ("right", "down", "left", "up")
_GROUND = {
    CellKind.WALL: "a wall",
    CellKind.AISLE: "an aisle",
    CellKind.STORAGE: "a storage place",
    CellKind.QUEUE: "a queue cell",
    CellKind.OUTFEED: "an outfeed",
    CellKind.CHARGER: "a charger",
}
_TO_STATION = "lead it to a K, S or B cell"


def default_ids(kinds: Iterable[StationKind]) -> list[str]:
    """Return pick-1, pick-2, stow-1, … for the kinds of stations in reading order."""
    seen: Counter[StationKind] = Counter()
    ids = []
    for kind in kinds:
        seen[kind] += 1
        ids.append(f"{kind}-{seen[kind]}")
    return ids


def ground_name(grid: Grid, cell: int) -> str:
    """Return the name, with its article, of a cell that should be a service cell."""
    return _GROUND[CellKind(int(grid.kind[cell]))]


def read_stations(drawing: Drawing, file: str, problems: list[Problem]) -> tuple[Station, ...]:
    """Return the stations in reading order of their service cells; faults of lanes and outfeeds go to `problems`."""
    ahead, feeders = _ahead(drawing)
    outfeeds, outfeed_faults = _outfeeds(drawing)
    faults = [
        *_ends(drawing, ahead),
        *_joins(drawing, ahead, feeders),
        *_rings(drawing, ahead, feeders),
        *outfeed_faults,
    ]
    problems += [Problem(file, *fault) for fault in faults]
    services = drawing.services
    return tuple(
        Station(name, services[cell], cell, _lane(cell, feeders), outfeeds.get(cell))
        for name, cell in zip(default_ids(services.values()), services, strict=True)
    )


def _ahead(drawing: Drawing) -> tuple[Ahead, Feeders]:
    cells = drawing.grid.of_kind(CellKind.QUEUE).tolist()
    ahead = {cell: drawing.grid.neighbour(cell, int(drawing.queue[cell])) for cell in cells}
    feeders: dict[int, list[int]] = defaultdict(list)
    for cell, target in ahead.items():
        feeders[target].append(cell)
    return ahead, feeders


def _lane(service: int, feeders: Feeders) -> tuple[int, ...]:
    """Return the queue cells from the front to the tail, the cell that no other feeds."""
    lane: list[int] = []
    while behind := feeders.get(lane[-1] if lane else service):
        lane += behind
    return tuple(lane)


def _ends(drawing: Drawing, ahead: Ahead) -> Iterator[LaneFault]:
    """Yield a fault for each queue cell that leads neither to a queue cell nor to a service cell."""
    grid = drawing.grid
    for cell, target in ahead.items():
        if target not in ahead and target not in drawing.services:
            into = f"into {ground_name(grid, target)}" if target >= 0 else "off the grid"
            direction = _WAYS[drawing.queue[cell]]
            yield f"queue cell {grid.at(cell)}", f"leads {direction} {into}", _TO_STATION


def _joins(drawing: Drawing, ahead: Ahead, feeders: Feeders) -> Iterator[LaneFault]:
    """Yield a fault for each cell into which several queue cells lead."""
    at, services = drawing.grid.at, drawing.services
    for target, cells in feeders.items():
        if len(cells) > 1 and (target in ahead or target in services):
            where = f"{services[target]} station" if target in services else "queue cell"
            froms = " and ".join(str(at(cell)) for cell in cells)
            what = f"queue lanes lead into it from {froms}"
            yield f"{where} {at(target)}", what, "a station has one queue lane"


def _rings(drawing: Drawing, ahead: Ahead, feeders: Feeders) -> Iterator[LaneFault]:
    """Yield a fault for each ring of queue cells."""
    ends = [target for target in ahead.values() if target not in ahead]
    unseen = ahead.keys() - _behind(ends, feeders)
    while unseen:
        cell, seen = min(unseen), dict[int, None]()
        while cell not in seen:
            seen[cell] = None
            cell = ahead[cell]
        ring = list(seen)[list(seen).index(cell) :]
        where = f"queue cell {drawing.grid.at(min(ring))}"
        yield where, f"lies on a ring of {len(ring)} queue cells", _TO_STATION
        unseen -= _behind(ring, feeders)


def _behind(cells: Iterable[int], feeders: Feeders) -> set[int]:
    """Return the cells and all queue cells that lead to them."""
    cells_behind: set[int] = set()
    to_see = list(cells)
    while to_see:
        cell = to_see.pop()
        if cell not in cells_behind:
            cells_behind.add(cell)
            to_see += feeders.get(cell, [])
    return cells_behind


def _outfeeds(drawing: Drawing) -> tuple[dict[int, int], list[LaneFault]]:
    """Return the outfeed by service cell of its nearest pick station (Manhattan, ties in reading order), and faults."""
    grid = drawing.grid
    picks = [cell for cell, kind in drawing.services.items() if kind == StationKind.PICK]
    owned: dict[int, int] = {}
    faults = []
    for outfeed in grid.of_kind(CellKind.OUTFEED).tolist():
        where = f"outfeed {grid.at(outfeed)}"
        if not picks:
            faults.append((where, "belongs to no pick station", "draw a K cell, or no outfeed"))
            continue
        nearest = min(picks, key=lambda pick: grid.distance(outfeed, pick))
        if owned.setdefault(nearest, outfeed) != outfeed:
            what = f"the pick station at {grid.at(nearest)} has an outfeed at {grid.at(owned[nearest])} already"
            faults.append((where, what, "a pick station has one"))
    return owned, faults
