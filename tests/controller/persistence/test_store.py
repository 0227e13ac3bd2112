"""The store: what was committed is there, whole, however the writer ended."""

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.persistence.store import Store
from controller.persistence.store_file import StoreFull
from layout.errors import InputError
from tests.support.floor.tiny_site import tiny
from tests.support.processes.patience import wait_until
from tests.support.stores.store_checks import assert_has_tick, writer
from tests.support.stores.store_writer import (
    GRANTS,
    ROBOTS,
    SNAPSHOT_EVERY,
    WITH_TICK,
    reports_of,
    rows_before,
    rows_of,
    snapshot_of,
    write,
)

posix = pytest.mark.skipif(os.name == "nt", reason="rights and limits of POSIX")
ACTS = st.lists(st.sampled_from(["tick", "tick", "rows", "snapshot", "open again"]), max_size=15)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.db"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_a_store_has_what_was_written_since_its_snapshot(tmp_path: Path, acts: list[str]) -> None:
    path = tmp_path / "site.db"
    path.unlink(missing_ok=True)
    store, first, ticks, rows = Store(path, tiny()), 0, 0, dict[int, bytes]()
    for act in [*acts, "open again"]:
        if act == "tick":
            write(store, ticks)
            rows |= dict(rows_of(ticks, WITH_TICK))
            ticks += 1
        elif act == "rows":
            store.write_rows(rows_of(ticks, ticks % ROBOTS))
            rows |= dict(rows_of(ticks, ticks % ROBOTS))
        elif act == "snapshot":
            store.snapshot(ticks, snapshot_of(ticks), b"")
            first = ticks
        else:
            store.close()
            store = Store(path, tiny())
        assert store.next_tick == ticks
        assert store.rows() == sorted(rows.items())
    with store:
        assert [inputs.tick for inputs in store.tick_inputs()] == list(range(first, ticks))
        for inputs in store.tick_inputs():
            assert_has_tick(inputs, inputs.tick)
        assert store.newest_snapshot() == ((first, snapshot_of(first)) if "snapshot" in acts else None)


def test_the_first_result_of_a_request_stays(path: Path) -> None:
    """store_writer.write answers each request again, otherwise, in the next tick."""
    with Store(path, tiny()) as store:
        write(store, 0)
        write(store, 1)
        store.snapshot(2, b"", b"")
    with Store(path, tiny()) as store:
        assert store.result("shop", "0") == b"answer 0"
        assert store.result("shop", "1") == b"answer 1"
        assert store.result("shop", "2") is None
        assert store.result("other", "0") is None


def test_ticks_come_in_order(path: Path) -> None:
    with Store(path, tiny()) as store:
        write(store, 0)
        for tick in (0, 2):
            with pytest.raises(ValueError, match=f"inputs of tick {tick} instead of tick 1"):
                write(store, tick)
        with pytest.raises(ValueError, match="snapshot before tick 3"):
            store.snapshot(3, b"", b"")


def test_killed_at_any_moment_the_writer_leaves_whole_commits(path: Path) -> None:
    """Twenty times: all it has told of is there; what is there beyond is one commit at the most, and whole."""
    chance = random.Random(4)
    for opening in range(20):
        with writer(path, "write") as process:
            wait_until(lambda process=process: process.said.count("\n") > 1)
            time.sleep(chance.uniform(0.0, 0.12))
            process.kill()
            told = [line.split() for line in process.said.splitlines(keepends=True) if line.endswith("\n")]
        assert told[0] == ["open", f"{2 * opening + 1}"]
        with Store(path, tiny()) as store:
            assert store.term == 2 * opening + 2
            assert_whole(store, told[1:])


def assert_whole(store: Store, told: list[list[str]]) -> None:
    ticks = [int(words[1]) for words in told if words[0] == "tick"]
    if ticks:
        assert store.next_tick - 1 in (ticks[-1], ticks[-1] + 1)
    given_ = [int(words[2]) + 1 for words in told if words[:2] == ["rows", str(store.next_tick)]]
    least, most = max(given_, default=0), max(given_, default=0) + 1
    if not given_ and not ticks:
        most = len(GRANTS)  # what an earlier writer wrote before this tick
    assert store.rows() in [rows_before(store.next_tick, number) for number in range(least, most + 1)]
    newest = store.newest_snapshot()
    begin = newest[0] if newest else 0
    assert newest in (None, (begin, snapshot_of(begin)))
    assert store.next_tick - begin <= SNAPSHOT_EVERY
    assert begin >= max((int(words[1]) for words in told if words[0] == "snapshot"), default=0)
    found = list(store.tick_inputs())
    assert [inputs.tick for inputs in found] == list(range(begin, store.next_tick))
    for inputs in found:
        assert_has_tick(inputs, inputs.tick)
    for tick in range(store.next_tick):
        assert store.result("shop", f"{tick}") == f"answer {tick}".encode()


def test_a_full_store_keeps_nothing_of_the_tick_and_goes_on_later(path: Path) -> None:
    """SQLite's own limit of pages."""
    with Store(path, tiny()) as store:
        write(store, 0)
        store.write_rows(rows_of(1, 0))
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFull, match="full"):
            store.snapshot(1, b"x" * 1_000_000, b"")
        with pytest.raises(StoreFull):
            store.write_tick(1, reports_of(1), [], [("shop", "big", b"x" * 100_000)], None, rows_of(1, 1))
        with pytest.raises(StoreFull):
            store.write_rows([(0, b"small"), (1, b"x" * 100_000)])
        assert (store.next_tick, store.rows()) == (1, rows_before(1, 1))
        assert store.result("shop", "big") is None
        store._db.execute("PRAGMA max_page_count = 1000000")
        write(store, 1)
        store.snapshot(2, snapshot_of(2), b"")
        assert list(store.tick_inputs()) == []


@posix
@pytest.mark.parametrize("size", [60_000, 200_000, 1_000_000])
def test_a_file_that_cannot_grow_is_told_and_loses_nothing(path: Path, size: int) -> None:
    """The kernel's limit of a file's size, as a full disk has it: the log can't grow."""
    with writer(path, "fill", str(size)) as process:
        process.wait()
        words = [line.split() for line in process.said.splitlines()]
    assert [word[0] for word in words] == ["open", "full", "still", "tick"]
    tick = int(words[1][1])
    assert words[3] == ["tick", str(tick)]
    with Store(path, tiny()) as store:
        assert store.next_tick == tick + 1
        for inputs in store.tick_inputs():
            assert_has_tick(inputs, inputs.tick)
        assert store.rows() == with_ticks_only(tick + 1)


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
        Path(f"{torn}-wal").chmod(0o600)
        with Store(torn, tiny()) as store:
            found.append(store.next_tick)
            ticks = [inputs.tick for inputs in store.tick_inputs()]
            assert ticks == list(range(store.next_tick))
            assert store.rows() == with_ticks_only(store.next_tick)
            for inputs in store.tick_inputs():
                assert_has_tick(inputs, inputs.tick)
    assert found == sorted(found)
    assert found[-1] == 12
    assert len(set(found)) > 5


def with_ticks_only(ticks: int) -> list[tuple[int, bytes]]:
    """Rows of a store that was written by ticks only."""
    return rows_of(ticks - 1, WITH_TICK) if ticks else []


def test_a_damaged_row_is_named(path: Path) -> None:
    with Store(path, tiny()) as store:
        for tick in range(3):
            write(store, tick)
        store._db.execute("UPDATE ticks SET inbox = x'00' WHERE tick = 1")
        with pytest.raises(InputError, match="tick 1: damaged"):
            list(store.tick_inputs())
        store._db.execute("DELETE FROM ticks WHERE tick = 1")
        with pytest.raises(InputError, match="tick 1: damaged: is missing"):
            list(store.tick_inputs())
