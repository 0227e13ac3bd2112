"""How much to order at once: whole packs."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def lot_units(wanted: Floats, pack: Ints | int = 1, moq: Ints | int = 1) -> Ints:
    """int64[skus]: whole packs of at least `wanted` and at least the supplier's least order, one pack in any case."""
    least = np.maximum(np.maximum(wanted, moq), 1.0)
    packs = np.ceil(least / pack - 1e-9).astype(np.int64)
    return np.asarray(packs * pack, np.int64)
