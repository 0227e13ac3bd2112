"""The authenticator on real sockets over loopback: who is let in, who is not, and that it is counted."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st

from controller.link.authentication import Authenticator
from controller.link.connections import Connections
from controller.link.key_folder import add_key, revoke_key
from robots.link import curve_security
from robots.link.keys import Key, Registry
from tests.support.link.key_ring import KeyRing
from tests.support.processes.patience import wait_until

_REFUSED_MS = 300


class House:
    """A ROUTER for each domain behind one authenticator, and clients from outside."""

    def __init__(self, ring: KeyRing) -> None:
        self.context, self.outside = zmq.Context(), zmq.Context()
        self.clients: list[zmq.Socket[bytes]] = []
        self.authenticator = Authenticator(self.context, Registry(ring.registry))
        self.connections = Connections(self.context)
        self.sockets = {domain: self.open(ring["server"], domain) for domain in ("robots", "requests", "view")}

    def open(self, key: Key, domain: str) -> "zmq.Socket[bytes]":
        socket = self.context.socket(zmq.ROUTER)
        curve_security.server(socket, key, domain)
        self.connections.watch(socket)
        socket.bind("tcp://127.0.0.1:*")
        return socket

    def client(self, domain: str, key: Key | None) -> "zmq.Socket[bytes]":
        """Somebody who has said hello, or will once he is let in."""
        socket = self.outside.socket(zmq.DEALER)
        self.clients.append(socket)
        curve_security.client(socket, key)
        socket.connect(self.sockets[domain].getsockopt_string(zmq.LAST_ENDPOINT))
        socket.send(b"hello")
        return socket

    def receive(self, domain: str) -> list[zmq.Frame]:
        """The next message at a socket; the test fails if there is none."""
        wait_until(lambda: (self.authenticator.answer(), self.sockets[domain].poll(5))[1])
        return self.sockets[domain].recv_multipart(copy=False)

    def silent(self, domain: str) -> bool:
        """Return whether no message arrives for a while."""
        for _ in range(10):
            self.authenticator.answer()
            if self.sockets[domain].poll(_REFUSED_MS // 10):
                return False
        return True

    def close(self) -> None:
        for socket in (*self.clients, *self.sockets.values()):
            socket.close(linger=0)
        self.connections.close()
        self.authenticator.close()
        self.outside.term()
        self.context.term()


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def house(ring: KeyRing) -> Iterator[House]:
    opened = House(ring)
    yield opened
    opened.close()


def name_of(house: House, frame: zmq.Frame) -> str | None:
    entry = house.authenticator.entry(frame)
    return entry.name if entry is not None else None


RIGHT = [
    ("robots", "robot-1", {1}),
    ("requests", "operator", set()),
    ("requests", "orders", set()),
    ("view", "viewer", set()),
]


@pytest.mark.parametrize(("domain", "name", "robots"), RIGHT)
def test_the_right_key_is_let_in_and_known_by_its_messages(
    house: House, ring: KeyRing, domain: str, name: str, robots: set[int]
) -> None:
    """Each message tells name, role and robots of the key it came with, and the answer gets back."""
    client = house.client(domain, ring[name])
    routing_id, hello = house.receive(domain)
    entry = house.authenticator.entry(hello)
    assert entry is not None
    assert (entry.name, entry.robots, hello.bytes) == (name, robots, b"hello")
    house.sockets[domain].send_multipart([routing_id.bytes, b"welcome"])
    wait_until(lambda: client.poll(10))
    assert client.recv() == b"welcome"
    assert house.authenticator.refused == 0


ROLES = {"robots": ["robot-1"], "requests": ["operator", "orders"], "view": ["viewer"]}
WRONG = [(at, name) for at in ROLES for home, names in ROLES.items() if home != at for name in names]


@pytest.mark.parametrize(("domain", "name"), [*WRONG, *((at, "server") for at in ROLES)])
def test_a_key_of_another_role_is_refused(house: House, ring: KeyRing, domain: str, name: str) -> None:
    """A viewer's key moves no robot, and a robot's orders nothing; even the server's own key is no client's."""
    house.client(domain, ring[name])
    wait_until(lambda: (house.authenticator.answer(), house.authenticator.refused == 1)[1])
    assert house.silent(domain)


def test_an_unknown_key_is_refused_and_counted_while_others_go_on(
    house: House, ring: KeyRing, caplog: pytest.LogCaptureFixture
) -> None:
    """A stranger changes nothing for the robot that is there."""
    client = house.client("robots", ring["robot-0"])
    house.receive("robots")
    with caplog.at_level(logging.WARNING):
        house.client("robots", ring.unknown())
        wait_until(lambda: (house.authenticator.answer(), house.authenticator.refused == 1)[1])
    assert "127.0.0.1 has a key that isn't registered" in caplog.text
    assert house.silent("robots")
    client.send(b"still here")
    assert house.receive("robots")[1].bytes == b"still here"


def test_a_plain_client_is_refused_and_counted(house: House, ring: KeyRing, caplog: pytest.LogCaptureFixture) -> None:
    """A client without a key is rejected on any of the sockets."""
    for domain in house.sockets:
        before = house.connections.failed
        client = house.client(domain, None)
        wait_until(lambda before=before: (house.connections.look(), house.connections.failed > before)[1])
        client.close(linger=0)
        assert house.silent(domain)
    (line,) = [message for message in caplog.messages if "not let in" in message]
    assert line == "a client was not let in (1 so far): it has no key, or one for another controller"


def test_a_stolen_name_is_no_key(house: House, ring: KeyRing) -> None:
    """A public key is no secret: with it but another's secret nobody gets in."""
    thief = replace(ring["robot-0"], secret=ring.unknown().secret)
    house.client("robots", thief)
    assert house.silent("robots")


def test_a_client_that_expects_another_controller_is_refused(house: House, ring: KeyRing) -> None:
    """Keys of one floor don't reach into another, and the failure is counted."""
    house.client("robots", replace(ring["robot-0"], server=ring.unknown().public))
    wait_until(lambda: (house.connections.look(), house.connections.failed > 0)[1])
    assert house.silent("robots")


def test_a_revoked_key_is_listed_and_no_longer_known(house: House, ring: KeyRing) -> None:
    """Once; what is still sent over its open connection has no owner, and it can't come in again."""
    key = ring["robot-1"]
    client, other = house.client("robots", key), house.client("robots", ring["robot-2"])
    assert {name_of(house, house.receive("robots")[1]) for _ in range(2)} == {"robot-1", "robot-2"}
    assert house.authenticator.revoked() == set()
    revoke_key(ring.folder, "robot-1")
    assert house.authenticator.revoked() == {"robot-1"}
    assert house.authenticator.revoked() == set()
    client.send(b"more")
    assert name_of(house, house.receive("robots")[1]) is None
    other.send(b"more")
    assert name_of(house, house.receive("robots")[1]) == "robot-2"
    house.client("robots", key)
    wait_until(lambda: (house.authenticator.answer(), house.authenticator.refused == 1)[1])
    assert house.silent("robots")


def test_a_revoked_key_is_refused_before_anybody_asks_who_was_revoked(house: House, ring: KeyRing) -> None:
    """Whoever comes is judged by the registry of now; the list is still complete afterwards."""
    key = ring["robot-1"]
    revoke_key(ring.folder, "robot-1")
    house.client("robots", key)
    wait_until(lambda: (house.authenticator.answer(), house.authenticator.refused == 1)[1])
    assert house.authenticator.revoked() == {"robot-1"}


def test_an_open_connection_does_not_inherit_its_names_new_key(house: House, ring: KeyRing) -> None:
    """The name gets a new key after a theft; the thief's connection is still open, and stays nobody's."""
    thief = house.client("robots", ring["robot-1"])
    house.receive("robots")
    revoke_key(ring.folder, "robot-1")
    add_key(ring.folder, "robot-1")
    assert house.authenticator.revoked() == {"robot-1"}
    thief.send(b"it's me")
    assert name_of(house, house.receive("robots")[1]) is None
    house.client("robots", ring["robot-1"])
    assert name_of(house, house.receive("robots")[1]) == "robot-1"


def test_an_added_key_is_let_in_at_once(house: House, ring: KeyRing) -> None:
    """No restart for one more robot."""
    add_key(ring.folder, "robot-3")
    house.client("robots", ring["robot-3"])
    assert name_of(house, house.receive("robots")[1]) == "robot-3"


def test_a_broken_registry_holds_on(house: House, ring: KeyRing) -> None:
    """Known keys are still accepted, and the authenticator reports the problem."""
    ring.registry.write_text("[server")
    house.client("robots", ring["robot-0"])
    assert name_of(house, house.receive("robots")[1]) == "robot-0"
    assert "registry.toml: is not valid TOML" in house.authenticator.fault


def test_a_storm_of_clients_is_let_in(house: House, ring: KeyRing) -> None:
    """A hundred at once, each known by its key."""
    for _ in range(100):
        house.client("robots", ring["robot-0"])
    names = [name_of(house, house.receive("robots")[1]) for _ in range(100)]
    assert names == ["robot-0"] * 100


@pytest.mark.parametrize(
    "request_",
    [
        [b""],
        [b"1.0"],
        [b"1.0", b"7"],
        [b"2.0", b"7", b"robots", b"127.0.0.1", b"", b"CURVE", b"x" * 32],
        [b"1.0", b"7", b"robots", b"127.0.0.1", b"", b"NULL"],
        [b"1.0", b"7", b"robots", b"127.0.0.1", b"", b"PLAIN", b"admin", b"secret"],
        [b"1.0", b"7", b"robots", b"127.0.0.1", b"", b"CURVE"],
        [b"1.0", b"7", b"robots", b"127.0.0.1", b"", b"CURVE", b"x" * 31],
        [b"1.0", b"7", b"\xff", b"\xff", b"\xff", b"CURVE", b"x" * 32],
    ],
)
def test_bad_requests_are_refused_with_an_answer(ring: KeyRing, request_: list[bytes]) -> None:
    """In the words of ZAP, and the next request is heard."""
    with (
        zmq.Context() as context,
        Authenticator(context, Registry(ring.registry)) as authenticator,
        context.socket(zmq.REQ) as asker,
    ):
        asker.set(zmq.LINGER, 0)
        asker.connect("inproc://zeromq.zap.01")
        for _ in range(2):
            asker.send_multipart(request_)
            authenticator.answer()
            version, number, status, _, user, _ = asker.recv_multipart()
            assert (version, status, user) == (b"1.0", b"400", b"")
            assert number == (b"7" if len(request_) > 1 else b"")
        assert authenticator.refused == 2


@given(
    st.lists(st.binary(max_size=40), max_size=9) | st.lists(st.binary(min_size=32, max_size=32), min_size=7, max_size=7)
)
def test_no_request_raises_or_gets_in(frames: list[bytes]) -> None:
    """Any frames at all."""
    authenticator = Authenticator.__new__(Authenticator)
    authenticator._registry = Registry.__new__(Registry)
    authenticator._registry._entries = {}
    assert isinstance(authenticator._judge(frames), str)
    assert isinstance(authenticator._judge([b"1.0", b"1", *frames[:3], b"CURVE", *frames[3:]]), str)
