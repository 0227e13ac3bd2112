"""Targets of fuzzing: every reader of files and every decoder of messages, each with valid inputs to change.

A target reads a folder of files, one of which has been changed, and returns their meaning. Decoders read a file with
one message.
"""

import gzip
import io
import json
import lzma
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np

from controller.build_site import build_site
from controller.cli.app import main as podfleet
from controller.cli.files.layout import summary
from controller.demand.order_rows import read_order_rows
from controller.demand.order_submission import read_submission
from controller.kpis import recompute
from controller.lorr.planner import PlannerParams
from controller.lorr.tuning.guide_file import read_guide
from controller.persistence.checkpoint import restore_site, snapshot_of
from controller.persistence.store import Store
from controller.persistence.store_file import StoreFull
from controller.persistence.tick_log import BadTickInputs, TickInputs, read_tick_inputs, write_tick_inputs
from controller.report import read_baseline
from controller.report.document import report_of
from controller.report.figures import figures
from controller.report.page import page
from controller.scenario.read import load_scenario
from controller.scenario.scenario import OrderSettings, Scenario
from controller.slotting.items import read_items as read_slotting_items
from controller.supply_chain.items_csv import read_items
from controller.supply_chain.purchasing.suppliers_csv import read_suppliers
from controller.supply_chain.receiving.asn_csv import _read as read_receipts
from controller.supply_chain.returns.returns_csv import read_returns
from controller.takeover.book import read_book, write_book
from controller.takeover.restore import site_of
from controller.takeover.write import book_of
from controller.warehouse.stock import Catalogue
from layout.checks import find_faults
from layout.errors import InputError
from layout.formats.floor_file import FloorFile
from layout.formats.lorr import read_problem
from layout.formats.read_floor import read_floor
from layout.formats.toml_format import equal_floors
from layout.slotting.moves.move_file import read_moves
from layout.slotting.plan_file import read_plan
from layout.tabular.form import PLAIN
from robots.link import messages
from robots.link.keys import Registry, read_key
from robots.recording import live_stream, view_commands
from robots.recording.events import OrderReceived, TaskDone, decode_events, encode_events
from robots.recording.frames import decode_frame, encode_frame
from robots.recording.record import Record, sensible
from robots.requests import requests
from robots.units.fleet import Reports
from robots.wording.event_words import floor_of
from tests.fuzz.target import Read, Target, file_target, message_targets
from tests.support.floor.small_run import SHELL, TICKS, small_frame, small_header, small_kpis, write_small_record
from tests.support.mutations import deflated, mutated, mutated_record, mutated_structure, signed
from tests.support.stores.store_writer import KINDS, write
from tests.support.supply_chain.small_chain import write_chain_record
from visualizer.__main__ import main as view

ROOT = Path(__file__).parents[2]

_DRAWN = ("orders_by_hour", "stations", "times", "robot_time", "queues", "battery", "promises", "waiting", "costs")
_NO_PLOTS = dict.fromkeys(_DRAWN, "")
"""Option for runs without plots: drawing takes a second."""


def _floor(path: Path) -> Any:
    floor = read_floor(path)
    return [*summary(floor), *map(str, find_faults(floor, "")), floor.grid, floor.stations]


def _edited(path: Path) -> Any:
    file = FloorFile.open(path)
    draft = file.draft()
    assert equal_floors(read_floor(path), read_floor(path)) or file.text_of(draft)
    return [file.glyphs, file.notes]


def _record(path: Path) -> Any:
    with Record(path) as record:
        parts = [(chunk.events, [frame.robots for frame in chunk.frames()]) for chunk in record.chunks()]
        list(record.parts(record.first_tick))
        return {"lost": record.lost, "summary": record.summary, "header": record.header, "parts": parts}


def _report(path: Path) -> Any:
    with Record(path) as record, sensible(path):
        kpis = recompute(record, floor_of(record.header))
        told = figures(kpis, {**(record.summary or {}), **kpis.summary().as_dict()}, kpis.header, None)
        return [told["summary"], page(report_of(told), _NO_PLOTS, "")]


def _compared(path: Path) -> Any:
    told = figures(small_kpis(), dict(SHELL), small_header(), read_baseline(path))
    return [told, page(report_of(told), _NO_PLOTS, "")]


def _commanded(main: Callable[[], object], words: Sequence[str]) -> list[str]:
    """Return the output of a command as its user gets it. InputError for exit status 2, AssertionError for any other
    than 0 and 1.
    """
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["podfleet", *words]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = main()
    except SystemExit as ended:
        status = ended.code
    finally:
        sys.argv = before
    if status == 2:
        raise InputError.single("podfleet", "", err.getvalue()[-500:])
    assert status in (None, 0, 1), f"exit {status}"
    return out.getvalue().splitlines()


def _command(*words: str) -> Read:
    """Return a target for a command on a file, which stands for FILE."""
    return lambda path: _commanded(podfleet, [str(path) if word == "FILE" else word for word in words])


def _books(path: Path) -> Any:
    with TemporaryDirectory() as folder:
        _commanded(podfleet, ["books", str(path), "--out", folder])
        return {file.name: file.read_text(encoding="utf-8").splitlines() for file in sorted(Path(folder).iterdir())}


def _picture(path: Path) -> Any:
    with TemporaryDirectory() as folder:
        words = [str(path), "--headless", "--at", "20", "--size", "640x400", "--out", f"{folder}/floor.png"]
        _commanded(lambda: view(words), [])
        return (Path(folder) / "floor.png").read_bytes()


def _key(path: Path) -> Any:
    path.chmod(0o600)
    return read_key(path)


def _registry(path: Path) -> Any:
    path.chmod(0o600)
    registry = Registry(path)
    return [registry.server, registry.entries]


_PUBLIC, _SERVER = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
_SECRET = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
"""The secret key of the pair in the specification of CURVE, https://rfc.zeromq.org/spec/26/; its public key is _PUBLIC."""
_KEY = f'[key]\nname = "robot-7"\nrole = "robot"\npublic = "{_PUBLIC}"\nsecret = "{_SECRET}"\nserver = "{_SERVER}"\n'
_GENERATED = (
    b'[floor]\nname = "fc"\n[floor.generate]\nblock_rows = 3\nblocks = 2\nblock_length = 5\nqueue = 3\n'
    b'sides = ["north", "east"]\npick = 3\nstow = 1\npack = 1\nchargers = 3\n'
)
_MAP = b"type octile\nheight 3\nwidth 4\nmap\n.E..\n.@@S\n....\n"
_ORDERS = (
    b"order_id,sku,quantity,timestamp\nA1,bolt,2,2024-03-01 09:15\nA1,nut,1,2024-03-01 09:15\n"
    b"A2,nut,3,2024-03-02 09:15:30\n"
)
_EXPORT = "Bestellnummer;Artikel;Menge;Datum\n4711;Mutter;1,0;03.04.2024 08:15\n4712;Bolzen;2;03.04.2024\n".encode(
    "cp1252"
)
_PROBLEM = {
    "a.json": json.dumps(
        {"mapFile": "a.map", "agentFile": "a.agents", "teamSize": 2, "taskFile": "a.tasks", "numTasksReveal": 1.5}
    ).encode(),
    "a.map": _MAP,
    "a.agents": b"# version\n2\n0\n11\n",
    "a.tasks": b"3\n3,8\n7\n0,11\n",
}
_PLAN = (
    b'kind,sku,pod,bin,quantity,place,days\nsku,A,0,0,3,,\nsku,"B ""1""",1,0,2,,\npod,,0,,,"1,2",\npod,,1,,,"4,3",\n'
)
_MOVES = (
    b"step,group,kind,sku,units,pod,from,to,parked,visits_saved,travel_saved\n"
    b'1,1,sku,bolt,12,,3.4,7.0,,0.52,31.4\n2,2,pod,,,5,"4,7","9,2",yes,0.00,12.0\n'
)
_REPORT = json.dumps({"summary": {"orders_shipped": 3, "trouble": {}, "on_time": 0.5}, "figures": [1, 2]}).encode()


def _baseline() -> bytes:
    told = figures(small_kpis(), dict(SHELL), small_header(), None)
    return json.dumps({"summary": told["summary"], "run": told["run"]}).encode()


def _small(chain: bool) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.pfr"
        (write_chain_record(path) if chain else write_small_record(path, {"ticks": TICKS, **SHELL})).close()
        return path.read_bytes()


def _records() -> dict[str, Target]:
    floor, chain = _small(False), _small(True)
    whole = {"change": mutated_record}
    return {
        "records": file_target("run.pfr", floor, _record),
        "records, whole": file_target("run.pfr", floor, _record, **whole),
        "reports of records": file_target("run.pfr", floor, _report),
        "reports of records, whole": file_target("run.pfr", floor, _report, **whole),
        "reports of chains, whole": file_target("run.pfr", chain, _report, **whole),
        "explain an order, whole": file_target(
            "run.pfr", floor, _command("explain", "FILE", "--order", "A-2"), **whole
        ),
        "explain a robot, whole": file_target("run.pfr", floor, _command("explain", "FILE", "--robot", "2"), **whole),
        "track, whole": file_target("run.pfr", chain, _command("track", "FILE", "--order", "B-2"), **whole),
        "books, whole": file_target("run.pfr", chain, _books, **whole),
        "pictures, whole": file_target("run.pfr", floor, _picture, **whole),
    }


def _floors() -> dict[str, Target]:
    tiny = (ROOT / "maps" / "tiny.toml").read_bytes()
    return {
        "maps": file_target("a.map", _MAP, _floor),
        "kiva maps": file_target("k.map", b"3,4\n4\n2\n5000\nr.ee\n.@@.\nr.ee\n", _floor),
        "layouts": file_target("a.toml", tiny, _floor),
        "layouts that are edited": file_target("a.toml", tiny, _edited),
        "layout check": file_target("a.toml", tiny, _command("layout", "check", "FILE")),
        "generated layouts": file_target("g.toml", _GENERATED, _floor),
        "scenarios": file_target("s.toml", (ROOT / "maps" / "order-to-door.toml").read_bytes(), load_scenario),
        "league problems": Target(lambda folder: read_problem(folder / "a.json"), [_PROBLEM], list(_PROBLEM)),
        "guides": file_target(
            "a.guide.toml",
            b"[plan]\ndepth = 4\n[lanes]\nalong = 1\nagainst = 3\n[tolls]\noncoming = 1.0\nfade = 0.5\n",
            lambda path: read_guide(path, PlannerParams()),
        ),
    }


def _tables() -> dict[str, Target]:
    def orders(path: Path) -> Any:
        return read_order_rows(path, OrderSettings())

    catalogue = Catalogue(("bolt", "nut"), ("house", "house"), np.ones(2) / 2)
    receipts = b"asn,sku,quantity,arrives,received,damaged\nT1,bolt,10,2024-03-01 08:00,9,1\nT2,nut,5,2024-03-02,5,0\n"
    suppliers = b"sku,supplier,cost_cents,moq,pack,lead_days\nbolt,Ash,250,10,5,3.5\nnut,Birch,99,1,1,2\n"
    returns = b"order_id,sku,quantity,timestamp,customer\nA1,bolt,-2,2024-03-01 09:15,7\nA1,nut,1,2024-03-01,7\n"
    return {
        "orders": file_target("o.csv", _ORDERS, orders),
        "orders of a shop": file_target("o.csv", _EXPORT, orders),
        "orders as .xz": file_target("o.csv.xz", lzma.compress(_ORDERS), orders),
        "orders as .gz": file_target("o.csv.gz", gzip.compress(_ORDERS, mtime=0), orders),
        "orders to submit": file_target("o.csv", _ORDERS, lambda path: read_submission(path, OrderSettings(), None)),
        "items": file_target(
            "i.csv", b"sku,bins,weight,name,apart\nbolt,2,0.5,Bolt,a\nnut,,1.5,,\n", read_slotting_items
        ),
        "goods": file_target(
            "g.csv", b"sku,price,cost,weight_kg,length_mm,returned\nbolt,9.99,5,0.2,,0.1\nnut,1,,,,\n", read_items
        ),
        "suppliers": file_target("s.csv", suppliers, lambda path: read_suppliers(path, catalogue)),
        "receipts": file_target("r.csv", receipts, lambda path: read_receipts(path, PLAIN)),
        "returns": file_target("r.csv", returns, lambda path: read_returns(path, OrderSettings())),
        "plans": file_target("plan.csv", _PLAN, read_plan),
        "moves": file_target("moves.csv", _MOVES, read_moves),
        "reports as JSON": file_target("report.json", _REPORT, read_baseline),
        "reports to compare with": file_target("report.json", _baseline(), _compared),
        "keys": file_target(
            "robot-7.key",
            _KEY.encode(),
            _key,
        ),
        "registries": file_target(
            "registry.toml",
            f'[server]\npublic = "{_SERVER}"\n[[key]]\nname = "operator"\nrole = "operator"\npublic = "{_PUBLIC}"\n'.encode(),
            _registry,
        ),
    }


def _decoders() -> dict[str, Target]:
    asked = {"client": "shop", "msg": "1"}
    order = requests.WantedOrder("A-1", [requests.WantedLine("bolt", 2)], 60.0)
    notice = requests.NoticeLine("bolt", 2)
    examples = [
        requests.Submit(**asked, orders=[order]),
        requests.Status(**asked, name="A-1"),
        requests.Cancel(**asked, name="A-1", reason="late"),
        requests.Track(**asked, name="A-1"),
        requests.Advise(**asked, owner="house", asn="T1", lines=[notice]),
        requests.Remove(**asked, robot=3, confirm="abc"),
        requests.Close(**asked, cell="3,4"),
        requests.Restore(**asked, kind="pod", name="4"),
    ]
    from_robot = [
        messages.Hello(messages.VERSION, 4, 9, 7, 0, True, -1, 300.0),
        messages.Pos(1, 1, 5, 1, 3, 6, True, 1, 290.0, -1, 8, "wheel"),
        messages.Done(1, 1, 1, "failed", "no pod"),
        messages.Stopped(1, 1, 1, 1, 4, 17),
    ]
    to_robot = [
        messages.Welcome(messages.VERSION, 1, 1, 4, 9, 1000, 1000.0, 1.0, 3.0, 10, 7, 0, -1, 300.0),
        messages.Reject(4, 9, "place", "not there"),
        messages.Grant(1, 1, 1, 0, [7, 8, 9], 2, 0),
        messages.Do(1, 1, 1, "lift", 2, 5),
    ]
    result = requests.Result(**asked, ok=True, text="done", data={"orders": 3, "names": ["A-1"], "share": 0.5})
    events = encode_events([OrderReceived(1, 0, "A-1", [(0, 2)], 50), TaskDone(19, 0)])
    decoding = (msgspec.MsgspecError, ValueError)
    reports = Reports(**{name: np.zeros(3, kind) for name, kind in KINDS.items()})
    inputs = write_tick_inputs(TickInputs(7, reports, (("orders", b"frame"),), np.zeros(3, np.int8)))
    refused = messages.Refused
    decoders = {
        "messages of robots": message_targets(messages.read_robot, [*map(messages.encode, from_robot)], refused),
        "messages to robots": message_targets(messages.read_controller, [*map(messages.encode, to_robot)], refused),
        "requests": message_targets(requests.read_request, [*map(requests.encode, examples)], refused),
        "results": message_targets(requests.read_result, [requests.encode(result)], refused),
        "frames": message_targets(decode_frame, [encode_frame(small_frame(5))], *decoding),
        "events": message_targets(decode_events, [events], *decoding),
        "headers": message_targets(live_stream._decode_header, [msgspec.msgpack.encode(small_header())], *decoding),
        "commands of viewers": message_targets(
            view_commands.decode_sealed,
            [view_commands.encode_sealed(view_commands.Sealed("t", view_commands.Speed(4.0)))],
            *decoding,
        ),
    }
    kept = {
        how: Target(
            lambda folder: read_tick_inputs((folder / "frame").read_bytes()),
            [{"frame": inputs}],
            ["frame"],
            change,
            (BadTickInputs,),
        )
        for how, change in (("bytes", mutated), ("values", deflated(mutated_structure)))
    }
    return {
        f"{name}, {how}": target for name, two in (decoders | {"inboxes": kept}).items() for how, target in two.items()
    }


def _store(path: Path) -> Any:
    """Read a store; the files beside it are those of the store before it."""
    path.chmod(0o600)
    for ending in ("-wal", "-shm", "-journal"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    with Store(path, _tiny()) as store:
        return [store.newest_snapshot(), list(store.tick_inputs()), store.rows(), store.result("shop", "1")]


@cache
def _tiny() -> Scenario:
    return load_scenario(ROOT / "maps" / "tiny.toml")


def _stores() -> dict[str, Target]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "site.db"
        with Store(path, _tiny()) as store:
            for tick in range(3):
                write(store, tick)
        stored = path.read_bytes()
    snapshot = snapshot_of(build_site(_tiny()))

    def restored(path: Path) -> Any:
        site, *others = restore_site(path.read_bytes(), _tiny())
        return [site.tick, len(others), site.book.received, list(site.book.open), site.pods.cell]

    book = write_book(book_of(build_site(_tiny())))

    def taken(path: Path) -> Any:
        return book_of(site_of(read_book(path.read_bytes()), _tiny()))

    return {
        "books": file_target("book", book, taken),
        "books, values": file_target("book", book, taken, change=signed(mutated_structure, b"podfleet book 1")),
        "stores": file_target("site.db", stored, _store, refused=(InputError, StoreFull)),
        "snapshots": file_target("run", snapshot, restored),
        "snapshots, values": file_target("run", snapshot, restored, change=signed(mutated_structure)),
    }


@cache
def targets() -> dict[str, Target]:
    return {**_floors(), **_tables(), **_records(), **_stores(), **_decoders()}
