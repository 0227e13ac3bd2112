"""Item master data: cost, price, dimensions, weight and return rate of each SKU.

Synthetic unless an items file gives values: prices are lognormal around 18 with a long tail, like a general online
shop's, and costs are 60 % of the price; sizes are lognormal around 20 × 14 × 6 cm and 0.4 kg, so that nine of ten
parcels are below 2.5 kg (the figure that online shops give for small parcels; the spread is our own arithmetic). The
return rate follows three departments: apparel 30 %, electronics 12 %, the rest 8 % (NRF 2024 gives 25–40 %, 8–15 % and
20 % over all).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DEPARTMENTS = ("apparel", "electronics", "home")
_RETURNED = np.array([0.30, 0.12, 0.08])
USUAL_RETURNS = dict(zip(_DEPARTMENTS, _RETURNED.tolist(), strict=True))
"""{department: return rate}."""


@dataclass(frozen=True, slots=True)
class ItemMaster:
    """Master data by SKU. cost, price: int64 cents a unit. weight_g: int64. size_mm: int64[skus, 3], longest side
    first.

    returned: float64, share of delivered units that are returned. department: of each SKU, by name.
    """

    cost: NDArray[np.int64]
    price: NDArray[np.int64]
    weight_g: NDArray[np.int64]
    size_mm: NDArray[np.int64]
    returned: NDArray[np.float64]
    department: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.cost)

    @property
    def volume_ml(self) -> NDArray[np.int64]:
        volume: NDArray[np.int64] = self.size_mm.prod(axis=1) // 1000
        return volume


def synthetic_items(skus: int, rng: np.random.Generator) -> ItemMaster:
    """Draw master data for a number of SKUs."""
    price = np.maximum(199, np.round(1800 * rng.lognormal(0.0, 0.7, skus))).astype(np.int64)
    department = rng.choice(len(_DEPARTMENTS), skus, p=[0.3, 0.2, 0.5])
    size = np.array([200.0, 140.0, 60.0]) * rng.lognormal(0.0, 0.35, (skus, 3))
    size_mm = -np.sort(-np.clip(size, 10, 580), axis=1).astype(np.int64)
    density = rng.lognormal(np.log(0.25), 0.4, skus)  # g a ml, packed goods
    weight = np.clip(size_mm.prod(axis=1) / 1000 * density, 20, 20_000).astype(np.int64)
    return ItemMaster(
        cost=np.round(0.6 * price).astype(np.int64),
        price=price,
        weight_g=weight,
        size_mm=size_mm,
        returned=_RETURNED[department],
        department=tuple(_DEPARTMENTS[number] for number in department.tolist()),
    )
