"""A bad network between robots and controller: takes each message whole, and loses, doubles, delays or reorders it by seed.

    with Proxy(controller_address, Faults(drop=0.2), seed=1) as proxy:
        …robots connect to proxy.address…
        proxy.faults = Faults()      # from now on the network is well

Without keys only: what is encrypted from end to end can't be taken apart. Each robot's socket gets one of the proxy's
own to the controller, so that the controller sees as many as there are.
"""

import heapq
import itertools
import threading
import time

import zmq

from robots.agents.fault_injection import Channel, Direction, FaultInjection

_FORGET_S = 20.0
"""After so long without a word from a robot's socket its upstream one is closed."""


class _Peer:
    """A robot's socket, as its routing id, and what it has to the controller."""

    def __init__(self, route: bytes, upstream: "zmq.Socket[bytes]", channel: Channel) -> None:
        self.route, self.upstream, self.channel = route, upstream, channel
        self.heard = time.monotonic()


class Proxy:
    """Runs in a thread of its own until closed. counts: taken and delivered messages by way ("up": robot to controller)."""

    def __init__(
        self, upstream: str, faults: FaultInjection, seed: int = 0, address: str = "tcp://127.0.0.1:*"
    ) -> None:
        self.counts = {"up": [0, 0], "down": [0, 0]}
        self._upstream, self._faults, self._seed = upstream, faults, seed
        self._peers: dict[bytes, _Peer] = {}
        self._late: list[tuple[float, int, _Peer, bytes, Direction]] = []
        self._numbers = itertools.count()
        self._context = zmq.Context()
        self._context.set(zmq.MAX_SOCKETS, 20_000)
        self._front = self._context.socket(zmq.ROUTER)
        self._front.set(zmq.LINGER, 0)
        self._front.bind(address)
        self.address = self._front.getsockopt_string(zmq.LAST_ENDPOINT)
        self._poller = zmq.Poller()
        self._poller.register(self._front, zmq.POLLIN)
        self._began = time.monotonic()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="proxy")
        self._thread.start()

    @property
    def faults(self) -> FaultInjection:
        return self._faults

    @faults.setter
    def faults(self, faults: FaultInjection) -> None:
        """For all robots, from now on. What is under way arrives as it was going to."""
        self._faults = faults
        for peer in list(self._peers.values()):
            peer.channel.faults = faults

    @property
    def now(self) -> float:
        """s since the start, as partitions count."""
        return time.monotonic() - self._began

    def close(self) -> None:
        self._end.set()
        self._thread.join()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _loop(self) -> None:
        while not self._end.is_set():
            wait = self._late[0][0] - time.monotonic() if self._late else 0.05
            ready = {socket for socket, _ in self._poller.poll(max(0, min(round(wait * 1000), 50)))}
            if self._front in ready:
                self._take_all_up()
            for peer in list(self._peers.values()):
                if peer.upstream in ready:
                    for parts in _drain(peer.upstream):
                        self._put_off(peer, parts[-1], "down")
            self._deliver()
            self._forget()
        for peer in self._peers.values():
            peer.upstream.close()
        self._front.close()
        self._context.term()

    def _take_all_up(self) -> None:
        for route, *parts in _drain(self._front):
            if route not in self._peers:
                self._peers[route] = self._new_peer(route)
            peer = self._peers[route]
            peer.heard = time.monotonic()
            self._put_off(peer, parts[-1], "up")

    def _new_peer(self, route: bytes) -> _Peer:
        upstream = self._context.socket(zmq.DEALER)
        upstream.set(zmq.LINGER, 0)
        upstream.set(zmq.IMMEDIATE, 0)  # the first word comes before the connection
        upstream.connect(self._upstream)
        self._poller.register(upstream, zmq.POLLIN)
        return _Peer(route, upstream, self._faults.channel(f"{self._seed}/{len(self._peers)}"))

    def _put_off(self, peer: _Peer, data: bytes, way: Direction) -> None:
        self.counts[way][0] += 1
        now = time.monotonic()
        for delay in peer.channel.deliveries(now - self._began, way):
            heapq.heappush(self._late, (now + delay, next(self._numbers), peer, data, way))

    def _deliver(self) -> None:
        while self._late and self._late[0][0] <= time.monotonic():
            _, _, peer, data, way = heapq.heappop(self._late)
            if self._peers.get(peer.route) is not peer:
                continue
            try:
                if way == "up":
                    peer.upstream.send(data, zmq.NOBLOCK)
                else:
                    self._front.send_multipart([peer.route, data], zmq.NOBLOCK)
            except zmq.ZMQError:
                continue
            self.counts[way][1] += 1

    def _forget(self) -> None:
        now = time.monotonic()
        for peer in [peer for peer in self._peers.values() if now - peer.heard > _FORGET_S]:
            self._poller.unregister(peer.upstream)
            peer.upstream.close()
            del self._peers[peer.route]


def _drain(socket: "zmq.Socket[bytes]") -> list[list[bytes]]:
    messages = []
    while len(messages) < 1000:
        try:
            messages.append(socket.recv_multipart(zmq.NOBLOCK))
        except zmq.Again:
            break
    return messages
