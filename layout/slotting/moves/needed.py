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
    here, there = _spots_of(old), _spots_of(new)
    for sku in sorted(here | there):
        jobs += _sku_moves(sku, here.get(sku, {}), there.get(sku, {}))
    return jobs


def _spots_of(plan: Plan) -> dict[str, dict[Spot, int]]:
    """Return {SKU: {bin: units}}."""
    found: dict[str, dict[Spot, int]] = defaultdict(dict)
    for (pod, bin_), (sku, units) in plan.contents().items():
        found[sku][Spot("bin", pod, bin_)] = units
    return found


def _sku_moves(sku: str, here: dict[Spot, int], there: dict[Spot, int]) -> Iterator[Move]:
    """Match surplus to shortage, within a pod if possible, else the largest first so that little is split."""
    surplus = {spot: units - there.get(spot, 0) for spot, units in here.items() if units > there.get(spot, 0)}
    shortage = {spot: units - here.get(spot, 0) for spot, units in there.items() if units > here.get(spot, 0)}
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
