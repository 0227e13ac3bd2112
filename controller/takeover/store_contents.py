"""Contents of a store, read without computing ticks: for checks of a copy, and for exports, older formats included."""

import sqlite3
import zlib
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from controller.persistence.row_sums import ROWS_LOST, add_up, all_rows, sums_of
from controller.persistence.snapshot import graph
from controller.persistence.snapshot.page import BadGraph
from controller.persistence.store_file import FIRST_TAKEN_OVER, FORMAT, damaged, read_meta
from controller.persistence.store_origin import code_digest
from controller.takeover.book import Book, read_book
from layout.errors import InputError
from robots.link.messages import Refused
from robots.requests import requests

_decode = msgspec.msgpack.Decoder().decode


def look(copy: Path, path: Path) -> dict[str, object]:
    """Return the description of a complete copy of the store at `path`: format, version, ticks and the book's counts.
    `fault`: why it can't be continued, "" if it can.

    InputError if it is damaged: a tick or a robot's grant is missing, or the book can't be read.
    """
    with closing(sqlite3.connect(copy)) as db:
        meta = read_meta(db, path)
        old = int(meta["format"]) < FIRST_TAKEN_OVER
        snapshot, count, last = _ticks(db, path)
        book = None if old else _book(db)
        other_form = "" if old else _other_form(db)
        answers = int(db.execute("SELECT count(*) FROM results").fetchone()[0])
        if not old and not add_up(db, sums_of(all_rows(db))):
            raise damaged(path, *ROWS_LOST)
    figures = {
        **{name: meta[name] for name in ("format", "version", "title", "term")},
        "same_program": meta.get("code") == code_digest(),
        "snapshot_tick": snapshot,
        "ticks": count,
        "next_tick": last + 1 if count else max(snapshot, 0),
        "answers": answers,
        "book": None if book is None else _counts(book),
    }
    return {**figures, "fault": _fault(figures, book, other_form)}


def _fault(figures: Mapping[str, Any], book: Book | None, other_form: str) -> str:
    if int(figures["format"]) > FORMAT:
        return "it was made by a newer podfleet"
    if int(figures["format"]) < FIRST_TAKEN_OVER:
        return "it was made before stores could be taken over by later versions; store export writes its contents"
    if figures["same_program"] or not figures["next_tick"]:
        return ""
    if book is None or book.tick != figures["next_tick"]:
        return "another podfleet wrote it and did not stop the floor: start it once more with that version, and stop it"
    if not (other_form and book.beyond):
        return ""
    return f"this podfleet can't take it over: it has {'; and '.join(book.beyond)}; and its snapshot: {other_form}"


def _other_form(db: sqlite3.Connection) -> str:
    """Return why this podfleet can't read the snapshot, "" if it can."""
    row = db.execute("SELECT run FROM snapshots").fetchone()
    try:
        graph.check(b"" if row is None else bytes(row[0]))
    except BadGraph as error:
        return str(error)
    return ""


def _ticks(db: sqlite3.Connection, path: Path) -> tuple[int, int, int]:
    """Return (tick of the snapshot, -1 for none; number of stored ticks; the last one)."""
    snapshot = db.execute("SELECT max(tick) FROM snapshots").fetchone()[0]
    snapshot = -1 if snapshot is None else int(snapshot)
    count, first, last = db.execute("SELECT count(*), min(tick), max(tick) FROM ticks").fetchone()
    if not count:
        return snapshot, 0, -1
    if first != max(snapshot, 0) or last - first + 1 != count:
        raise damaged(path, f"ticks {first} to {last}", f"{count} are there, since tick {max(snapshot, 0)}")
    return snapshot, count, last


def _book(db: sqlite3.Connection) -> Book | None:
    row = db.execute("SELECT book FROM books").fetchone()
    return None if row is None else read_book(bytes(row[0]))


def _counts(book: Book) -> dict[str, object]:
    return {
        "tick": book.tick,
        "orders_open": len(book.orders),
        "orders_by_state": dict(Counter(order.state for order in book.orders)),
        **{f"orders_{name}": book.counts.get(name, 0) for name in ("received", "shipped", "cancelled")},
        "units_in_pods": sum(book.bins[3]),
        "units_elsewhere": sum(one.units for one in book.holdings if one.kind != "supplier"),
        "robots": len(book.robots),
        "robots_dead": sum(robot.dead for robot in book.robots),
        "beyond": book.beyond,
    }


def export(copy: Path, path: Path) -> dict[str, object]:
    """Return the contents of a copy of the store at `path` except the snapshot: requests and answers, the robots' grants, and
    the book.
    """
    with closing(sqlite3.connect(copy)) as db:
        meta = read_meta(db, path)
        readable, unread = _requests(db)
        book = _book(db) if int(meta["format"]) >= FIRST_TAKEN_OVER else None
        answers = [_answer(*row) for row in db.execute("SELECT client, msg, result FROM results ORDER BY client, msg")]
        grants = [_grant(*row) for row in db.execute("SELECT robot, way FROM ways ORDER BY robot")]
    return {
        "store": meta,
        "book": None if book is None else msgspec.to_builtins(book),
        "requests": readable,
        "requests_unread": unread,
        "answers": answers,
        "grants": grants,
    }


def _requests(db: sqlite3.Connection) -> tuple[list[dict[str, object]], int]:
    """Return the requests since the snapshot, in order, and the number of unreadable ones."""
    found: list[dict[str, object]] = []
    unread = 0
    for tick, inputs in db.execute("SELECT tick, inbox FROM ticks ORDER BY tick"):
        try:
            asked = _decode(zlib.decompress(inputs))[2]
        except (zlib.error, msgspec.MsgspecError, TypeError, LookupError) as error:
            raise InputError.single("the store", f"tick {tick}", f"damaged: {error}", "a backup of it") from error
        for role, frame in asked:
            try:
                found.append({"tick": tick, "role": role, "request": msgspec.to_builtins(requests.read_request(frame))})
            except Refused:
                unread += 1
    return found, unread


def _answer(client: str, msg: str, result: bytes) -> dict[str, object]:
    """Return an answer as it was written, by whatever version."""
    try:
        said = _decode(result)
    except msgspec.MsgspecError:
        said = None
    return {"client": client, "msg": msg, "answer": said}


def _grant(robot: int, row: bytes) -> dict[str, object]:
    """Return the cells in which a robot may be, from its stored row."""
    plan, idx, granted_to, cells, heading, _face, load, battery, *_ = _decode(row)
    held = [cell for cell, _ in cells[: granted_to - idx + 1]]
    return {"robot": robot, "plan": plan, "cells": held, "heading": heading, "load": load, "battery_wh": battery}
