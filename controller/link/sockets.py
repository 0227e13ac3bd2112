"""The sockets of a served floor, in a thread of their own.

Robots connect to one ROUTER socket, operators and order systems to another. The thread decodes incoming messages, passes them
to the link, and sends the link's messages; whatever must be durable is committed first. The tick's thread takes requests and
hands over messages; the two share only the lock. No incoming message may raise: unreadable ones are counted and dropped.
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
from controller.link.request_queue import ReceivedRequest, RequestQueue, WakeUp
from controller.link.sessions import Sender
from controller.persistence.store import Store
from controller.persistence.store_file import StoreFull
from layout.errors import InputError
from robots.agents.sessions import allow_descriptors
from robots.link import curve_security
from robots.link.keys import Key, Registry
from robots.link.messages import MOST_BYTES, Message, Refused, encode, read_robot
from robots.recording.live_stream import ViewSecurity
from robots.requests import requests

_log = logging.getLogger(__name__)

_ROBOTS_THREAD, _REQUESTS_THREAD, _VIEW_THREAD = 1, 2, 4
"""Affinity of each port to a ZeroMQ I/O thread of its own, so that traffic on one port doesn't delay the others."""
_LINKS, _LINKS_A_ROBOT = 32, 4
"""Connections of one key; a robots' key gets this many more for each of its robots."""
_POLL_MS = 20
_BEAT_S = 0.25
_KEYS_S = 1.0
_SENDERS = 4_096
"""Connections whose key is cached: more than the robots of most floors, and cheap to look up again."""
_FROM_ROBOTS, _FROM_CLIENTS = 30, 10
"""Most messages received in one turn; from robots, one more for each robot. ZeroMQ takes messages from each connection in
turn, so that a flooding client delays only itself; a turn that reaches the limit rests for the remainder of its time.
"""
_BUSY_S = 0.5
"""Shortest time in s after which a client that was turned away may ask again."""
_NO_ROBOTS: frozenset[int] = frozenset()
_NOBODY = "nobody"
"""Role of a connection whose key was revoked."""
_SPARE_DESCRIPTORS = 512


class LinkServer:
    """Sockets of a served floor. A context manager: binds, then runs its thread until the end. InputError if an address can't
    be bound.

    Before `begin` robots get no answer, and requests go to `early` if it is set, in the thread. lock: hold it while using the
    link. flush_lock: hold it from taking grants from the link until they are durable.

    malformed, refused_keys: counts. turned_away: requests that found too many waiting, so far. grant_ms: time from the cause
    of a grant to its sending, for the last 100,000. key: the server's, which changes when it is replaced in the folder.
    keys_gone: names of revoked keys; the viewers' publisher ends their subscriptions and clears the set.
    """

    def __init__(
        self, store: Store | None, addresses: tuple[str, str], key: Key | None, registry: Registry | None
    ) -> None:
        for address in addresses:
            curve_security.check_bind(address, key)
        self._store = store
        self._link: Link | None = None
        self.early: Callable[[ReceivedRequest], bytes] | None = None
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
        self._robots = self.connections.router(key, "robots", 4 * MOST_BYTES, _ROBOTS_THREAD)
        self._clients = self.connections.router(key, "requests", requests.MOST_BYTES, _REQUESTS_THREAD)
        self._wake_up = WakeUp(self.context)
        self.addresses = [
            self._bind(socket, to) for socket, to in zip((self._robots, self._clients), addresses, strict=True)
        ]
        self._thread = threading.Thread(target=self._run, name="link-server", daemon=True)

    def __enter__(self) -> "LinkServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._wake_up.send()
        self._thread.join()
        self.close()

    @property
    def link(self) -> Link:
        """Return the link; only after `begin`."""
        assert self._link is not None
        return self._link

    def begin(self, link: Link) -> None:
        """Let robots log in, and let requests wait for the tick's thread."""
        with suppress(InputError):  # a low limit is no fault until that many robots connect
            allow_descriptors(2 * len(link.sessions) + _SPARE_DESCRIPTORS)
        with self.lock:
            self._link, self.early = link, None

    @property
    def refused(self) -> int:
        """Return the number of messages that were unreadable, or not from a live session, plan or term."""
        return self.malformed + self.link.counts["refused"]

    @property
    def refused_keys(self) -> int:
        return self._authenticator.refused + self.connections.failed if self._authenticator is not None else 0

    def answer(self, routing_id: bytes, result: bytes) -> None:
        self._outgoing.append((self._clients, routing_id, result))
        self._wake_up.send()

    def post(self, messages: Iterable[tuple[bytes, Message]]) -> None:
        """Send messages of the link, from the tick's thread."""
        self._outgoing.extend((self._robots, routing_id, encode(message)) for routing_id, message in messages)
        self._wake_up.send()

    def view_security(self, key: Key | None) -> ViewSecurity:
        """Return what a viewers' publisher needs to be authenticated like the other sockets."""
        return ViewSecurity(key=key, context=self.context, guard=self._guard_viewers, key_of=self._viewers_key)

    # --- the thread

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as error:  # the tick's thread reports it and ends
            _log.exception("the link server has failed")
            self.failed = error

    def _serve(self) -> None:
        poller = zmq.Poller()
        for socket in (self._robots, self._clients, self._wake_up.socket):
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
            if self._wake_up.socket in ready:
                self._wake_up.receive()
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
        """Receive waiting messages; return whether more may be waiting."""
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
        """Receive waiting messages; return whether more may be waiting."""
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
        """Queue a request for the next tick, or answer at once that too many are waiting. Refused for a frame that is no
        request.
        """
        if role == _NOBODY:
            raise Refused("the key was revoked")
        if self.early is None and not self.requests.has_room(routing_id, name, len(frame)):
            self.turned_away += 1
            tick_s = self._link.params.tick_ms / 1000.0 if self._link is not None else 0.0
            answer = requests.encode(requests.busy(frame, max(_BUSY_S, 2 * tick_s)))
            self._outgoing.append((self._clients, routing_id, answer))
            return
        asked = ReceivedRequest(routing_id, role, name, requests.read_request(frame), frame)
        early = self._early_answer(asked)
        if early is not None:
            self._outgoing.append((self._clients, routing_id, early))
        else:
            self.requests.put(asked)

    def _early_answer(self, asked: ReceivedRequest) -> bytes | None:
        """Return the answer before `begin`; a request answered before a restart gets its stored answer."""
        with self.lock:
            if self.early is None:
                return None
            known = self._store.result(*asked.name) if self._store is not None else None
            return known or self.early(asked)

    def _sender(self, parts: Sequence[zmq.Frame]) -> Sender:
        """Return the sender of a message, by the key its connection was authenticated with."""
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
        """Return (name of the key, role) of a requester."""
        if self._authenticator is None:
            return "", ""
        entry = self._authenticator.entry(parts[-1])
        if entry is None:
            return "", _NOBODY
        return entry.name, entry.name if entry.role == "seller" else entry.role

    def _look_at_keys(self) -> None:
        """End the sessions of revoked keys and ignore what they send."""
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
        """Switch to the controller's new key if its own was replaced; ticks continue meanwhile."""
        assert self.key is not None
        try:
            key = authenticator.renewed(self.key)
            if key is None:
                return
            for socket, address in zip((self._robots, self._clients), self.addresses, strict=True):
                curve_security.renew(socket, key, address)
        except (InputError, zmq.ZMQError) as error:
            if self._limiter.passes(("own key", ""), time.monotonic()):
                _log.error("the controller's new key can't be used yet: %s", error)
            return
        self.key = key
        _log.info("the controller has a new key; clients whose key files name it connect again")

    def _flush(self, began: float) -> None:
        """Send the link's messages. Grants wait while the tick's thread makes a tick durable."""
        with self.lock:
            messages = self.link.take_immediate()
        self._outgoing.extend((self._robots, routing_id, encode(message)) for routing_id, message in messages)
        if not self.flush_lock.acquire(blocking=False):
            return
        try:
            with self.lock:
                rows, messages = self.link.take(began)
            if rows and self._store is not None:
                try:
                    self._store.write_rows(rows)
                except StoreFull as error:
                    self._report_full(error)
                    with self.lock:
                        self.link.put_back(rows)
                    return
                self.store_full = False
            self._outgoing.extend((self._robots, routing_id, encode(message)) for routing_id, message in messages)
        finally:
            self.flush_lock.release()
        if rows:
            self.grant_ms.append(1000.0 * (time.monotonic() - began))

    def _report_full(self, error: StoreFull) -> None:
        if not self.store_full:
            self.store_full = True
            _log.error("no grants are sent, because they can't be stored: %s", error)

    def _send_all(self) -> None:
        with suppress(IndexError):
            while True:
                socket, routing_id, data = self._outgoing.popleft()
                with suppress(zmq.ZMQError):  # gone, or its queue is full: messages without effect are resent
                    socket.send_multipart([routing_id, data], zmq.NOBLOCK)

    # --- sockets

    def _guard_viewers(self, socket: "zmq.Socket[bytes]") -> None:
        socket.set(zmq.AFFINITY, _VIEW_THREAD)
        self.connections.watch(socket)

    def _viewers_key(self, message: zmq.Frame) -> str | None:
        """Return the name of the key that a viewer's message came with, None if it was revoked. Called from the tick's
        thread.
        """
        entry = self._authenticator.entry(message) if self._authenticator is not None else None
        name = entry.name if entry is not None else ""
        self.connections.heard(message, name, _LINKS)
        return None if self._authenticator is not None and entry is None else name

    def _bind(self, socket: "zmq.Socket[bytes]", address: str) -> str:
        try:
            socket.bind(address)
        except zmq.ZMQError as error:
            self.close()
            raise InputError.single(address, "", f"can't be bound: {error}", "an address of this machine") from error
        return str(socket.getsockopt_string(zmq.LAST_ENDPOINT))

    def close(self) -> None:
        """Close without having entered the context; leaving the context does it too."""
        for socket in (self._robots, self._clients, self._wake_up):
            socket.close()
        self.connections.close()
        if self._authenticator is not None:
            self._authenticator.close()  # after the sockets it guards
        self.context.destroy(linger=0)


def _single(parts: Sequence[zmq.Frame]) -> bytes:
    if len(parts) != 2:
        raise Refused(f"{len(parts)} parts instead of one")
    return parts[1].bytes
