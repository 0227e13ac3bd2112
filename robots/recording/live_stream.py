"""The live link between a running floor and those who watch it, over ZeroMQ: frames and events out, commands in.

A viewer says W every second or so, and as long as it does it is sent what the floor tells: one byte for the kind and a
payload, H the Header, F a frame, E the events of a tick, X that there are viewers enough. A message to the control address
is a Command sealed with the floor's token. Viewers can't slow the floor: what a viewer does not take in time is dropped,
its queue and the number of viewers are bounded, and they have an IO thread of their own. It is a ROUTER and not a PUB, for
a PUB keeps all topics that its subscribers name, however many and long they are. Frames are open to whoever reaches the
address, so it is a loopback one by default; commands need the token. With keys, both ends prove theirs first, and nobody
else sees anything (robots/link/curve_security.py).
"""

import hmac
import logging
import math
import time
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypedDict

import msgspec
import zmq
from msgspec import msgpack

from layout.errors import InputError
from robots.link import curve_security
from robots.link.address import check_address
from robots.link.keys import Key
from robots.recording.events import AnyEvent, Event, decode_events, encode_events
from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, Header, decode_frame, encode_frame
from robots.recording.view_commands import AnyCommand, Sealed, decode_sealed, encode_sealed

_log = logging.getLogger(__name__)

_HEADER, _FRAME, _EVENTS, _WATCH, _FULL = b"H", b"F", b"E", b"W", b"X"
_QUEUE_BYTES = 16 << 20
"""Memory in bytes that a stalled viewer costs the floor, and itself."""
_COMMAND_BYTES = 4096
_WATCH_BYTES = 512
"""The longest of a handshake with keys; a viewer's word is shorter."""
_FRAME_BYTES = 256 << 20
_DRAINED = 64
"""Messages kept for a call and taken at it; what is more is dropped (frames) or waits (commands)."""
MOST_VIEWERS = 32
"""Most viewers of one key, and of a floor without keys."""
_WATCH_S, _WATCH_AGAIN_S = 2.0, 0.25
"""Seconds between two messages of a viewer: usually, and while it receives nothing."""
_GONE_S = 10.0
"""A viewer that says nothing for so long is sent nothing more; when it looks again it is told all anew."""
_SLICE_MS = 20
_FAREWELL_MS = 200


_encode = msgpack.Encoder().encode
_decode_header = msgpack.Decoder(Header).decode
_MALFORMED = (msgspec.MsgspecError, ValueError, RecursionError)


def _nothing(_: "zmq.Socket[bytes]") -> None:
    pass


def _nobody(_: zmq.Frame) -> str | None:
    return ""


@dataclass(slots=True)
class _Viewer:
    """key: name of the key that it came with. heard: when it last said that it watches, monotonic seconds."""

    key: str
    heard: float


class ViewSecurity(TypedDict):
    """Arguments of `FramePublisher` that make its sockets as safe as those of a guarded link."""

    key: Key | None
    context: "zmq.Context[zmq.Socket[bytes]]"
    guard: "Callable[[zmq.Socket[bytes]], object]"
    key_of: Callable[[zmq.Frame], str | None]


class FramePublisher:
    """The floor's end. `publish` and `commands` return at once, whatever viewers do; call `commands` while paused too.

    token: what commands have to carry; with "" none is obeyed, and there is no address for them. `address` and `control`
    are the addresses bound.
    key: the server's; the context must then be that of its authenticator. guard: told of each socket before it is bound.
    key_of: says with whose key a message came, None if that key holds no longer. refused: commands with a wrong token or
    malformed, and words of viewers that are none, so far. InputError if an address can't be bound, or if other machines
    can reach it and there is no key.
    """

    def __init__(
        self,
        header: Header,
        token: str = "",
        address: str = "tcp://127.0.0.1:*",
        *,
        key: Key | None = None,
        context: "zmq.Context[zmq.Socket[bytes]] | None" = None,
        guard: "Callable[[zmq.Socket[bytes]], object]" = _nothing,
        key_of: Callable[[zmq.Frame], str | None] = _nobody,
    ) -> None:
        if key is not None and context is None:
            raise ValueError("a key needs the context of an authenticator: without one every client would be refused")
        curve_security.check_bind(address, key)
        self.refused = 0
        self._token = token.encode()
        self._header = _HEADER + _encode(header)
        self._last = b""
        self._viewers: dict[bytes, _Viewer] = {}
        self._key, self._guard, self._key_of = key, guard, key_of
        self._context = context or zmq.Context()
        self._owns_context = context is None
        self._frames = self._open_socket(zmq.ROUTER, _WATCH_BYTES)
        self._frames.set(zmq.ROUTER_MANDATORY, 1)
        self._frames.set(zmq.SNDHWM, _queue_length(header))
        self._commands = self._open_socket(zmq.PULL, _COMMAND_BYTES) if token else None
        self.address = self._bind(self._frames, address)
        self.control = self._bind(self._commands, address.rpartition(":")[0] + ":*") if self._commands else ""

    def publish(self, frame: Frame, events: Sequence[Event]) -> None:
        """Send a tick to all viewers, its events first; it is dropped for viewers whose queue is full."""
        self.greet()
        self._last = _FRAME + encode_frame(frame)
        if events:
            self._send(self._viewers, _EVENTS + encode_events(events))
        self._send(self._viewers, self._last)

    def commands(self) -> list[AnyCommand]:
        """Return the commands received since the last call, in order."""
        self.greet()
        if self._commands is None:
            return []
        taken = (self._open(data.bytes) for _, data in _drain(self._commands))
        return [command for command in taken if command is not None]

    def greet(self) -> None:
        """Receive viewers' messages, and send new viewers the header. Call it while there is nothing to publish."""
        now = time.monotonic()
        for route, word in _drain(self._frames):
            key = self._key_of(word)
            if route is None or key is None or word.bytes != _WATCH:
                self.refused += 1
            elif route in self._viewers:
                self._viewers[route].heard = now
            elif sum(viewer.key == key for viewer in self._viewers.values()) >= MOST_VIEWERS:
                self._send([route], _FULL)
            else:
                self._viewers[route] = _Viewer(key, now)
                self._send([route], self._header)
                if self._last:
                    self._send([route], self._last)
        for route in [route for route, viewer in self._viewers.items() if now - viewer.heard > _GONE_S]:
            del self._viewers[route]

    def forget(self, keys: Container[str]) -> None:
        """Send nothing more to viewers with these keys, which were revoked."""
        self._viewers = {route: viewer for route, viewer in self._viewers.items() if viewer.key not in keys}

    def renew(self, key: Key) -> None:
        """Go by another key of the server's: viewers who know it may come back. zmq.ZMQError as curve.renew."""
        curve_security.renew(self._frames, key, self.address)
        if self._commands is not None:
            curve_security.renew(self._commands, key, self.control)

    def close(self) -> None:
        self._frames.close()
        if self._commands is not None:
            self._commands.close()
        if self._owns_context:
            self._context.term()

    def __enter__(self) -> "FramePublisher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_socket(self, kind: int, most_bytes: int) -> "zmq.Socket[bytes]":
        socket = self._context.socket(kind)
        socket.set(zmq.LINGER, 0)
        socket.set(zmq.RCVHWM, _DRAINED)
        socket.set(zmq.MAXMSGSIZE, most_bytes)
        socket.set(zmq.HANDSHAKE_IVL, 5000)
        curve_security.notice_dead(socket)
        curve_security.server(socket, self._key, "view")
        self._guard(socket)
        return socket

    def _bind(self, socket: "zmq.Socket[bytes]", address: str) -> str:
        try:
            socket.bind(address)
        except zmq.ZMQError as error:
            self.close()
            raise _unusable(address, error) from error
        return str(socket.getsockopt_string(zmq.LAST_ENDPOINT))

    def _send(self, routes: Iterable[bytes], message: bytes) -> None:
        shared = zmq.Frame(message)
        for route in list(routes):
            try:
                self._frames.send_multipart([route, shared], zmq.NOBLOCK, copy=False)
            except zmq.Again:  # its queue is full
                continue
            except zmq.ZMQError:  # it is gone
                self._viewers.pop(route, None)

    def _open(self, data: bytes) -> AnyCommand | None:
        try:
            sealed = decode_sealed(data)
            known = hmac.compare_digest(sealed.token.encode(), self._token)
        except _MALFORMED as error:
            _log.debug("malformed command refused: %s", error)
            known = False
        self.refused += not known
        return sealed.command if known else None


class FrameSubscriber:
    """A viewer's end. header: None until the first message of the floor.

    key: this viewer's, for a floor with keys. refused: messages that were malformed or don't fit the header, so far.
    InputError if an address makes no sense; a floor that isn't there yet is waited for, and so is one that wants
    another key: it doesn't say so.
    """

    def __init__(self, address: str, control: str = "", token: str = "", *, key: Key | None = None) -> None:
        self.header: Header | None = None
        self.refused = 0
        for place in filter(None, (address, control)):
            check_address(place)
        self._token = token
        self._raw_header = b""
        self._context = zmq.Context()
        self._watched_at = -math.inf
        self._heard = self._told_full = False
        self._frames = self._context.socket(zmq.DEALER)
        self._frames.set(zmq.LINGER, 0)
        self._frames.set(zmq.IMMEDIATE, 1)
        self._frames.set(zmq.SNDHWM, 1)
        self._frames.set(zmq.RCVHWM, _DRAINED)
        self._frames.set(zmq.MAXMSGSIZE, _FRAME_BYTES)
        curve_security.client(self._frames, key)
        self._commands = self._context.socket(zmq.PUSH) if control else None
        self._connect(self._frames, address)
        if self._commands is not None:
            self._commands.set(zmq.LINGER, _FAREWELL_MS)
            self._commands.set(zmq.SNDHWM, _DRAINED)
            curve_security.client(self._commands, key)
            self._connect(self._commands, control)

    @property
    def controls(self) -> bool:
        """Tell whether commands can be sent."""
        return self._commands is not None

    def receive(self, wait_ms: int = 0) -> tuple[list[Frame], list[AnyEvent]]:
        """Return received frames and events, oldest first; wait up to `wait_ms` for the first of them."""
        until = time.monotonic() + wait_ms / 1000.0
        self._watch()
        while (left := until - time.monotonic()) > 0 and not self._frames.poll(
            min(math.ceil(1000.0 * left), _SLICE_MS)
        ):
            self._watch()
        messages = [data.bytes for _, data in _drain(self._frames)]
        if messages:
            self._heard = True
        return self._read(messages)

    def send(self, command: AnyCommand) -> bool:
        """Send a command; return False if the floor can't be reached, or takes no commands from here."""
        if self._commands is None:
            return False
        try:
            self._commands.send(encode_sealed(Sealed(self._token, command)), zmq.NOBLOCK)
        except zmq.Again:
            return False
        return True

    def close(self) -> None:
        self._frames.close()
        if self._commands is not None:
            self._commands.close()
        self._context.term()

    def __enter__(self) -> "FrameSubscriber":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _watch(self) -> None:
        """Say that somebody watches, when it is time to."""
        now = time.monotonic()
        if now < self._watched_at + (_WATCH_S if self._heard else _WATCH_AGAIN_S):
            return
        with suppress(zmq.Again):  # the floor isn't there yet
            self._frames.send(_WATCH, zmq.NOBLOCK)
            self._watched_at, self._heard = now, False

    def _connect(self, socket: "zmq.Socket[bytes]", address: str) -> None:
        try:
            socket.connect(address)
        except zmq.ZMQError as error:
            self.close()
            raise _unusable(address, error) from error

    def _read(self, messages: Iterable[bytes]) -> tuple[list[Frame], list[AnyEvent]]:
        frames: list[Frame] = []
        events: list[AnyEvent] = []
        for message in messages:
            try:
                self._take(message, frames, events)
            except _MALFORMED as error:
                self.refused += 1
                _log.log(
                    logging.WARNING if self.refused == 1 else logging.DEBUG, "malformed message refused: %s", error
                )
        return frames, events

    def _take(self, data: bytes, frames: list[Frame], events: list[AnyEvent]) -> None:
        kind, payload = data[:1], data[1:]
        if kind == _HEADER:
            self._take_header(payload, frames, events)
        elif kind == _FRAME and self.header is not None:
            frames.append(_fitting(decode_frame(payload), self.header))
        elif kind == _EVENTS:
            events += decode_events(payload)
        elif kind == _FULL:
            self._say_full()
        elif kind != _FRAME:
            raise ValueError(f"message of unknown kind {kind!r}")

    def _say_full(self) -> None:
        if not self._told_full:
            self._told_full = True
            _log.warning("the floor shows itself to %d viewers with this key already; this one waits", MOST_VIEWERS)

    def _take_header(self, payload: bytes, frames: list[Frame], events: list[AnyEvent]) -> None:
        """Another header is another run: what came before it is not worth showing any more."""
        if payload != self._raw_header:
            header = _decode_header(payload)
            if not header.tick_s > 0:
                raise ValueError(f"a tick of {header.tick_s} s")
            self.header, self._raw_header = header, payload
            frames.clear()
            events.clear()


def _drain(socket: "zmq.Socket[bytes]") -> list[tuple[bytes | None, zmq.Frame]]:
    """(route, message) of what is there, at most _DRAINED. route: None on a socket that has none, and for what is of other
    parts than it should be.
    """
    found: list[tuple[bytes | None, zmq.Frame]] = []
    with suppress(zmq.Again):
        while len(found) < _DRAINED:
            parts = socket.recv_multipart(zmq.NOBLOCK, copy=False)
            found.append((parts[0].bytes if len(parts) == 2 else None, parts[-1]))
    return found


def _queue_length(header: Header) -> int:
    """Messages a viewer's queue holds, so that a large floor's are no more bytes than a small one's."""
    frame = header.robots * ROBOT_DTYPE.itemsize + len(header.stations) * STATION_DTYPE.itemsize + header.pods * 4
    return min(max(_QUEUE_BYTES // max(frame, 1), 8), 1000)


def _fitting(frame: Frame, header: Header) -> Frame:
    found = len(frame.robots), len(frame.stations), len(frame.pods)
    expected = header.robots, len(header.stations), header.pods
    if found != expected:
        raise ValueError(f"a frame of {found} robots, stations and pods where the header says {expected}")
    return frame


def _unusable(address: str, error: zmq.ZMQError) -> InputError:
    return InputError.single(address, "", f"can't be used: {error}", "an address like tcp://127.0.0.1:7000")
