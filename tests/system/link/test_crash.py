"""The controller is killed at random moments, again and again; the robots survive, and nothing is lost or done twice.

kill -9 ends the program, not the machine: the effect of a power cut on the disk's own cache is not tested here.
"""

import itertools
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from controller.build_site import build_site
from controller.scenario.read import load_scenario
from robots.recording.events import Event, OrderCancelled, OrderReceived, OrderShipped, Picked, StockMoved
from robots.recording.live_stream import FrameSubscriber
from robots.requests.requests import Submit, WantedLine, WantedOrder
from tests.support.link.trace_checker import driven_m, find_collisions, find_jumps, read_traces
from tests.support.processes.commands import ROOT
from tests.support.processes.patience import wait_until
from tests.support.processes.served import DEMO, Program, ask, free_port
from tests.support.stores.stored import History, copied, held_cells, history_of

ROBOTS = 30
SPEED = 20
BATCH = 3
WIDTH = 50
WATCHED = (OrderReceived, OrderShipped, OrderCancelled, Picked, StockMoved)
SCENARIO = load_scenario(DEMO)


class Shop(threading.Thread):
    """An order system that submits one batch after the other, each until it is answered, and each twice."""

    def __init__(self, desk: str, skus: list[str]) -> None:
        super().__init__(name="shop")
        self.ended = threading.Event()
        self.submitted: list[str] = []
        self.failed: BaseException | None = None
        self._desk, self._skus = desk, skus

    def run(self) -> None:
        try:
            number = 0
            while not self.ended.wait(0.3):
                self._submit(number)
                number += 1
        except BaseException as error:
            self.failed = error

    def _submit(self, number: int) -> None:
        names = [f"shop-{number}-{order}" for order in range(BATCH)]
        orders = [WantedOrder(name, [WantedLine(self._skus[number], 2)]) for name in names]
        for attempt in itertools.count():
            request = Submit("shop", f"batch {number} {attempt}", orders)
            answer = ask(self._desk, request)
            assert answer == ask(self._desk, request)
            if "taken" in answer.data:  # otherwise the floor waits for its first tick
                break
            self.ended.wait(0.1)
        assert answer.data["taken"] == BATCH, answer
        self.submitted += names

    def end(self) -> None:
        """Stop after the answer to the present request."""
        self.ended.set()
        self.join()
        assert self.failed is None, self.failed


class Floor:
    """The floor of a test: its ports, its store, and everything observed from outside over all lives."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self.port = folder, folder / "site.db", free_port()
        self.seen: list[Event] = []
        self.counts: dict[str, int] = {}
        self.tick = -1
        self.lives = 0
        self.outages: list[Outage] = []
        self.traces = [folder / f"{part}.csv" for part in range(2)]

    def address(self, offset: int = 0) -> str:
        return f"tcp://127.0.0.1:{self.port + offset}"

    def crews(self) -> list[Program]:
        """Start the robots in two processes."""
        half = ROBOTS // 2
        words = ("robots", "--connect", self.address(), "--bodies", "unit")
        return [
            Program(self.folder / f"crew{part}.log", *words, "--ids", ids, "--trace", self.traces[part])
            for part, ids in enumerate((f"0-{half - 1}", f"{half}-{ROBOTS - 1}"))
        ]

    def serve(self, *more: object) -> Program:
        """Start a controller, and return when its sockets are bound."""
        self.lives += 1
        log = self.folder / f"serve{self.lives}.log"
        words = ("--bind", self.address(), "--store", self.store, "--speed", SPEED)
        serve = Program(log, "serve", DEMO, *words, *more)
        if self.outages:
            self.outages[-1].end = time.monotonic_ns()  # no robot could log in before
        serve.receive("viewers")
        return serve

    def watch(self, viewer: FrameSubscriber, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            frames, events = viewer.receive(20)
            self.seen += [event for event in events if isinstance(event, WATCHED)]
            if frames:
                self.counts, self.tick = frames[-1].counts, frames[-1].tick

    def watch_until_picked(self, viewer: FrameSubscriber, units: int) -> None:
        wait_until(lambda: self.counts.get("units_picked", 0) >= units, lambda: self.watch(viewer, 0.1))

    def kill(self, serve: Program) -> None:
        serve.kill()
        self.outages.append(Outage(time.monotonic_ns(), 1 << 62, held_cells(self.store)))


@dataclass
class Outage:
    """An outage from a kill to the next start, in monotonic ns, with the cells in which robots may be according to the
    store.
    """

    begin: int
    end: int
    held: dict[int, list[int]]


def live_through(floor: Floor, kills: int, most_s: float, seed: int) -> tuple[Shop, dict[str, Any]]:
    """Run the floor: kill it at random moments within most_s, let it run at last, then end it.

    Return the order system, and the summary at the end.
    """
    chance = random.Random(seed)
    shop = Shop(floor.address(1), build_site(SCENARIO).demand.catalogue.names)
    crews = floor.crews()
    try:
        with FrameSubscriber(floor.address(2)) as viewer:
            shop.start()
            for life in range(kills):
                with floor.serve("--wait", chance.choice((0, 10))) as serve:
                    if life == kills - 1:
                        shop.end()
                        floor.watch_until_picked(viewer, floor.counts["units_picked"] + 3)
                    else:
                        floor.watch(viewer, chance.uniform(2.5, 3.5) if life == 0 else chance.uniform(0.0, most_s))
                    floor.kill(serve)
        copied(floor.store, floor.folder / "killed.db")
        with floor.serve("--ticks", 20, "--json") as serve:
            assert serve.wait() == 0, serve.said
            (line,) = (line for line in serve.said.splitlines() if line.startswith("{"))
    finally:
        shop.ended.set()
        for crew in crews:
            crew.kill()
    return shop, json.loads(line)


@contextmanager
def flooded(floor: Floor) -> Iterator[None]:
    """Flood the floor's ports from strangers over all its lives."""
    hostile = ROOT / "benchmarks" / "_hostile.py"
    with ExitStack() as opened:
        for kind in ("orders", "seller", "viewer", "half_open"):
            words = [sys.executable, str(hostile), kind, str(floor.port), "-"]
            stranger = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)
            opened.callback(stranger.wait)
            opened.callback(stranger.kill)
        yield


def check(floor: Floor, kills: int, most_s: float, seed: int) -> History:
    shop, summary = live_through(floor, kills, most_s, seed)
    history = history_of(floor.folder / "killed.db", SCENARIO)
    check_orders(shop, history, summary)
    check_outside(floor, history)
    check_cells(floor)
    return history


def check_orders(shop: Shop, history: History, summary: dict[str, Any]) -> None:
    """Check that every order and unit is accounted for, by rules that share no code with the accounting."""
    assert history.faults == []
    assert len(shop.submitted) >= BATCH
    assert Counter(history.received.values()).items() >= dict.fromkeys(shop.submitted, 1).items()
    assert max(Counter(history.shipped).values(), default=1) == 1
    assert set(history.shipped) <= history.received.keys()
    for one in (history.summary, summary):
        assert one["orders_received"] == one["orders_shipped"] + one["orders_open"] + one["orders_cancelled"]
        assert one["stock_errors"] == one["order_errors"] == one["collisions"] == 0
    assert history.summary["orders_received"] == len(history.received)
    assert summary["ticks"] == history.summary["ticks"] + 20
    assert summary["units_picked"] >= history.summary["units_picked"]
    assert summary["orders_shipped"] >= len(history.shipped)


def check_outside(floor: Floor, history: History) -> None:
    """Check that everything reported outside is in the store, and was reported once."""
    told = Counter(map(msgspec.json.encode, floor.seen))
    remembered = Counter(msgspec.json.encode(event) for event in history.events if isinstance(event, WATCHED))
    assert len(told) > 50
    assert told <= remembered


def check_cells(floor: Floor) -> None:
    """Check that no robot was ever in the cell of another, nor after a kill in a cell that the store doesn't allow."""
    assert find_collisions(floor.traces) == []
    assert find_jumps(floor.traces, WIDTH) == []
    assert sum(driven_m(floor.traces).values()) > 100
    traces = read_traces(floor.traces)
    for outage in floor.outages:
        for robot, rows in traces.items():
            at_kill = [cells for ns, cells in rows if ns <= outage.begin][-1:]
            later = [cells for ns, cells in rows if outage.begin < ns <= outage.end]
            was_in = {cell for cells in (*at_kill, *later) for cell in cells}
            assert was_in <= set(outage.held.get(robot, ())), f"robot {robot}"


@pytest.mark.parametrize("seed", [1])
def test_killed_four_times_nothing_is_lost_or_done_twice(tmp_path: Path, seed: int) -> None:
    check(Floor(tmp_path), 4, 2.0, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_killed_twenty_times_nothing_is_lost_or_done_twice(tmp_path: Path, seed: int) -> None:
    assert check(Floor(tmp_path), 20, 6.0, seed).shipped


@pytest.mark.slow
def test_killed_ten_times_under_floods_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    """Meanwhile strangers request unknown things, hold connections, and subscribe to endless topics."""
    floor = Floor(tmp_path)
    with flooded(floor):
        check(floor, 10, 4.0, 4)
