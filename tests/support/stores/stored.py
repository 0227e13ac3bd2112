"""Content of a store, read from a copy: where each robot may be, and the run replayed and checked."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from controller.build_site import build_site
from controller.checking.orders import OrderLaws
from controller.checking.stock import StockLaws
from controller.link.sessions import decode_row
from controller.operations.requests import RequestHandler
from controller.persistence.checkpoint import replay
from controller.persistence.store import Store
from controller.run import Run
from controller.scenario.scenario import Scenario
from robots.recording.events import Alarm, Event, OrderReceived, OrderShipped
from robots.requests.requests import read_request


def copied(store: Path, to: Path) -> Path:
    """As a power cut would leave it: the file and its log."""
    for end in ("", "-wal"):
        if (found := Path(f"{store}{end}")).exists():
            shutil.copy(found, f"{to}{end}")
    return to


def held_cells(store: Path) -> dict[int, list[int]]:
    """Cells in which each robot may be, by the rows of a store that nobody has open; read from a copy."""
    copy = copied(store, store.with_name("look.db"))
    with closing(sqlite3.connect(copy)) as db:
        rows = db.execute("SELECT robot, way FROM ways").fetchall()
    for end in ("", "-wal", "-shm"):
        Path(f"{copy}{end}").unlink(missing_ok=True)
    ways = {robot: decode_row(way) for robot, way in rows}
    return {robot: [cell for cell, _ in way.cells[: way.granted_to - way.idx + 1]] for robot, way in ways.items()}


@dataclass
class History:
    """A run from its first tick on, as the store tells it. faults: found by the laws of stock and orders."""

    events: list[Event] = field(default_factory=list)
    faults: list[Alarm] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    summary: dict[str, object] = field(default_factory=dict)

    @property
    def received(self) -> dict[int, str]:
        return {event.order: event.name for event in self.events if isinstance(event, OrderReceived)}

    @property
    def shipped(self) -> list[int]:
        return [event.order for event in self.events if isinstance(event, OrderShipped)]


def history_of(store: Path, scenario: Scenario) -> History:
    """All ticks of a store without a snapshot, worked out again."""
    found = History()
    site = build_site(scenario)
    orders, stock, handler, run = OrderLaws(site), StockLaws(site.ledger), RequestHandler(site), Run(site)

    def step() -> None:
        frame, events = run.step()
        found.events += events
        found.counts = frame.counts
        found.faults += stock.look(frame.tick, events, orders.ordered)
        found.faults += orders.look(frame.tick, frame.counts, events)

    with Store(store, scenario) as opened:
        assert opened.newest_snapshot() is None
        replay(site, opened.tick_inputs(), lambda role, frame: handler.apply(read_request(frame), role), step)
    found.faults += [*stock.compare_all(site.tick), *orders.compare_all(site.tick)]
    found.summary = run.summary().as_dict()
    return found
