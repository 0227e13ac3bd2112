"""The store: what was committed is there, whole, however the writer ended; and there is one writer at a time."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from store_writer import (
    KINDS,
    ROBOTS,
    SNAPSHOT_EVERY,
    grants_of,
    link_state_of,
    reports_of,
    snapshot_of,
    write,
)
from tiny_site import ROOT, faults_of, tiny

from controller.link import store_file
from controller.link.inbox import BadInbox, Inbox, read_inbox, write_inbox
from controller.link.store import Granted, Store
from controller.link.store_file import StoreFull, scenario_digest
from layout.errors import InputError
from robots.fleet import Reports

WRITER = ROOT / "tests" / "controller" / "store_writer.py"
posix = pytest.mark.skipif(os.name == "nt", reason="rights and limits of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.db"


@contextmanager
def writer(path: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """store_writer.py as another process, from its first word on."""
    command = [sys.executable, str(WRITER), str(path), *words]
    pipe = subprocess.PIPE
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env) as process:
        try:
            yield process
        finally:
            process.kill()


def column(name: str, robots: int) -> st.SearchStrategy[Any]:
    return arrays.arrays(KINDS[name], robots)


@st.composite
def inboxes(draw: st.DrawFn) -> Inbox:
    robots = draw(st.integers(0, 40))
    reports = Reports(**{name: draw(column(name, robots)) for name in KINDS})
    actions = draw(st.none() | arrays.arrays(np.int8, robots))
    requests = draw(st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=40)), max_size=3))
    return Inbox(draw(st.integers(0, 2**53)), reports, tuple(requests), actions)


def assert_same(a: Inbox, b: Inbox) -> None:
    assert (a.tick, a.requests) == (b.tick, b.requests)
    assert (a.actions is None) == (b.actions is None)
    if a.actions is not None and b.actions is not None:
        assert np.array_equal(a.actions, b.actions)
    for field in fields(Reports):
        one, other = getattr(a.reports, field.name), getattr(b.reports, field.name)
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes(), field.name


def assert_has_tick(inbox: Inbox, tick: int) -> None:
    """It is what store_writer.write wrote."""
    requests = (("orders", f"request {tick}".encode()), ("operator", b"\x00\xff"))
    assert_same(inbox, Inbox(tick, reports_of(tick), requests, np.full(ROBOTS, tick % 4, np.int8)))


@given(inboxes())
def test_an_inbox_is_read_as_it_was_written(inbox: Inbox) -> None:
    """Bit by bit, also what is no number; and its arrays can be written to."""
    read = read_inbox(write_inbox(inbox))
    assert_same(inbox, read)
    assert all(getattr(read.reports, name).flags.writeable for name in KINDS)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_inbox_are_refused(data: bytes) -> None:
    with pytest.raises(BadInbox):
        read_inbox(data)


@given(inboxes(), st.data())
def test_a_torn_inbox_is_refused(inbox: Inbox, data: st.DataObject) -> None:
    written = write_inbox(inbox)
    with pytest.raises(BadInbox):
        read_inbox(written[: data.draw(st.integers(0, len(written) - 1))])


def test_ten_thousand_robots_are_packed_and_unpacked_at_once() -> None:
    """It takes 3 ms; here it has a second, for others may be at work."""
    inbox = Inbox(1, reports_of(1, 10_000), (), np.zeros(10_000, np.int8))
    began = time.perf_counter()
    read_inbox(write_inbox(inbox))
    assert time.perf_counter() - began < 1.0


ACTS = st.lists(st.sampled_from(["tick", "tick", "grants", "snapshot", "open again"]), max_size=15)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_a_store_has_what_was_written_since_its_snapshot(tmp_path: Path, acts: list[str]) -> None:
    path = tmp_path / "site.db"
    path.unlink(missing_ok=True)
    store, first, ticks, given_ = Store(path, tiny()), 0, 0, list[Granted]()
    for act in [*acts, "open again"]:
        if act == "tick":
            write(store, ticks)
            ticks, given_ = ticks + 1, []
        elif act == "grants":
            store.write_grants(grants_of(ticks, len(given_)))
            given_ += grants_of(ticks, len(given_))
        elif act == "snapshot":
            store.snapshot(ticks, snapshot_of(ticks))
            first = ticks
        else:
            store.close()
            store = Store(path, tiny())
        assert store.next_tick == ticks
        assert store.grants() == given_
    with store:
        assert [inbox.tick for inbox in store.inboxes()] == list(range(first, ticks))
        for inbox in store.inboxes():
            assert_has_tick(inbox, inbox.tick)
        assert store.link_state() == (link_state_of(ticks - 1) if ticks else None)
        assert store.newest_snapshot() == ((first, snapshot_of(first)) if "snapshot" in acts else None)


def test_the_term_grows_with_each_opening(path: Path) -> None:
    terms = []
    for _ in range(3):
        with Store(path, tiny()) as store:
            terms.append(store.term)
    assert terms == [1, 2, 3]


def test_a_second_opening_is_refused_while_the_first_lasts(path: Path) -> None:
    """In the same process; the refused one neither counts as a term nor ends the lock."""
    with Store(path, tiny()) as store:
        for _ in range(2):
            (fault,) = faults_of(lambda: Store(path, tiny()))
            assert fault.startswith(f"{path}: is in use: another podfleet serve has it open")
        write(store, 0)
    with Store(path, tiny()) as store:
        assert (store.term, store.next_tick) == (2, 1)


def test_a_second_process_is_refused_at_once(path: Path) -> None:
    with writer(path, "hold") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open 1\n"
        began = time.monotonic()
        (fault,) = faults_of(lambda: Store(path, tiny()))
        assert "is in use" in fault
        assert time.monotonic() - began < 5.0
    with Store(path, tiny()) as store:
        assert store.term == 2


def test_a_process_is_refused_while_this_one_has_it(path: Path) -> None:
    """Also after a vain second opening here, which with a careless close would have ended the lock."""
    with Store(path, tiny()):
        faults_of(lambda: Store(path, tiny()))
        with writer(path, "hold") as process:
            assert process.stdout is not None
            assert process.stdout.readline() == ""


def test_the_first_result_of_a_request_stays(path: Path) -> None:
    """store_writer.write answers each request again, otherwise, in the next tick."""
    with Store(path, tiny()) as store:
        write(store, 0)
        write(store, 1)
        store.snapshot(2, b"")
    with Store(path, tiny()) as store:
        assert store.result("shop", "0") == b"answer 0"
        assert store.result("shop", "1") == b"answer 1"
        assert store.result("shop", "2") is None
        assert store.result("other", "0") is None


def test_ticks_come_in_order(path: Path) -> None:
    with Store(path, tiny()) as store:
        write(store, 0)
        for tick in (0, 2):
            with pytest.raises(ValueError, match=f"inbox of tick {tick}, the store waits for that of 1"):
                write(store, tick)
        with pytest.raises(ValueError, match="snapshot before tick 3"):
            store.snapshot(3, b"")


def test_killed_at_any_moment_the_writer_leaves_whole_commits(path: Path) -> None:
    """Twenty times: all it has told of is there; what is there beyond is one commit at the most, and whole."""
    chance = random.Random(4)
    for opening in range(20):
        with writer(path, "write") as process:
            assert process.stdout is not None
            told = [process.stdout.readline().split()]
            told.append(process.stdout.readline().split())
            time.sleep(chance.uniform(0.0, 0.12))
            process.kill()
            told += [line.split() for line in process.stdout if line.endswith("\n")]
        assert told[0] == ["open", f"{2 * opening + 1}"]
        with Store(path, tiny()) as store:
            assert store.term == 2 * opening + 2
            assert_whole(store, told[1:])


def assert_whole(store: Store, told: list[list[str]]) -> None:
    ticks = [int(words[1]) for words in told if words[0] == "tick"]
    if ticks:
        assert store.next_tick - 1 in (ticks[-1], ticks[-1] + 1)
    given_ = max((int(words[2]) for words in told if words[:2] == ["grants", str(store.next_tick)]), default=0)
    there = [grants for number in range(2) for grants in grants_of(store.next_tick, number)]
    assert store.grants() in (there[: ROBOTS * given_], there[: ROBOTS * (given_ + 1)])
    newest = store.newest_snapshot()
    begin = newest[0] if newest else 0
    assert newest in (None, (begin, snapshot_of(begin)))
    assert store.next_tick - begin <= SNAPSHOT_EVERY
    assert begin >= max((int(words[1]) for words in told if words[0] == "snapshot"), default=0)
    found = list(store.inboxes())
    assert [inbox.tick for inbox in found] == list(range(begin, store.next_tick))
    for inbox in found:
        assert_has_tick(inbox, inbox.tick)
    if store.next_tick:
        assert store.link_state() == link_state_of(store.next_tick - 1)
    for tick in range(store.next_tick):
        assert store.result("shop", f"{tick}") == f"answer {tick}".encode()


def test_a_full_store_keeps_nothing_of_the_tick_and_goes_on_later(path: Path) -> None:
    """SQLite's own limit of pages."""
    with Store(path, tiny()) as store:
        write(store, 0)
        store.write_grants(grants_of(1, 0))
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFull, match="full"):
            store.snapshot(1, b"x" * 1_000_000)
        with pytest.raises(StoreFull):
            store.write_tick(1, reports_of(1), [], [("shop", "big", b"x" * 100_000)], None, b"")
        assert (store.next_tick, store.grants()) == (1, grants_of(1, 0))
        assert store.link_state() == link_state_of(0)
        assert store.result("shop", "big") is None
        store._db.execute("PRAGMA max_page_count = 1000000")
        write(store, 1)
        store.snapshot(2, snapshot_of(2))
        assert list(store.inboxes()) == []


@posix
@pytest.mark.parametrize("size", [60_000, 200_000, 1_000_000])
def test_a_file_that_cannot_grow_is_told_and_loses_nothing(path: Path, size: int) -> None:
    """The kernel's limit of a file's size, as a full disk has it: the log can't grow."""
    with writer(path, "fill", str(size)) as process:
        out, _ = process.communicate(timeout=120)
    words = [line.split() for line in out.splitlines()]
    assert [word[0] for word in words] == ["open", "full", "still", "tick"]
    tick = int(words[1][1])
    assert words[3] == ["tick", str(tick)]
    with Store(path, tiny()) as store:
        assert store.next_tick == tick + 1
        for inbox in store.inboxes():
            assert_has_tick(inbox, inbox.tick)


def test_a_torn_log_ends_with_its_last_whole_commit(path: Path, tmp_path: Path) -> None:
    """Cut anywhere, the store is what it was after some commit, and never older than what is in the file itself."""
    with Store(path, tiny()) as store:
        for tick in range(12):
            write(store, tick)
        log = Path(f"{path}-wal").read_bytes()
        copy = tmp_path / "copy.db"
        shutil.copy(path, copy)  # before it is closed, as a power cut would leave it
    found = []
    for length in [*sorted(random.Random(1).sample(range(len(log)), 25)), len(log)]:
        torn = tmp_path / f"torn-{length}.db"
        shutil.copy(copy, torn)
        Path(f"{torn}-wal").write_bytes(log[:length])
        with Store(torn, tiny()) as store:
            found.append(store.next_tick)
            ticks = [inbox.tick for inbox in store.inboxes()]
            assert ticks == list(range(store.next_tick))
            for inbox in store.inboxes():
                assert_has_tick(inbox, inbox.tick)
    assert found == sorted(found)
    assert found[-1] == 12
    assert len(set(found)) > 5


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    """And so is the log beside it."""
    before = os.umask(0)
    try:
        with Store(path, tiny()) as store:
            write(store, 0)
            rights = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    if os.name != "nt":
        assert rights == {"site.db": 0o600, "site.db-wal": 0o600}


@posix
def test_a_file_that_others_can_use_is_refused(path: Path) -> None:
    """For its snapshot is a pickle, which can run any program."""
    Store(path, tiny()).close()
    path.chmod(0o620)
    assert faults_of(lambda: Store(path, tiny())) == [f"{path}: can be used by other users (chmod 600 {path})"]


def test_a_store_of_another_scenario_is_refused(path: Path) -> None:
    Store(path, tiny()).close()
    (fault,) = faults_of(lambda: Store(path, tiny(run={"seed": 2})))
    assert "is the store of scenario tiny, seed 1, not of scenario tiny, seed 2" in fault
    (fault,) = faults_of(lambda: Store(path, tiny(policies={"pods": "random"})))
    assert "is the store of scenario tiny, seed 1 with other settings, orders or floor" in fault
    with Store(path, tiny(run={"ticks": 5})) as store:
        assert store.term == 2


def test_the_digest_tells_of_all_a_site_follows_from(tmp_path: Path) -> None:
    """A day more of the same run is the same; another line in the order file is not."""
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,sku,quantity,timestamp\nA,bolt,1,2010-12-01 08:00\n")
    scenario = tiny(orders={"csv": str(orders)})
    digest = scenario_digest(scenario)
    assert digest != scenario_digest(tiny())
    assert digest == scenario_digest(tiny(orders={"csv": str(orders)}, run={"ticks": 9}))
    orders.write_text(orders.read_text() + "B,bolt,1,2010-12-01 08:00\n")
    assert digest != scenario_digest(scenario)


def test_a_store_of_another_version_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_file, "version", lambda _: "0.0.9")
    Store(path, tiny()).close()
    monkeypatch.undo()
    (fault,) = faults_of(lambda: Store(path, tiny()))
    assert "was made by podfleet 0.0.9, this is" in fault


def test_another_program_s_file_is_refused_and_left_alone(path: Path) -> None:
    for make in (_foreign_database, _text):
        path.unlink(missing_ok=True)
        make(path)
        path.chmod(0o600)
        before = path.read_bytes()
        (fault,) = faults_of(lambda: Store(path, tiny()))
        assert "is no store of podfleet" in fault
        assert path.read_bytes() == before


def _foreign_database(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE t (a)")
    db.commit()
    db.close()


def _text(path: Path) -> None:
    path.write_text("dear diary, " * 1000)


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    for place in (tmp_path / "folder", tmp_path / "no" / "site.db"):
        (tmp_path / "folder").mkdir(mode=0o700, exist_ok=True)
        with pytest.raises(InputError, match="can't be used as a store"):
            Store(place, tiny())


def test_a_damaged_row_is_named(path: Path) -> None:
    with Store(path, tiny()) as store:
        for tick in range(3):
            write(store, tick)
        store._db.execute("UPDATE ticks SET inbox = x'00' WHERE tick = 1")
        with pytest.raises(InputError, match="tick 1: damaged"):
            list(store.inboxes())
        store._db.execute("DELETE FROM ticks WHERE tick = 1")
        with pytest.raises(InputError, match="tick 1: damaged: is missing"):
            list(store.inboxes())
