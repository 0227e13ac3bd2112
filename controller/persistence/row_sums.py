"""Checksums of the robot rows in a store. SQLite doesn't notice a lost or changed row, and a lost grant would free cells in
which a robot stands.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import xor
from zlib import crc32

ROWS_LOST = "robots' grants", "rows are lost or changed"
"""Place and text of the error for a store whose checksums differ."""


def all_rows(db: sqlite3.Connection) -> list[tuple[int, bytes]]:
    """Return the robot rows of a store; damage may have turned a row into text."""
    return [(robot, way if isinstance(way, bytes) else b"") for robot, way in db.execute("SELECT robot, way FROM ways")]


def sums_of(rows: Iterable[tuple[int, bytes]]) -> dict[int, int]:
    """Return {robot: checksum of its row}."""
    return {robot: crc32(row, crc32(robot.to_bytes(8, "big", signed=True))) for robot, row in rows}


def keep_total(db: sqlite3.Connection, sums: Mapping[int, int]) -> None:
    db.execute("REPLACE INTO meta VALUES ('ways', ?)", (_total(sums),))


def add_up(db: sqlite3.Connection, sums: Mapping[int, int]) -> bool:
    """Tell whether the checksums match the stored total."""
    kept = db.execute("SELECT value FROM meta WHERE name = 'ways'").fetchone()
    return _total(sums) == (0 if kept is None else kept[0])


def _total(sums: Mapping[int, int]) -> int:
    return reduce(xor, sums.values(), 0)
