"""Waiting requests, served in turn so that one key's flood doesn't delay the others; and cached answers.

Each key (each connection, if there are no keys) has a bounded queue of its own. A tick takes the first request of each
operator's queue, then one of each queue in rotation while it has time; the next tick continues from there.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import zmq

from controller.operations.roles import OPERATOR
from robots.requests import requests

_REQUESTS, _BYTES = 64, 1 << 19
"""Most requests and bytes waiting in one queue."""
_QUEUES = 256
"""Most queues on a link without keys, where anybody can open more connections."""
_ANSWERS = 10_000
_REFUSALS = 100
"""Most cached refusals of one key."""


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """Received request. role: of its key; for a seller the seller's name; "" on a link without keys. key: name of its key, or
    "".

    frame: as received.
    """

    routing_id: bytes
    role: str
    key: str
    request: requests.Request
    frame: bytes

    @property
    def client(self) -> str:
        """Key under which answers are cached. It includes the role, so one role can neither read nor block another's
        requests.
        """
        return f"{self.role} {self.request.client}" if self.role else self.request.client

    @property
    def name(self) -> tuple[str, str]:
        """Return the identity of the request, by which a repetition is recognised."""
        return self.client, self.request.msg


class RequestQueue:
    """Queues of requests, filled by one thread and emptied by another."""

    def __init__(self) -> None:
        self._queues: OrderedDict[str, deque[ReceivedRequest]] = OrderedDict()
        self._bytes: dict[str, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        with self._lock:
            return sum(map(len, self._queues.values()))

    def has_room(self, routing_id: bytes, key: str, size: int) -> bool:
        """Tell whether a frame of this many bytes may wait."""
        name = _queue_name(routing_id, key)
        with self._lock:
            queue = self._queues.get(name)
            if queue is None:
                return bool(key) or len(self._queues) < _QUEUES
            return len(queue) < _REQUESTS and self._bytes[name] + size <= _BYTES

    def put(self, asked: ReceivedRequest) -> None:
        name = _queue_name(asked.routing_id, asked.key)
        with self._lock:
            self._queues.setdefault(name, deque()).append(asked)
            self._bytes[name] = self._bytes.get(name, 0) + len(asked.frame)

    def in_turn(self) -> Iterator[ReceivedRequest]:
        """Yield the requests in turn, until none waits or the caller stops. A request leaves its queue when it is yielded."""
        with self._lock:
            operators = [name for name, queue in self._queues.items() if queue[0].role == OPERATOR]
        for name in operators:
            yield self._take(name)
        while name := self._next():
            yield self._take(name)

    def _next(self) -> str:
        with self._lock:
            return next(iter(self._queues), "")

    def _take(self, name: str) -> ReceivedRequest:
        """Take the first request of a queue, which then goes behind all others."""
        with self._lock:
            queue = self._queues.pop(name)
            asked = queue.popleft()
            self._bytes[name] -= len(asked.frame)
            if queue:
                self._queues[name] = queue
            else:
                del self._bytes[name]
            return asked


class Answers:
    """Cached answers for repeated requests: the latest that changed something, and the latest refusals of each key. Beyond
    that a refused request is checked again; an executed one is in the store.
    """

    def __init__(self) -> None:
        self._done: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._refused: dict[str, OrderedDict[tuple[str, str], bytes]] = {}

    def of(self, asked: ReceivedRequest) -> bytes | None:
        refused = self._refused.get(asked.key)
        return self._done.get(asked.name) or (refused.get(asked.name) if refused is not None else None)

    def keep(self, asked: ReceivedRequest, answer: bytes, *, changed: bool) -> None:
        kept, most = (
            (self._done, _ANSWERS) if changed else (self._refused.setdefault(asked.key, OrderedDict()), _REFUSALS)
        )
        kept[asked.name] = answer
        if len(kept) > most:
            kept.popitem(last=False)


def _queue_name(routing_id: bytes, key: str) -> str:
    return key or f"connection {routing_id.hex()}"


class WakeUp:
    """A pair of sockets by which other threads wake up the thread of the sockets: there is something to send."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        self.socket, self._sender = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        for socket in (self.socket, self._sender):
            socket.set(zmq.LINGER, 0)
        self.socket.bind("inproc://wake-up")
        self._sender.connect("inproc://wake-up")

    def send(self) -> None:
        """Wake up the thread of the sockets."""
        with suppress(zmq.Again):
            self._sender.send(b"", zmq.NOBLOCK)

    def receive(self) -> None:
        """Take in all that was sent."""
        with suppress(zmq.Again):
            while True:
                self.socket.recv(zmq.NOBLOCK)

    def close(self) -> None:
        """Close both ends."""
        self.socket.close()
        self._sender.close()
