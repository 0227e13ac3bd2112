"""Looks through traces of true positions for any two robots in one cell at one time. Shares no code with what it checks."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path


@dataclass(frozen=True)
class Stay:
    """A robot in a cell from `begin` until before `end`, monotonic ns."""

    begin: int
    end: int
    robot: int
    cell: int


@dataclass(frozen=True)
class Collision:
    cell: int
    first: Stay
    second: Stay


@dataclass(frozen=True)
class Jump:
    """A robot that was in none of the cells in which it is next: no robot can do that."""

    ns: int
    robot: int
    before: tuple[int, ...]
    after: tuple[int, ...]


FOREVER = 1 << 62


def read_traces(paths: Iterable[Path]) -> dict[int, list[tuple[int, tuple[int, ...]]]]:
    """By robot its (ns, cells) in order of time, from the files of several processes.

    A last line torn off by a kill is left out.
    """
    lines: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for path in paths:
        text = path.read_text()
        for row in csv.reader(text[: text.rfind("\n") + 1].splitlines()):
            ns, robot, cell, other = row
            lines[int(robot)].append((int(ns), (int(cell), int(other)) if other else (int(cell),)))
    for rows in lines.values():
        rows.sort(key=lambda row: row[0])  # stable: lines of one moment stay as they were written
    return dict(lines)


def stays_of(robot: int, rows: list[tuple[int, tuple[int, ...]]]) -> list[Stay]:
    """Its stays, each as long as it was in that cell at a stretch. Where it was last it stays for ever."""
    stays: list[Stay] = []
    since: dict[int, int] = {}
    for ns, cells in rows:
        for cell in set(since) - set(cells):
            stays.append(Stay(since.pop(cell), ns, robot, cell))
        for cell in cells:
            since.setdefault(cell, ns)
    stays += [Stay(begin, FOREVER, robot, cell) for cell, begin in since.items()]
    return [stay for stay in stays if stay.begin < stay.end]


def find_collisions(paths: Iterable[Path]) -> list[Collision]:
    """Every pair of stays of two robots in one cell that overlap."""
    by_cell: dict[int, list[Stay]] = defaultdict(list)
    for robot, rows in read_traces(paths).items():
        for stay in stays_of(robot, rows):
            by_cell[stay.cell].append(stay)
    found = []
    for cell, stays in by_cell.items():
        there: list[Stay] = []
        for stay in sorted(stays, key=lambda stay: stay.begin):
            there = [other for other in there if other.end > stay.begin]
            found += [Collision(cell, other, stay) for other in there if other.robot != stay.robot]
            there.append(stay)
    return found


def find_jumps(paths: Iterable[Path], width: int) -> list[Jump]:
    """Return the robots whose next cells share none with those before, or are not side by side on a grid of `width`."""
    found = []
    for robot, rows in read_traces(paths).items():
        for (_, before), (ns, after) in pairwise(rows):
            apart = len(after) == 2 and not _side_by_side(after[0], after[1], width)
            if apart or not set(before) & set(after):
                found.append(Jump(ns, robot, before, after))
    return found


def driven_m(paths: Iterable[Path]) -> dict[int, int]:
    """Cells each robot has entered, so that a test knows that there was something to check."""
    return {robot: len(stays_of(robot, rows)) - 1 for robot, rows in read_traces(paths).items()}


def _side_by_side(cell: int, other: int, width: int) -> bool:
    (row, col), (other_row, other_col) = divmod(cell, width), divmod(other, width)
    return abs(row - other_row) + abs(col - other_col) == 1
