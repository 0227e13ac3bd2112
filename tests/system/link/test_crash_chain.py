"""A served floor with a supply chain is killed and started again: goods on their way continue, nothing is lost or
invented.

The vans' departure at one o'clock falls between the kills. The content of the store is replayed afterwards from the
first tick, under the rules of the checker, which has its own accounting.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from controller.build_site import build_site
from controller.checking.chain import ChainLaws
from controller.checking.orders import OrderLaws
from controller.checking.stock import StockLaws
from controller.operations.requests import RequestHandler
from controller.persistence.checkpoint import replay
from controller.persistence.store import Store
from controller.routing.extra import pyvrp_there
from controller.run import Run
from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario
from robots.recording.events import Alarm, Event, OrderReceived
from robots.recording.live_stream import FrameSubscriber
from robots.recording.record import Record
from robots.recording.supply_chain_events import ParcelPacked, RoutePlanned
from robots.requests.requests import read_request
from tests.support.floor.tiny_site import chain_of
from tests.support.processes.served import ROOT, Program, free_port
from tests.support.stores.stored import copied

MAP = ROOT / "maps" / "order-to-door.toml"
NOON = {"run.start": "12:40", "run.tick_s": "4", "robots.count": "6", "orders.backlog": "40"}
KILLS = (150, 340, 600)
"""Ticks of the kills: before the departure at tick 300, with a plan and loading vans, with vans on the road."""


@dataclass
class History:
    events: list[Event] = field(default_factory=list)
    faults: list[Alarm] = field(default_factory=list)
    summary: dict[str, object] = field(default_factory=dict)


def history_of(store: Path, scenario: Scenario) -> History:
    """Replay all ticks of a store without a snapshot."""
    found, site = History(), build_site(scenario)
    orders, stock, chain = OrderLaws(site), StockLaws(site.ledger, chain=True), ChainLaws(chain_of(site))
    handler, run = RequestHandler(site), Run(site)

    def step() -> None:
        frame, events = run.step()
        found.events += events
        found.faults += stock.look(frame.tick, events, orders.ordered)
        found.faults += orders.look(frame.tick, frame.counts, events)
        found.faults += chain.look(frame.tick, events)

    with Store(store, scenario) as opened:
        assert opened.newest_snapshot() is None
        replay(site, opened.tick_inputs(), lambda role, frame: handler.apply(read_request(frame), role), step)
    for laws in (orders, stock, chain):
        found.faults += laws.compare_all(site.tick)
    found.summary = run.summary().as_dict()
    return found


@pytest.mark.slow
@pytest.mark.skipif(not pyvrp_there(), reason="the extra `routes` isn't installed")
def test_killed_three_times_around_a_departure_the_chain_goes_on(tmp_path: Path) -> None:
    port, store, record = free_port(), tmp_path / "site.db", tmp_path / "day.pfr"
    robots, viewers = f"tcp://127.0.0.1:{port}", f"tcp://127.0.0.1:{port + 2}"
    overlays = [word for key, value in NOON.items() for word in ("--set", f"{key}={value}")]
    words = ("serve", MAP, *overlays, "--bind", robots, "--store", store, "--speed", 100, "--record", record)
    seen: list[Event] = []
    with (
        Program(tmp_path / "crew.log", "robots", "--connect", robots, "--ids", "0-5"),
        FrameSubscriber(viewers) as view,
    ):
        for kill in KILLS:
            with Program(tmp_path / f"serve{kill}.log", *words) as serve:
                serve.receive("viewers")
                tick = -1
                while tick < kill:
                    frames, events = view.receive(50)
                    seen += events
                    tick = frames[-1].tick if frames else tick
                serve.kill()
        copied(store, tmp_path / "killed.db")
        with Program(tmp_path / "end.log", *words, "--ticks", 20, "--json") as serve:
            assert serve.wait() == 0, serve.said
            said = serve.said
    history = history_of(tmp_path / "killed.db", load_scenario(MAP, NOON))
    _check_history(history, seen)
    _check_end(said, history)
    _check_records(tmp_path, said)


def _check_history(history: History, seen: list[Event]) -> None:
    """Check that everything reported outside is in the store, once, and that the rules hold over all lives together."""
    assert history.faults == []
    told = Counter(msgspec.json.encode(event) for event in seen if not isinstance(event, Alarm))
    assert told <= Counter(map(msgspec.json.encode, history.events))
    for kind in (OrderReceived, ParcelPacked, RoutePlanned):
        assert any(isinstance(event, kind) for event in seen), kind


def _check_end(said: str, history: History) -> None:
    """Check that no order is lost, and that the accounts balance."""
    summary = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
    assert summary["ticks"] == history.summary["ticks"] + 20
    assert (
        summary["orders_received"]
        == sum(summary[f"orders_{state}"] for state in ("shipped", "open", "cancelled"))
        >= history.summary["orders_received"]
    )
    assert summary["chain"]["books_balance_cents"] == 0
    assert summary["stock_errors"] == summary["order_errors"] == summary["chain_errors"] == 0


def _check_records(folder: Path, said: str) -> None:
    """Check that each life has its own record, which says from when on it is."""
    records = {}
    for path in folder.glob("day*.pfr"):
        with Record(path) as record:
            records[path.name] = record.first_tick
    begun = sorted(records.values())
    assert records == {"day.pfr": 0, **{f"day-{tick}.pfr": tick for tick in begun[1:]}}
    assert len(begun) == len(KILLS) + 1
    assert f"day-{begun[-1]}.pfr: the record begins at tick {begun[-1]}; " in said
