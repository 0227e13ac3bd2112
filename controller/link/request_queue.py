"""Requests that wait at the desk, taken in turn so that nobody's crowd keeps the others waiting; and what was answered.

Each key has a line of its own (each connection, where there are no keys) with a bound. A tick takes the first request of
each operator's line, then one of each line, round and round, for as long as it has time; the next tick goes on from there.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from controller.operations.roles import OPERATOR
from robots.requests import requests

_REQUESTS, _BYTES = 64, 1 << 19
"""Of one line at a time."""
_LINES = 256
"""With something waiting, on a link without keys, where anybody can open more."""
_ANSWERS = 10_000
_REFUSALS = 100
"""Of one key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request at the desk. role: of its key, of a seller's its name, "" on a link without keys. key: its key's name, or "".

    frame: as it came.
    """

    routing_id: bytes
    role: str
    key: str
    request: requests.Request
    frame: bytes

    @property
    def client(self) -> str:
        """Whose answers those are that are kept: what one role has asked, another neither reads nor forestalls."""
        return f"{self.role} {self.request.client}" if self.role else self.request.client

    @property
    def name(self) -> tuple[str, str]:
        """By which it is known again."""
        return self.client, self.request.msg


class RequestQueue:
    """Filled by one thread, emptied by another."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Asked]] = OrderedDict()
        self._bytes: dict[str, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        with self._lock:
            return sum(map(len, self._lines.values()))

    def has_room(self, routing_id: bytes, key: str, size: int) -> bool:
        """Whether a frame of so many bytes may wait."""
        name = _line(routing_id, key)
        with self._lock:
            line = self._lines.get(name)
            if line is None:
                return bool(key) or len(self._lines) < _LINES
            return len(line) < _REQUESTS and self._bytes[name] + size <= _BYTES

    def put(self, asked: Asked) -> None:
        name = _line(asked.routing_id, asked.key)
        with self._lock:
            self._lines.setdefault(name, deque()).append(asked)
            self._bytes[name] = self._bytes.get(name, 0) + len(asked.frame)

    def in_turn(self) -> Iterator[Asked]:
        """One after the other, until none waits or nobody wants more. Each is out of the queue once it has come."""
        with self._lock:
            operators = [name for name, line in self._lines.items() if line[0].role == OPERATOR]
        for name in operators:
            yield self._take(name)
        while name := self._next():
            yield self._take(name)

    def _next(self) -> str:
        with self._lock:
            return next(iter(self._lines), "")

    def _take(self, name: str) -> Asked:
        """The first of a line, which then goes behind all others."""
        with self._lock:
            line = self._lines.pop(name)
            asked = line.popleft()
            self._bytes[name] -= len(asked.frame)
            if line:
                self._lines[name] = line
            else:
                del self._bytes[name]
            return asked


class Answers:
    """What requests were answered with, for who asks again: the last ones that changed something, and of each key the last
    that were refused. Beyond that a refused request is looked at anew; one that was carried out is in the store.
    """

    def __init__(self) -> None:
        self._done: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._refused: dict[str, OrderedDict[tuple[str, str], bytes]] = {}

    def of(self, asked: Asked) -> bytes | None:
        refused = self._refused.get(asked.key)
        return self._done.get(asked.name) or (refused.get(asked.name) if refused is not None else None)

    def keep(self, asked: Asked, answer: bytes, *, changed: bool) -> None:
        kept, most = (
            (self._done, _ANSWERS) if changed else (self._refused.setdefault(asked.key, OrderedDict()), _REFUSALS)
        )
        kept[asked.name] = answer
        if len(kept) > most:
            kept.popitem(last=False)


def _line(routing_id: bytes, key: str) -> str:
    return key or f"connection {routing_id.hex()}"
