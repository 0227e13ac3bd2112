"""Sizing check: rules of thumb for the number of robots that a floor needs, and for the proportions of its parts.

robots a station = (units/h ÷ pile-on) × cycle ÷ 3600 × 1.15, the last factor for robots that charge (Zou 2018).
"""

from dataclasses import dataclass

from layout.floor import Floor, StationKind
from layout.grid import CellKind, Grid

UNITS_H = 360.0
"""Most units an hour of a pick station: a unit every 10 s (RAWSim-O)."""
PILE_ON = 2.0
"""Units picked a pod visit."""
CYCLE_S = 150.0
"""Seconds from fetching a pod until it is stored again."""
CHARGING = 1.15
POD_FILL = 0.85
"""Share of storage places with a pod (RAWSim-O)."""
KIND_NAMES = {
    CellKind.WALL: "wall",
    CellKind.AISLE: "aisle",
    CellKind.STORAGE: "storage",
    CellKind.QUEUE: "queue",
    CellKind.SERVICE: "service",
    CellKind.OUTFEED: "outfeed",
    CellKind.CHARGER: "charger",
}


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure of a floor with its usual range, `low` to `high` (ten RAWSim-O instances; Zou 2018)."""

    name: str
    value: float
    low: float
    high: float

    @property
    def usual(self) -> bool:
        return self.low <= self.value <= self.high


def robots_a_station(units_h: float = UNITS_H, pile_on: float = PILE_ON, cycle_s: float = CYCLE_S) -> float:
    """Return the robots that keep one pick station busy; 8.6 by default."""
    return units_h / pile_on * cycle_s / 3600.0 * CHARGING


def robots(floor: Floor) -> int:
    """Return the robots that keep all pick stations busy."""
    return round(robots_a_station() * len(floor.of_kind(StationKind.PICK)))


def pods(floor: Floor) -> int:
    """Return the pods on a floor with the usual fill."""
    return round(POD_FILL * len(floor.storage))


def cell_counts(grid: Grid) -> dict[str, int]:
    """Return the cells of each kind, without kinds that do not occur."""
    counts = {name: len(grid.of_kind(kind)) for kind, name in KIND_NAMES.items()}
    return {name: count for name, count in counts.items() if count}


def ratios(floor: Floor) -> list[Ratio]:
    """Return the ratios that can be computed for this floor."""
    picks, fleet = len(floor.of_kind(StationKind.PICK)), robots(floor)
    figures = []
    if fleet:
        figures.append(Ratio("pods a robot", pods(floor) / fleet, 13, 19))
        figures.append(Ratio("stow stations a pick station", len(floor.of_kind(StationKind.STOW)) / picks, 0.25, 1))
    if lengths := [len(station.queue) for station in floor.stations]:
        figures.append(Ratio("cells a queue lane", sum(lengths) / len(lengths), 4, 8))
    return figures
