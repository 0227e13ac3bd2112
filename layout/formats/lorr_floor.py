"""A floor as a problem of the League of Robot Runners: walls and free cells, robots on storage places, trips to
stations.

The league knows neither pods nor one-way lanes nor charging: every cell that is not a wall is open to all robots, both
ways. A task is a trip of the floor, from a storage place to the service cell of a station, to pick stations as often as
to all others together.
"""

import numpy as np

from layout import sizing
from layout.errors import InputError
from layout.floor import Floor, StationKind
from layout.formats.lorr import LorrProblem

VERSION = "2024 LoRR"
REVEAL = 1.5
"""Open tasks visible to a scheduler, as a multiple of the team: as in the league's problems of 2024."""
_TASKS_A_ROBOT = 40
_SEED = 1


def problem_of(floor: Floor, file: str) -> LorrProblem:
    """Return the problem of a floor, deterministically, with as many robots as its pick stations need. Raises
    InputError if it has no trips.
    """
    if not len(floor.storage) or not floor.stations:
        what = "has no storage places" if not len(floor.storage) else "has no stations"
        raise InputError.single(file, "", what, "a league problem needs both: its tasks are trips between them")
    rng = np.random.default_rng(_SEED)
    team = min(max(1, sizing.robots(floor)), len(floor.storage))
    starts = np.sort(rng.permutation(floor.storage)[:team]).astype(np.int32)
    return LorrProblem(floor, starts, _trips(floor, _TASKS_A_ROBOT * team, rng), REVEAL, VERSION)


def _trips(floor: Floor, count: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return the trips, int32[2] each: a storage place and a station's service cell."""
    picks = [station.cell for station in floor.of_kind(StationKind.PICK)]
    other_cells = [station.cell for station in floor.stations if station.kind != StationKind.PICK]
    places = rng.choice(floor.storage, count)
    to_pick = rng.random(count) < 0.5
    pick, other_station = rng.choice(picks or other_cells, count), rng.choice(other_cells or picks, count)
    stations = np.where(to_pick, pick, other_station)
    return tuple(np.stack([places, stations], axis=1).astype(np.int32))
