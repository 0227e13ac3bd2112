"""Moves as CSV, in order: one line a move.

    step,group,kind,sku,units,pod,from,to,parked,visits_saved,travel_saved
    1,1,sku,bolt,12,,3.4,7.0,,0.52,31.4
    2,2,pod,,,5,"4,7","9,2",,0.00,12.0

A bin is pod.bin, a place row,col, the dock is empty. Savings are a day's pod visits and metres; empty if unknown.
"""

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from layout.escaping import cell, from_cell
from layout.files.tables import suggestion
from layout.slotting.moves.stowage import Move, Spot
from layout.tabular.lines import LineReader, writing_csv

HEAD = ("step", "group", "kind", "sku", "units", "pod", "from", "to", "parked", "visits_saved", "travel_saved")
_KINDS: Mapping[str, Literal["sku", "pod", "bring", "take"]] = {
    "sku": "sku",
    "pod": "pod",
    "bring": "bring",
    "take": "take",
}
_NUMBER = re.compile(r"\d{1,9}")


def write_moves(path: Path, moves: Iterable[Move], cell_m: float = 1.0) -> None:
    """Write the moves. cell_m: metres of a cell, for the travel saved. Raises InputError if the file cannot be written."""
    with writing_csv([path]) as [out]:
        out.writerow(HEAD)
        out.writerows(_row(step, move, cell_m) for step, move in enumerate(moves, 1))


def _row(step: int, move: Move, cell_m: float) -> tuple[object, ...]:
    pod = move.pod if move.kind == "pod" else ""
    metres = None if move.travel is None else cell_m * move.travel
    saved = ("" if value is None else f"{value:.6g}" for value in (move.visits, metres))
    spots = (spot_text(move.source), spot_text(move.target))
    return (
        step,
        move.group,
        move.kind,
        cell(move.sku),
        move.units or "",
        pod,
        *spots,
        "yes" if move.parked else "",
        *saved,
    )


def spot_text(spot: Spot | None) -> str:
    if spot is None:
        return ""
    return f"{spot.one}.{spot.two}" if spot.kind == "bin" else f"{spot.one},{spot.two}"


def read_moves(path: Path, cell_m: float = 1.0) -> list[Move]:
    """Return the moves of a file in order. cell_m: metres of a cell. Raises InputError with every faulty line."""
    reader = LineReader(path, dict.fromkeys(HEAD, ()), HEAD)
    moves: list[Move] = []
    for line, cells in reader.lines():
        try:
            moves.append(_move(cells, cell_m))
        except _BadLine as fault:
            reader.fault(line, *fault.args)
    reader.check()
    return moves


class _BadLine(Exception):
    """A faulty line: (fault, remedy)."""


def _move(row: Mapping[str, str], cell_m: float) -> Move:
    kind = _KINDS.get(row["kind"])
    if kind is None:
        raise _BadLine(f"kind {row['kind']!r} is not a kind of move", suggestion(row["kind"], _KINDS))
    spot: Literal["bin", "place"] = "place" if kind == "pod" else "bin"
    source, target = _spot(row["from"], spot), _spot(row["to"], spot)
    if (source is None) != (kind == "bring") or (target is None) != (kind == "take"):
        what = f"goes from {row['from'] or 'the dock'} to {row['to'] or 'the dock'}"
        raise _BadLine(what, "only bring comes from the dock, and only take goes there")
    units = 0 if kind == "pod" else _whole(row, "units", 1)
    pod = _whole(row, "pod", 0) if kind == "pod" else -1
    if kind != "pod" and not row["sku"]:
        raise _BadLine("has no sku", "name what is moved")
    sku = "" if kind == "pod" else from_cell(row["sku"])
    group = _whole(row, "group", 0) if row["group"] else 0
    visits, metres = _saved(row, "visits_saved"), _saved(row, "travel_saved")
    travel = None if metres is None else metres / cell_m
    return Move(kind, source, target, sku, units, pod, row["parked"] == "yes", group, visits, travel)


def _spot(text: str, kind: Literal["bin", "place"]) -> Spot | None:
    if not text:
        return None
    parts = re.split(r"\s*[.]\s*" if kind == "bin" else r"\s*,\s*", text)
    if len(parts) != 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise _BadLine(f"{text!r} is no {kind}", "a bin is pod.bin, a place row,col")
    return Spot(kind, int(parts[0]), int(parts[1]))


def _whole(row: Mapping[str, str], name: str, least: int) -> int:
    if not _NUMBER.fullmatch(row[name]) or int(row[name]) < least:
        raise _BadLine(f"{name} {row[name]!r} can't be used", f"write a whole number, {least} or more")
    return int(row[name])


def _saved(row: Mapping[str, str], name: str) -> float | None:
    if not row[name]:
        return None
    try:
        value = float(row[name])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _BadLine(f"{name} {row[name]!r} is not a number", "leave it empty if it isn't known")
    return value
