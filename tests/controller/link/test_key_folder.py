"""Making a folder of keys, adding to it, revoking from it: what lies there afterwards, and what is refused."""

import os
import stat
from pathlib import Path

import pytest

from controller.link import key_folder
from controller.link.key_folder import add_key, make_keys, revoke_key, robot_names
from layout.errors import InputError
from robots.link.keys import Registry, read_key

no_modes = pytest.mark.skipif(os.name == "nt", reason="Windows knows no file modes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "keys"
    make_keys(made, robots=2)
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def registered(folder: Path) -> list[str]:
    return [entry.name for entry in Registry(folder / "registry.toml").entries]


FILES = {"server.key", "operator.key", "orders.key", "viewer.key", "robot-0.key", "robot-1.key", "registry.toml"}


def test_a_floor_gets_all_its_keys(folder: Path) -> None:
    """One for each robot and role, each another, and all are registered but the server's."""
    assert names(folder) == FILES
    assert registered(folder) == ["operator", "orders", "viewer", "robot-0", "robot-1"]
    keys = [read_key(path) for path in folder.glob("*.key")]
    assert len({key.public for key in keys}) == len({key.secret for key in keys}) == 6


@no_modes
def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    """Files 0600 and folder 0700 whatever the user's mask is, in a new folder and in an empty one."""
    before = os.umask(0)
    try:
        (tmp_path / "there").mkdir()
        for folder in (tmp_path / "new", tmp_path / "there"):
            make_keys(folder, robots=1)
            add_key(folder, "viewer-2")
            revoke_key(folder, "robot-0")
            assert mode(folder) == 0o700
            assert {mode(path) for path in folder.iterdir()} == {0o600}
    finally:
        os.umask(before)


def test_nothing_is_written_over(folder: Path) -> None:
    """A second call changes no byte, and says which commands do change keys."""
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError) as caught:
        make_keys(folder, robots=5)
    assert str(caught.value) == (
        f"{folder}: is not empty, and no key is written over "
        f"(name a new one; podfleet keys add {folder} NAME and podfleet keys revoke {folder} NAME change keys)"
    )
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    """A file in its place."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "keys"):
        with pytest.raises(InputError, match="can't be written to"):
            make_keys(path, robots=1)


def test_what_is_broken_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle, and the same command works the next time."""

    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(key_folder, "_registry_text", interrupted)
        with pytest.raises(KeyboardInterrupt):
            make_keys(tmp_path / "keys", robots=3)
    assert names(tmp_path / "keys") == set()
    make_keys(tmp_path / "keys", robots=3)


@pytest.mark.parametrize(
    ("robots", "groups", "expected"),
    [
        (2, 0, ["robot-0", "robot-1"]),
        (10_000, 4, ["robots-0-2499", "robots-2500-4999", "robots-5000-7499", "robots-7500-9999"]),
        (5, 2, ["robots-0-1", "robots-2-4"]),
        (2, 2, ["robots-0-0", "robots-1-1"]),
    ],
)
def test_groups_share_all_robots(robots: int, groups: int, expected: list[str]) -> None:
    """Each robot in one range, ranges of about the same size."""
    assert robot_names(robots, groups) == expected


def test_a_group_key_is_registered_for_its_robots(tmp_path: Path) -> None:
    """As its name says."""
    make_keys(tmp_path / "keys", robots=5, groups=2)
    entries = Registry(tmp_path / "keys" / "registry.toml").entries
    assert [entry.robots for entry in entries if entry.role == "robot"] == [{0, 1}, {2, 3, 4}]
    with pytest.raises(InputError, match="--groups: 4 for 3 robots"):
        make_keys(tmp_path / "more", robots=3, groups=4)


@pytest.mark.parametrize(
    ("name", "role", "robots"),
    [
        ("robot-7", "robot", {7}),
        ("robots-20-22", "robot", {20, 21, 22}),
        ("viewer-2", "viewer", set()),
        ("operator-night.shift", "operator", set()),
        ("orders-shop", "orders", set()),
    ],
)
def test_a_key_is_added_for_what_its_name_says(folder: Path, name: str, role: str, robots: set[int]) -> None:
    """It belongs to the same controller, and the others stay as they are."""
    before = Registry(folder / "registry.toml").entries
    key = read_key(add_key(folder, name))
    *others, entry = Registry(folder / "registry.toml").entries
    assert others == before
    assert (key.name, key.role, key.server) == (name, role, read_key(folder / "server.key").public)
    assert (entry.name, entry.role, entry.public.encode(), entry.robots) == (name, role, key.public, robots)


@pytest.mark.parametrize(
    "name",
    [
        *("", "robot", "robot-", "robot-07", "robots-5-3", "robot-1048576", "king", "server", "viewers"),
        *("viewer-../x", "viewer-/etc", "viewer-" + "x" * 99, "viewer-\n", 'viewer-"', "Viewer", "../viewer"),
    ],
)
def test_other_names_are_refused(folder: Path, name: str) -> None:
    """With what a name looks like; nothing is written, inside the folder or out of it."""
    with pytest.raises(InputError, match=r"is not the name of a key \(robot-7, robots-200-299, seller-3, or viewer"):
        add_key(folder, name)
    assert names(folder) == FILES


def test_a_name_has_one_key(folder: Path) -> None:
    """A name is taken if it is registered, or if only its file exists."""
    with pytest.raises(InputError, match=r"robot-1: has a key already \(podfleet keys revoke .* robot-1 ends it"):
        add_key(folder, "robot-1")
    (folder / "viewer-2.key").write_text("mine")
    with pytest.raises(InputError, match=r"viewer-2\.key: exists already"):
        add_key(folder, "viewer-2")
    assert (folder / "viewer-2.key").read_text() == "mine"
    assert registered(folder) == ["operator", "orders", "viewer", "robot-0", "robot-1"]


def test_a_revoked_key_is_gone(folder: Path) -> None:
    """The key is removed from the registry with its file, and the name can get a new one."""
    old = read_key(folder / "robot-1.key").public
    assert revoke_key(folder, "robot-1")
    assert names(folder) == FILES - {"robot-1.key"}
    assert registered(folder) == ["operator", "orders", "viewer", "robot-0"]
    assert read_key(add_key(folder, "robot-1")).public != old


def test_a_key_whose_file_has_been_handed_out_can_be_revoked(folder: Path) -> None:
    """That is what revoking is for. A file of the same name with another key is somebody's, and stays."""
    (folder / "robot-1.key").unlink()
    assert not revoke_key(folder, "robot-1")
    (folder / "robot-0.key").unlink()
    (folder / "viewer.key").rename(folder / "robot-0.key")
    assert not revoke_key(folder, "robot-0")
    assert (folder / "robot-0.key").exists()


def test_a_key_that_is_not_there_cannot_be_revoked(folder: Path) -> None:
    """A slip of the fingers is answered with what may have been meant."""
    with pytest.raises(InputError, match=r"robot1: is not registered \(did you mean robot-1\?\)"):
        revoke_key(folder, "robot1")
    with pytest.raises(InputError, match=r"xyz: is not registered \(names are those of the key files\)"):
        revoke_key(folder, "xyz")
    assert names(folder) == FILES


def test_a_folder_without_a_registry_is_told(tmp_path: Path) -> None:
    """With the command that makes one."""
    for change in (add_key, revoke_key):
        with pytest.raises(InputError, match=r"registry\.toml: is not there \(podfleet keys make .* --robots N makes"):
            change(tmp_path, "viewer")


def test_two_who_change_the_registry_do_not_undo_each_other(folder: Path) -> None:
    """The second is told to wait, and nothing of his is left."""
    with key_folder._changing(folder) as (_, entries):
        del entries["robot-1"]
        for change, name in ((add_key, "viewer-2"), (revoke_key, "robot-0")):
            with pytest.raises(
                InputError, match=r"is being changed by somebody else \(try again; .*registry\.toml\.new"
            ):
                change(folder, name)
    assert registered(folder) == ["operator", "orders", "viewer", "robot-0"]
    assert names(folder) == FILES


def test_a_change_that_fails_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, for example: the registry is the old one, and no key is there that isn't registered."""

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    before = (folder / "registry.toml").read_bytes()
    monkeypatch.setattr(key_folder, "_make_durable", full)
    with pytest.raises(InputError, match=r"registry\.toml\.new: can't be written to: No space left on device"):
        add_key(folder, "viewer-2")
    assert names(folder) == FILES
    assert (folder / "registry.toml").read_bytes() == before
