"""Classes of SKUs: velocity classes A, B, C by units, and demand patterns by frequency and evenness of demand."""

import numpy as np
from numpy.typing import NDArray

CLASSES = ("A", "B", "C")
PATTERNS = ("smooth", "erratic", "intermittent", "lumpy")
SERVICE = (0.98, 0.95, 0.90)
"""Target cycle service of A, B and C [tables of z values: 2.054, 1.645, 1.282]."""
_BORDERS = (0.10, 0.30)
"""Borders of the classes: A the fastest tenth of the SKUs, B up to three tenths, C the rest [RAWSim-O]."""
_ADI, _CV2 = 1.32, 0.49
"""Borders of the mean interval between demands (days) and the squared variation of their sizes [Syntetos, Boylan,
Croston 2005].
"""


def velocity_class(units: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return the velocity classes: int8[skus], 0, 1 or 2 for A, B or C. units: float64[skus]; of equal SKUs the first
    ranks higher.
    """
    skus = len(units)
    place = np.empty(skus, np.int64)
    place[np.argsort(-units, kind="stable")] = np.arange(skus)
    borders = np.ceil(np.array(_BORDERS) * skus)
    return np.asarray(np.searchsorted(borders, place, side="right"), np.int8)


def pattern(history: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return the demand patterns: int8[skus], index into PATTERNS. history: float64[skus, days]; a SKU never sold is
    intermittent.

    Erratic and lumpy SKUs have very different order sizes, intermittent and lumpy ones rare demands.
    """
    sold = history > 0
    times = sold.sum(axis=1)
    mean = history.sum(axis=1) / np.maximum(1, times)
    spread = ((history - mean[:, None]) ** 2 * sold).sum(axis=1) / np.maximum(1, times)
    uneven = spread >= _CV2 * np.where(mean > 0, mean, 1.0) ** 2
    seldom = history.shape[1] >= _ADI * times
    return np.asarray(uneven + 2 * seldom, np.int8)


def service_of(classes: NDArray[np.int8], service: tuple[float, ...] = SERVICE) -> NDArray[np.float64]:
    """Return the target cycle service of each SKU's class: float64[skus]."""
    return np.asarray(np.array(service, np.float64)[classes], np.float64)
