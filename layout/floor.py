"""A floor: the grid with its stations, chargers and storage places, as used by every other part of podfleet."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from layout.grid import CellKind, Grid


class StationKind(StrEnum):
    PICK = "pick"
    STOW = "stow"
    PACK = "pack"


@dataclass(frozen=True, slots=True)
class Station:
    """A place where people work.

    cell: the service cell. queue: the queue lane, front first; the lane is driven from its tail (last) to its front and
    on into the service cell, which is left straight ahead. outfeed: the cell where robots take the full totes of a pick
    station, or None. people: number working here at a time. service_s: seconds a unit. None: the default of its kind.
    """

    id: str
    kind: StationKind
    cell: int
    queue: tuple[int, ...]
    outfeed: int | None = None
    people: int | None = None
    service_s: float | None = None

    @property
    def places(self) -> tuple[int, ...]:
        """Cells where a robot may wait for or stand at the station: service cell first, then the lane from its front."""
        return (self.cell, *self.queue)


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """A whole layout. `cell_m` is the edge of a cell in metres (1.0: fiducials every metre, RAWSim-O)."""

    name: str
    grid: Grid
    stations: tuple[Station, ...]
    cell_m: float = 1.0
    storage: NDArray[np.int32] = field(init=False)
    chargers: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "storage", self.grid.of_kind(CellKind.STORAGE))
        object.__setattr__(self, "chargers", self.grid.of_kind(CellKind.CHARGER))

    def of_kind(self, kind: StationKind) -> tuple[Station, ...]:
        return tuple(station for station in self.stations if station.kind == kind)

    def station(self, station_id: str) -> Station:
        """Return a station by id. Raises KeyError if there is none."""
        for station in self.stations:
            if station.id == station_id:
                return station
        raise KeyError(station_id)
