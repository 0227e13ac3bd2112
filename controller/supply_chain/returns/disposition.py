"""Disposition of a returned unit: the option with the highest value after handling, compared with the next best.

Grades by department, values and handling costs are our own arithmetic, set so that about half of the units are
restocked, a fifth sold as open-box or refurbished, a fifth liquidated, and a tenth recycled or disposed of (the usual
shares of online shops).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from controller.warehouse.stock import DOCK, SELLER, Place

NEW, OPENED, WORN, DEFECTIVE = GRADES = ("new", "opened", "worn", "defective")
_GRADES: Mapping[str, tuple[float, ...]] = {
    "apparel": (0.62, 0.14, 0.17, 0.07),
    "electronics": (0.32, 0.36, 0.10, 0.22),
}
_OTHER = (0.50, 0.20, 0.15, 0.15)
"""Shares of the grades, in their order."""
_RESALE = 0.85
"""Share of a price left after the cost of selling again."""
_OPEN_BOX = 0.75
_REFURBISHED = 0.65
"""Prices relative to a new unit."""
_LIQUIDATED: Mapping[str, float] = {NEW: 0.30, OPENED: 0.25, WORN: 0.12, DEFECTIVE: 0.04}
"""Price a liquidator pays by the pallet, relative to the price, by grade."""
_SCRAP_CENTS_KG: Mapping[str, float] = {"electronics": 40.0, "apparel": 15.0}
_RESTOCK, _OPEN_BOX_WORK, _REPAIR_WORK, _PALLET, _SCRAP, _BACK = 35.0, 260.0, 450.0, 40.0, 6.0, 250.0
"""Handling costs, cents a unit: stow again, photograph and list, repair, stack on a pallet, sort, send to its seller.
"""
_REPAIR = 0.15
"""Cost of spare parts as a share of the price."""
_DISPOSAL_CENTS_KG = 25.0


class Returned(NamedTuple):
    """A unit at inspection. price: cents of a new one. own_stock: whether it belongs to the retailer."""

    grade: str
    price: int
    weight_g: int
    department: str
    own_stock: bool = True


@dataclass(frozen=True, slots=True)
class Disposition:
    """A disposition option. income, handling: cents."""

    name: str
    income: float
    handling: float

    @property
    def worth(self) -> float:
        return self.income - self.handling


SEND_BACK = "send back"
PLACES: Mapping[str, Place] = {
    "restock": DOCK,
    "open-box": Place("open-box"),
    "refurbish": Place("refurbishing"),
    "liquidate": Place("liquidation"),
    "recycle": Place("recycling"),
    "dispose": Place("disposal"),
    SEND_BACK: SELLER,
}
"""{disposition: where the units go}."""


def grades_of(department: str) -> tuple[float, ...]:
    """Return the shares of GRADES among a department's returns."""
    return _GRADES.get(department, _OTHER)


def options(unit: Returned) -> tuple[Disposition, ...]:
    """Return all options for a unit, whatever their value; disposal is always one."""
    kg = unit.weight_g / 1000.0
    dispose = Disposition("dispose", 0.0, _SCRAP + _DISPOSAL_CENTS_KG * kg)
    restock = (Disposition("restock", _RESALE * unit.price, _RESTOCK),) if unit.grade == NEW else ()
    if not unit.own_stock:
        return *restock, Disposition(SEND_BACK, _LIQUIDATED[unit.grade] * unit.price, _BACK), dispose
    scrap = _SCRAP_CENTS_KG.get(unit.department, 5.0) * kg
    return (
        *restock,
        *_second_hand(unit),
        Disposition("liquidate", _LIQUIDATED[unit.grade] * unit.price, _PALLET),
        Disposition("recycle", scrap, _SCRAP),
        dispose,
    )


def choose(unit: Returned) -> tuple[Disposition, str]:
    """Return (option with the highest value, the first if equal; reason)."""
    ranked = sorted(options(unit), key=lambda option: -option.worth)
    return ranked[0], _words(unit, ranked)


def _second_hand(unit: Returned) -> tuple[Disposition, ...]:
    """Return the second-hand options: an opened unit as it is, a worn or broken one after repair, if repair is
    possible.
    """
    if unit.grade == OPENED:
        return (Disposition("open-box", _RESALE * _OPEN_BOX * unit.price, _OPEN_BOX_WORK),)
    repairable = unit.grade == WORN or (unit.grade == DEFECTIVE and unit.department == "electronics")
    repair = _REPAIR_WORK + _REPAIR * unit.price * (2.0 if unit.grade == DEFECTIVE else 1.0)
    return (Disposition("refurbish", _RESALE * _REFURBISHED * unit.price, repair),) if repairable else ()


def _words(unit: Returned, ranked: Sequence[Disposition]) -> str:
    """ "opened; open-box: 14.20 after 2.60 handling; liquidate 6.10"."""
    best, *others = ranked
    after = f"{unit.grade}; {best.name}: {best.worth / 100:.2f} after {best.handling / 100:.2f} handling"
    return after + (f"; {others[0].name} {others[0].worth / 100:.2f}" if others else "")
