"""Failure cases of the controller and its store, on real sockets: killed, torn, full, and started twice."""

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.build_site import build_site
from controller.link.link import Link
from controller.persistence import store_origin
from controller.persistence.store import Store as KeptStore
from controller.persistence.store_file import StoreFull
from controller.scenario.read import load_scenario
from layout.grid import CellKind
from robots.requests import requests
from tests.support.link.trace_checker import driven_m, find_collisions, read_traces
from tests.support.processes.commands import podfleet, podfleet_main
from tests.support.processes.dying_serve import serve_and_die
from tests.support.processes.patience import wait_until
from tests.support.processes.served import TINY, Crew, Program, ask, free_port, served
from tests.support.stores.stored import copied, held_cells, history_of

ROBOTS = 4
SETTINGS = {"robots.count": f"{ROBOTS}", "orders.per_station_hour": "3000"}
SCENARIO = load_scenario(TINY, SETTINGS)
WORDS = [word for key, value in SETTINGS.items() for word in ("--set", f"{key}={value}")]
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process")


class Store:
    """A store, the port it is served at, and the robots of its floor."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path, self.port = folder, folder / "site.db", free_port()
        self.trace = folder / "trace.csv"
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.serve_words = ("serve", TINY, "--bind", self.address, "--store", self.path, "--speed", 40, *WORDS)

    def serve(self, name: str, *more: object) -> Program:
        return Program(self.folder / f"{name}.log", *self.serve_words, *more)

    def dying(self, what: str, where: str, count: int) -> Program:
        log = self.folder / f"{what}-{where}.log"
        return Program(log, what, where, count, *self.serve_words, main=serve_and_die)

    def slow(self, name: str, seconds: float, *more: object) -> Program:
        return Program(self.folder / f"{name}.log", seconds, *self.serve_words, *more, main=serve_slowly)

    def crew(self) -> Program:
        words = ("--bodies", "unit", "--ids", f"0-{ROBOTS - 1}", "--trace", self.trace)
        return Program(self.folder / "crew.log", "robots", "--connect", self.address, *words)

    def check_cells(self) -> dict[int, list[int]]:
        """Check, while no controller runs, that each robot is where the store says it may be, and stays there."""
        kept = held_cells(self.path)
        time.sleep(0.2)
        for robot, rows in read_traces([self.trace]).items():
            assert set(rows[-1][1]) <= set(kept[robot]), f"robot {robot}"
        return kept


@pytest.mark.parametrize(
    "moments",
    [
        [("tick", "uncommitted"), ("tick", "committed"), ("tick", "sent")],
        pytest.param([("rows", "uncommitted"), ("rows", "committed"), ("tick", "sent")] * 3, marks=pytest.mark.slow),
    ],
)
def test_case_6_killed_around_a_commit_no_cell_is_freed_unconfirmed(
    tmp_path: Path, moments: list[tuple[str, str]]
) -> None:
    """After each kill, a controller without contact to the robots changes nothing of where they may be; then all
    continue.
    """
    store = Store(tmp_path)
    with store.crew() as crew:
        for what, where in moments:
            with store.dying(what, where, 5) as serve:
                assert serve.wait() == -signal.SIGKILL, serve.said
            kept = store.check_cells()
        crew.send(signal.SIGSTOP)
        with store.serve("deaf", "--wait", 0, "--ticks", 5) as serve:
            assert serve.wait() == 0, serve.said
        assert held_cells(store.path) == kept
        crew.send(signal.SIGCONT)
        with store.serve("last", "--ticks", 40, "--json") as serve:
            assert serve.wait() == 0, serve.said
            assert '"stock_errors": 0, "order_errors": 0' in serve.said
    assert min(driven_m([store.trace]).values()) > 5
    assert find_collisions([store.trace]) == []


def test_case_6_after_a_restart_silence_counts_from_when_the_clock_starts() -> None:
    """Whatever the uptime of the machine: a robot that was known before the crash has its time to come back."""
    site = build_site(SCENARIO)
    floor = site.robots.reports, site.grid.width, np.asarray(site.grid.kind != CellKind.WALL)
    before = Link(*floor, 1)
    for session in before.sessions:
        session.known = True
    rows, _ = before.take(0.0)
    after = Link(*floor, 2, rows=rows)
    up = 1e6
    after.beat(up)
    after.begin(up + 60.0)
    after.beat(up + 60.0 + after.params.lost_s)
    assert not any(session.dead for session in after.sessions)
    after.beat(up + 61.0 + after.params.lost_s)
    assert all(session.dead for session in after.sessions)


def test_case_7_a_torn_store_goes_on_at_its_last_commit(tmp_path: Path) -> None:
    """Half a transaction at the end of its log, and a log cut off anywhere."""
    store = Store(tmp_path)
    with store.serve("first", "--wait", 0) as serve:
        serve.receive("viewers")
        log = Path(f"{store.path}-wal")
        wait_until(lambda: log.exists() and log.stat().st_size > 100_000)  # about twenty ticks
    whole = log.read_bytes()
    ticks = []
    for number, end in enumerate((whole, whole + whole[:5000], whole[: len(whole) * 2 // 3])):
        log.write_bytes(end)
        torn = copied(store.path, tmp_path / f"torn{number}.db")
        history = history_of(torn, SCENARIO)
        assert history.faults == []
        ticks.append(int(str(history.summary["ticks"])))
    assert ticks[0] == ticks[1] > ticks[2] > 0
    with store.serve("again", "--wait", 0, "--ticks", 5, "--json") as serve:
        assert serve.wait() == 0, serve.said
        assert f'"ticks": {ticks[2] + 5},' in serve.said


@linux
def test_case_8_while_the_disk_is_full_nothing_is_granted(tmp_path: Path) -> None:
    """No file of the controller may grow: it reports that, robots stop where their grants end, and continue when there
    is room.
    """
    import resource

    store = Store(tmp_path)
    with store.serve("full") as serve, Crew(store.address, range(ROBOTS), store.trace) as crew:
        serve.receive("viewers")
        wait_until(lambda: min(pilot.limit for pilot in crew.agents.pilots) > 4)
        most = resource.prlimit(serve.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(serve.pid, resource.RLIMIT_FSIZE, (20_000, most[1]))
        serve.receive("can't be stored")
        wait_until(lambda: all(pilot.idx == pilot.limit for pilot in crew.agents.pilots))
        limits = [pilot.limit for pilot in crew.agents.pilots]
        time.sleep(1.0)
        assert [pilot.limit for pilot in crew.agents.pilots] == limits
        assert [pilot.idx for pilot in crew.agents.pilots] == limits
        wait_until(lambda: crew.agents.connected == ROBOTS)
        check_desk_while_full(f"tcp://127.0.0.1:{store.port + 1}")
        resource.prlimit(serve.pid, resource.RLIMIT_FSIZE, most)
        wait_until(lambda: all(pilot.limit > limit for pilot, limit in zip(crew.agents.pilots, limits, strict=True)))
        assert serve.running
        serve.kill()
    assert find_collisions([store.trace]) == []
    assert history_of(copied(store.path, tmp_path / "copy.db"), SCENARIO).faults == []


def check_desk_while_full(address: str) -> None:
    """Status requests are answered, with the reason; requests that would change something are refused."""
    status = ask(address, requests.Status("tester", "1"))
    assert status.ok
    assert status.text.startswith("the floor stands, store full: ")
    assert status.data["store"] == "full"
    assert status.data["robots"] == ROBOTS
    refused = ask(address, requests.Pause("tester", "2"))
    assert not refused.ok
    assert refused.text.startswith("store full: ")
    assert refused == ask(address, requests.Pause("tester", "2"))


def test_case_8_a_snapshot_without_room_is_left_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The floor continues, and the ticks that the snapshot would have replaced are still there."""

    def full(*_: object) -> None:
        raise StoreFull("no room")

    monkeypatch.setattr("controller.serving.serve._SNAPSHOT_EVERY", 5)
    monkeypatch.setattr("controller.persistence.store.Store.snapshot", full)
    store = Store(tmp_path)
    with served(SCENARIO, speed=40.0, store=store.path, wait_s=0.0) as serve:
        wait_until(lambda: serve.run_.site.tick > 12)
    assert "no snapshot could be stored at tick 10: no room" in caplog.text
    assert history_of(store.path, SCENARIO).summary["ticks"] == serve.run_.site.tick


def test_case_9_a_second_controller_on_a_store_is_refused(tmp_path: Path) -> None:
    """It is refused at once, with exit status 2; the first continues."""
    store = Store(tmp_path)
    with served(SCENARIO, store=store.path, wait_s=0.0) as first:
        with store.serve("second", "--wait", 0) as second:
            assert second.wait() == 2, second.said
            assert "is in use: another podfleet serve has it open" in second.said
        tick = first.run_.site.tick
        wait_until(lambda: first.run_.site.tick > tick + 2)


def serve_slowly() -> None:
    """Run `podfleet` with the arguments behind the first, which is the number of seconds that each tick is half done."""
    write, seconds = KeptStore.write_tick, float(sys.argv.pop(1))

    def slow(store: KeptStore, *values: Any) -> None:
        write(store, *values)
        print("half a tick", file=sys.stderr, flush=True)
        time.sleep(seconds)

    KeptStore.write_tick = slow  # type: ignore[method-assign]
    podfleet_main()


def serve_with_a_slow_end() -> None:
    """Run `podfleet` with a disk that needs its time to close the store."""
    close = KeptStore.close

    def slow(store: KeptStore) -> None:
        time.sleep(1.0)
        close(store)

    KeptStore.close = slow  # type: ignore[method-assign]
    podfleet_main()


def serve_as_later_version() -> None:
    """Run `podfleet` as another version with other sources."""
    store_origin.version = lambda _: "99.0.0"  # type: ignore[attr-defined]
    store_origin.code_digest = lambda: "later"  # type: ignore[assignment]
    podfleet_main()


def test_a_later_version_goes_on_with_a_served_floor(tmp_path: Path) -> None:
    """Backed up while it runs, stopped, and served again with the same robots: its orders continue."""
    store, copy = Store(tmp_path), tmp_path / "copy.db"
    with store.crew():
        with store.serve("first") as serve:
            serve.receive("viewers")
            desk_at = f"tcp://127.0.0.1:{store.port + 1}"
            wait_until(lambda: ask(desk_at, requests.Status("tester", "1")).data["tick"] > 20)
            backup = podfleet("store", "backup", store.path, "--to", copy)
            assert (backup.returncode, backup.stderr) == (0, "")
            assert serve.running
            assert ask(desk_at, requests.Stop("tester", "2")).ok
            assert serve.wait() == 0, serve.said
        assert podfleet("store", "check", copy).returncode == 0
        before = podfleet("store", "check", store.path, "--json").stdout
        with Program(
            tmp_path / "later.log", *store.serve_words, "--ticks", 40, "--json", main=serve_as_later_version
        ) as later:
            assert later.wait() == 0, later.said
    tick, received = (json.loads(before)["book"][name] for name in ("tick", "orders_received"))
    assert f"was taken over at tick {tick}, as it was" in later.said
    summary = json.loads(later.said[later.said.index("{\n") if "{\n" in later.said else later.said.index('{"') :])
    assert summary["ticks"] == tick + 40
    assert summary["orders_received"] > received > 0
    assert (summary["stock_errors"], summary["order_errors"]) == (0, 0)
    assert find_collisions([store.trace]) == []


def stopped_in_mid_tick(store: Store, number: int) -> int:
    """Send a signal to a served floor while a tick is half done; return the exit status."""
    with store.slow("slow", 1.0, "--wait", 0) as serve:
        serve.receive("half a tick")
        serve.send(number)
        return serve.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process at once")
def test_a_signal_in_mid_tick_ends_the_floor_after_it(tmp_path: Path, number: int) -> None:
    """The tick is finished and the floor's book written, so that a later version can take the floor over."""
    store = Store(tmp_path)
    assert stopped_in_mid_tick(store, number) == 128 + number
    report = json.loads(podfleet("store", "check", store.path, "--json").stdout)
    tick = report["next_tick"]
    assert report["book"]["tick"] == tick == 1
    words = (*store.serve_words, "--wait", 0, "--ticks", 5, "--json")
    with Program(tmp_path / "later.log", *words, main=serve_as_later_version) as later:
        assert later.wait() == 0, later.said
    assert f"was taken over at tick {tick}, as it was" in later.said
    assert f'"ticks": {tick + 5},' in later.said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process at once")
def test_a_second_signal_ends_the_floor_in_mid_tick(tmp_path: Path) -> None:
    """Its ticks are kept and can be replayed, but there is no book of the last one."""
    store = Store(tmp_path)
    with store.slow("slow", 1e6, "--wait", 0) as serve:
        serve.receive("half a tick")
        serve.send(signal.SIGTERM)
        time.sleep(0.5)
        assert serve.running
        serve.send(signal.SIGHUP)
        assert serve.wait() == 128 + signal.SIGHUP
    assert history_of(store.path, SCENARIO).summary["ticks"] == 1


@linux
def test_a_signal_ends_a_floor_that_stands_for_its_disk_is_full(tmp_path: Path) -> None:
    """The tick that can't be stored is not waited for."""
    import resource

    with Store(tmp_path).serve("full", "--wait", 0) as serve:
        serve.receive("first tick")
        most = resource.prlimit(serve.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(serve.pid, resource.RLIMIT_FSIZE, (20_000, most[1]))
        serve.receive("can't be stored")
        serve.send(signal.SIGTERM)
        assert serve.wait() == 128 + signal.SIGTERM


def test_the_store_is_free_when_operator_stop_is_done(tmp_path: Path) -> None:
    """The command waits until the controller is gone, so that a script can start the next one at once."""
    store = Store(tmp_path)
    with Program(tmp_path / "first.log", *store.serve_words, "--wait", 0, main=serve_with_a_slow_end) as serve:
        serve.receive("first tick")
        stop = podfleet("operator", "stop", "--connect", f"tcp://127.0.0.1:{store.port + 1}")
        with KeptStore(store.path, SCENARIO) as again:
            tick = again.next_tick
        assert (stop.returncode, stop.stderr) == (0, "")
        assert stop.stdout.splitlines() == [
            f"the floor is stopping: the controller ends after tick {tick - 1}",
            "the controller has ended",
        ]
        assert serve.wait() == 0, serve.said
