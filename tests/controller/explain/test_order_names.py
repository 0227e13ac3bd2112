"""Orders go by the names that their customers gave them, in all that a run says: the run's own numbers stay inside."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from controller.cli.shared.scenario_options import in_words
from controller.explain import explain
from controller.explain.parcels import track
from controller.explain.search import events_between
from controller.report import write_report
from controller.run import RunOptions, SimulatedRun
from robots.recording import events as ev
from robots.recording.record import Record
from tests.support.floor.tiny_site import TINY, tiny

TICKS = 400
NUMBERED = re.compile(r"\b(orders?|totes?|parcels?|quarantine) #?\d")
NAMES = [f"{colour}-{letter}" for colour in ("blue", "red", "green") for letter in "abcdefgh"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checked run of orders from a file, of which one is made wrong on purpose; its record and its report."""
    folder = tmp_path_factory.mktemp("names")
    rows = [f"{name},bolt-{number % 5},1,2024-03-01 09:00" for number, name in enumerate(NAMES)]
    (folder / "orders.csv").write_text("\n".join(["order_id,sku,quantity,timestamp", *rows]) + "\n", encoding="utf-8")
    scenario = tiny(
        TINY,
        run={"ticks": TICKS},
        robots={"count": 2},
        orders={"csv": str(folder / "orders.csv")},
        stations={"open_orders": 2},
    )
    with SimulatedRun(scenario, RunOptions(folder / "run.pfr", check=True)) as run:
        while not run.done:
            if run.site.tick == 30:
                next(iter(run.site.pick_stations[0].orders.values())).lines[0].units += 1
            run.step()
        summary = run.finish().as_dict()
        write_report(folder, run.kpis, summary, run.header, None)
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return folder


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from (key, *texts(below))
    elif isinstance(value, list):
        for below in value:
            yield from texts(below)


def test_no_event_says_an_orders_number(folder: Path) -> None:
    """No reason, alarm or other text has it, except places of the ledger, which are addresses and put in words
    elsewhere.
    """
    with Record(folder / "run.pfr") as record:
        told = list(events_between(record, 0, TICKS - 1))
    alarms = [event.text for event in told if isinstance(event, ev.Alarm) and event.kind == "order"]
    assert alarms
    assert all(any(name in text for name in NAMES) for text in alarms)
    assert any(isinstance(event, ev.OrderWaits) for event in told)
    said = [
        text for event in told if not isinstance(event, ev.StockMoved) for text in texts(msgspec.to_builtins(event))
    ]
    assert [text for text in said if NUMBERED.search(text)] == []


def test_no_export_says_an_orders_number(folder: Path) -> None:
    """The report, the summary, and the story of each order."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert {order["name"] for order in report["orders"]["slowest"]} <= set(NAMES)
    said = [*texts(report), *texts(summary), *map(in_words, summary.values())]
    with Record(folder / "run.pfr") as record:
        said += [line for name in NAMES[:3] for line in (*explain(record, order=name), *track(record, name))]
    assert [text for text in said if NUMBERED.search(text)] == []
