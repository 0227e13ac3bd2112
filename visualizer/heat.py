"""The velocity of pods as levels of a colour scale."""

import numpy as np
from numpy.typing import NDArray

from robots.frames import Header
from visualizer.palette import HEAT_LEVELS

_TOP = 0.995
"""Quantile of all pods that has the last colour: one pod must not make all others pale."""


def heat_levels(header: Header) -> NDArray[np.uint8] | None:
    """uint8[pods]: from 0 for nothing to HEAT_LEVELS - 1, by the root of the velocity, for few pods are very fast.

    None for a run that doesn't tell, as records didn't at first.
    """
    velocity = np.array(header.velocity, np.float64)
    if not header.pods or len(velocity) != header.pods or not np.isfinite(velocity).all():
        return None
    top = float(np.quantile(velocity, _TOP))
    share = np.clip(velocity / top, 0.0, 1.0) if top > 0 else np.zeros(len(velocity))
    levels: NDArray[np.uint8] = np.rint(np.sqrt(share) * (HEAT_LEVELS - 1)).astype(np.uint8)
    return levels
