"""Writes a store whose ticks have content known by their numbers; main() writes until it is killed."""

import sys
import threading
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np

from controller.persistence.store import Row, Store
from controller.persistence.store_file import StoreFull
from controller.scenario.read import load_scenario
from robots.units.fleet import Reports

TINY = Path(__file__).parents[3] / "maps" / "tiny.toml"
ROBOTS = 5
SNAPSHOT_EVERY = 25
KINDS = {name: np.dtype(get_args(get_args(hint)[1])[0]) for name, hint in get_type_hints(Reports).items()}
"""Columns of Reports."""


def reports_of(tick: int, robots: int = ROBOTS) -> Reports:
    chance = np.random.default_rng(tick)
    return Reports(**{name: (100 * chance.random(robots)).astype(kind) for name, kind in KINDS.items()})


def snapshot_of(tick: int) -> bytes:
    return np.random.default_rng(tick).bytes(20_000)


GRANTS, WITH_TICK = (0, 1), 2
"""Numbers of the transactions with rows: two before a tick, and the tick's own."""


def rows_of(tick: int, number: int) -> list[Row]:
    """The rows of one transaction: the first is of all robots, each later one of one robot less."""
    return [(robot, f"way {tick} {number} {robot} ".encode() * 9) for robot in range(number, ROBOTS)]


def rows_before(tick: int, number: int) -> list[Row]:
    """Return the last state of each robot in the store before transaction `number` of tick `tick`."""
    kept: dict[int, bytes] = {}
    for earlier in (*GRANTS, WITH_TICK) if tick else ():
        kept |= dict(rows_of(tick - 1, earlier))
    for earlier in range(number):
        kept |= dict(rows_of(tick, earlier))
    return sorted(kept.items())


def write(store: Store, tick: int) -> None:
    """All that belongs to a tick. Its request comes again in the next one, and would be answered otherwise then."""
    requests = [("orders", f"request {tick}".encode()), ("operator", b"\x00\xff")]
    results = [("shop", f"{tick - again}", f"answer {tick}".encode()) for again in (0, 1)]
    actions = np.full(ROBOTS, tick % 4, np.int8)
    store.write_tick(tick, reports_of(tick), requests, results, actions, rows_of(tick, WITH_TICK))


def write_on(store: Store) -> None:
    """Writes for ever, telling each commit as soon as it is done."""
    while True:
        tick = store.next_tick
        if tick % SNAPSHOT_EVERY == 0:
            store.snapshot(tick, snapshot_of(tick), b"")
            print("snapshot", tick, flush=True)
        for number in GRANTS:
            store.write_rows(rows_of(tick, number))
            print("rows", tick, number, flush=True)
        write(store, tick)
        print("tick", tick, flush=True)


def write_until_full(store: Store, bytes_: int) -> None:
    """No file of this process may grow beyond so many bytes until one couldn't; then they may again."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, most))
    try:
        while True:
            write(store, store.next_tick)
    except StoreFull:
        print("full", store.next_tick, flush=True)
    try:
        store.write_rows([(robot, b"x" * 100_000) for robot in range(ROBOTS)])
    except StoreFull:
        print("still full", flush=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    write(store, store.next_tick)
    print("tick", store.next_tick - 1, flush=True)


def main() -> None:
    """Write, fill or hold the store that the first word names, until killed."""
    with Store(Path(sys.argv[1]), load_scenario(TINY)) as opened:
        print("open", opened.term, flush=True)
        match sys.argv[2:]:
            case ["write"]:
                write_on(opened)
            case ["fill", size]:
                write_until_full(opened, int(size))
            case ["hold"]:
                threading.Event().wait()
