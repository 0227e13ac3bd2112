"""Connection to the operations API of the floor: requests wait for their answers in a thread, so that drawing never
waits.
"""

import queue
import secrets
import threading
from typing import NamedTuple, Protocol

import msgspec

from layout.errors import InputError
from robots.link.keys import Key
from robots.requests.client import RequestClient
from robots.requests.requests import Request, Result

_WAIT_S = 3.0
_TRIES = 3
_PATIENCE_S = 2.0
"""Longest wait for the thread to end."""


class Reply(NamedTuple):
    """Answer to a request. result: None if there was no answer; `fault` gives the reason."""

    request: Request
    result: Result | None
    fault: str = ""


class Connection(Protocol):
    """Interface that Control sends its requests to."""

    def send(self, request: Request) -> Request:
        """Send a request; return at once, with the request as it was sent."""

    def replies(self) -> list[Reply]:
        """Return the answers that have arrived since the last call."""

    def close(self) -> None: ...


class DeskConnection:
    """Connection to the operations API of one floor. InputError for an address that is not valid.

    key: an operator's, None on loopback without keys. token: of a run with a window.
    """

    def __init__(
        self, address: str, key: Key | None = None, token: str = "", *, wait_s: float = _WAIT_S, tries: int = _TRIES
    ) -> None:
        self._name = key.name if key is not None else "operator"
        self._client = RequestClient(address, key, wait_s=wait_s, tries=tries, token=token)
        self._asked: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="desk", daemon=True)
        self._thread.start()

    def send(self, request: Request) -> Request:
        named: Request = msgspec.structs.replace(request, client=self._name, msg=secrets.token_hex(8))
        self._asked.put(named)
        return named

    def replies(self) -> list[Reply]:
        replies = []
        while not self._replies.empty():
            replies.append(self._replies.get())
        return replies

    def close(self) -> None:
        self._client.give_up()
        self._asked.put(None)
        self._thread.join(_PATIENCE_S)

    def _serve(self) -> None:
        with self._client:
            while (request := self._asked.get()) is not None:
                self._replies.put(self._ask(request))

    def _ask(self, request: Request) -> Reply:
        try:
            return Reply(request, self._client.ask(request))
        except InputError as error:
            return Reply(request, None, error.problems[0].what)
