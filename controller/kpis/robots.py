"""Robot figures: ticks by state, distance, where robots drove and waited, battery.

Whole columns of the fleet are processed at a time: a tick of 10,000 robots costs a fraction of a millisecond.
"""

import numpy as np
from numpy.typing import NDArray

from layout.floor import Floor
from robots.recording.frames import NO_LOAD
from robots.units.lifecycle import DRIVING, RobotState

IDLE_STATES = (RobotState.IDLE, RobotState.PARKING, RobotState.CHARGING, RobotState.DEAD)
"""States that are not work; the trip to a charger is, because the robot is not free for a task."""
BATTERY_SHARES = (0.0, 0.1, 0.5, 0.9)
_STATES = len(RobotState)


def _is_driving() -> NDArray[np.bool_]:
    driving = np.zeros(256, bool)
    driving[list(DRIVING)] = True
    return driving


class RobotFigures:
    """Robot figures. state_ticks: int64[states]. entered, occupied, waited: int64[cells]."""

    def __init__(self, robots: int, floor: Floor) -> None:
        cells = floor.grid.cells
        self.state_ticks = np.zeros(_STATES, np.int64)
        self.cells_loaded = 0
        """Cells driven with a pod or totes."""
        self.cells_empty = 0
        self.entered = np.zeros(cells, np.int64)
        """Number of times a robot entered the cell."""
        self.occupied = np.zeros(cells, np.int64)
        """Robot ticks in the cell, driving or not."""
        self.waited = np.zeros(cells, np.int64)
        """Robot ticks short of a goal, in a driving state, without a move or a turn."""
        self.batteries: list[NDArray[np.uint8]] = []
        """Per cent at BATTERY_SHARES of the robots that are not dead, sampled."""
        self.states: list[NDArray[np.int64]] = []
        """Robot ticks by state since the previous sample."""
        self._sampled_ticks = self.state_ticks.copy()
        self._driving = _is_driving()
        self._cell = np.full(robots, -1, np.int32)
        self._heading = np.zeros(robots, np.uint8)
        self._ticks = 0

    @property
    def cells_driven(self) -> int:
        return self.cells_loaded + self.cells_empty

    def fold(self, robots: NDArray[np.void]) -> None:
        cell = np.ascontiguousarray(robots["cell"])
        heading = np.ascontiguousarray(robots["heading"])
        state = np.ascontiguousarray(robots["state"])
        self.state_ticks += np.bincount(state, minlength=_STATES)
        np.add.at(self.occupied, cell, 1)
        if self._ticks:
            self._fold_motion(robots, cell, heading, state)
        self._cell, self._heading = cell.copy(), heading.copy()
        self._ticks += 1

    def _fold_motion(
        self,
        robots: NDArray[np.void],
        cell: NDArray[np.int32],
        heading: NDArray[np.uint8],
        state: NDArray[np.uint8],
    ) -> None:
        moved = cell != self._cell
        stands = ~moved & (heading == self._heading)
        goal = robots["goal"]
        waits = stands & self._driving[state] & (goal >= 0) & (goal != cell)
        loaded = int(np.count_nonzero(moved & (robots["load"] != NO_LOAD)))
        self.cells_loaded += loaded
        self.cells_empty += int(np.count_nonzero(moved)) - loaded
        np.add.at(self.entered, cell[moved], 1)
        np.add.at(self.waited, cell[waits], 1)

    def sample(self, robots: NDArray[np.void]) -> None:
        battery = robots["battery"][robots["state"] != RobotState.DEAD]
        shares = np.zeros(len(BATTERY_SHARES), np.uint8)
        if battery.size:
            shares = np.quantile(battery, BATTERY_SHARES, method="inverted_cdf").astype(np.uint8)
        self.batteries.append(shares)
        self.states.append(self.state_ticks - self._sampled_ticks)
        self._sampled_ticks = self.state_ticks.copy()

    def utilisation(self) -> float | None:
        """Return the share of all robot ticks spent at work: not in IDLE_STATES."""
        total = int(self.state_ticks.sum())
        idle = int(self.state_ticks[list(IDLE_STATES)].sum())
        return (total - idle) / total if total else None

    def battery_table(self) -> NDArray[np.uint8]:
        """Return uint8[samples, BATTERY_SHARES]."""
        return np.array(self.batteries, np.uint8).reshape(len(self.batteries), len(BATTERY_SHARES))

    def state_table(self) -> NDArray[np.int64]:
        """Return int64[samples, states]."""
        return np.array(self.states, np.int64).reshape(len(self.states), _STATES)
