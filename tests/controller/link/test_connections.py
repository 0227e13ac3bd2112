"""Connections on real sockets over loopback: followed, bounded for a key, and cut off when nothing whole comes of them."""

import socket as sockets
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest
import zmq

from controller.link import connections
from controller.link.connections import Connections
from tests.support.processes.commands import ROOT
from tests.support.processes.patience import wait_until

_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
_READY = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
_PART = b"\x03" + struct.pack(">Q", 1000) + bytes(1000)
"""A part of a message of which more are to come."""


class Port:
    """A ROUTER whose connections are followed."""

    def __init__(self, most: int = 100) -> None:
        self.context, self.outside = zmq.Context(), zmq.Context()
        self.connections, self._most = Connections(self.context), most
        self._router = self.context.socket(zmq.ROUTER)
        self.connections.watch(self._router)
        self._router.bind("tcp://127.0.0.1:*")
        self.address = self._router.getsockopt_string(zmq.LAST_ENDPOINT)
        self.heard: list[bytes] = []
        self._clients: list[zmq.Socket[bytes]] = []

    def client(self) -> "zmq.Socket[bytes]":
        socket = self.outside.socket(zmq.DEALER)
        socket.set(zmq.LINGER, 0)
        socket.set(zmq.RECONNECT_IVL, -1)
        socket.connect(self.address)
        self._clients.append(socket)
        return socket

    def stranger(self) -> sockets.socket:
        """A connection of TCP and no more."""
        return sockets.create_connection(("127.0.0.1", int(self.address.rpartition(":")[2])))

    def turn(self) -> None:
        self.connections.look()
        with suppress(zmq.Again):
            while True:
                _, message = self._router.recv_multipart(zmq.NOBLOCK, copy=False)
                self.connections.heard(message, "a", self._most)
                self.heard.append(message.bytes)

    @property
    def open(self) -> int:
        return len(self.connections._open)

    def close(self) -> None:
        self._router.close(linger=0)
        self.connections.close()
        for client in self._clients:
            client.close()
        self.outside.destroy(linger=0)
        self.context.destroy(linger=0)


@pytest.fixture
def port() -> Iterator[Port]:
    opened = Port()
    yield opened
    opened.close()


def test_who_comes_and_goes_is_followed(port: Port) -> None:
    """Nothing is kept of connections that are over."""
    clients = [port.client() for _ in range(3)]
    for client in clients:
        client.send(b"hello")
    wait_until(lambda: len(port.heard) == 3, port.turn)
    assert port.open == 3
    for client in clients:
        client.close()
    wait_until(lambda: not port.open, port.turn)
    assert (port.connections._strangers, port.connections._by_key, port.connections.cut) == (0, {}, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't tell how much has come")
def test_a_message_of_endless_parts_ends_with_its_connection(port: Port) -> None:
    """It would be kept in memory part by part; others are heard as before."""
    with port.stranger() as endless:
        endless.sendall(_GREETING)
        endless.recv(64, sockets.MSG_WAITALL)
        endless.sendall(b"\x04" + bytes([len(_READY)]) + _READY)
        endless.recv(1000)

        def pour() -> None:
            with suppress(ConnectionError):
                endless.sendall(_PART * 100)
            port.turn()

        wait_until(lambda: port.connections.cut, pour)
        client = port.client()
        client.send(b"hello")
        wait_until(lambda: port.heard, port.turn)
        wait_until(lambda: port.open == 1, port.turn)
    assert port.heard == [b"hello"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't tell how much has come")
def test_many_whole_messages_are_no_endless_one(port: Port) -> None:
    """Megabytes in messages that are taken cut nobody off."""
    client = port.client()
    for number in range(300):
        client.send(bytes(10_000))
        wait_until(lambda number=number: len(port.heard) > number, port.turn)
    assert port.connections.cut == 0


def test_a_key_has_so_many_connections_and_no_more() -> None:
    """The newest goes, and when one of the others has gone there is room again."""
    port = Port(most=2)
    try:
        clients = [port.client() for _ in range(3)]
        for number, client in enumerate(clients):
            client.send(b"hello")
            wait_until(lambda number=number: len(port.heard) > number, port.turn)
        wait_until(lambda: port.connections.cut == 1 and port.open == 2, port.turn)
        clients[0].close()
        wait_until(lambda: port.open == 1, port.turn)
        port.client().send(b"hello")
        wait_until(lambda: len(port.heard) == 4, port.turn)
        assert port.connections.cut == 1
    finally:
        port.close()


def test_connections_that_say_nothing_are_bounded(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some may, for a while; a crowd is cut off, and so is at once who comes while there is far too many."""
    monkeypatch.setattr(connections, "_SILENT", 2)
    monkeypatch.setattr(connections, "_SILENT_S", 0.2)
    monkeypatch.setattr(connections, "_STRANGERS", 5)
    silent = [port.stranger() for _ in range(7)]
    wait_until(lambda: port.connections.cut == 7 - 2, port.turn)
    wait_until(lambda: port.open == 2, port.turn)
    for one in silent:
        one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are looked at by /proc")
def test_a_number_that_is_no_connection_any_more_is_left_alone() -> None:
    """Between ZeroMQ's closing and its telling us a descriptor may be a file's, or nobody's."""
    with open("/proc/self/statm") as file:
        connections._shut(file.fileno())
        assert file.read()
    connections._shut(10**6)


_HANGS_UP = """
import sys, time, zmq
from controller.link.sockets import LinkServer
server = LinkServer(None, ("tcp://127.0.0.1:*", "tcp://127.0.0.1:*"), None, None)
with zmq.Context() as context, context.socket(zmq.DEALER) as client:
    client.set(zmq.LINGER, 0)
    client.connect(server.addresses[1])
    client.set(zmq.SNDTIMEO, 300)
    try:
        while True:
            client.send(bytes(60_000))
    except zmq.Again:
        pass
time.sleep(2.5)
server.close()
print("alive")
"""


def test_who_fills_his_queue_and_hangs_up_ends_no_controller() -> None:
    """With ZeroMQ's heartbeats on our side its library ended the process, once the heartbeat's time had come."""
    done = subprocess.run([sys.executable, "-c", _HANGS_UP], check=False, cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("alive\n", 0), done.stderr
