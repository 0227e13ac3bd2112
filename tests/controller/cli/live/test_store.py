"""`podfleet store`, and the store of an earlier state of the program, which every later one takes over."""

import json
import os
import shutil
import sqlite3
import sys
import zlib
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from controller.cli.app import main
from controller.persistence.store import Store
from controller.serving.resume import recover
from controller.takeover.book import read_book
from controller.takeover.write import book_of
from layout.errors import InputError
from robots.requests import requests
from tests.support.floor.tiny_site import TINY, tiny
from tests.support.stores.store_writer import write


def podfleet(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Exit status of the command."""
    monkeypatch.setattr(sys, "argv", ["podfleet", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


OLD = Path(__file__).parents[2] / "takeover" / "format-3.db"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.db"


def old_store(path: Path) -> Path:
    shutil.copyfile(OLD, path)
    path.chmod(0o600)
    return path


def test_a_store_of_an_earlier_program_is_taken_over(path: Path) -> None:
    """Orders, stock and totals are its book's, answers are still given, the term goes on, and robots log in anew."""
    with Store(old_store(path), tiny()) as store:
        assert store.other
        found = store.newest_book()
        assert found is not None
        book = read_book(found[1])
        site, _ = recover(store, tiny())
        assert site.tick == book.tick == store.next_tick == 150
        assert {one.number: one.lines for one in book_of(site).orders} == {one.number: one.lines for one in book.orders}
        assert book_of(site).bins == book.bins
        assert site.book.received == book.counts["received"] > 0
        assert store.result("shop", "1") is not None
        assert (store.term, store.other) == (2, "")
    with Store(path, tiny()) as store:
        assert recover(store, tiny())[0].tick == 150


def test_check_tells_what_a_store_holds(
    path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert podfleet(monkeypatch, "store", "check", str(old_store(path)), "--json") == 0
    found = json.loads(capfd.readouterr().out)
    assert (found["format"], found["next_tick"], found["answers"], found["book"]["robots"]) == ("3", 150, 1, 9)


@pytest.mark.parametrize("harm", ["DELETE FROM ways WHERE robot = 3", "UPDATE ways SET way = 'text' WHERE robot = 3"])
def test_a_grant_that_is_lost_is_told(
    harm: str, path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By `store check` and by `serve`: a robot may stand where nobody knows of it any more."""
    with closing(sqlite3.connect(old_store(path))) as db, db:
        db.execute(harm)
    assert podfleet(monkeypatch, "store", "check", str(path)) == 2
    told = f"{path}: robots' grants: damaged: rows are lost or changed"
    assert capfd.readouterr().err.startswith(told)
    with pytest.raises(InputError) as fault:
        Store(path, tiny())
    assert str(fault.value).startswith(told)


@pytest.mark.parametrize("name", ["backup", "check", "export", "migrate"])
def test_what_is_no_store_is_one_message(
    name: str, path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {"backup": ["--to", str(path.with_name("copy.db"))], "migrate": [str(TINY)]}.get(name, [])
    for content in (None, b"", b"x", b"x" * 9000, OLD.read_bytes()[:8192]):
        if content is not None:
            path.write_bytes(content)
            path.chmod(0o600)
        assert podfleet(monkeypatch, "store", name, str(path), *more) == 2
        said = capfd.readouterr().err
        assert said.startswith(f"{path}: ")
        assert "Traceback" not in said
        assert sorted(file.name for file in path.parent.iterdir()) == (["site.db"] if content is not None else [])


def test_a_store_of_before_can_still_be_written_out(
    path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests, answers and grants are read without the snapshot, which could contain anything."""
    before = old_store(path)
    request = requests.encode(
        requests.Submit("shop", "2", [requests.WantedOrder("A-7", [requests.WantedLine("SKU-00001", 2)])])
    )
    inputs = zlib.compress(msgspec.msgpack.encode([150, {}, [["orders", request]], None]))
    with closing(sqlite3.connect(before)) as db, db:
        db.execute("DROP TABLE books")
        db.execute("UPDATE meta SET value = '2' WHERE name = 'format'")
        db.execute("UPDATE snapshots SET run = ?", (b"cos\nsystem\n(S'touch planted'\ntR.",))
        db.execute("INSERT INTO ticks VALUES (150, ?)", (inputs,))
    assert podfleet(monkeypatch, "store", "export", str(before)) == 0
    found = json.loads(capfd.readouterr().out)
    (asked,) = found["requests"]
    assert (asked["role"], asked["request"]["orders"][0]["name"]) == ("orders", "A-7")
    assert found["answers"][0]["client"] == "shop"
    assert len(found["grants"]) == 9
    assert podfleet(monkeypatch, "store", "check", str(before)) == 1
    assert not Path("planted").exists()


def test_a_backup_is_made_while_the_store_is_open(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By another process, as beside a running floor; the lock stays, and what was committed is in it."""
    copy = tmp_path / "copy.db"
    with Store(path, tiny()) as store:
        for tick in range(20):
            write(store, tick)
        store.snapshot(20, b"run", b"")
        write(store, 20)
        child = os.fork()
        if not child:
            os._exit(podfleet(monkeypatch, "store", "backup", str(path), "--to", str(copy)) and 9)
        os.waitpid(child, 0)
        write(store, 21)
    with Store(copy, tiny()) as again:
        assert again.next_tick == 21
        assert again.newest_snapshot() == (20, b"run")


def test_a_planted_snapshot_runs_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that is a pickle nor any other bytes: it is one message."""
    monkeypatch.chdir(tmp_path)
    with Store(path, tiny()) as store:
        store.snapshot(0, b"cos\nsystem\n(S'touch planted'\ntR.", b"")
    with Store(path, tiny()) as store, pytest.raises(Exception, match="snapshot: can't be read"):
        recover(store, tiny())
    assert not (tmp_path / "planted").exists()
