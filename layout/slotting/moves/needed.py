"""Moves needed to get from one plan to another, unordered."""

from collections import defaultdict
from collections.abc import Iterator

from layout.slotting.moves.stowage import Move, Spot
from layout.slotting.plan import Plan


def needed_moves(old: Plan, new: Plan) -> list[Move]:
    """Return the moves needed, unordered. Raises ValueError if the plans have different numbers of pods.

    Units of a SKU that both plans have in a bin stay there. Units that only one of them has are brought or taken away.
    """
    if old.pods != new.pods:
        raise ValueError(f"{old.pods} pods can't become {new.pods}")
    jobs = [
        Move("pod", Spot("place", *was), Spot("place", *becomes), pod=pod)
        for pod, (was, becomes) in enumerate(zip(old.place.tolist(), new.place.tolist(), strict=True))
        if was != becomes
    ]
    old_spots, new_spots = _spots_of(old), _spots_of(new)
    for sku in sorted(old_spots | new_spots):
        jobs += _sku_moves(sku, old_spots.get(sku, {}), new_spots.get(sku, {}))
    return jobs


def _spots_of(plan: Plan) -> dict[str, dict[Spot, int]]:
    """Return {SKU: {bin: units}}."""
    spots: dict[str, dict[Spot, int]] = defaultdict(dict)
    for (pod, bin_), (sku, units) in plan.contents().items():
        spots[sku][Spot("bin", pod, bin_)] = units
    return spots


def _sku_moves(sku: str, old_units: dict[Spot, int], new_units: dict[Spot, int]) -> Iterator[Move]:
    """Match surplus to shortage, within a pod if possible, else the largest first so that little is split."""
    surplus = {
        spot: units - new_units.get(spot, 0) for spot, units in old_units.items() if units > new_units.get(spot, 0)
    }
    shortage = {
        spot: units - old_units.get(spot, 0) for spot, units in new_units.items() if units > old_units.get(spot, 0)
    }
    pairs = [(a, b) for a in surplus for b in shortage]
    pairs.sort(key=lambda pair: (pair[0].one != pair[1].one, -min(surplus[pair[0]], shortage[pair[1]]), pair))
    for source, target in pairs:
        units = min(surplus[source], shortage[target])
        if units:
            yield Move("sku", source, target, sku, units)
            surplus[source] -= units
            shortage[target] -= units
    yield from (Move("take", spot, None, sku, units) for spot, units in surplus.items() if units)
    yield from (Move("bring", None, spot, sku, units) for spot, units in shortage.items() if units)
