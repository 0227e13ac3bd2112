"""Authenticate clients: decide whether a client that has proved its key may connect, and name the sender of each message.

This is the ZAP handler (https://rfc.zeromq.org/spec/27/) of all sockets of a context. It has no thread: the loop that polls
its `socket` calls `answer`. A key removed from the registry can't connect any more; connected clients are detected by
`entry`, which no longer knows their key, and by `revoked`.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import zmq
from zmq.utils import z85

from controller.link.rate_limit import Limiter
from robots.link.keys import Entry, Key, Registry, server_keys

_log = logging.getLogger(__name__)

DOMAINS: Mapping[str, frozenset[str]] = {
    "robots": frozenset({"robot"}),
    "requests": frozenset({"operator", "orders", "seller"}),
    "view": frozenset({"viewer"}),
}
"""Roles allowed on a socket of each domain."""
_KEY_BYTES = 32
_AT_A_TIME = 256
"""Clients decided on in one call, so that a storm of them can't block the loop."""


class Authenticator:
    """The only authenticator of a context. Create it before the sockets it guards bind.

    refused: clients turned away for an unknown key or a wrong role; a client that tries again is counted again. Clients
    without a key are counted by Connections.failed. Nothing that clients do raises, nor does a registry that becomes
    unreadable: its earlier content stays valid, and `fault` says why.
    """

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]", registry: Registry) -> None:
        self.refused = 0
        self._registry = registry
        self._gone: set[str] = set()
        self._limiter = Limiter()
        self.socket = context.socket(zmq.REP)
        self.socket.set(zmq.LINGER, 0)
        self.socket.bind("inproc://zeromq.zap.01")

    @property
    def fault(self) -> str:
        """Return why the registry can't be read now, "" if it can."""
        return self._registry.fault

    def renewed(self, key: Key) -> Key | None:
        """Return the server's new key if the registry names another than this one. InputError if server.key doesn't match it
        (yet).
        """
        if self._registry.server == key.public:
            return None
        return server_keys(self._registry.path.parent)[0]

    def answer(self) -> None:
        """Decide on the waiting clients. Call whenever `socket` can be read."""
        self._gone |= self._registry.reload()
        with suppress(zmq.Again):
            for _ in range(_AT_A_TIME):
                self.socket.send_multipart(self._reply(self.socket.recv_multipart(zmq.NOBLOCK)))

    def entry(self, frame: zmq.Frame) -> Entry | None:
        """Return the registry entry of a frame's sender (received with copy=False on a guarded socket).

        None once the key is revoked. Not for sockets without CURVE, whose clients can claim any name.
        """
        try:
            return self._registry.entry(str(frame.get("User-Id")).encode())
        except (zmq.ZMQError, ValueError):  # it has no user id, or none that is text
            return None

    def revoked(self) -> set[str]:
        """Return the names of keys removed or changed since the last call, so that their sessions end. Call about once a
        second.
        """
        self._gone |= self._registry.reload()
        gone, self._gone = self._gone, set()
        return gone

    def close(self) -> None:
        """Close the handler, after the sockets it guards."""
        self.socket.close()

    def __enter__(self) -> "Authenticator":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reply(self, request: Sequence[bytes]) -> list[bytes]:
        """Return ZAP's reply: version, request id, status, text, User-Id, metadata."""
        number = request[1] if len(request) > 1 else b""
        verdict = self._judge(request)
        if isinstance(verdict, Entry):
            return [b"1.0", number, b"200", b"OK", verdict.public.encode(), b""]
        self.refused += 1
        self._log_refusal(verdict)
        return [b"1.0", number, b"400", b"refused", b"", b""]

    def _log_refusal(self, refusal: str) -> None:
        """Log a refusal, at most once a second, because a stranger must not fill the disk."""
        if self._limiter.passes(("refused", ""), time.monotonic()):
            _log.warning("a client was refused (%d so far): %s", self.refused, refusal)

    def _judge(self, request: Sequence[bytes]) -> Entry | str:
        """Return the entry of a client that may connect, or the reason for its refusal."""
        match request:
            case [b"1.0", _, domain, address, _, b"CURVE", key] if len(key) == _KEY_BYTES:
                public, place = z85.encode(key), domain.decode(errors="replace")
            case _:
                return "this is no request for CURVE"
        entry = self._registry.entry(public)
        origin = address.decode(errors="replace")
        if entry is None:
            return f"{origin} has a key that isn't registered ({public.decode()})"
        if entry.role not in DOMAINS.get(place, ()):
            return f"{origin} came to {place} with {entry.name}, a key of role {entry.role}"
        return entry
