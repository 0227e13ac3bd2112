"""The connections to our sockets, of which ZeroMQ itself says little: how many there are, whose, and what they keep waiting.

ZeroMQ bounds the messages that wait for us by number and by size. It doesn't bound the connections of one key, nor those
that never say anything, nor a message of endless parts: it keeps all parts until the last has come. So connections are
followed by their monitors, and who goes beyond a bound is cut off: the connection is shut down under ZeroMQ's hands.
"""

import logging
import math
import socket as sockets
import struct
import sys
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import zmq

from controller.link.rate_limit import Limiter

_log = logging.getLogger(__name__)

_FAILED = zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
"""Without a key either end may be the first to hang up: the one, or the other. Who hangs up for other reasons counts too."""
_FAILED_S = 30.0
"""Between two lines about them."""
_EVENTS_KEPT = 100_000
"""The system's threads wait once so many are not looked at."""
_LOOK_S = 0.1
_AT_A_TIME = 200
"""Connections looked at by one call, the others by the next ones."""
_UNSAID_BYTES = 1 << 20
"""What may come over a connection while no whole message comes of it."""
_SILENT_S, _SILENT = 10.0, 256
"""So many connections may stay so long without having said anything."""
_STRANGERS = 4096
"""Connections that have said nothing yet; one more is cut off at once."""
_EVENT = struct.Struct("=HI")
_RECEIVED_AT, _TCP_INFO = 128, 232
"""Of struct tcp_info of Linux: where tcpi_bytes_received stands, and the length asked for."""


@dataclass(slots=True, eq=False)
class _Connection:
    """ear: monitor of its socket. key: name of its key, None before its first message. said: since it was last looked at.

    received: bytes when it was first seen to be silent, -1 while it isn't.
    """

    ear: "zmq.Socket[bytes]"
    since: float
    key: str | None = None
    said: bool = False
    received: int = -1


class Connections:
    """Those to all watched sockets of a context. failed: handshakes that came to nothing. cut: connections cut off, so far.

    `look` is for the loop's thread; `heard` may be called by any that receives.
    """

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]") -> None:
        self.failed = self.cut = 0
        self._context = context
        self._watched: list[tuple[zmq.Socket[bytes], zmq.Socket[bytes]]] = []
        self._open: OrderedDict[int, _Connection] = OrderedDict()
        self._by_key: Counter[tuple[zmq.Socket[bytes], str]] = Counter()
        self._strangers = 0
        self._lock = threading.Lock()
        self._limiter = Limiter()
        self._look_at = 0.0
        self._failed_told_at = -math.inf

    def watch(self, socket: "zmq.Socket[bytes]") -> None:
        """Follow a socket's connections, from any thread. Before it is bound."""
        with self._lock:
            self._follow(socket)

    def _follow(self, socket: "zmq.Socket[bytes]") -> None:
        address = f"inproc://podfleet-connections-{len(self._watched)}"
        socket.monitor(address, _FAILED | zmq.EVENT_ACCEPTED | zmq.EVENT_DISCONNECTED)
        ear = self._context.socket(zmq.PAIR)
        ear.set(zmq.LINGER, 0)
        ear.set(zmq.RCVHWM, _EVENTS_KEPT)
        ear.connect(address)
        self._watched.append((socket, ear))

    def heard(self, message: zmq.Frame, key: str, most: int) -> None:
        """A whole message has come (received with copy=False). most: connections that its key may have to that socket."""
        descriptor = _descriptor(message)
        connection = self._open.get(descriptor)
        if connection is not None and connection.key is not None:
            connection.said = True
            return
        with self._lock:
            self._take_events(time.monotonic())
            connection = self._open.get(descriptor)
            if connection is None or connection.key is not None:  # cut off already
                return
            self._strangers -= 1
            connection.said, connection.key = True, key
            self._by_key[connection.ear, key] += 1
            if self._by_key[connection.ear, key] > most:
                self._cut(descriptor, f"{most} of key {key or '(none)'} are open already")

    def look(self) -> None:
        """Take in what has come and gone, and cut off who keeps too much waiting. Call it often: it does little each time."""
        now = time.monotonic()
        with self._lock:
            self._take_events(now)
            if now < self._look_at:
                return
            self._look_at = now + _LOOK_S
            for _ in range(min(_AT_A_TIME, len(self._open))):
                descriptor, connection = self._open.popitem(last=False)
                self._open[descriptor] = connection
                self._judge(descriptor, connection, now)

    def close(self) -> None:
        """After the sockets that are watched."""
        for socket, ear in self._watched:
            if not socket.closed:
                socket.disable_monitor()
            ear.close()
        self._watched.clear()

    def _take_events(self, now: float) -> None:
        for _, ear in self._watched:
            with suppress(zmq.Again):
                while True:
                    event, descriptor = _EVENT.unpack(ear.recv_multipart(zmq.NOBLOCK)[0])
                    self._take_event(ear, event, descriptor, now)

    def _take_event(self, ear: "zmq.Socket[bytes]", event: int, descriptor: int, now: float) -> None:
        connection = self._open.get(descriptor)
        if event == zmq.EVENT_ACCEPTED:
            if connection is not None:  # another socket's, which has not yet told that it has ended
                self._forget(descriptor)
            self._open[descriptor] = _Connection(ear, now)
            self._strangers += 1
            if self._strangers > _STRANGERS:
                self._cut(descriptor, f"{_STRANGERS} have said nothing yet")
        elif event != zmq.EVENT_DISCONNECTED:
            self._note_failed(now)
        elif connection is not None and connection.ear is ear:
            self._forget(descriptor)

    def _note_failed(self, now: float) -> None:
        """Who has no key hears nothing of it, and tries on: the log says so now and then."""
        self.failed += 1
        if now - self._failed_told_at >= _FAILED_S:
            self._failed_told_at = now
            _log.warning(
                "a client was not let in (%d so far): it has no key, or one for another controller", self.failed
            )

    def _forget(self, descriptor: int) -> None:
        connection = self._open.pop(descriptor)
        if connection.key is None:
            self._strangers -= 1
            return
        self._by_key[connection.ear, connection.key] -= 1
        if not self._by_key[connection.ear, connection.key]:
            del self._by_key[connection.ear, connection.key]

    def _judge(self, descriptor: int, connection: _Connection, now: float) -> None:
        if connection.said:
            connection.said, connection.received = False, -1
            return
        received = _received(descriptor)
        if connection.received < 0:
            connection.received = received
        elif received - connection.received > _UNSAID_BYTES:
            self._cut(descriptor, "it keeps a message of endless parts waiting")
        elif connection.key is None and now - connection.since > _SILENT_S and self._strangers > _SILENT:
            self._cut(descriptor, f"it and more than {_SILENT} others say nothing")

    def _cut(self, descriptor: int, why: str) -> None:
        """Told at most once a second: a log that strangers fill has no bound either."""
        self._forget(descriptor)
        _shut(descriptor)
        self.cut += 1
        if self._limiter.passes(("cut", ""), time.monotonic()):
            _log.warning("a connection was cut off (%d so far): %s", self.cut, why)


def _shut(descriptor: int) -> None:
    """End a connection; ZeroMQ notices it, closes it and tells so."""
    with suppress(OSError), _borrowed(descriptor) as peer:  # OSError: gone by itself
        peer.shutdown(sockets.SHUT_RDWR)


@contextmanager
def _borrowed(descriptor: int) -> Iterator[sockets.socket]:
    """A connection of ZeroMQ's as a socket, which leaves it open."""
    peer = sockets.socket(sockets.AF_INET, sockets.SOCK_STREAM, fileno=descriptor)
    try:
        yield peer
    finally:
        peer.detach()


def _descriptor(message: zmq.Frame) -> int:
    """Of the connection that a message came over, -1 if it came over none."""
    try:
        return int(message.get(zmq.SRCFD))
    except zmq.ZMQError:
        return -1


def _received(descriptor: int) -> int:
    """Bytes that have come over a connection so far; 0 where the system doesn't say, which is everywhere but on Linux."""
    if sys.platform != "linux":
        return 0
    try:
        with _borrowed(descriptor) as peer:
            told = peer.getsockopt(sockets.IPPROTO_TCP, sockets.TCP_INFO, _TCP_INFO)
    except OSError:  # gone by itself
        return 0
    return int.from_bytes(told[_RECEIVED_AT : _RECEIVED_AT + 8], sys.byteorder)
