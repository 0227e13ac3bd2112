"""CURVE on real sockets over loopback, without an authenticator: what the sockets themselves do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from layout.errors import InputError
from robots.link import curve_security
from tests.support.link.key_ring import KeyRing
from tests.support.processes.patience import wait_until

_REFUSED_MS = 300
"""Longer than an accepted client takes on loopback, by far."""


Sockets = tuple["zmq.Socket[bytes]", "zmq.Socket[bytes]"]


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    """A ROUTER and a DEALER, not yet bound and connected."""
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router, context.socket(zmq.DEALER) as dealer:
        for socket in (router, dealer):
            socket.set(zmq.LINGER, 0)
        yield router, dealer


def say_hello(sockets: Sockets) -> None:
    router, dealer = sockets
    router.bind("tcp://127.0.0.1:*")
    dealer.connect(router.getsockopt_string(zmq.LAST_ENDPOINT))
    dealer.send(b"hello")


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


def test_without_keys_sockets_are_as_they_were(sockets: Sockets) -> None:
    """None at both ends: a message arrives, and carries no user."""
    router, dealer = sockets
    curve_security.server(router, None, "robots")
    curve_security.client(dealer, None)
    say_hello(sockets)
    wait_until(lambda: router.poll(10))
    frames = router.recv_multipart(copy=False)
    assert frames[1].bytes == b"hello"
    with pytest.raises(zmq.ZMQError):
        frames[1].get("User-Id")


@pytest.mark.parametrize("plain", [True, False])
def test_a_server_without_a_gate_refuses_everybody(sockets: Sockets, ring: KeyRing, plain: bool) -> None:
    """Nobody there to say who may in is no reason to let all in, as ZeroMQ would."""
    router, dealer = sockets
    curve_security.server(router, ring["server"], "robots")
    curve_security.client(dealer, None if plain else ring.robot(0))
    say_hello(sockets)
    assert not router.poll(_REFUSED_MS)


def test_a_client_with_a_key_does_not_talk_to_a_plain_server(sockets: Sockets, ring: KeyRing) -> None:
    """Somebody who has taken the controller's address hears nothing."""
    router, dealer = sockets
    curve_security.client(dealer, ring.robot(0))
    say_hello(sockets)
    assert not router.poll(_REFUSED_MS)


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("tcp://127.0.0.1:5600", True),
        ("tcp://127.8.0.1:*", True),
        ("tcp://localhost:5600", True),
        ("tcp://[::1]:5600", True),
        ("inproc://x", True),
        ("ipc:///tmp/x", True),
        ("tcp://0.0.0.0:5600", False),
        ("tcp://*:5600", False),
        ("tcp://192.168.1.4:5600", False),
        ("tcp://[::]:5600", False),
        ("tcp://127.0.0.1.example.org:5600", False),
        ("tcp://eth0:5600", False),
        ("pgm://127.0.0.1", False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_addresses_that_others_can_reach_need_keys(ring: KeyRing, address: str, loopback: bool) -> None:
    """The refusal names the command that makes them; with a key every address is good."""
    assert curve_security.is_loopback(address) == loopback
    curve_security.check_bind(address, ring["server"])
    if loopback:
        curve_security.check_bind(address, None)
    else:
        with pytest.raises(InputError, match=r"needs keys \(podfleet keys make FOLDER --robots N makes them"):
            curve_security.check_bind(address, None)
