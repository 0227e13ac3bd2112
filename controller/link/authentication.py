"""The gate: says of each client that has proved its key whether it may in, and afterwards whose a message is.

The handler of ZAP (https://rfc.zeromq.org/spec/27/) for all sockets of a context. It has no thread: the loop that polls
its `socket` calls `answer`. Removing a key from the registry keeps its owner from coming in; whoever is in already is
told by `entry`, which then no longer knows him, and by `revoked`.
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
"""Roles that may come to a socket of each domain."""
_KEY_BYTES = 32
_AT_A_TIME = 256
"""Clients let in by one call, so that a storm of them can't hold up the loop."""


class Authenticator:
    """The one gate of a context. Make it before the sockets it guards bind.

    refused: times that a client was turned away for an unknown key or another role's; who tries again and again is
    counted again and again, and who has no key at all by Connections.failed. Nothing that clients do raises, nor a
    registry that can't be read any more: what it said before then holds on, and `fault` says why.
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
        """Why the registry can't be read now, "" if it can."""
        return self._registry.fault

    def renewed(self, key: Key) -> Key | None:
        """The server's key if the registry names another than this one. InputError if server.key isn't that one (yet)."""
        if self._registry.server == key.public:
            return None
        return server_keys(self._registry.path.parent)[0]

    def answer(self) -> None:
        """Decide about the clients that wait. Call whenever `socket` can be read."""
        self._gone |= self._registry.reload()
        with suppress(zmq.Again):
            for _ in range(_AT_A_TIME):
                self.socket.send_multipart(self._reply(self.socket.recv_multipart(zmq.NOBLOCK)))

    def entry(self, frame: zmq.Frame) -> Entry | None:
        """Whose message a frame (received with copy=False on a guarded socket) is.

        None once the key is revoked. Not for sockets without CURVE, whose clients may claim to be anybody.
        """
        try:
            return self._registry.entry(str(frame.get("User-Id")).encode())
        except (zmq.ZMQError, ValueError):  # it has none, or none that is text
            return None

    def revoked(self) -> set[str]:
        """Names of keys that were removed or changed since the last call: end their sessions. Call once a second or so."""
        self._gone |= self._registry.reload()
        gone, self._gone = self._gone, set()
        return gone

    def close(self) -> None:
        """After the sockets it guards."""
        self.socket.close()

    def __enter__(self) -> "Authenticator":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reply(self, request: Sequence[bytes]) -> list[bytes]:
        """ZAP's reply: version, request id, status, text, User-Id, metadata."""
        number = request[1] if len(request) > 1 else b""
        verdict = self._judge(request)
        if isinstance(verdict, Entry):
            return [b"1.0", number, b"200", b"OK", verdict.public.encode(), b""]
        self.refused += 1
        self._tell(verdict)
        return [b"1.0", number, b"400", b"refused", b"", b""]

    def _tell(self, refusal: str) -> None:
        """At most once a second, for a stranger must not fill the disk with his refusals."""
        if self._limiter.passes(("refused", ""), time.monotonic()):
            _log.warning("a client was refused (%d so far): %s", self.refused, refusal)

    def _judge(self, request: Sequence[bytes]) -> Entry | str:
        """Who may come in, or why he may not."""
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
