"""The switchboard: the sockets of a served floor, in a thread of their own.

Robots on one ROUTER, operators and order systems on another. The thread decodes what comes, hands it to the link, and
sends what the link says; what needs it is durable before it is sent. The tick's thread asks for requests and hands over
messages; only the lock is shared. Nothing that comes in may raise: what can't be read is counted and dropped.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import zmq

from controller.link.authentication import Authenticator
from controller.link.connections import Connections
from controller.link.link import Link
from controller.link.rate_limit import Limiter
from controller.link.request_queue import Asked, RequestQueue
from controller.link.sessions import Sender
from controller.persistence.store import Store
from controller.persistence.store_file import StoreFull
from layout.errors import InputError
from robots.agents.sessions import allow_descriptors
from robots.link import curve
from robots.link.keys import Key, Registry
from robots.link.messages import MOST_BYTES, Message, Refused, encode, read_robot
from robots.recording.live_stream import ViewSecurity
from robots.requests import requests

_log = logging.getLogger(__name__)

_OVERHEAD = 512
"""Bytes that keys add to a message, and that a handshake has."""
_QUEUE = 100
"""Messages that wait for one peer, or that one keeps waiting: what is more for him is dropped, and said again when it is
missed; what is more of his waits on his side.
"""
_ROBOTS_THREAD, _REQUESTS_THREAD, _VIEW_THREAD = 1, 2, 4
"""Each port has a thread of ZeroMQ's of its own, so that what comes to one doesn't hold up the others."""
_LINKS, _LINKS_A_ROBOT = 32, 4
"""Connections of one key: of a robot's, so many more for each robot that it speaks for."""
_POLL_MS = 20
_BEAT_S = 0.25
_KEYS_S = 1.0
_SENDERS = 4_096
"""Connections whose key is kept with them; more than of most floors' robots, and little to look up again."""
_FROM_ROBOTS, _FROM_CLIENTS = 30, 10
"""Messages taken in by a turn at the most, from robots one more for each. ZeroMQ takes them from each connection in turn, so
that a crowd waits behind itself; a turn that took in as many as it may rests for what is left of its time.
"""
_BUSY_S = 0.5
"""After which a client that was turned away may ask again, at the least."""
_NO_ROBOTS: frozenset[int] = frozenset()
_NOBODY = "nobody"
"""Role of a connection whose key was withdrawn."""
_SPARE_DESCRIPTORS = 512


class LinkServer:
    """Use as a context manager: binds, then runs its thread until the end. InputError if an address can't be bound.

    Before `begin` robots are not answered, and requests are given to `early` if there is one, in the thread.
    lock: to be held by who uses the link. flush_lock: by who takes grants from the link, until they are durable.
    malformed, refused_keys: counts. turned_away: requests that found too many waiting, so far. grant_ms: how long it took
    from what allowed a grant to its sending, the last 100,000.
    key: the server's, which changes when another takes its place in the folder. keys_gone: names of keys that were
    withdrawn; whoever ends what they had at the viewers' port clears it.
    """

    def __init__(
        self, store: Store | None, addresses: tuple[str, str], key: Key | None, registry: Registry | None
    ) -> None:
        for address in addresses:
            curve.check_bind(address, key)
        self._store = store
        self._link: Link | None = None
        self.early: Callable[[Asked], bytes] | None = None
        self.lock, self.flush_lock = threading.Lock(), threading.Lock()
        self.malformed = self.messages = self.turned_away = 0
        self.store_full = False
        self.keys_gone: set[str] = set()
        self.key = key
        self.grant_ms: deque[float] = deque(maxlen=100_000)
        self.requests = RequestQueue()
        self._outgoing: deque[tuple[zmq.Socket[bytes], bytes, bytes]] = deque()
        self._senders: dict[bytes, Sender] = {}
        self._stop = threading.Event()
        self.failed: BaseException | None = None
        self._limiter = Limiter()
        self.context = zmq.Context(io_threads=3)
        self._authenticator = Authenticator(self.context, registry) if registry is not None else None
        self.connections = Connections(self.context)
        self._robots = self._router(key, "robots", 4 * MOST_BYTES, _ROBOTS_THREAD)
        self._clients = self._router(key, "requests", requests.MOST_BYTES, _REQUESTS_THREAD)
        self._wake_up, self._waker = self._wake_up_pair()
        self.addresses = [
            self._bind(socket, to) for socket, to in zip((self._robots, self._clients), addresses, strict=True)
        ]
        self._thread = threading.Thread(target=self._run, name="link-server", daemon=True)

    def __enter__(self) -> "LinkServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._wake()
        self._thread.join()
        self.close()

    @property
    def link(self) -> Link:
        """Since `begin`."""
        assert self._link is not None
        return self._link

    def begin(self, link: Link) -> None:
        """From now on robots may log in, and requests wait for whoever takes them."""
        with suppress(InputError):  # a tight limit is no fault before so many robots come
            allow_descriptors(2 * len(link.sessions) + _SPARE_DESCRIPTORS)
        with self.lock:
            self._link, self.early = link, None

    @property
    def refused(self) -> int:
        """Messages that could not be read, or that no live session, plan or term had sent."""
        return self.malformed + self.link.counts["refused"]

    @property
    def refused_keys(self) -> int:
        return self._authenticator.refused + self.connections.failed if self._authenticator is not None else 0

    def answer(self, routing_id: bytes, result: bytes) -> None:
        self._outgoing.append((self._clients, routing_id, result))
        self._wake()

    def post(self, messages: Iterable[tuple[bytes, Message]]) -> None:
        """Messages of the link, from the tick's thread."""
        self._outgoing.extend((self._robots, routing_id, encode(message)) for routing_id, message in messages)
        self._wake()

    def view_security(self, key: Key | None) -> ViewSecurity:
        """What a publisher for viewers needs so that it is guarded as the other sockets are."""
        return ViewSecurity(key=key, context=self.context, guard=self._guard_viewers, key_of=self._viewers_key)

    # --- the thread

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as error:  # told by the tick's thread, which ends
            _log.exception("the link server has failed")
            self.failed = error

    def _serve(self) -> None:
        poller = zmq.Poller()
        for socket in (self._robots, self._clients, self._wake_up):
            poller.register(socket, zmq.POLLIN)
        if self._authenticator is not None:
            poller.register(self._authenticator.socket, zmq.POLLIN)
        beat = keys = time.monotonic()
        while not self._stop.is_set():
            ready = dict(poller.poll(_POLL_MS))
            began = time.monotonic()
            if self._authenticator is not None and self._authenticator.socket in ready:
                self._authenticator.answer()
            full = self._robots in ready and self._receive_reports(began)
            full |= self._clients in ready and self._receive_requests()
            if self._wake_up in ready:
                with suppress(zmq.Again):
                    while True:
                        self._wake_up.recv(zmq.NOBLOCK)
            self.connections.look()
            if self._link is not None and began - beat >= _BEAT_S:
                beat = began
                with self.lock:
                    self._link.beat(began)
            if began - keys >= _KEYS_S:
                keys = began
                self._look_at_keys()
            if self._link is not None:
                self._flush(began)
            self._send_all()
            if full:
                self._stop.wait(max(0.0, began + _POLL_MS / 1000.0 - time.monotonic()))
        self._send_all()

    def _receive_reports(self, now: float) -> bool:
        """True if there may be more."""
        heard: list[list[zmq.Frame]] = []
        most = _FROM_ROBOTS + (len(self._link.sessions) if self._link is not None else 0)
        with suppress(zmq.Again):
            while len(heard) < most:
                heard.append(self._robots.recv_multipart(zmq.NOBLOCK, copy=False))
        with self.lock:
            for parts in heard if self._link is not None else ():
                self.messages += 1
                sender = self._sender(parts)
                self.connections.heard(parts[-1], sender.name, _LINKS + _LINKS_A_ROBOT * self._speaks_for(sender))
                try:
                    message = read_robot(_single(parts))
                except Refused as error:
                    self.malformed += 1
                    _log.debug("refused: %s", error)
                    continue
                self.link.handle(sender, message, now)
        return len(heard) == most

    def _receive_requests(self) -> bool:
        """True if there may be more."""
        with suppress(zmq.Again):
            for _ in range(_FROM_CLIENTS):
                parts = self._clients.recv_multipart(zmq.NOBLOCK, copy=False)
                self.messages += 1
                name, role = self._asker(parts)
                self.connections.heard(parts[-1], name, _LINKS)
                try:
                    self._take_request(parts[0].bytes, name, role, _single(parts))
                except Refused as error:
                    self.malformed += 1
                    _log.debug("refused: %s", error)
            return True
        return False

    def _take_request(self, routing_id: bytes, name: str, role: str, frame: bytes) -> None:
        """Let it wait for the next tick, or answer at once that too much waits already. Refused for what is no request."""
        if role == _NOBODY:
            raise Refused("the key was withdrawn")
        if self.early is None and not self.requests.has_room(routing_id, name, len(frame)):
            self.turned_away += 1
            tick_s = self._link.params.tick_ms / 1000.0 if self._link is not None else 0.0
            answer = requests.encode(requests.busy(frame, max(_BUSY_S, 2 * tick_s)))
            self._outgoing.append((self._clients, routing_id, answer))
            return
        asked = Asked(routing_id, role, name, requests.read_request(frame), frame)
        early = self._early_answer(asked)
        if early is not None:
            self._outgoing.append((self._clients, routing_id, early))
        else:
            self.requests.put(asked)

    def _early_answer(self, asked: Asked) -> bytes | None:
        """Before `begin`, what there is to say by then; of what was answered in another life, that."""
        with self.lock:
            if self.early is None:
                return None
            known = self._store.result(*asked.name) if self._store is not None else None
            return known or self.early(asked)

    def _sender(self, parts: Sequence[zmq.Frame]) -> Sender:
        """Whose message it is, by the key that its connection was let in with."""
        routing_id = parts[0].bytes
        if self._authenticator is None:
            return Sender(routing_id)
        entry = self._authenticator.entry(parts[-1])
        name = entry.name if entry is not None else ""
        sender = self._senders.get(routing_id)
        if sender is None or sender.name != name:
            if len(self._senders) >= _SENDERS:
                self._senders.clear()
            sender = self._senders[routing_id] = Sender(
                routing_id, name, entry.robots if entry is not None else _NO_ROBOTS
            )
        return sender

    def _speaks_for(self, sender: Sender) -> int:
        return len(self.link.sessions) if sender.robots is None else len(sender.robots)

    def _asker(self, parts: Sequence[zmq.Frame]) -> tuple[str, str]:
        """(name of the key, role) of who asks."""
        if self._authenticator is None:
            return "", ""
        entry = self._authenticator.entry(parts[-1])
        if entry is None:
            return "", _NOBODY
        return entry.name, entry.name if entry.role == "seller" else entry.role

    def _look_at_keys(self) -> None:
        """Keys that were withdrawn: their sessions end, and what they send counts for nothing."""
        if self._authenticator is None:
            return
        gone = self._authenticator.revoked()
        if gone:
            self.keys_gone |= gone
            self._senders.clear()
            with self.lock:
                if self._link is not None:
                    self._link.revoke(gone)
        self._look_at_our_key(self._authenticator)

    def _look_at_our_key(self, authenticator: Authenticator) -> None:
        """If the controller's own key has been replaced, go by the new one; ticks go on meanwhile."""
        assert self.key is not None
        try:
            key = authenticator.renewed(self.key)
            if key is None:
                return
            for socket, address in zip((self._robots, self._clients), self.addresses, strict=True):
                curve.renew(socket, key, address)
        except (InputError, zmq.ZMQError) as error:
            if self._limiter.passes(("own key", ""), time.monotonic()):
                _log.error("the controller's new key can't be used yet: %s", error)
            return
        self.key = key
        _log.info("the controller has a new key; who has it in his file comes back")

    def _flush(self, began: float) -> None:
        """Send what the link has to say. While the tick's thread makes a tick durable, grants wait for it."""
        with self.lock:
            words = self.link.take_words()
        self._outgoing.extend((self._robots, routing_id, encode(message)) for routing_id, message in words)
        if not self.flush_lock.acquire(blocking=False):
            return
        try:
            with self.lock:
                rows, messages = self.link.take(began)
            if rows and self._store is not None:
                try:
                    self._store.write_rows(rows)
                except StoreFull as error:
                    self._complain(error)
                    with self.lock:
                        self.link.put_back(rows)
                    return
                self.store_full = False
            self._outgoing.extend((self._robots, routing_id, encode(message)) for routing_id, message in messages)
        finally:
            self.flush_lock.release()
        if rows:
            self.grant_ms.append(1000.0 * (time.monotonic() - began))

    def _complain(self, error: StoreFull) -> None:
        if not self.store_full:
            self.store_full = True
            _log.error("no grants are given, for they can't be kept: %s", error)

    def _send_all(self) -> None:
        with suppress(IndexError):
            while True:
                socket, routing_id, data = self._outgoing.popleft()
                with suppress(zmq.ZMQError):  # gone, or its queue is full: what is missed is said again
                    socket.send_multipart([routing_id, data], zmq.NOBLOCK)

    # --- sockets

    def _router(self, key: Key | None, domain: str, most_bytes: int, thread: int) -> "zmq.Socket[bytes]":
        socket = self.context.socket(zmq.ROUTER)
        options = {
            zmq.ROUTER_MANDATORY: 1,
            zmq.SNDHWM: _QUEUE,
            zmq.RCVHWM: _QUEUE,
            zmq.MAXMSGSIZE: most_bytes + _OVERHEAD,
            zmq.AFFINITY: thread,
            zmq.LINGER: 0,
            zmq.BACKLOG: 2048,
            zmq.HANDSHAKE_IVL: 5000,
        }
        for option, value in options.items():
            socket.set(option, value)
        curve.notice_dead(socket)
        curve.server(socket, key, domain)
        self.connections.watch(socket)
        return socket

    def _guard_viewers(self, socket: "zmq.Socket[bytes]") -> None:
        socket.set(zmq.AFFINITY, _VIEW_THREAD)
        self.connections.watch(socket)

    def _viewers_key(self, message: zmq.Frame) -> str | None:
        """The name of the key that a viewer's message came with, None if it holds no longer. In the tick's thread."""
        entry = self._authenticator.entry(message) if self._authenticator is not None else None
        name = entry.name if entry is not None else ""
        self.connections.heard(message, name, _LINKS)
        return None if self._authenticator is not None and entry is None else name

    def _wake_up_pair(self) -> tuple["zmq.Socket[bytes]", "zmq.Socket[bytes]"]:
        wake_up, waker = self.context.socket(zmq.PAIR), self.context.socket(zmq.PAIR)
        for socket in (wake_up, waker):
            socket.set(zmq.LINGER, 0)
        wake_up.bind("inproc://wake-up")
        waker.connect("inproc://wake-up")
        return wake_up, waker

    def _wake(self) -> None:
        with suppress(zmq.Again):
            self._waker.send(b"", zmq.NOBLOCK)

    def _bind(self, socket: "zmq.Socket[bytes]", address: str) -> str:
        try:
            socket.bind(address)
        except zmq.ZMQError as error:
            self.close()
            raise InputError.single(address, "", f"can't be bound: {error}", "an address of this machine") from error
        return str(socket.getsockopt_string(zmq.LAST_ENDPOINT))

    def close(self) -> None:
        """Without having been entered; leaving the context does it too."""
        for socket in (self._robots, self._clients, self._wake_up, self._waker):
            socket.close()
        self.connections.close()
        if self._authenticator is not None:
            self._authenticator.close()  # after the sockets it guards
        self.context.destroy(linger=0)


def _single(parts: Sequence[zmq.Frame]) -> bytes:
    if len(parts) != 2:
        raise Refused(f"{len(parts)} parts instead of one")
    return parts[1].bytes
