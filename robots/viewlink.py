"""The live link between a running floor and those who watch it, over ZeroMQ: frames and events out, commands in.

A message out is one byte for its kind and a payload: H the Header, F a frame, E the events of a tick. A message in is a
Command sealed with the floor's token. Viewers can't slow the floor: what a viewer does not take in time is dropped, and
each viewer's queue is bounded. Frames are open to whoever reaches the address, so it is a loopback one by default;
commands need the token. With keys, both ends prove theirs first, and nobody else sees anything (robots/curve.py).
"""

import hmac
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Annotated

import msgspec
import zmq
from msgspec import Meta, Struct, msgpack

from layout.errors import InputError
from robots import curve
from robots.address import check_address
from robots.events import AnyEvent, Event, decode_events, encode_events
from robots.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, Header, decode_frame, encode_frame
from robots.keys import Key

_log = logging.getLogger(__name__)

_HEADER, _FRAME, _EVENTS = b"H", b"F", b"E"
_QUEUE_BYTES = 16 << 20
"""A viewer that stands still costs the floor about this much memory, and itself the same."""
_COMMAND_BYTES = 4096
_FRAME_BYTES = 256 << 20
_DRAINED = 64
"""Messages kept for a call and taken at it; what is more is dropped (frames) or waits (commands)."""
_FAREWELL_MS = 200
_REBIND_S = 2.0
"""How long an address may take to become free."""


class Command(Struct, frozen=True, tag=True):
    """What a viewer may ask of a running floor."""


class Ready(Command, frozen=True, tag=True):
    """The window of a run is open and shows what comes. The run waits for it, so that nothing of it is missed."""


class Pause(Command, frozen=True, tag=True):
    pass


class Resume(Command, frozen=True, tag=True):
    pass


class Step(Command, frozen=True, tag=True):
    """One tick, then stand again."""


class Speed(Command, frozen=True, tag=True):
    ticks_per_s: Annotated[float, Meta(gt=0, le=1e6)]


class Quit(Command, frozen=True, tag=True):
    """The window was closed by the person before it. A window that crashed sends nothing."""


AnyCommand = Ready | Pause | Resume | Step | Speed | Quit


class _Sealed(Struct, frozen=True):
    token: str
    command: AnyCommand


_encode = msgpack.Encoder().encode
_decode_sealed = msgpack.Decoder(_Sealed).decode
_decode_header = msgpack.Decoder(Header).decode
_MALFORMED = (msgspec.MsgspecError, ValueError, RecursionError)


class FramePublisher:
    """The floor's end. `publish` and `commands` return at once, whatever viewers do; call `commands` while paused too.

    token: what commands have to carry; with "" none is obeyed. `address` and `control` are the addresses bound.
    key: the server's; the context has to be that of its gate then. watch: told of each socket made, as Gate.watch.
    refused: commands with a wrong token or malformed, so far. InputError if an address can't be bound, or if other
    machines can reach it and there is no key.
    """

    def __init__(
        self,
        header: Header,
        token: str = "",
        address: str = "tcp://127.0.0.1:*",
        *,
        key: Key | None = None,
        context: "zmq.Context[zmq.Socket[bytes]] | None" = None,
        watch: "Callable[[zmq.Socket[bytes]], object] | None" = None,
    ) -> None:
        if key is not None and context is None:
            raise ValueError("a key needs the context of a gate: without one everybody would be refused")
        curve.check_bind(address, key)
        self.refused = 0
        self._token = token.encode()
        self._header = _HEADER + _encode(header)
        self._last = b""
        self._queue = _queue_length(header)
        self._key, self._watch = key, watch
        self._context = context or zmq.Context()
        self._owns_context = context is None
        self._open_sockets()
        self.address = self._bind(self._frames, address)
        self.control = self._bind(self._commands, address.rpartition(":")[0] + ":*")

    def greet(self) -> None:
        """Tell viewers that have come what all others know; before the first frame it is the floor alone."""
        self._greet()

    def publish(self, frame: Frame, events: Sequence[Event]) -> None:
        """Send a tick to all viewers, its events first; dropped for those whose queue is full."""
        self._greet()
        if events:
            self._send(_EVENTS + encode_events(events))
        self._last = _FRAME + encode_frame(frame)
        self._send(self._last)

    def commands(self) -> list[AnyCommand]:
        """Commands that have come since the last call, in order."""
        self._greet()
        taken = (self._open(data) for data in _drain(self._commands))
        return [command for command in taken if command is not None]

    def cut(self) -> None:
        """Cut off all viewers, when a key was revoked. Those whose keys still hold come back by themselves at once.

        InputError if somebody else has taken the address in between; nothing is published then any more.
        """
        for socket, address in ((self._frames, self.address), (self._commands, self.control)):
            socket.unbind(address)
            socket.close()
        self._open_sockets()
        self._bind(self._frames, self.address, _REBIND_S)
        self._bind(self._commands, self.control, _REBIND_S)

    def close(self) -> None:
        self._frames.close()
        self._commands.close()
        if self._owns_context:
            self._context.term()

    def __enter__(self) -> "FramePublisher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_sockets(self) -> None:
        self._frames = self._context.socket(zmq.XPUB)
        self._frames.set(zmq.XPUB_VERBOSE, 1)
        self._frames.set(zmq.SNDHWM, self._queue)
        self._commands = self._context.socket(zmq.PULL)
        self._commands.set(zmq.RCVHWM, _DRAINED)
        for socket in (self._frames, self._commands):
            socket.set(zmq.LINGER, 0)
            socket.set(zmq.MAXMSGSIZE, _COMMAND_BYTES)
            curve.server(socket, self._key, "view")
            if self._watch is not None:
                self._watch(socket)

    def _bind(self, socket: "zmq.Socket[bytes]", address: str, patience_s: float = 0.0) -> str:
        end = time.monotonic() + patience_s
        while True:
            try:
                socket.bind(address)
                return str(socket.getsockopt_string(zmq.LAST_ENDPOINT))
            except zmq.ZMQError as error:
                if time.monotonic() >= end:
                    self.close()
                    raise _unusable(address, error) from error
                time.sleep(0.01)

    def _greet(self) -> None:
        """Tell viewers that have just come what all others know. Only one who is new has an empty queue for it."""
        if any(message[:1] == b"\x01" for message in _drain(self._frames)):
            self._send(self._header)
            if self._last:
                self._send(self._last)

    def _send(self, message: bytes) -> None:
        with suppress(zmq.Again):
            self._frames.send(message, zmq.NOBLOCK)

    def _open(self, data: bytes) -> AnyCommand | None:
        try:
            sealed = _decode_sealed(data)
            known = bool(self._token) and hmac.compare_digest(sealed.token.encode(), self._token)
        except _MALFORMED as error:
            _log.warning("malformed command refused: %s", error)
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
        self._frames = self._context.socket(zmq.SUB)
        self._frames.set(zmq.LINGER, 0)
        self._frames.set(zmq.RCVHWM, _DRAINED)
        self._frames.set(zmq.MAXMSGSIZE, _FRAME_BYTES)
        self._frames.set(zmq.SUBSCRIBE, b"")
        curve.client(self._frames, key)
        self._commands = self._context.socket(zmq.PUSH) if control else None
        self._connect(self._frames, address)
        if self._commands is not None:
            self._commands.set(zmq.LINGER, _FAREWELL_MS)
            self._commands.set(zmq.SNDHWM, _DRAINED)
            curve.client(self._commands, key)
            self._connect(self._commands, control)

    @property
    def controls(self) -> bool:
        """Whether commands can be sent."""
        return self._commands is not None

    def receive(self, wait_ms: int = 0) -> tuple[list[Frame], list[AnyEvent]]:
        """Frames and events that have come, oldest first; waits up to `wait_ms` for the first of them."""
        if wait_ms:
            self._frames.poll(wait_ms)
        return self._read(_drain(self._frames))

    def send(self, command: AnyCommand) -> bool:
        """False if the floor can't be reached, or takes no commands from here."""
        if self._commands is None:
            return False
        try:
            self._commands.send(_encode(_Sealed(self._token, command)), zmq.NOBLOCK)
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
                _log.warning("malformed message refused: %s", error)
        return frames, events

    def _take(self, data: bytes, frames: list[Frame], events: list[AnyEvent]) -> None:
        kind, payload = data[:1], data[1:]
        if kind == _HEADER:
            self._take_header(payload, frames, events)
        elif kind == _FRAME and self.header is not None:
            frames.append(_fitting(decode_frame(payload), self.header))
        elif kind == _EVENTS:
            events += decode_events(payload)
        elif kind != _FRAME:
            raise ValueError(f"message of unknown kind {kind!r}")

    def _take_header(self, payload: bytes, frames: list[Frame], events: list[AnyEvent]) -> None:
        """Another header is another run: what came before it is not worth showing any more."""
        if payload != self._raw_header:
            header = _decode_header(payload)
            if not header.tick_s > 0:
                raise ValueError(f"a tick of {header.tick_s} s")
            self.header, self._raw_header = header, payload
            frames.clear()
            events.clear()


def _drain(socket: "zmq.Socket[bytes]") -> list[bytes]:
    """Messages that are there, at most _DRAINED. One in several parts counts as its first."""
    messages: list[bytes] = []
    with suppress(zmq.Again):
        while len(messages) < _DRAINED:
            messages.append(socket.recv_multipart(zmq.NOBLOCK)[0])
    return messages


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
