"""Ranking of variants: means over seeds with their confidence intervals, ranks, and the knee of the robots."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import isnan

import numpy as np
from numpy.typing import NDArray

from controller.experiments.statistics import CONFIDENCE, OVER_SEEDS, Estimate, estimate, paired
from controller.experiments.variants import LeftOut, Sample, Variant, floors
from controller.provenance import environment

KNEE = 0.1
"""Share of the first robots' output below which a further robot is not worth having."""
FIGURES = tuple(name for name in Sample.__dataclass_fields__ if name not in ("fault", "seed"))
RANKED_BY = {"station": "units_per_station", "robot": "units_per_robot", "floor": "units", "parcels": "parcels"}


@dataclass(frozen=True, slots=True)
class VariantRow:
    """Rank of a variant. behind: the paired change against the first, as a share of it; None for the first itself."""

    rank: int
    variant: Variant
    figures: dict[str, Estimate]
    behind: Estimate | None

    @property
    def apart(self) -> bool | None:
        """Return whether it differs significantly from the first; None if that cannot be said."""
        if self.behind is None or self.behind.half is None:
            return None
        return abs(self.behind.mean) > self.behind.half


@dataclass(frozen=True, slots=True)
class Knee:
    """Knee of a floor: the fleet beyond which robots add little, None if it lies beyond the largest one tried.

    first, last: units per hour of a robot of the smallest fleet, and added by each robot of the last step. smallest:
    the knee is the smallest fleet tried, so it may lie lower. by_seed: the knee of each seed alone; steady: these lie
    within one step of each other, and the best fleet differs significantly from the smallest, so that the knee is not
    random.
    """

    name: str
    robots: int | None
    first: float
    last: float
    smallest: bool
    by_seed: list[int | None]
    steady: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    rows: list[VariantRow]
    knees: list[Knee]
    left_out: list[LeftOut]
    seeds: int
    too_short: int | None = None
    """Fewest ticks of a useful run, if these runs had fewer: they only filled the floor."""
    runs: list[tuple[Variant, Sample]] = field(default_factory=list)
    """All runs, including broken ones."""


def alike(rows: Sequence[VariantRow]) -> bool:
    """Return whether all variants have equal results in every run."""
    behind = [row.behind for row in rows[1:]]
    return bool(behind) and all(change is not None and change.mean == 0 and not change.half for change in behind)


def knee(robots: Sequence[int], units: Sequence[float]) -> int | None:
    """Return the fleet after which each further robot adds less than KNEE of what each of the first did; None if there is none.

    robots: growing, units: output of each fleet. It is found on the least concave curve over the points, starting at no
    robots, because more robots cannot truly do less, and a dip is random or a jam that the next point may show as over.
    """
    curve = _concave([(0.0, 0.0), *zip(map(float, robots), map(float, units), strict=True)])
    if len(curve) < 2:
        return None
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(curve)]
    for (fleet, _), slope in zip(curve[1:], slopes[1:], strict=False):
        if slope < KNEE * slopes[0]:
            return int(fleet)
    return None if curve[-1][0] == robots[-1] else int(curve[-1][0])


def ranking(
    variants: Sequence[Variant],
    samples: Sequence[Sequence[Sample]],
    left_out: Sequence[LeftOut],
    by: str,
    too_short: int | None = None,
) -> Ranking:
    """Return the variants by the mean of RANKED_BY[by], best first; those with a failed run are left out. samples:
    [variant][seed]. too_short: see `Ranking`; such runs have no knees.
    """
    failed = [next((sample.fault for sample in row if sample.fault), "") for row in samples]
    kept = [index for index, fault in enumerate(failed) if not fault]
    bad = [
        LeftOut(one.name, one.robots, fault, broken=True) for one, fault in zip(variants, failed, strict=True) if fault
    ]
    figure = RANKED_BY[by]
    kept.sort(key=lambda index: -_column(samples[index], figure).mean())
    rows = [
        VariantRow(
            place, variants[index], _figures(samples[index]), _behind(samples[index], samples[kept[0]], figure, place)
        )
        for place, index in enumerate(kept, 1)
    ]
    knees = [] if too_short else _knees(variants, samples, set(kept))
    runs = [(variant, sample) for variant, row in zip(variants, samples, strict=True) for sample in row]
    return Ranking(rows, knees, [*left_out, *bad], len(samples[0]) if samples else 0, too_short, runs)


def as_json(found: Ranking, ticks: int) -> dict[str, object]:
    """Return the ranking as defined in docs/how-to/compare-layouts.md."""
    return {
        "ticks": ticks,
        "seeds": found.seeds,
        "too_short": found.too_short,
        "method": OVER_SEEDS,
        "confidence": CONFIDENCE,
        "environment": environment().as_dict(),
        "differs": _differs([variant for variant, _ in found.runs]),
        "runs": [_run_json(variant, sample) for variant, sample in found.runs],
        "variants": [_row_json(row) for row in found.rows],
        "knees": [
            {
                "floor": entry.name,
                "robots": entry.robots if entry.steady else None,
                "first": entry.first,
                "last": entry.last,
                "smallest": entry.smallest,
                "by_seed": entry.by_seed,
                "steady": entry.steady,
            }
            for entry in found.knees
        ],
        "left_out": [{"floor": entry.name, "robots": entry.robots, "why": entry.why} for entry in found.left_out],
    }


def _row_json(row: VariantRow) -> dict[str, object]:
    floor = row.variant.scenario.floor
    document: dict[str, object] = {"rank": row.rank, "floor": row.variant.name, "parameters": row.variant.values}
    document |= {"robots": row.variant.robots, "places": len(floor.storage), "cells": floor.grid.cells}
    for name, figure in row.figures.items():
        document |= {name: _known(figure.mean), f"{name}_ci": figure.half}
    return document | {
        "behind": row.behind and row.behind.mean,
        "behind_ci": row.behind and row.behind.half,
        "told_apart": row.apart,
    }


def _differs(variants: Sequence[Variant]) -> dict[str, list[object]]:
    """Return {parameter, or "robots": its values in these variants}, if there is more than one."""
    values_of: dict[str, list[object]] = {}
    for variant in variants:
        for key, value in {**variant.values, "robots": variant.robots}.items():
            values = values_of.setdefault(key, [])
            values += [] if value in values else [value]
    return {key: values for key, values in values_of.items() if len(values) > 1}


def _run_json(variant: Variant, sample: Sample) -> dict[str, object]:
    document = {"floor": variant.name, "parameters": variant.values, "robots": variant.robots}
    figures = {name: _known(getattr(sample, name)) for name in FIGURES}
    return {**document, "seed": sample.seed, "fault": sample.fault, **figures}


def _known(value: float) -> float | None:
    return None if isnan(value) else value


def _column(samples: Sequence[Sample], figure: str) -> NDArray[np.float64]:
    return np.array([getattr(sample, figure) for sample in samples], np.float64)


def _figures(samples: Sequence[Sample]) -> dict[str, Estimate]:
    return {name: estimate(_column(samples, name)) for name in FIGURES}


def _behind(samples: Sequence[Sample], best: Sequence[Sample], figure: str, place: int) -> Estimate | None:
    comparison = paired(_column(best, figure).tolist(), _column(samples, figure).tolist())
    return comparison.change if comparison and place > 1 else None


def _knees(variants: Sequence[Variant], samples: Sequence[Sequence[Sample]], kept: set[int]) -> list[Knee]:
    """Return the knee of every floor with two fleets or more."""
    knees = []
    for name, group in floors(variants):
        at = [one for one in group if one in kept]
        if len(at) > 1:
            robots = [variants[one].robots for one in at]
            units = [float(_column(samples[one], "units").mean()) for one in at]
            last = (units[-1] - units[-2]) / (robots[-1] - robots[-2])
            at_fleet = knee(robots, units)
            by_fleet = (_column(samples[one], "units").tolist() for one in at)
            by_seed = [knee(robots, column) for column in zip(*by_fleet, strict=True)]
            steady = _steady(by_seed, robots) and _differ([samples[one] for one in at])
            knees.append(Knee(name, at_fleet, units[0] / robots[0], last, at_fleet == robots[0], by_seed, steady))
    return knees


def _steady(by_seed: Sequence[int | None], robots: Sequence[int]) -> bool:
    """Return whether two or more seeds have their knees at one fleet, or at two adjacent ones.

    The largest fleet is no knee: one that lies beyond it counts as following the last but one.
    """
    steps = [robots.index(fleet) if fleet is not None else len(robots) - 1 for fleet in by_seed]
    return len(steps) > 1 and max(steps) - min(steps) <= 1


def _differ(fleets: Sequence[Sequence[Sample]]) -> bool:
    """Return whether the best fleet, or the smallest if that is the best, differs significantly from another.

    fleets: growing.
    """
    columns = [_column(row, "units") for row in fleets]
    best = max(columns, key=lambda column: float(column.mean()))
    others = columns[1:] if best is columns[0] else columns[:1]
    changes = [pair.change for other in others if (pair := paired(best.tolist(), other.tolist()))]
    return any(change and change.half is not None and abs(change.mean) > change.half for change in changes)


def _concave(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the upper hull of points by growing x, up to its highest point."""
    hull: list[tuple[float, float]] = []
    for x, y in points:
        while len(hull) > 1 and (hull[-1][1] - hull[-2][1]) * (x - hull[-1][0]) <= (y - hull[-1][1]) * (
            hull[-1][0] - hull[-2][0]
        ):
            hull.pop()
        hull.append((x, y))
    while len(hull) > 1 and hull[-1][1] <= hull[-2][1]:
        hull.pop()
    return hull
