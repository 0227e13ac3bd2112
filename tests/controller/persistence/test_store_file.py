"""A store's file: one controller at a time has it, and only the right one."""

import errno
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_type_hints

import pytest

from controller.persistence import store_origin
from controller.persistence.store import Store
from controller.persistence.store_origin import scenario_digest
from controller.persistence.store_rights import COMPANIONS
from controller.scenario.read import SECTIONS
from controller.scenario.supply_chain import TABLES
from layout.errors import InputError
from layout.files.tables import PathText
from tests.support.floor.tiny_site import faults_of, tiny
from tests.support.stores.store_checks import assert_has_tick, writer
from tests.support.stores.store_writer import snapshot_of, write

FILES = {
    f"{section}.{name}"
    for section, kind in {**SECTIONS, **TABLES}.items()
    for name, hint in get_type_hints(kind, include_extras=True).items()
    if hint == PathText
}
"""All keys of a scenario that name a file."""
NOBODY = 65534
posix = pytest.mark.skipif(os.name == "nt", reason="rights and limits of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.db"


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
        process.receive("open 1\n")
        (fault,) = faults_of(lambda: Store(path, tiny()))
        assert "is in use" in fault
        assert process.running, "it was not waited for"
    with Store(path, tiny()) as store:
        assert store.term == 2


def test_a_process_is_refused_while_this_one_has_it(path: Path) -> None:
    """Also after a vain second opening here, which with a careless close would have ended the lock."""
    with Store(path, tiny()):
        faults_of(lambda: Store(path, tiny()))
        with writer(path, "hold") as process:
            assert process.wait() == 1
            assert "is in use" in process.said
            assert "open 1" not in process.said


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
    """For it says where robots stand and what they were granted."""
    Store(path, tiny()).close()
    path.chmod(0o620)
    assert faults_of(lambda: Store(path, tiny())) == [f"{path}: can be used by other users (chmod 600 {path})"]


def test_a_store_of_another_scenario_is_refused(path: Path) -> None:
    Store(path, tiny()).close()
    (fault,) = faults_of(lambda: Store(path, tiny(run={"seed": 2})))
    assert "is the store of scenario tiny, seed 1, not of scenario tiny, seed 2" in fault
    (fault,) = faults_of(lambda: Store(path, tiny(policies={"pods": "random"})))
    assert "is the store of scenario tiny, seed 1 with other settings, files or floor" in fault
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


@pytest.mark.parametrize("key", sorted(FILES))
def test_another_file_is_another_run(key: str, tmp_path: Path) -> None:
    """Files that a site is built from are read again after a crash: a price that has changed since would change the
    history.
    """
    section, name = key.split(".")
    file = tmp_path / "some.csv"
    file.write_text("one")
    stock = {"slotting": str(file)} if key == "stock.moves" else {}
    scenario = tiny(**{"stock": stock, section: {**(stock if section == "stock" else {}), name: str(file)}})
    digest = scenario_digest(scenario)
    assert digest == scenario_digest(scenario)
    file.write_text("other")
    assert digest != scenario_digest(scenario)


def test_another_setting_of_the_supply_chain_is_another_run() -> None:
    """As one of any other section is."""
    one, other, none = tiny(returns={"rate": 1.0}), tiny(returns={"rate": 2.0}), tiny()
    assert len({scenario_digest(scenario) for scenario in (one, other, none)}) == 3


def test_a_store_of_another_version_is_taken_over_only_where_it_was_stopped(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing in it, or with a book and no tick after it; another state of the sources is another version, too."""
    monkeypatch.setattr(store_origin, "version", lambda _: "0.0.9")
    Store(path, tiny()).close()
    monkeypatch.undo()
    with Store(path, tiny()) as store:
        assert store.other == ""
        write(store, 0)
        store.snapshot(1, b"", b"book")
    monkeypatch.setattr(store_origin, "version", lambda _: "9.9.9")
    with Store(path, tiny()) as store:
        assert (store.other[:8], store.newest_book()) == ("podfleet", (1, b"book"))
    monkeypatch.undo()
    with Store(path, tiny()) as store:
        write(store, 1)
    monkeypatch.setattr(store_origin, "code_digest", lambda: "other")
    (fault,) = faults_of(lambda: Store(path, tiny()))
    assert (
        f"was written by another podfleet {version('podfleet')} and has 1 tick after its book (start it once" in fault
    )


def test_a_store_of_before_takeovers_is_refused_with_the_way_out(path: Path) -> None:
    Store(path, tiny()).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET value = '2' WHERE name = 'format'")
    (fault,) = faults_of(lambda: Store(path, tiny()))
    assert "before stores were taken over by later versions" in fault
    assert f"podfleet store export {path}" in fault


def test_a_store_of_a_later_format_is_refused(path: Path) -> None:
    Store(path, tiny()).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET value = '99' WHERE name = 'format'")
    assert "which is newer than this one" in faults_of(lambda: Store(path, tiny()))[0]


@pytest.mark.parametrize("length", [0, 1, 99, 100, 4096, 8192, -4096, -1])
def test_a_file_that_is_no_whole_store_is_refused_and_left_alone(path: Path, length: int) -> None:
    with Store(path, tiny()) as store:
        for tick in range(5):
            write(store, tick)
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    (fault,) = faults_of(lambda: Store(path, tiny()))
    assert "isn't a whole store" in fault or "damaged" in fault or "is no store" in fault
    assert path.read_bytes()[:100] == whole[:length][:100]


def test_a_store_is_new_once(path: Path) -> None:
    for new in (True, False):
        with Store(path, tiny()) as store:
            assert store.new is new


@posix
@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_what_others_could_have_written_is_not_read(path: Path, end: str) -> None:
    """The file and each companion: one that others can use, a link, a pipe, a folder."""
    Store(path, tiny()).close()
    file = Path(f"{path}{end}")
    if end:
        file.write_bytes(b"")
    file.chmod(0o620)
    assert faults_of(lambda: Store(path, tiny())) == [f"{file}: can be used by other users (chmod 600 {file})"]
    for make in (lambda: file.mkdir(mode=0o700), lambda: os.mkfifo(file, 0o600), lambda: file.symlink_to(path.parent)):
        file.unlink() if file.is_file() or file.is_fifo() else file.rmdir()
        make()
        assert "it is no ordinary file" in faults_of(lambda: Store(path, tiny()))[0]


@posix
@pytest.mark.parametrize(("mode", "who"), [(0o757, "everybody"), (0o777, "everybody")])
def test_a_folder_in_which_others_can_put_another_store_is_refused(tmp_path: Path, mode: int, who: str) -> None:
    """But for a sticky one, such as /tmp; a link into it is no way round."""
    folder = tmp_path / "shared"
    folder.mkdir()
    link = tmp_path / "link.db"
    link.symlink_to(folder / "site.db")
    folder.chmod(mode)
    for path in (folder / "site.db", link):
        (fault,) = faults_of(partial(Store, path, tiny()))
        assert f"lies in a folder that {who} can write to (chmod go-w {folder}" in fault
    folder.chmod(0o1777)
    Store(folder / "site.db", tiny()).close()
    with Store(link, tiny()) as store:
        assert store.term == 2


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


@pytest.fixture
def without_root() -> Iterator[Path]:
    """A folder of whoever runs the test; of nobody where root does, for whom rights mean nothing."""
    store_origin.about(tiny())  # nobody may not be able to import what that takes
    with TemporaryDirectory() as name:
        folder, root = Path(name), os.name != "nt" and os.geteuid() == 0
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o700)


@posix
@pytest.mark.parametrize(("of_file", "of_folder"), [(0o400, 0o700), (0o600, 0o500), (0o400, 0o500)])
def test_a_store_that_cannot_be_written_is_refused_and_left_alone(
    of_file: int, of_folder: int, without_root: Path
) -> None:
    """Read-only by its file, by its folder, by both; and where there is none yet."""
    path = without_root / "site.db"
    Store(path, tiny()).close()
    before = path.read_bytes()
    path.chmod(of_file)
    without_root.chmod(of_folder)
    (fault,) = faults_of(lambda: Store(path, tiny()))
    what = "can't be written to" if of_folder == 0o700 else "lies in a folder that can't be written to"
    assert fault == f"{path}: {what} (rights to write the file and its folder, or another --store)"
    assert path.read_bytes() == before
    assert [file.name for file in without_root.iterdir()] == ["site.db"]
    without_root.chmod(0o500)
    (fault,) = faults_of(lambda: Store(without_root / "new.db", tiny()))
    assert "can't be used as a store: Permission denied" in fault


def test_a_file_system_that_is_read_only_is_one_message(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    scenario = tiny()
    monkeypatch.setattr(os, "open", read_only)
    (fault,) = faults_of(lambda: Store(path, scenario))
    assert fault.startswith(f"{path}: can't be used as a store: Read-only file system (")


def test_a_flipped_bit_is_one_message_or_changes_nothing_that_is_replayed(path: Path) -> None:
    """Anywhere in the file: what was kept of ticks, snapshot and grants is as it was, or the store is refused."""
    with Store(path, tiny()) as store:
        for tick in range(3):
            write(store, tick)
        store.snapshot(3, snapshot_of(3)[:2000], b"book")
        write(store, 3)
        rows = store.rows()
    whole, dice, told = path.read_bytes(), random.Random(16), list[str]()
    for _ in range(200):
        flipped = bytearray(whole)
        flipped[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        for end in COMPANIONS:
            Path(f"{path}{end}").unlink(missing_ok=True)
        try:
            with Store(path, tiny()) as store:
                for inputs in store.tick_inputs():
                    assert_has_tick(inputs, inputs.tick)
                assert (store.next_tick, store.rows()) == (4, rows)
        except InputError as error:
            told.append(str(error))
    assert len(told) > 5
    assert all(one.startswith(f"{path}: ") and "\n" not in one for one in told)
