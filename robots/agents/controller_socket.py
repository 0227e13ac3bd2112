"""One socket of an agent process to the controller, made anew when nothing is heard, with growing waits.

A socket speaks for one robot, or for all those of a group key. With IMMEDIATE no words queue while the controller is
away, to arrive stale; and one that is made anew doesn't sit on a link that is dead one way.
"""

import math
import random
from collections.abc import Iterator
from contextlib import suppress

import zmq

from layout.errors import InputError
from robots.link.keys import Key

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 5.0
_MISSED = 3
"""Heartbeats in which nothing is heard, and the link counts as dead."""
_BEFORE_LOGIN_HB_S = 1.0
_QUEUE = 100
"""Messages a robot; what is more is dropped, and sent again by who still means it."""
_MOST_BYTES = 64 << 10
_READABLE, _WRITABLE = int(zmq.POLLIN), int(zmq.POLLOUT)
"""As plain numbers: asked for each message, and pyzmq's enums are slow."""


class ControllerSocket:
    """A DEALER socket and its life. robots: how many it speaks for. writable: a controller is at the other end.

    key: of the next one that is opened.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], address: str, key: Key | None, robots: int) -> None:
        self._context, self._address, self.key, self._robots = context, address, key, robots
        self._socket: zmq.Socket[bytes] | None = None
        self._tries = 0
        self.hb_s = _BEFORE_LOGIN_HB_S
        self.heard_at = -math.inf
        self.open_at = -math.inf
        """When to make the socket anew, while there is none."""
        self.ever_heard = self.writable = False

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def open(self, now: float) -> int:
        """Make the socket; returns the descriptor to wait on. InputError if the address makes no sense."""
        socket = self._context.socket(zmq.DEALER)
        socket.set(zmq.LINGER, 0)
        socket.set(zmq.IMMEDIATE, 1)
        socket.set(zmq.SNDHWM, _QUEUE * self._robots)
        socket.set(zmq.RCVHWM, _QUEUE * self._robots)
        socket.set(zmq.MAXMSGSIZE, _MOST_BYTES)
        socket.set(zmq.HEARTBEAT_IVL, 1000)
        socket.set(zmq.HEARTBEAT_TIMEOUT, 3000)
        socket.set(zmq.RECONNECT_IVL, 100)
        socket.set(zmq.RECONNECT_IVL_MAX, 2000)
        try:
            if self.key is not None:
                from robots.link import curve

                curve.client(socket, self.key)
            socket.connect(self._address)
        except zmq.ZMQError as error:
            socket.close()
            what = f"can't be used: {error}"
            raise InputError.single(self._address, "", what, "an address like tcp://127.0.0.1:5600") from error
        self._socket, self.heard_at = socket, now
        return int(socket.get(zmq.FD))

    def send(self, data: bytes) -> None:
        """At once or never."""
        if self._socket is not None:
            with suppress(zmq.Again):
                self._socket.send(data, zmq.NOBLOCK)

    def waiting(self) -> bool:
        """Whether something has come. To be asked after each `send` too: it may swallow the descriptor's sign."""
        events = int(self._socket.get(zmq.EVENTS)) if self._socket is not None else 0
        self.writable = bool(events & _WRITABLE)
        return bool(events & _READABLE)

    def receive(self) -> Iterator[bytes]:
        """What has come. A message in several parts is none of ours, and comes as an empty one."""
        while self.waiting() and self._socket is not None:
            parts = self._socket.recv_multipart(zmq.NOBLOCK)
            yield parts[0] if len(parts) == 1 else b""

    def heard(self, now: float) -> None:
        """The controller said something that can be understood."""
        self.heard_at, self.ever_heard, self._tries = now, True, 0

    def silent(self, now: float) -> bool:
        return self.is_open and now - self.heard_at > _MISSED * self.hb_s

    def close(self, now: float) -> None:
        """Away with it, and say when to try again: 0.2 s, twice that …, 5 s, each up to half less by chance."""
        if self._socket is not None:
            self._socket.close()
            self._socket, self.writable = None, False
        wait = min(_FIRST_WAIT_S * 2.0**self._tries, _LONGEST_WAIT_S)
        self._tries += 1
        self.open_at = now + wait * random.uniform(0.5, 1.0)
