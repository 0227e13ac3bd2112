"""Keys are replaced while a floor is served: its ticks go on, robots come back by themselves, and old keys open nothing."""

import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from controller.link.key_folder import add_key, make_keys, renew_server, revoke_key
from layout.errors import InputError
from robots.agents.agent import Agents
from robots.agents.drive import UnitBody
from robots.link.keys import find_robot_keys, read_key, server_keys
from robots.recording.live_stream import FrameSubscriber
from robots.requests.client import RequestClient
from robots.requests.requests import Status
from tests.support.link.key_ring import KeyRing
from tests.support.link.link_rig import Client, Served, driving, running, served
from tests.support.processes.patience import wait_until


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


def crew(address: str, folder: Path, robots: range) -> AbstractContextManager[Agents]:
    """Agents whose key files are in a folder of their own, and may be replaced."""
    return running(
        Agents(
            address,
            {robot: UnitBody() for robot in robots},
            find_robot_keys(folder, robots),
            read_key=lambda robot: find_robot_keys(folder, [robot])[robot],
        )
    )


def goes_on(floor: Served) -> None:
    tick = floor.serve.run_.site.tick
    wait_until(lambda: floor.serve.run_.site.tick > tick + 2)


def test_the_controllers_own_key_is_replaced_while_the_floor_is_served(ring: KeyRing, tmp_path: Path) -> None:
    """Files first, then its own: all robots log in again by themselves; desk and viewers go by the new key, none by the old."""
    handed_out, renewed = tmp_path / "robots", tmp_path / "renewed"
    shutil.copytree(ring.folder, handed_out)
    old = ring["operator"]
    with served(ring.folder) as floor, crew(floor.robots, handed_out, range(3)) as agents:
        wait_until(lambda: floor.link.connected == agents.connected == 3)
        sessions = {session.sess for session in floor.link.sessions}
        written, elsewhere = renew_server(ring.folder, renewed)
        assert elsewhere == []
        for file in written:
            if file.stem.startswith("robot"):
                shutil.copy2(file, handed_out / file.name)
        goes_on(floor)
        assert {session.sess for session in floor.link.sessions} == sessions
        for name in ("server.key", "registry.toml"):
            shutil.copy2(renewed / name, ring.folder / name)
        wait_until(
            lambda: floor.link.connected == 3 and not {session.sess for session in floor.link.sessions} & sessions
        )
        goes_on(floor)
        with RequestClient(floor.requests_address, read_key(renewed / "operator.key")) as operator:
            assert operator.ask(Status("o", "1")).ok
        with FrameSubscriber(floor.view, key=read_key(renewed / "viewer.key")) as viewer:
            wait_until(lambda: viewer.receive(20)[0])
        with (
            RequestClient(floor.requests_address, old, wait_s=0.3, tries=1) as late,
            pytest.raises(InputError, match="no answer"),
        ):
            late.ask(Status("o", "2"))


def test_a_server_key_that_isnt_the_registrys_changes_nothing(ring: KeyRing, tmp_path: Path) -> None:
    """Only one of the two files is there yet: who is connected stays so, and both together are taken."""
    with served(ring.folder) as floor, driving(floor.robots, [0], ring.folder):
        wait_until(lambda: floor.link.sessions[0].online)
        sess = floor.link.sessions[0].sess
        renew_server(ring.folder, tmp_path / "renewed")
        shutil.copy2(tmp_path / "renewed" / "registry.toml", ring.registry)
        wait_until(lambda: floor.serve.server._limiter._written)
        goes_on(floor)
        assert (floor.link.sessions[0].online, floor.link.sessions[0].sess) == (True, sess)
        shutil.copy2(tmp_path / "renewed" / "server.key", ring.folder / "server.key")
        wait_until(lambda: floor.serve.server.key == read_key(ring.folder / "server.key"))


def test_a_robots_key_is_replaced_by_a_file(ring: KeyRing, tmp_path: Path) -> None:
    """Revoked and made anew under its name: its agent finds the new file, and the old key opens nothing."""
    handed_out = tmp_path / "robots"
    shutil.copytree(ring.folder, handed_out)
    old = ring["robot-0"]
    with served(ring.folder) as floor, crew(floor.robots, handed_out, range(3)) as agents:
        wait_until(lambda: agents.connected == 3)
        revoke_key(ring.folder, "robot-0")
        shutil.copy2(add_key(ring.folder, "robot-0"), handed_out / "robot-0.key")
        wait_until(lambda: not floor.link.sessions[0].online)
        wait_until(lambda: floor.link.connected == 3)
        assert all(floor.link.sessions[robot].known for robot in range(3))
        refused = floor.serve.server.refused_keys
        with Client(floor.robots, old):
            wait_until(lambda: floor.serve.server.refused_keys > refused)


def test_a_robot_may_have_two_keys_for_a_while(ring: KeyRing, tmp_path: Path) -> None:
    """A range of one is a second key: the robot comes by it while the first holds, and stays when the first is revoked."""
    with served(ring.folder) as floor:
        with driving(floor.robots, [0], ring.folder):
            wait_until(lambda: floor.link.sessions[0].online)
        second = tmp_path / "second"
        second.mkdir()
        shutil.move(add_key(ring.folder, "robots-0-0"), second)
        with driving(floor.robots, [0], second):
            wait_until(lambda: floor.link.sessions[0].online and floor.link.sessions[0].sender.name == "robots-0-0")
            sess = floor.link.sessions[0].sess
            revoke_key(ring.folder, "robot-0")
            goes_on(floor)
            assert (floor.link.sessions[0].online, floor.link.sessions[0].sess) == (True, sess)


def test_a_renewed_folder_has_the_same_keys_for_another_controller(tmp_path: Path) -> None:
    """Names, roles and secrets stay; keys whose files were handed out are named; nothing is written over."""
    folder, renewed = tmp_path / "keys", tmp_path / "renewed"
    make_keys(folder, 2)
    before = read_key(folder / "robot-1.key")
    (folder / "robot-0.key").unlink()
    written, elsewhere = renew_server(folder, renewed)
    assert elsewhere == ["robot-0"]
    after, (server, registry) = read_key(renewed / "robot-1.key"), server_keys(renewed)
    assert (after.name, after.public, after.secret) == (before.name, before.public, before.secret)
    assert after.server == server.public != before.server
    assert {entry.name for entry in registry.entries} == {"operator", "orders", "viewer", "robot-0", "robot-1"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in written)
    with pytest.raises(InputError, match="is not empty"):
        renew_server(folder, renewed)
