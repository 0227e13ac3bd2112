"""Requests to a run with a window: executed between two ticks, as in `podfleet serve`.

There is no store and there are no keys: requests come over loopback, and each carries the run's token. Simulated robots are
paused in their fleet; everything else is done by the site.
"""

import hmac
import logging
from collections import OrderedDict
from collections.abc import Iterator

import zmq

from controller.operations.requests import LinkOrder, PauseRobot, RequestHandler, ResumeRobot, StopServe
from controller.site.site import Site
from layout.errors import InputError
from robots.link.messages import Refused
from robots.requests import requests
from robots.units.simulated_fleet import SimFleet

_log = logging.getLogger(__name__)

_ANSWERS = 1_000
"""Answers cached for repeated requests."""
_AT_ONCE = 16
"""Requests executed at a time; the others wait for the next time."""
_QUEUE = 64


class WindowRequests:
    """Request socket of a site whose robots are simulated in this process. Call `answer` between ticks, also while the run is
    paused.

    token: required in requests. address: the one bound. refused: messages without the token or malformed, so far. stopped:
    whether the end of the run was requested. InputError if there is no port to bind.
    """

    def __init__(self, site: Site, token: str) -> None:
        self.refused = 0
        self.stopped = False
        self._fleet, self._handler, self._token = site.fleet, RequestHandler(site), token.encode()
        self._answered: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.set(zmq.LINGER, 0)
        self._socket.set(zmq.RCVHWM, _QUEUE)
        self._socket.set(zmq.MAXMSGSIZE, requests.MOST_BYTES)
        try:
            self._socket.bind("tcp://127.0.0.1:*")
        except zmq.ZMQError as error:
            self.close()
            raise InputError.single("the run's request socket", "", f"has no port: {error}") from error
        self.address = str(self._socket.getsockopt_string(zmq.LAST_ENDPOINT))

    def answer(self) -> None:
        """Execute and answer the requests that have come."""
        for routing_id, request in self._requests():
            name = request.client, request.msg
            if name not in self._answered:
                result, orders = self._handler.apply(request, "")
                for order in orders:
                    self._obey(order)
                self._remember(name, requests.encode(result))
            self._socket.send_multipart([routing_id, self._answered[name]], zmq.NOBLOCK)

    def close(self) -> None:
        self._socket.close()
        self._context.term()

    def __enter__(self) -> "WindowRequests":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _requests(self) -> Iterator[tuple[bytes, requests.Request]]:
        """Yield (routing id, request) of messages with the token."""
        for _ in range(_AT_ONCE):
            try:
                parts = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            request = self._read(parts[1:])
            if request is not None:
                yield parts[0], request

    def _read(self, parts: list[bytes]) -> requests.Request | None:
        known = len(parts) == 2 and hmac.compare_digest(parts[0], self._token)
        try:
            if known:
                return requests.read_request(parts[1])
        except Refused as error:
            _log.debug("malformed request refused: %s", error)
        self.refused += 1
        return None

    def _obey(self, order: LinkOrder) -> None:
        """Execute an order. Removed robots, and those routed through a closed cell, are planned by the site as it is now."""
        match order:
            case PauseRobot(robot) if isinstance(self._fleet, SimFleet):
                self._fleet.pause(robot)
            case ResumeRobot(robot) if isinstance(self._fleet, SimFleet):
                self._fleet.resume(robot)
            case StopServe():
                self.stopped = True
            case _:
                pass

    def _remember(self, name: tuple[str, str], answer: bytes) -> None:
        self._answered[name] = answer
        if len(self._answered) > _ANSWERS:
            self._answered.popitem(last=False)
