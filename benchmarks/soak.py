"""Serve a floor under attack: thirty robots at ten ticks per second, while eight hostile clients do what they can.

    python benchmarks/soak.py [--minutes 1] [--calm] [--paired] [--json]

One client has a key of each role and two have a robot's, one has unknown keys, one has none. An order system submits
orders and repeats its requests, and a window watches. The result lists late ticks, memory, robots that were in the same
cell by their true positions, and orders that were received or left other than once. Exit status 1 if a bound was
broken. --calm: without attack. --paired: first without the attack, then with it, to tell a slow machine from an effect
of the attack. Everything runs on one machine: the hostile clients are niced, so that they take no time from the floor
except what it spends on them.
"""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks._hostile import KINDS, ROBOT  # noqa: E402
from controller.build_site import build_site  # noqa: E402
from controller.scenario.read import load_scenario  # noqa: E402
from layout.errors import InputError  # noqa: E402
from robots.link.keys import read_key  # noqa: E402
from robots.recording.events import OrderReceived, OrderShipped  # noqa: E402
from robots.recording.live_stream import FrameSubscriber  # noqa: E402
from robots.recording.record import Record  # noqa: E402
from robots.requests.client import RequestClient  # noqa: E402
from robots.requests.requests import Status, Submit, WantedLine, WantedOrder  # noqa: E402
from tests.support.link.trace_checker import driven_m, find_collisions  # noqa: E402

PODFLEET = [sys.executable, "-c", "from controller.cli.app import main; main()"]
SCENARIO = ROOT / "maps" / "demo.toml"
ROBOTS, TICKS_A_S = 30, 10
BATCH, BATCH_EVERY_S = 2, 4.0
MOST_LATE, MOST_MB = 0.01, 50.0
_WARM_S = 20.0
"""Seconds until memory is measured: caches are full by then."""


@dataclass
class Found:
    """Result of a soak. late: number of late ticks, of `ticks`. memory_mb: (first, maximum, last) of the controller,
    after the warm-up. answer_s: longest wait of the order system for an answer, and the median.
    """

    ticks: int
    late: int
    memory_mb: tuple[float, float, float]
    collisions: int
    driven_m: float
    orders: int
    received: int
    shipped: int
    not_once: list[str]
    unanswered: str
    answer_s: tuple[float, float]
    frames_seen: int
    messages: int
    refused: int
    keys_refused: int

    @property
    def faults(self) -> list[str]:
        """Return the bounds that were broken."""
        texts = {
            f"{self.late} of {self.ticks} ticks were late": self.late > MOST_LATE * self.ticks,
            f"memory grew from {self.memory_mb[0]:.0f} to {self.memory_mb[1]:.0f} MB": (
                self.memory_mb[1] - self.memory_mb[0] > MOST_MB
            ),
            f"{self.collisions} collisions by true positions": self.collisions > 0,
            f"the order system gave up: {self.unanswered}": bool(self.unanswered),
            f"orders that came or left other than once: {self.not_once[:5]}": bool(self.not_once),
        }
        return [text for text, broken in texts.items() if broken]


class Shop(threading.Thread):
    """Submits a batch now and then, repeats the same request, and sends another request for the same orders."""

    def __init__(self, address: str, key: Path, skus: list[str]) -> None:
        super().__init__(name="shop")
        self.names: list[str] = []
        self.waited_s: list[float] = []
        self.over = threading.Event()
        self.failed: BaseException | None = None
        self._address, self._key, self._skus = address, key, skus

    def run(self) -> None:
        try:
            with RequestClient(self._address, read_key(self._key), tries=20) as client:
                number = 0
                while not self.over.wait(BATCH_EVERY_S):
                    self._submit(client, number)
                    number += 1
        except BaseException as error:
            self.failed = error

    def _submit(self, client: RequestClient, number: int) -> None:
        names = [f"shop-{number}-{order}" for order in range(BATCH)]
        orders = [WantedOrder(name, [WantedLine(self._skus[number % len(self._skus)], 1)]) for name in names]
        began = time.monotonic()
        answer = client.ask(Submit("shop", f"{number}", orders))
        self.waited_s.append(time.monotonic() - began)
        assert answer.data.get("taken") == BATCH, answer
        assert client.ask(Submit("shop", f"{number}", orders)) == answer
        again = client.ask(Submit("shop", f"{number} again", orders))
        assert len(again.data["there"]) == BATCH, again  # type: ignore[arg-type]
        self.names += names


class Watcher(threading.Thread):
    """A window's link, and the memory of the controller each second."""

    def __init__(self, address: str, key: Path, pid: int) -> None:
        super().__init__(name="watcher")
        self.over = threading.Event()
        self.frames = 0
        self.memory_mb: list[float] = []
        self._address, self._key, self._pid = address, read_key(key), pid

    def run(self) -> None:
        began, looked = time.monotonic(), 0.0
        with FrameSubscriber(self._address, key=self._key) as viewer:
            while not self.over.is_set():
                self.frames += len(viewer.receive(100)[0])
                now = time.monotonic()
                if now - looked > 1.0 and now - began > _WARM_S:
                    looked = now
                    with suppress(OSError):  # the process has ended
                        pages = int(Path(f"/proc/{self._pid}/statm").read_text().split()[1])
                        self.memory_mb.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def soak(minutes: float, folder: Path, kinds: Sequence[str]) -> Found:
    keys, record, port = folder / "keys", folder / "soak.pfr", _free_port()
    _make_keys(keys)
    ticks = round(minutes * 60 * TICKS_A_S)
    skus = build_site(load_scenario(SCENARIO)).demand.catalogue.names
    serve = ["serve", SCENARIO, "--bind", f"tcp://127.0.0.1:{port}", "--keys", keys, "--store", folder / "site.db"]
    serve += [
        "--record",
        record,
        "--robots",
        ROBOTS + 1,
        "--speed",
        TICKS_A_S,
        "--ticks",
        ticks,
        "--wait",
        20,
        "--json",
    ]
    traces = [folder / f"{part}.csv" for part in range(2)]
    with ExitStack() as stack:
        server = _begin(stack, folder / "serve.log", *serve, out=subprocess.PIPE)
        for part, ids in enumerate((f"0-{ROBOTS // 2 - 1}", f"{ROBOTS // 2}-{ROBOTS - 1}")):
            crew = ["robots", "--connect", f"tcp://127.0.0.1:{port}", "--keys", keys, "--ids", ids]
            _begin(stack, folder / f"crew{part}.log", *crew, "--bodies", "unit", "--trace", traces[part])
        _wait_for_ticks(server, port, keys)
        for kind in kinds:
            words = [sys.executable, __file__.replace("soak.py", "_hostile.py"), kind, str(port), str(keys)]
            _ending(stack, subprocess.Popen(words, env=_path(), stderr=subprocess.DEVNULL))
        shop = Shop(f"tcp://127.0.0.1:{port + 1}", keys / "orders.key", skus)
        watcher = Watcher(f"tcp://127.0.0.1:{port + 2}", keys / "viewer.key", server.pid)
        shop.start(), watcher.start()
        try:
            threading.Event().wait(max(0.0, 60 * minutes - 15.0))
            shop.over.set()
            shop.join()
            out = server.communicate()[0]
        finally:
            shop.over.set(), watcher.over.set()
            shop.join(), watcher.join()
    summary = json.loads(out.splitlines()[-1])
    return _found(summary, record, traces, shop, watcher)


def _found(summary: dict[str, Any], record: Path, traces: list[Path], shop: Shop, watcher: Watcher) -> Found:
    received, shipped = Counter[str](), Counter[int]()
    with Record(record) as kept:
        for event in kept.events(kept.first_tick, kept.last_tick):
            if isinstance(event, OrderReceived):
                received[event.name] += 1
            elif isinstance(event, OrderShipped):
                shipped[event.order] += 1
    not_once = [name for name in shop.names if received[name] != 1]
    not_once += [name for name, count in received.items() if count != 1]
    not_once += [str(order) for order, count in shipped.items() if count != 1]
    memory = watcher.memory_mb or [0.0]
    waited = sorted(shop.waited_s) or [0.0]
    return Found(
        ticks=summary["ticks"],
        late=summary["late_ticks"],
        memory_mb=(memory[0], max(memory), memory[-1]),
        collisions=len(find_collisions(traces)),
        driven_m=round(sum(driven_m(traces).values())),
        orders=len(shop.names),
        received=received.total(),
        shipped=shipped.total(),
        not_once=not_once,
        unanswered="" if shop.failed is None else repr(shop.failed),
        answer_s=(round(waited[-1], 2), round(waited[len(waited) // 2], 2)),
        frames_seen=watcher.frames,
        messages=summary["messages"],
        refused=summary["messages_refused"],
        keys_refused=summary["keys_refused"],
    )


def _make_keys(folder: Path) -> None:
    names = ("viewer-2", "orders-2", "operator-2", "seller-1")
    for words in (
        ("make", str(folder), "--robots", str(ROBOT + 1)),
        *(("add", str(folder), name) for name in names),
    ):
        subprocess.run([*PODFLEET, "keys", *words], check=True, stdout=subprocess.DEVNULL, env=_path())


def _wait_for_ticks(server: "subprocess.Popen[str]", port: int, keys: Path) -> None:
    """Wait for the floor's first tick."""
    with RequestClient(f"tcp://127.0.0.1:{port + 1}", read_key(keys / "operator.key"), tries=20) as client:
        while "tick" not in (answer := client.ask(Status("soak", secrets.token_hex(8)))).data or (
            answer.data.get("mode") in ("waiting", "preparing")
        ):
            assert server.poll() is None, "the controller has ended"
            time.sleep(0.5)


def _begin(
    stack: ExitStack, log: Path, *words: object, out: int | None = subprocess.DEVNULL
) -> "subprocess.Popen[str]":
    file = stack.enter_context(log.open("w"))
    command = [*PODFLEET, *map(str, words)]
    process = subprocess.Popen(command, stdout=out, stderr=file, text=True, cwd=ROOT, env=_path())
    return _ending(stack, process)


def _ending(stack: ExitStack, process: "subprocess.Popen[Any]") -> "subprocess.Popen[Any]":
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def _path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _free_port() -> int:
    """Return a free port whose next two are free too, and that no client is given at random."""
    for port in range(12_000 + os.getpid() % 10_000, 32_000, 3):
        with suppress(OSError), ExitStack() as stack:
            for offset in range(3):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            return port
    raise InputError.single("ports", "", "no three in a row are free")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="of attack; 30 are 18,000 ticks")
    parser.add_argument("--calm", action="store_true", help="without the attack")
    parser.add_argument("--paired", action="store_true", help="without the attack, then with it")
    parser.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS), help="of hostile clients")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    faults: list[str] = []
    for attacked in (False, True) if args.paired else (not args.calm,):
        with TemporaryDirectory() as folder:
            results = soak(args.minutes, Path(folder), args.kinds if attacked else ())
        faults = results.faults
        kind = "attacked" if attacked else "calm"
        figures = {"run": kind, **asdict(results), "faults": faults}
        lines = [json.dumps(figures)] if args.json else [f"{name:14} {value}" for name, value in figures.items()]
        print("\n".join(lines), flush=True)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
