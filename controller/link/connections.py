"""Limits on connections, which ZeroMQ doesn't provide: how many a key may have, and how much they keep waiting.

ZeroMQ bounds the number and the size of waiting messages. It bounds neither the connections of one key, nor those that never
send anything, nor a message of endless parts: it keeps all parts until the last has come. So socket monitors follow the
connections, and one that exceeds a limit is shut down underneath ZeroMQ.
"""

import logging
import math
import socket
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
from robots.link import curve_security
from robots.link.keys import Key

_log = logging.getLogger(__name__)

_OVERHEAD = 512
"""Bytes that encryption adds to a message, and the size of a handshake."""
_QUEUE = 100
"""Messages queued for one peer, or by one peer. Further outgoing messages are dropped and resent when their effect is
missing; further incoming ones wait at the peer.
"""
_FAILED = zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
"""Monitor events of a refused client: either end may be the first to hang up. Clients that hang up for other reasons count
too.
"""
_FAILED_S = 30.0
"""Seconds between two log lines about refused clients."""
_EVENTS_KEPT = 100_000
"""Monitor events kept; ZeroMQ's threads wait when so many are unread."""
_LOOK_S = 0.1
_AT_A_TIME = 200
"""Connections checked in one call; later calls check the others."""
_UNSAID_BYTES = 1 << 20
"""Bytes that a connection may deliver without a complete message."""
_SILENT_S, _SILENT = 10.0, 256
"""Age in s and number of silent connections above which one is cut off."""
_STRANGERS = 4096
"""Most silent connections; one more is cut off at once."""
_EVENT = struct.Struct("=HI")
_RECEIVED_AT, _TCP_INFO = 128, 232
"""Offset of tcpi_bytes_received in Linux's struct tcp_info, and the length to request."""


@dataclass(slots=True, eq=False)
class _Connection:
    """Connection of a client. monitor: of its socket. key: name of its key, None before its first message. said: whether it
    has sent a message since the last check.

    received: bytes when it was first seen silent, -1 while it isn't.
    """

    monitor: "zmq.Socket[bytes]"
    since: float
    key: str | None = None
    said: bool = False
    received: int = -1


class Connections:
    """Connections to all watched sockets of a context. failed: failed handshakes. cut: connections cut off, so far.

    `look` is for the server's thread; any receiving thread may call `heard`.
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
        self._failed_logged_at = -math.inf

    def router(self, key: Key | None, domain: str, most_bytes: int, thread: int) -> "zmq.Socket[bytes]":
        """Return a socket whose connections, messages and waiting are bounded; it is watched, and not bound yet."""
        socket = self._context.socket(zmq.ROUTER)
        options = {
            zmq.ROUTER_MANDATORY: 1,
            zmq.SNDHWM: _QUEUE,
            zmq.RCVHWM: _QUEUE,
            zmq.MAXMSGSIZE: most_bytes + _OVERHEAD,
            zmq.AFFINITY: thread,
            zmq.LINGER: 0,
            zmq.BACKLOG: 2048,
            zmq.HANDSHAKE_IVL: 5000,
        }
        for option, value in options.items():
            socket.set(option, value)
        curve_security.notice_dead(socket)
        curve_security.server(socket, key, domain)
        self.watch(socket)
        return socket

    def watch(self, socket: "zmq.Socket[bytes]") -> None:
        """Follow a socket's connections, from any thread. Call it before the socket is bound."""
        with self._lock:
            self._follow(socket)

    def _follow(self, socket: "zmq.Socket[bytes]") -> None:
        address = f"inproc://podfleet-connections-{len(self._watched)}"
        socket.monitor(address, _FAILED | zmq.EVENT_ACCEPTED | zmq.EVENT_DISCONNECTED)
        monitor = self._context.socket(zmq.PAIR)
        monitor.set(zmq.LINGER, 0)
        monitor.set(zmq.RCVHWM, _EVENTS_KEPT)
        monitor.connect(address)
        self._watched.append((socket, monitor))

    def heard(self, message: zmq.Frame, key: str, most: int) -> None:
        """Record that a complete message has come (received with copy=False). most: connections that its key may have to that
        socket.
        """
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
            self._by_key[connection.monitor, key] += 1
            if self._by_key[connection.monitor, key] > most:
                self._cut(descriptor, f"key {key or '(none)'} has {most} open already")

    def look(self) -> None:
        """Process connections that opened or closed, and cut off those that keep too much waiting. Call it often: it does
        little each time.
        """
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
        """Close the monitors, after the watched sockets."""
        for watched, monitor in self._watched:
            if not watched.closed:
                watched.disable_monitor()
            monitor.close()
        self._watched.clear()

    def _take_events(self, now: float) -> None:
        for _, monitor in self._watched:
            with suppress(zmq.Again):
                while True:
                    event, descriptor = _EVENT.unpack(monitor.recv_multipart(zmq.NOBLOCK)[0])
                    self._take_event(monitor, event, descriptor, now)

    def _take_event(self, monitor: "zmq.Socket[bytes]", event: int, descriptor: int, now: float) -> None:
        connection = self._open.get(descriptor)
        if event == zmq.EVENT_ACCEPTED:
            if connection is not None:  # of another socket, whose end is not reported yet
                self._forget(descriptor)
            self._open[descriptor] = _Connection(monitor, now)
            self._strangers += 1
            if self._strangers > _STRANGERS:
                self._cut(descriptor, f"{_STRANGERS} have sent nothing yet")
        elif event != zmq.EVENT_DISCONNECTED:
            self._note_failed(now)
        elif connection is not None and connection.monitor is monitor:
            self._forget(descriptor)

    def _note_failed(self, now: float) -> None:
        """Log refused clients now and then; a client without a key gets no answer and keeps trying."""
        self.failed += 1
        if now - self._failed_logged_at >= _FAILED_S:
            self._failed_logged_at = now
            _log.warning(
                "a client was not let in (%d so far): it has no key, or one for another controller", self.failed
            )

    def _forget(self, descriptor: int) -> None:
        connection = self._open.pop(descriptor)
        if connection.key is None:
            self._strangers -= 1
            return
        self._by_key[connection.monitor, connection.key] -= 1
        if not self._by_key[connection.monitor, connection.key]:
            del self._by_key[connection.monitor, connection.key]

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
            self._cut(descriptor, f"it and more than {_SILENT} others send nothing")

    def _cut(self, descriptor: int, why: str) -> None:
        """Cut off a connection; logged at most once a second, because strangers must not fill the log."""
        self._forget(descriptor)
        _shut(descriptor)
        self.cut += 1
        if self._limiter.passes(("cut", ""), time.monotonic()):
            _log.warning("a connection was cut off (%d so far): %s", self.cut, why)


def _shut(descriptor: int) -> None:
    """Shut down a connection; ZeroMQ notices, closes it and reports it."""
    with suppress(OSError), _borrowed(descriptor) as peer:  # OSError: gone by itself
        peer.shutdown(socket.SHUT_RDWR)


@contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket]:
    """Wrap a ZeroMQ connection as a socket that is not closed afterwards."""
    peer = socket.socket(socket.AF_INET, socket.SOCK_STREAM, fileno=descriptor)
    try:
        yield peer
    finally:
        peer.detach()


def _descriptor(message: zmq.Frame) -> int:
    """Return the descriptor of the connection a message came over, -1 for none."""
    try:
        return int(message.get(zmq.SRCFD))
    except zmq.ZMQError:
        return -1


def _received(descriptor: int) -> int:
    """Return the bytes received over a connection so far; 0 where the system doesn't report it, which is everywhere but on
    Linux.
    """
    if sys.platform != "linux":
        return 0
    try:
        with _borrowed(descriptor) as peer:
            info = peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO)
    except OSError:  # gone by itself
        return 0
    return int.from_bytes(info[_RECEIVED_AT : _RECEIVED_AT + 8], sys.byteorder)
