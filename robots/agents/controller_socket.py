"""One socket of an agent process to the controller, opened again with growing waits when nothing is received.

A socket serves one robot, or all robots of a group key. With IMMEDIATE no messages queue up while the controller is away and
arrive stale; and opening the socket again replaces a connection that is dead in one direction.
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
"""Missed heartbeats after which the connection counts as dead."""
_BEFORE_LOGIN_HB_S = 1.0
_QUEUE = 100
"""Messages queued for each robot; further ones are dropped, and resent while they still apply."""
_MOST_BYTES = 64 << 10
_READABLE, _WRITABLE = int(zmq.POLLIN), int(zmq.POLLOUT)
"""Plain numbers, because they are read for each message and pyzmq's enums are slow."""


class ControllerSocket:
    """DEALER socket that can be closed and opened again. robots: number of robots it serves. writable: whether it is
    connected to a controller.

    key: for the next opening.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], address: str, key: Key | None, robots: int) -> None:
        self._context, self._address, self.key, self._robots = context, address, key, robots
        self._socket: zmq.Socket[bytes] | None = None
        self._tries = 0
        self.hb_s = _BEFORE_LOGIN_HB_S
        self.heard_at = -math.inf
        self.open_at = -math.inf
        """Time to open the socket again, while it is closed."""
        self.ever_heard = self.writable = False

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def open(self, now: float) -> int:
        """Open the socket; return the descriptor to wait on. InputError if the address makes no sense."""
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
                from robots.link import curve_security

                curve_security.client(socket, self.key)
            socket.connect(self._address)
        except zmq.ZMQError as error:
            socket.close()
            what = f"can't be used: {error}"
            raise InputError.single(self._address, "", what, "an address like tcp://127.0.0.1:5600") from error
        self._socket, self.heard_at = socket, now
        return int(socket.get(zmq.FD))

    def send(self, data: bytes) -> None:
        """Send at once, or drop the message."""
        if self._socket is not None:
            with suppress(zmq.Again):
                self._socket.send(data, zmq.NOBLOCK)

    def waiting(self) -> bool:
        """Tell whether a message is waiting. Ask after each `send` too, which may consume the descriptor's event."""
        events = int(self._socket.get(zmq.EVENTS)) if self._socket is not None else 0
        self.writable = bool(events & _WRITABLE)
        return bool(events & _READABLE)

    def receive(self) -> Iterator[bytes]:
        """Yield the waiting messages. A message in several parts is not one of ours and is yielded empty."""
        while self.waiting() and self._socket is not None:
            parts = self._socket.recv_multipart(zmq.NOBLOCK)
            yield parts[0] if len(parts) == 1 else b""

    def heard(self, now: float) -> None:
        """Record that a readable message has come from the controller."""
        self.heard_at, self.ever_heard, self._tries = now, True, 0

    def silent(self, now: float) -> bool:
        return self.is_open and now - self.heard_at > _MISSED * self.hb_s

    def close(self, now: float) -> None:
        """Close the socket and set when to try again: after 0.2 s, twice that …, 5 s, each up to half shorter at random."""
        if self._socket is not None:
            self._socket.close()
            self._socket, self.writable = None, False
        wait = min(_FIRST_WAIT_S * 2.0**self._tries, _LONGEST_WAIT_S)
        self._tries += 1
        self.open_at = now + wait * random.uniform(0.5, 1.0)
