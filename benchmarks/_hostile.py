"""Hostile clients of a served floor, for benchmarks/soak.py: each one does what it can with its key until it is ended.

python benchmarks/_hostile.py KIND PORT KEYS
"""

import itertools
import os
import random
import socket as sockets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import zmq

from robots.link import curve_security
from robots.link.keys import Key, read_key
from robots.link.messages import VERSION, Done, Hello, Message, Pos, Stopped, encode
from robots.recording.frames import NO_LOAD
from robots.requests import requests

DICE = random.Random(1)
ROBOT = 30
"""Number of the robot whose key the hostile robot has."""
_NICENESS = 19
"""Niceness of the client, whatever the priority of the soak itself."""


@contextmanager
def connected(
    port: int, key: Key | None, kind: int = zmq.DEALER, context: "zmq.Context[zmq.Socket[bytes]] | None" = None
) -> Iterator["zmq.Socket[bytes]"]:
    socket = (context or zmq.Context.instance()).socket(kind)
    socket.set(zmq.LINGER, 0)
    socket.set(zmq.SNDTIMEO, 100)
    if key is not None:
        curve_security.client(socket, key)
    socket.connect(f"tcp://127.0.0.1:{port}")
    try:
        yield socket
    finally:
        socket.close()


def pour(socket: "zmq.Socket[bytes]", frames: Iterator[bytes], seconds: float = 5.0) -> None:
    """Send as fast as the socket accepts, and read nothing."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(zmq.Again):
            socket.send(next(frames))


def viewer(port: int, keys: Path) -> None:
    """Send topics of 4,000 bytes as a subscriber and as a message, from many windows at a time and from windows that
    never read.
    """
    key = _key(keys, "viewer-2")
    for number in itertools.count():
        with connected(port + 2, key, zmq.SUB) as socket:
            for topic in range(3000):
                socket.set(zmq.SUBSCRIBE, b"%08d" % (3000 * number + topic) * 490)
            time.sleep(1.0)
        with connected(port + 2, key) as socket:
            pour(socket, (b"\x01%08d" % topic for topic in itertools.count()), 2.0)
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        frozen = [context.socket(zmq.DEALER) for _ in range(60)]
        for socket in frozen:
            socket.set(zmq.RCVHWM, 1)
            socket.set(zmq.LINGER, 0)
            curve_security.client(socket, key)
            socket.connect(f"tcp://127.0.0.1:{port + 2}")
            socket.send(b"W")
        time.sleep(5.0)
        context.destroy(linger=0)


def orders(port: int, keys: Path) -> None:
    """Submit hundreds of orders for unknown SKUs in each request."""
    lines = [requests.WantedLine("nothing", 1)]

    def frames() -> Iterator[bytes]:
        for number in itertools.count():
            wanted = [requests.WantedOrder(f"x-{number}-{order}", lines) for order in range(100)]
            yield requests.encode(requests.Submit("hostile", f"{number}", wanted))

    _send_requests(port, _key(keys, "orders-2"), frames())


def seller(port: int, keys: Path) -> None:
    """Request shipments and order histories of other sellers."""

    def frames() -> Iterator[bytes]:
        for number in itertools.count():
            lines = [requests.NoticeLine("nothing", 1)] * 1000
            yield requests.encode(requests.Advise("s", f"{number}a", "seller-1", f"{number}", lines))
            yield requests.encode(requests.Track("s", f"{number}t", f"{number}"))
            yield requests.encode(requests.Stock("s", f"{number}s", "house"))

    _send_requests(port, _key(keys, "seller-1"), frames())


def operator(port: int, keys: Path) -> None:
    """Send operator requests without effect only, as an operator's key may rightly stop the floor."""

    def frames() -> Iterator[bytes]:
        for number in itertools.count():
            yield requests.encode(requests.Status("o", f"{number}s"))
            yield requests.encode(requests.Open("o", f"{number}o", "1,1"))
            yield requests.encode(requests.Cancel("o", f"{number}c", f"nobody's-{number}"))
            yield requests.encode(requests.Remove("o", f"{number}r", 5, "no code"))

    _send_requests(port, _key(keys, "operator-2"), frames())


def robot(port: int, keys: Path) -> None:
    """Send spoiled, stale and giant frames, frames of other robots, and false reports of the load.

    The robot reports neither its position nor a later term: a cell with a robot in it is rightly closed to all others,
    and a floor whose store is an older copy rightly stands until an operator has checked it.
    """
    key = _key(keys, f"robot-{ROBOT}")
    while True:
        with connected(port, key) as socket:
            pour(socket, _robots_words())


def _robots_words() -> Iterator[bytes]:
    def hello(number: int, cell: int) -> Message:
        return Hello(VERSION, number, DICE.randrange(1 << 50), cell, DICE.randrange(4), True, NO_LOAD, 100.0)

    def position() -> Message:
        at = (DICE.randrange(2), DICE.randrange(200), DICE.randrange(1000), 1, DICE.randrange(50), DICE.randrange(50))
        return Pos(*at, moving=False, heading=0, battery=100.0, load=7, flags=DICE.randrange(16))

    while True:
        yield encode(hello(ROBOT, -1))
        yield encode(hello(DICE.randrange(ROBOT), DICE.randrange(1000)))
        yield encode(position())
        yield encode(Stopped(1, DICE.randrange(200), 1, 1, 3, 3))
        yield encode(Done(1, DICE.randrange(200), 1, "failed", "no\n" * 50))
        yield DICE.randbytes(DICE.randrange(4000))
        spoilt = bytearray(encode(position()))
        spoilt[DICE.randrange(len(spoilt))] ^= 0xFF
        yield bytes(spoilt)


def reconnecting(port: int, keys: Path) -> None:
    """Open many connections with a valid key, each with one message, some of which are far too long."""
    key = _key(keys, f"robot-{ROBOT}")
    while True:
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        sockets_ = []
        for number in range(100):
            socket = context.socket(zmq.DEALER)
            socket.set(zmq.LINGER, 0)
            curve_security.client(socket, key)
            socket.connect(f"tcp://127.0.0.1:{port}")
            socket.send(bytes(1 << 20) if number % 10 == 0 else next(_robots_words()))
            sockets_.append(socket)
        time.sleep(0.5)
        context.destroy(linger=0)


def strangers(port: int, keys: Path) -> None:
    """Connect with unknown keys, and without a key, to all three ports."""
    public, secret = zmq.curve_keypair()
    server = read_key(keys / f"robot-{ROBOT}.key").server
    while True:
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        for number in range(60):
            key = Key("unknown", "robot", public, secret, server) if number % 2 else None
            socket = context.socket(zmq.DEALER)
            socket.set(zmq.LINGER, 0)
            curve_security.client(socket, key)
            socket.connect(f"tcp://127.0.0.1:{port + number % 3}")
            socket.send(bytes(1000))
        time.sleep(1.0)
        context.destroy(linger=0)


def half_open(port: int, keys: Path) -> None:
    """Open connections that send nothing, stop in the middle of a greeting, or send rubbish."""
    connections: list[sockets.socket] = []
    for number in itertools.count():
        with suppress(OSError):
            made = sockets.create_connection(("127.0.0.1", port + number % 3), 1.0)
            connections.append(made)
            made.settimeout(0.1)
            made.sendall((b"", b"\xff" + bytes(8), DICE.randbytes(10_000), b"GET / HTTP/1.1\r\n\r\n")[number % 4])
        if len(connections) > 300:
            connections.pop(0).close()
        time.sleep(0.002)


KINDS: dict[str, Callable[[int, Path], None]] = {
    one.__name__: one for one in (viewer, orders, seller, operator, robot, reconnecting, strangers, half_open)
}


def _key(keys: Path, name: str) -> Key | None:
    return None if keys == Path("-") else read_key(keys / f"{name}.key")


def _send_requests(port: int, key: Key | None, frames: Iterator[bytes]) -> None:
    while True:
        with connected(port + 1, key) as socket:
            pour(socket, frames)


if __name__ == "__main__":
    os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)
    KINDS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
