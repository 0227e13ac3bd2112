"""Counts by hour of the run: rows are hours from tick 0 on, columns are the counted things."""

import numpy as np
from numpy.typing import NDArray


class Hourly:
    """Table of counts that grows by a row per hour. `rows[hour][column]`."""

    def __init__(self, columns: int, tick_s: float) -> None:
        self.rows: list[list[int]] = []
        self._columns = columns
        self._tick_s = tick_s

    def add(self, t: int, column: int, amount: int = 1) -> None:
        """Count `amount` at tick t."""
        hour = int(t * self._tick_s // 3600)
        while len(self.rows) <= hour:
            self.rows.append([0] * self._columns)
        self.rows[hour][column] += amount

    def table(self, hours: int = 0) -> NDArray[np.int64]:
        """Return int64[hours, columns], with rows of zeros up to `hours`."""
        table = np.zeros((max(hours, len(self.rows)), self._columns), np.int64)
        if self.rows:
            table[: len(self.rows)] = self.rows
        return table

    def totals(self) -> NDArray[np.int64]:
        """Return int64[columns], sums over the whole run."""
        total: NDArray[np.int64] = self.table().sum(axis=0)
        return total
