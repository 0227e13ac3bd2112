"""Variants of a generated floor: the values to try, and the parameters that an existing floor was generated from."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TypeVar, get_args

import numpy as np
from msgspec import convert, structs

from layout.drawing.blueprint import RINGS, SIDES
from layout.drawing.generate import Aisles, GeneratorParams, generate
from layout.errors import InputError, Problem
from layout.files.tables import read_table, suggestion
from layout.floor import Floor, StationKind
from layout.grid import CellKind

_Level = TypeVar("_Level")
Value = int | str | tuple[str, ...]
"""Value of a parameter: a number, the kind of aisles, or the sides."""
Values = dict[str, Value]
"""Parameters of the generator by name that distinguish a variant."""
_INSTEAD = {"block_rows": "height", "height": "block_rows", "blocks": "width", "width": "blocks"}
"""A size and a count that cannot be given together."""


def read_sweep(words: Sequence[str]) -> dict[str, tuple[Value, ...]]:
    """Parse values by parameter from words such as block_length=6,8,12 and sides=south,south+north. Raises InputError
    with every fault.
    """
    sweep: dict[str, tuple[Value, ...]] = {}
    problems: list[Problem] = []
    for word in " ".join(words).split():
        key, equals, text = word.partition("=")
        where = f"--sweep {word}"
        if not equals or not text:
            problems.append(Problem(where, "", "has no values", "write key=value,value"))
        elif key not in GeneratorParams.__struct_fields__:
            known = GeneratorParams.__struct_fields__
            way_out = "use --robots" if key == "robots" else suggestion(key, known)
            problems.append(Problem(where, "", f"{key} is no parameter of the generator", way_out))
        elif key in sweep:
            problems.append(Problem(where, "", f"{key} is swept already", "name all its values at once"))
        else:
            sweep[key] = tuple(_value(key, part, where, problems) for part in text.split(","))
            if len(set(sweep[key])) < len(sweep[key]):
                problems.append(Problem(where, "", "names a value twice"))
    if problems:
        raise InputError(problems)
    return sweep


def combinations(sweep: Mapping[str, Sequence[_Level]]) -> list[dict[str, _Level]]:
    """Return every combination of the values, the last parameter changing fastest; one empty combination for an empty
    sweep.
    """
    return [dict(zip(sweep, values, strict=True)) for values in product(*sweep.values())]


def with_values(base: GeneratorParams, values: Values) -> GeneratorParams:
    """Return the parameters with some replaced. A given size replaces a count, and a count replaces a size."""
    replaced = {alternative: 0 for key in values if (alternative := _INSTEAD.get(key)) and alternative not in values}
    return structs.replace(base, **replaced, **values)


def in_words(values: Values) -> str:
    """Return the values as written in a sweep: "block_length=8 sides=north+south"."""
    return " ".join(f"{key}={'+'.join(value) if isinstance(value, tuple) else value}" for key, value in values.items())


def params_of(floor: Floor) -> GeneratorParams | None:
    """Return the parameters that generate this floor, ignoring name and [[station]] tables; None if it was drawn by
    hand.
    """
    for params in _candidates(floor):
        try:
            made = generate(params)
        except InputError:
            continue
        equal = np.array_equal(made.grid.kind, floor.grid.kind) and np.array_equal(made.grid.lane, floor.grid.lane)
        if equal and [station.places for station in made.stations] == [station.places for station in floor.stations]:
            return params
    return None


def _value(key: str, text: str, where: str, problems: list[Problem]) -> Value:
    if key == "sides":
        value: Value = tuple(text.split("+"))
    elif key == "aisles":
        value = text
    else:
        try:
            value = int(text)
        except ValueError:
            problems.append(Problem(where, "", f"{text!r} is not a whole number"))
            return text
    faults: list[Problem] = []
    read_table(GeneratorParams, {key: value}, where, "", faults)
    problems += [Problem(where, "", fault.what, fault.instead) for fault in faults]
    return value


def _candidates(floor: Floor) -> Iterator[GeneratorParams]:
    """Yield parameters that the floor may have been generated from, by the extent of its storage and the strips around
    it.
    """
    grid = floor.grid
    kind = grid.kind.reshape(grid.height, grid.width)
    shelf = (kind == CellKind.STORAGE) | (kind == CellKind.CHARGER)
    rows, cols = np.flatnonzero(shelf.any(axis=1)), np.flatnonzero(shelf.any(axis=0))
    if not len(rows):
        return
    margins = rows[0], cols[0], grid.height - 1 - rows[-1], grid.width - 1 - cols[-1]
    strips = {side: int(margin) - RINGS - 1 for side, margin in zip(SIDES, margins, strict=True)}
    edges = np.flatnonzero(np.diff(shelf[rows[0]], prepend=False, append=False))
    lengths = (edges[1::2] - edges[::2]).tolist()
    common: Values = {
        "block_length": max(lengths),
        "queue": max(2, *strips.values()),
        "sides": tuple(side for side, strip in strips.items() if strip > 0),
        "chargers": len(floor.chargers),
        **{kind.value: len(floor.of_kind(kind)) for kind in StationKind},
    }
    counts: Values = {"block_rows": (int(rows[-1]) - int(rows[0]) + 2) // 3, "blocks": len(lengths)}
    for extent in (counts, {"height": grid.height, "width": grid.width}):
        for aisles in get_args(Aisles):
            yield convert({"aisles": aisles, **common, **extent}, GeneratorParams)
