"""Choose the boxes of an order: the smallest box that its items fit, or several if the largest is too small.

Items fit a box if each unit fits by its sides in some orientation, if together they fill at most a share of it (there
is air between several units), and if they are not too heavy. This is weaker than packing in three dimensions, and like
the rule of volume and longest side that packers in most warehouses use. A unit that no box holds ships in its own
container (SIOC).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from controller.scenario.supply_chain import DEFAULT_BOXES, Box
from controller.supply_chain.state.items import ItemMaster

OWN_CONTAINER = "own container"


@dataclass(frozen=True, slots=True)
class Packed:
    """An order in its boxes. names: of the boxes, in packing order. goods_g, weight_g: without and with the boxes.

    volume_ml: outer volume of all boxes. void: share of the boxes that is air. cents: cost of the boxes.
    """

    names: tuple[str, ...]
    goods_g: int
    weight_g: int
    volume_ml: int
    void: float
    cents: float

    @property
    def text(self) -> str:
        """ "large + small", "2 × large"."""
        runs = [(name, len(list(group))) for name, group in groupby(self.names)]
        return " + ".join(f"{boxes} × {name}" if boxes > 1 else name for name, boxes in runs)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Units of one SKU still to be packed. sides: mm, longest first."""

    units: int
    sides: tuple[int, ...]
    grams: int

    @property
    def ml(self) -> float:
        return self.sides[0] * self.sides[1] * self.sides[2] / 1000.0

    def less(self, units: int) -> "_Kind":
        return _Kind(self.units - units, self.sides, self.grams)


def boxes_of(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return the scenario's boxes, or the default ones, smallest first."""
    return tuple(sorted(boxes or DEFAULT_BOXES, key=inside_ml))


def inside_ml(box: Box) -> float:
    return box.inside_mm[0] * box.inside_mm[1] * box.inside_mm[2] / 1000.0


def pack(items: ItemMaster, lines: Mapping[int, int], boxes: Sequence[Box], efficiency: float) -> Packed:
    """Pack an order. lines: {sku: units}, at least one unit. boxes: smallest first, at least one."""
    kinds = [
        _Kind(units, tuple(sorted(items.size_mm[sku].tolist(), reverse=True)), int(items.weight_g[sku]))
        for sku, units in lines.items()
    ]
    alone = [kind for kind in kinds if not any(_holds(box, [_Kind(1, kind.sides, kind.grams)], 1.0) for box in boxes)]
    remaining = sorted((kind for kind in kinds if kind not in alone), key=lambda kind: -kind.ml)
    used: list[Box] = []
    while remaining:
        box, remaining = _next_box(boxes, remaining, efficiency)
        used.append(box)
    goods_g, goods_ml = sum(kind.units * kind.grams for kind in kinds), sum(kind.units * kind.ml for kind in kinds)
    own_ml, oversized = sum(kind.units * kind.ml for kind in alone), sum(kind.units for kind in alone)
    boxes_ml = sum(inside_ml(box) for box in used)
    return Packed(
        names=tuple(box.name for box in used) + (OWN_CONTAINER,) * oversized,
        goods_g=goods_g,
        weight_g=goods_g + sum(box.weight_g for box in used),
        volume_ml=round(boxes_ml + own_ml),
        void=max(0.0, 1.0 - (goods_ml - own_ml) / boxes_ml) if used else 0.0,
        cents=sum(box.cents for box in used),
    )


def _next_box(boxes: Sequence[Box], units: list[_Kind], efficiency: float) -> tuple[Box, list[_Kind]]:
    """Return the smallest box for all units; else the box that takes most, and the units left over."""
    for box in boxes:
        if _holds(box, units, efficiency):
            return box, []
    filled = [(box, _filled(box, units, efficiency)) for box in boxes]
    box, remaining = min(filled, key=lambda entry: sum(kind.units * kind.ml for kind in entry[1]))
    return box, remaining


def _holds(box: Box, kinds: Sequence[_Kind], efficiency: float) -> bool:
    """Return whether a box holds all units. A single unit may fill it completely."""
    sides = sorted(box.inside_mm, reverse=True)
    if sum(kind.units * kind.grams for kind in kinds) > box.holds_g:
        return False
    if any(side > limit for kind in kinds for side, limit in zip(kind.sides, sides, strict=True)):
        return False
    single = sum(kind.units for kind in kinds) == 1
    return single or sum(kind.units * kind.ml for kind in kinds) <= efficiency * inside_ml(box)


def _filled(box: Box, kinds: Sequence[_Kind], efficiency: float) -> list[_Kind]:
    """Return the units left after filling a box, large items first."""
    ml, grams, remaining = efficiency * inside_ml(box), box.holds_g, list[_Kind]()
    for kind in kinds:
        if not _holds(box, [_Kind(1, kind.sides, kind.grams)], 1.0):
            remaining.append(kind)
            continue
        units = min(kind.units, int(ml // kind.ml), grams // kind.grams)
        if not units and ml == efficiency * inside_ml(box):
            units, ml = 1, kind.ml  # fits by its sides alone, and fills the box
        ml, grams = ml - units * kind.ml, grams - units * kind.grams
        if units < kind.units:
            remaining.append(kind.less(units))
    return remaining
