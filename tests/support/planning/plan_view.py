"""Planner inputs for tests: robots by cell and heading, and whatever else a test sets."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from controller.planning.planner import PlanInput

Column = NDArray[np.generic]


def plan_view(cells: Sequence[int], headings: Sequence[int], **columns: Sequence[int]) -> PlanInput:
    """Empty robots without goals that can be moved, the first the most urgent, with what `columns` says otherwise."""
    count = len(cells)
    values: dict[str, Column] = {
        "cell": np.array(cells, np.int32),
        "heading": np.array(headings, np.int8),
        "load": np.zeros(count, np.int8),
        "goal": np.full(count, -1, np.int32),
        "face": np.full(count, -1, np.int8),
        "standing": np.zeros(count, bool),
        "urgency": np.arange(count, 0, -1, dtype=np.int32),
        "stalled": np.zeros(count, bool),
    }
    values |= {name: np.array(column, values[name].dtype) for name, column in columns.items()}
    return PlanInput(tick=0, **values).shown()  # type: ignore[arg-type]
