"""Store a served floor, and continue from the store: where it was, or where another version stopped it."""

import logging
import time
from pathlib import Path

import msgspec
import numpy as np

from controller.build_site import build_site
from controller.kpis import Kpis
from controller.link.link import Link
from controller.link.sessions import LinkParams, Row, decode_row, encode_row
from controller.operations.requests import LinkOrder, RequestHandler
from controller.persistence.checkpoint import replay, restore_site, snapshot_of
from controller.persistence.store import Row as Kept
from controller.persistence.store import Store
from controller.persistence.store_file import StoreFull
from controller.run import Run, RunOptions
from controller.scenario.scenario import Scenario
from controller.site.site import Site
from controller.takeover.book import BookRobot, read_book, write_book
from controller.takeover.restore import site_of
from controller.takeover.write import book_of
from controller.warehouse.order_events import OrderEventLog
from layout.errors import InputError
from layout.grid import CellKind
from robots.link.messages import Refused
from robots.recording.frames import NO_LOAD, TOTES
from robots.requests import requests

_log = logging.getLogger(__name__)


def open_store(path: Path, scenario: Scenario) -> Store:
    """Open a store. InputError if it can't be used, or its disk is full."""
    try:
        return Store(path, scenario)
    except StoreFull as error:
        raise _no_room(path, error) from error


def recover(store: Store | None, scenario: Scenario) -> tuple[Site, Kpis | None]:
    """Return the site as it was when the store was last written, or a new one."""
    if store is not None and store.other and store.next_tick:
        _take_over(store, scenario)
    kpis: Kpis | None = None
    snapshot = store.newest_snapshot() if store is not None else None
    if snapshot is not None:
        site, kpis = restore_site(snapshot[1], scenario)
    else:
        site = build_site(scenario)
        site.order_log = OrderEventLog()
    if store is None:
        return site, kpis
    run = Run(site, RunOptions(), kpis)
    handler = RequestHandler(site)
    ticks = replay(site, store.tick_inputs(), lambda role, frame: _apply_again(handler, role, frame), run.step)
    if store.new:
        _log.info("%s: new store, started at tick %d", store.path, site.tick)
    elif ticks or snapshot:
        _log.info("%s: continues at tick %d, %d ticks replayed", store.path, site.tick, ticks)
    return site, run.kpis


def keep(store: Store, run: Run) -> None:
    """Store a snapshot and a book, between two ticks. If the disk is full, the ticks stay and a restart takes longer."""
    site = run.site
    try:
        store.snapshot(site.tick, snapshot_of(site, run.kpis), write_book(book_of(site)))
    except StoreFull as error:
        _log.error("no snapshot could be stored at tick %d: %s", site.tick, error)


def record_to(path: Path | None, first_tick: int) -> Path | None:
    """Return where to write the record: a floor that continues leaves the one of before as it is, and has one of its own."""
    if path is None or not first_tick:
        return path
    path = path.with_stem(f"{path.stem}-{first_tick}")
    _log.info("%s: the record begins at tick %d; earlier ticks are in the previous record", path, first_tick)
    return path


def link_of(site: Site, store: Store | None, params: LinkParams) -> Link:
    """Return the link to the robots of a site, with what the store has kept of them and who is paused."""
    rows = store.rows() if store is not None else []
    passable = np.asarray(site.grid.kind != CellKind.WALL)
    link = Link(site.robots.reports, site.grid.width, passable, _term(store), params, rows)
    for robot in site.operator_state.paused:
        link.pause(robot)
    if site.operator_state.floor_paused:
        link.pause(None)
    return link


def _term(store: Store | None) -> int:
    """Return the term. Without a store earlier terms are unknown; the machine's uptime in ms exceeds all of them.

    Session numbers start again with each term, so a repeated term could give a robot another one's position.
    """
    return store.term if store is not None else 1 + time.monotonic_ns() // 1_000_000


def _take_over(store: Store, scenario: Scenario) -> None:
    """Take over a floor that another version stopped: from its snapshot if that can be read, else from its book; the store
    becomes this version's.
    """
    other, snapshot = store.other, store.newest_snapshot()
    assert snapshot is not None  # else the store would not have been opened
    try:
        site, kpis = restore_site(snapshot[1], scenario)
        rows: list[Kept] = []
        how = "as it was"
    except InputError as error:
        site, rows = _from_book(store, scenario)
        kpis = Run(site).kpis
        how = f"from its book; its snapshot {error.problems[0].what}"
    try:
        store.take_over(site.tick, snapshot_of(site, kpis), write_book(book_of(site)), rows)
    except StoreFull as error:
        raise _no_room(store.path, error) from error
    _log.info("%s: the floor of %s was taken over at tick %d, %s", store.path, other, site.tick, how)


def _from_book(store: Store, scenario: Scenario) -> tuple[Site, list[Kept]]:
    """Return the site of the store's book, and the rows of its robots, which all must log in again."""
    found = store.newest_book()
    assert found is not None  # else the store would not have been opened
    book = read_book(found[1])
    site = site_of(book, scenario)
    site.order_log = OrderEventLog()
    return site, [(robot, _anew(decode_row(row), book.robots[robot])) for robot, row in store.rows()]


def _anew(row: Row, told: BookRobot) -> bytes:
    """Return the row of a robot that may log in anywhere. It may meanwhile have done its last lift or set-down order."""
    load_to = {"lift": told.pod if told.pod >= 0 else TOTES, "set_down": NO_LOAD}.get(told.doing, told.load)
    return encode_row(msgspec.structs.replace(row, known=False, claim=-1, load=told.load, load_to=load_to))


def _no_room(path: Path, error: StoreFull) -> InputError:
    return InputError.single(str(path), "", f"can't be stored: {error}", "a disk with free space")


def _apply_again(handler: RequestHandler, role: str, frame: bytes) -> list[LinkOrder]:
    """Apply a stored request again; it was readable once, so it must be readable now."""
    try:
        return handler.apply(requests.read_request(frame), role)[1]
    except Refused as error:
        raise InputError.single(
            "the store", "a request", f"can't be read: {error}", "the podfleet that wrote it"
        ) from error
