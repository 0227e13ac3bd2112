"""Key files and the registry: what is read, and what is refused."""

import logging
import os
from pathlib import Path

import pytest
import zmq
from msgspec.structs import replace

from controller.link.key_folder import add_key, make_keys, revoke_key
from layout.errors import InputError
from robots.link.keys import Registry, find_key, find_robot_keys, read_key, robots_of, server_keys
from tests.support.link.key_ring import KeyRing

no_modes = pytest.mark.skipif(os.name == "nt", reason="Windows knows no file modes")


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


def told(path: Path, error: InputError) -> str:
    """An error without the folder it is in."""
    return str(error).replace(f"{path}{os.sep}", "")


def test_a_key_file_is_read_as_it_was_written(ring: KeyRing) -> None:
    """Name, role, a pair that belongs together, and the controller's public key; the secret isn't shown."""
    key = ring["robot-1"]
    assert (key.name, key.role) == ("robot-1", "robot")
    assert zmq.curve_public(key.secret) == key.public
    assert key.server == ring["server"].public == ring["server"].server
    assert key.secret.decode() not in repr(key)


@no_modes
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_secret_that_others_can_read_is_refused(ring: KeyRing, mode: int) -> None:
    """The line has the command that mends it."""
    file = ring.folder / "viewer.key"
    file.chmod(mode)
    with pytest.raises(InputError) as caught:
        read_key(file)
    assert str(caught.value) == f"{file}: can be read by others (chmod 600 {file})"


SECRET = "s" * 40
GOOD = {"name": '"robot-1"', "role": '"robot"', "public": f'"{"p" * 40}"', "server": f'"{"0" * 40}"'}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "a.key: [key] public: doesn't belong to the secret (copy the whole file again)"),
        ({"name": '"../x"'}, "a.key: [key] name: '../x' can't be used (expected a name of letters"),
        ({"role": '"king"'}, "a.key: [key] role: 'king' can't be used (known are "),
        ({"public": '"short"'}, "a.key: [key] public: 'short' can't be used (expected a key of 40 characters (Z85))"),
        ({"server": None}, "a.key: [key]: has no server"),
        ({"server": f'"{"#" * 40}"'}, "a.key: [key] server: is no key (take it from server.key)"),
        ({"secret": None}, "a.key: [key] secret: is missing"),
        ({"secret": f'"{"#" * 40}"'}, "a.key: [key] secret: is no key"),
        ({"secret": '"é"'}, "a.key: [key] secret: is no key"),
        ({"secret": "[1]"}, "a.key: [key] secret: is no key"),
        ({"more": "1"}, "a.key: [key] more: is not a known key"),
        ({"name": "="}, "a.key: is not valid TOML: "),
    ],
)
def test_a_malformed_key_file_is_told(tmp_path: Path, changes: dict[str, str | None], message: str) -> None:
    """File, place and what would be right, and never the secret."""
    values = {"secret": f'"{SECRET}"'} | GOOD | changes
    file = tmp_path / "a.key"
    file.write_text("[key]\n" + "".join(f"{key} = {value}\n" for key, value in values.items() if value), "utf-8")
    file.chmod(0o600)
    with pytest.raises(InputError) as caught:
        read_key(file)
    assert message in told(tmp_path, caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(("text", "message"), [("", "has no [key]"), ("key = 3\n", "has no [key]")])
def test_a_file_without_a_key_is_told(tmp_path: Path, text: str, message: str) -> None:
    """Any other TOML file, for example."""
    file = tmp_path / "a.key"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(InputError, match=message.replace("[", r"\[")):
        read_key(file)


@pytest.mark.parametrize("name", ["none.key", "x\0y"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    """As for any other file."""
    with pytest.raises(InputError, match="can't be read"):
        read_key(tmp_path / name)


def test_a_role_finds_its_key_in_a_folder_or_as_a_file(ring: KeyRing) -> None:
    """A key of another role is refused by name."""
    assert find_key(ring.folder, "viewer") == find_key(ring.folder / "viewer.key", "viewer") == ring["viewer"]
    with pytest.raises(InputError, match=r"operator\.key: \[key\] role: is operator \(a key of role viewer is needed"):
        find_key(ring.folder / "operator.key", "viewer")


def test_robots_find_their_keys(ring: KeyRing) -> None:
    """In a folder each its own; a file is for those it names."""
    assert {robot: key.name for robot, key in find_robot_keys(ring.folder, [2, 0]).items()} == {
        2: "robot-2",
        0: "robot-0",
    }
    assert find_robot_keys(ring.folder / "robot-1.key", [1]) == {1: ring["robot-1"]}
    for path, message in ((ring.folder, "for robot 3, 4"), (ring.folder / "robot-1.key", "for robot 2, 3, 4")):
        with pytest.raises(InputError, match=message):
            find_robot_keys(path, [1, 2, 3, 4])


def test_a_group_key_speaks_for_its_range_and_an_own_key_goes_before_it(tmp_path: Path) -> None:
    """Ten robots with two keys; robot 7 gets one of its own."""
    folder = tmp_path / "keys"
    make_keys(folder, robots=10, groups=2)
    add_key(folder, "robot-7")
    names = {robot: key.name for robot, key in find_robot_keys(folder, range(10)).items()}
    assert names == {robot: "robots-0-4" if robot < 5 else "robots-5-9" for robot in range(10)} | {7: "robot-7"}
    assert set(find_robot_keys(folder / "robots-5-9.key", [5, 9])) == {5, 9}
    with pytest.raises(InputError, match="has no key for robot 4"):
        find_robot_keys(folder / "robots-5-9.key", [4])


@pytest.mark.parametrize(
    ("name", "robots"),
    [
        ("robot-0", range(1)),
        ("robot-12", range(12, 13)),
        ("robots-3-5", range(3, 6)),
        *(
            (name, range(0))
            for name in ("robot", "robot-", "robot-07", "robot-1-2", "robots-5", "robots-5-3", "viewer")
        ),
    ],
)
def test_names_tell_robots(name: str, robots: range) -> None:
    """One spelling for each robot, so that a name is a file's."""
    assert list(robots_of(name)) == list(robots)


def test_the_registry_knows_every_key_but_the_servers(ring: KeyRing) -> None:
    """By its public half: name, role and robots."""
    registry = Registry(ring.registry)
    assert registry.server == ring["server"].public
    assert [entry.name for entry in registry.entries] == [
        "operator",
        "orders",
        "viewer",
        "robot-0",
        "robot-1",
        "robot-2",
    ]
    entry = registry.entry(ring["robot-2"].public)
    assert entry is not None
    assert (entry.name, entry.role, entry.robots) == ("robot-2", "robot", {2})
    assert registry.entry(ring["server"].public) is registry.entry(b"") is None


def test_a_changed_registry_is_read_anew(ring: KeyRing) -> None:
    """A removed key is reported once; an added or unchanged one is not."""
    registry, lost = Registry(ring.registry), ring["robot-1"].public
    assert registry.reload() == set()
    revoke_key(ring.folder, "robot-1")
    add_key(ring.folder, "viewer-2")
    assert registry.reload() == {"robot-1"}
    assert registry.reload() == set()
    assert registry.entry(lost) is None
    assert registry.entry(ring["viewer-2"].public) is not None
    assert registry.entry(ring["robot-0"].public) is not None


def test_a_name_with_a_new_key_counts_as_removed(ring: KeyRing) -> None:
    """Sessions that are open under the old key have to end."""
    registry, old = Registry(ring.registry), ring["robot-1"].public
    revoke_key(ring.folder, "robot-1")
    add_key(ring.folder, "robot-1")
    assert registry.reload() == {"robot-1"}
    assert registry.entry(old) is None
    assert registry.entry(ring["robot-1"].public) is not None


def test_a_key_for_other_robots_than_before_counts_as_removed(ring: KeyRing) -> None:
    """Its sessions were opened under what no longer holds."""
    registry = Registry(ring.registry)
    ring.registry.write_text(ring.registry.read_text().replace("robots = [1]", "robots = [1, 17]"))
    assert registry.reload() == {"robot-1"}
    assert replace(registry.entries[4], public="") == replace(registry.entries[4], public="", robots=frozenset({1, 17}))


@pytest.mark.parametrize("text", [None, "[server", "[server]\n"])
def test_a_registry_that_breaks_holds_on(ring: KeyRing, text: str | None, caplog: pytest.LogCaptureFixture) -> None:
    """A slip of an editor locks nobody out; it is told once, and the next good file ends it."""
    registry, good = Registry(ring.registry), ring.registry.read_text()
    ring.registry.unlink()
    if text is not None:
        ring.registry.write_text(text)
    with caplog.at_level(logging.ERROR):
        assert registry.reload() == registry.reload() == set()
    assert len(caplog.records) == 1
    assert str(ring.registry) in registry.fault
    assert registry.entry(ring["robot-1"].public) is not None
    ring.registry.write_text(good)
    ring.registry.chmod(0o600)
    assert (registry.reload(), registry.fault) == (set(), "")


def entry_text(public: str = "a", name: str = '"robot-1"', role: str = '"robot"', robots: str | None = "[1]") -> str:
    lines = f'[[key]]\nname = {name}\nrole = {role}\npublic = "{public * 40}"\n'
    return lines + (f"robots = {robots}\n" if robots else "")


SERVER = f'[server]\npublic = "{"0" * 40}"\n'


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["registry.toml: has no [server] (add a table [server] with the server's public key)"]),
        (SERVER, ["registry.toml: key: is no list of keys (write [[key]])"]),
        (SERVER + "[key]\n", ["registry.toml: key: is no list of keys (write [[key]])"]),
        ("[server]\n" + entry_text(), ["registry.toml: [server]: has no public (add public = …)"]),
        (SERVER + entry_text() + "[x]\n", ["registry.toml: x: is not known here (known are [server] and [[key]])"]),
        (
            SERVER + entry_text(role='"robott"') + entry_text("b", name="5"),
            [
                "registry.toml: [[key]] number 1 role: 'robott' can't be used (did you mean robot?)",
                "registry.toml: [[key]] number 2 name: 5 can't be used (expected a name of letters",
            ],
        ),
        (SERVER + entry_text(robots="[-1]"), ["registry.toml: [[key]] number 1 robots: [-1] can't be used"]),
        (SERVER + entry_text(robots='"1-3"'), ["registry.toml: [[key]] number 1 robots: '1-3' can't be used"]),
        (SERVER + entry_text("~"), ["registry.toml: [[key]] number 1 public: "]),
        (SERVER + entry_text() + entry_text("b"), ["registry.toml: [[key]] number 2 name: robot-1 is there twice"]),
        (
            SERVER + entry_text() + entry_text(name='"x"'),
            ["registry.toml: [[key]] number 2 public: is another one's key too"],
        ),
        (SERVER + entry_text(robots=None), ["registry.toml: [[key]] number 1: has no robots"]),
        (SERVER + entry_text(role='"viewer"'), ["registry.toml: [[key]] number 1: has robots, but the role viewer"]),
        (SERVER + "key = [1]\n", ["registry.toml: [server] key: is not a known key"]),
        ("key = [1]\n" + SERVER, ["registry.toml: [[key]] number 1: is a number (write it as a table)"]),
        ("\xff", ["registry.toml: is not UTF-8 text"]),
    ],
)
def test_a_malformed_registry_is_told(tmp_path: Path, text: str, messages: list[str]) -> None:
    """Every fault with file and place."""
    file = tmp_path / "registry.toml"
    file.write_bytes(text.encode("latin-1"))
    file.chmod(0o600)
    with pytest.raises(InputError) as caught:
        Registry(file)
    for message in messages:
        assert message in told(tmp_path, caught.value)


@no_modes
def test_a_registry_that_others_can_change_is_refused(ring: KeyRing) -> None:
    """They could let themselves in. Reading is no harm: it has no secrets."""
    ring.registry.chmod(0o644)
    Registry(ring.registry)
    ring.registry.chmod(0o660)
    with pytest.raises(InputError) as caught:
        Registry(ring.registry)
    assert str(caught.value) == f"{ring.registry}: can be changed by others (chmod 600 {ring.registry})"


def test_a_controller_takes_its_key_and_registry_from_one_folder(ring: KeyRing, tmp_path: Path) -> None:
    """A registry of other keys, or none at all, is told at the start and not by robots that never come."""
    key, registry = server_keys(ring.folder)
    assert key.public == registry.server
    with pytest.raises(InputError, match=r"has no keys \(podfleet keys make .*elsewhere --robots N makes them\)"):
        server_keys(tmp_path / "elsewhere")
    other = KeyRing(tmp_path / "other")
    ring.registry.write_text(other.registry.read_text())
    with pytest.raises(InputError, match=r"\[server\] public: is not that of server.key"):
        server_keys(ring.folder)
