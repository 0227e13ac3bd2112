"""Look of a drawing: ground of each cell, heading of each lane. Independent of pixels and of pygame."""

import numpy as np
from numpy.typing import NDArray

from layout.drawing.edit import Glyphs
from layout.drawing.glyphs import LANES, QUEUES, SERVICES
from layout.grid import EAST, NO_LANE, NORTH, SOUTH, WEST
from visualizer.style.palette import LANES as LANE_GROUNDS
from visualizer.style.palette import SERVICES as SERVICE_GROUNDS
from visualizer.style.palette import Ground

LOST_LANE = len(Ground)
"""Ground of a queue cell that leads to no station."""
_PLAIN = {"#": Ground.WALL, ".": Ground.AISLE, "P": Ground.POD, "C": Ground.CHARGER, "o": Ground.OUTFEED}
_STEPS = {EAST: (0, 1), SOUTH: (1, 0), WEST: (0, -1), NORTH: (-1, 0)}


def ground_of(glyphs: Glyphs) -> NDArray[np.uint8]:
    """Return uint8[height, width]: the Ground of each cell; queue lanes have that of their station, or LOST_LANE."""
    ends = _ends(glyphs)
    ground = _table({ord(sign): value for sign, value in _PLAIN.items()}, Ground.AISLE)[glyphs.reshape(-1)]
    queues = np.isin(glyphs.reshape(-1), [ord(sign) for sign in QUEUES])
    ground[queues] = LOST_LANE
    for sign, kind in SERVICES.items():
        ground[ends == ord(sign)] = LANE_GROUNDS[kind]
        ground[glyphs.reshape(-1) == ord(sign)] = SERVICE_GROUNDS[kind]
    return ground.astype(np.uint8).reshape(glyphs.shape)


def ways_of(glyphs: Glyphs) -> NDArray[np.int8]:
    """Return int8[height, width]: the heading of lanes and queue lanes, or NO_LANE."""
    known = {ord(sign): heading for sign, heading in (LANES | QUEUES).items()}
    return np.asarray(_table(known, NO_LANE).astype(np.int8)[glyphs])


def _ends(glyphs: Glyphs) -> NDArray[np.uint8]:
    """Return uint8[cells]: for each queue cell the glyph at which its lane ends; 0 for other cells and for rings."""
    height, width = glyphs.shape
    flat = glyphs.reshape(-1)
    queue = np.flatnonzero(np.isin(flat, [ord(sign) for sign in QUEUES]))
    ahead = np.arange(len(flat) + 1)
    row, col = np.divmod(queue, width)
    for sign, heading in QUEUES.items():
        mask = flat[queue] == ord(sign)
        to_row, to_col = row[mask] + _STEPS[heading][0], col[mask] + _STEPS[heading][1]
        inside = (to_row >= 0) & (to_row < height) & (to_col >= 0) & (to_col < width)
        ahead[queue[mask]] = np.where(inside, to_row * width + to_col, len(flat))
    for _ in range(len(queue).bit_length()):  # each pass doubles the distance
        ahead[queue] = ahead[ahead[queue]]
    ends = np.zeros(len(flat), np.uint8)
    ends[queue] = np.append(flat, 0)[ahead[queue]]
    return ends


def _table(known: dict[int, int], other: int) -> NDArray[np.int16]:
    """Return int16[256]: a value for each ASCII code."""
    table = np.full(256, other, np.int16)
    table[list(known)] = list(known.values())
    return table
