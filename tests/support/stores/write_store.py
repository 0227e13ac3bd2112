"""Writes the store that later versions take over: the tiny floor, stopped in the midst of its work.

    python tests/support/stores/write_store.py tests/controller/takeover/format-3.db

A file of its own for each format; those of before stay as they are.
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from controller.build_site import build_site
from controller.link.sessions import Row, encode_row
from controller.persistence.checkpoint import snapshot_of
from controller.persistence.store import Store
from controller.persistence.store_copy import copy_store
from controller.run import Run
from controller.scenario.read import load_scenario
from controller.takeover.book import write_book
from controller.takeover.write import book_of
from robots.requests import requests

TINY = Path(__file__).parents[3] / "maps" / "tiny.toml"
TICKS = 150


def write(target: Path) -> None:
    scenario = load_scenario(TINY)
    run = Run(build_site(scenario))
    for _ in range(TICKS):
        run.step()
    site = run.site
    at = zip(site.robots.cell.tolist(), site.robots.heading.tolist(), site.robots.load.tolist(), strict=True)
    rows = [
        (robot, encode_row(Row(1, 0, 0, [(cell, 0)], heading, heading, load, 100.0, True, False, -1, load)))
        for robot, (cell, heading, load) in enumerate(at)
    ]
    answer = requests.encode(requests.Result("shop", "1", ok=True, text="1 order taken", data={"taken": 1}))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site.db"
        with Store(path, scenario) as store:
            store.write_tick(0, site.robots.reports, [], [("shop", "1", answer)], None, [])
            store.take_over(site.tick, snapshot_of(site, run.kpis), write_book(book_of(site)), rows)
        copy_store(path, target)
    with closing(sqlite3.connect(target)) as db, db:  # so that this very program takes it over, too
        db.execute("UPDATE meta SET value = 'an earlier program' WHERE name = 'code'")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
