"""Whatever comes, the garbage collector has little to do: messages don't count, and a served floor is set aside."""

import gc
import platform
from pathlib import Path

import pytest

from controller.link import sockets
from controller.serving import serve
from robots.link.messages import encode, read_robot
from robots.requests import requests
from tests.support.link.key_ring import KeyRing
from tests.support.link.link_rig import Client, OpenFloor, hello, position, served
from tests.support.processes.patience import wait_until


def is_known(thing: object) -> bool:
    """Return whether the garbage collector tracks an object."""
    return any(one is thing for one in gc.get_objects())


def test_messages_are_nothing_to_the_garbage_collector() -> None:
    """Neither a robot's nor the desk's, with all that is in them but the lists."""
    order = requests.WantedOrder("o", [requests.WantedLine("sku", 1)])
    submit = requests.read_request(encode(requests.Submit("shop", "1", [order])))
    advise = requests.read_request(
        encode(requests.Advise("shop", "2", "seller-1", "s", [requests.NoticeLine("sku", 1)]))
    )
    assert isinstance(submit, requests.Submit)
    assert isinstance(advise, requests.Advise)
    heard = [read_robot(encode(word)) for word in (hello(1), position(1))]
    for message in (submit, *submit.orders, *submit.orders[0].lines, advise, *advise.lines, *heard):
        assert not gc.is_tracked(message), message


def test_a_served_floor_is_set_aside_and_what_a_snapshot_finds_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it is served: what was made since is looked at until the next snapshot, all of it after the end."""
    monkeypatch.setattr(serve, "_SNAPSHOT_EVERY", 10**9)
    with served(store=tmp_path / "site.db") as floor:
        site = floor.serve.run_.site
        newer: list[list[int]] = [[]]
        assert not is_known(site)
        assert is_known(newer)
        monkeypatch.setattr(serve, "_SNAPSHOT_EVERY", 1)
        wait_until(lambda: not is_known(newer))
    assert is_known(site)
    assert is_known(newer)


def test_senders_of_the_past_are_forgotten_and_those_who_are_there_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One robot speaks between many connections of another's key: at the bound all are looked up again."""
    monkeypatch.setattr(sockets, "_SENDERS", 4)
    ring = KeyRing(tmp_path / "keys")
    with OpenFloor([0, 20], ring.folder) as floor, Client(floor.address, ring.robot(0)) as robot:
        welcome = robot.welcome(hello(0, 0))
        for number in range(1, 15):
            with Client(floor.address, ring.robot(1)) as crowd:
                crowd.welcome(hello(1, 20, boot=number))
            robot.say(position(welcome.sess, n=number, term=welcome.term))
            assert len(floor.server._senders) <= 4
        wait_until(lambda: floor.link.sessions[0].number == 14)
    assert floor.link.sessions[0].online


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than glibc has ways of its own")
def test_memory_that_was_freed_goes_back_to_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred megabytes in small pieces below one that is in use are not kept beyond the next snapshot."""
    monkeypatch.setattr(serve, "_SNAPSHOT_EVERY", 10**9)
    with served(store=tmp_path / "site.db") as floor:
        wait_until(lambda: floor.serve.run_.site.tick > 2)
        pieces = [bytes(1000) for _ in range(100_000)]
        pinned = pieces[-1]
        before = resident_mb()
        pieces.clear()
        monkeypatch.setattr(serve, "_SNAPSHOT_EVERY", 1)
        wait_until(lambda: resident_mb() < before - 50)
    assert pinned
