"""`podfleet serve` that kills itself at a chosen moment. Its words: MOMENT, where, COUNT, then those of serve.

MOMENT: "tick" (what belongs to a tick) or "rows" (grants between ticks), and where it dies: "uncommitted", "committed",
"sent". It does so the COUNT-th time it comes there with grants to send.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from controller.cli.app import main
from controller.link.sockets import LinkServer
from controller.persistence.store import Row, Store


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Countdown:
    def __init__(self, count: int) -> None:
        self._left = count

    def over(self) -> bool:
        self._left -= 1
        return self._left <= 0


def dying_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """The transaction is open, the rows are written, and it is never committed."""
    yield from rows
    die()


def doom(write: Callable[..., None], count: Countdown, where: str) -> Callable[..., None]:
    """The store's method, rows last, that dies before or after its commit."""

    def wrapped(store: Store, *values: Any) -> None:
        *others, rows = values
        rows = list(rows)
        last = bool(rows) and count.over()
        write(store, *others, dying_rows(rows) if last and where == "uncommitted" else rows)
        if last:
            die()

    return wrapped


def doom_sending(count: Countdown) -> None:
    """Dies as soon as the messages of a tick have left."""
    post = LinkServer.post

    def wrapped(server: LinkServer, messages: Iterable[Any]) -> None:
        messages = list(messages)
        post(server, messages)
        if messages and count.over():
            time.sleep(0.05)
            die()

    LinkServer.post = wrapped  # type: ignore[method-assign]


def serve_and_die() -> None:
    """As `podfleet` with the words behind MOMENT, the place and COUNT."""
    what, where, times, *words = sys.argv[1:]
    if where == "sent":
        doom_sending(Countdown(int(times)))
    else:
        name = {"tick": "write_tick", "rows": "write_rows"}[what]
        setattr(Store, name, doom(getattr(Store, name), Countdown(int(times)), where))
    sys.argv[1:] = words
    main()
