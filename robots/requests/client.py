"""Client for requests to a controller: it sends a request, resends it under the same id without an answer, and gives up with
a clear error. If the controller is busy it waits as long as told, and longer each time.

The controller answers a request after the request's tick is stored, so an answer takes at least a tick. A request may be sent
any number of times: the controller recognises its id and executes it once.
"""

import logging
import random
import threading
import time
from collections.abc import Callable

import zmq

from layout.errors import InputError
from robots.link.address import check_address
from robots.link.keys import Key
from robots.link.messages import Refused, encode
from robots.requests.requests import MOST_RESULT_BYTES, Request, Result, again_s, read_request, read_result

_log = logging.getLogger(__name__)

WAIT_S = 3.0
"""Seconds to wait for an answer: longer than a tick and its storing take."""
TRIES = 5
BUSY_TRIES = 10
_LONGEST_REST_S = 10.0
_LOOK_S = 0.02
"""Seconds between two checks whether the controller is still connected."""
_SLICE_MS = 100
"""Milliseconds waited at a time, so that `give_up` is noticed soon."""


class RequestClient:
    """Client of one controller. InputError for an address that makes no sense.

    key: the client's own, None on loopback without keys. wait_s: for an answer before the request is resent; tries: how often
    it is sent. token: for a run with a window, which requires it instead of a key. tell: receives a line when the controller
    is busy and the request is repeated later. refused: frames that were no results, so far.
    """

    def __init__(
        self,
        address: str,
        key: Key | None = None,
        *,
        wait_s: float = WAIT_S,
        tries: int = TRIES,
        token: str = "",
        tell: Callable[[str], None] = _log.info,
    ) -> None:
        self.refused = 0
        self._tell = tell
        self._head = [token.encode()] if token else []
        self._given_up = threading.Event()
        self._address, self._wait_s, self._tries = check_address(address), wait_s, tries
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.set(zmq.LINGER, 0)
        self._socket.set(zmq.IMMEDIATE, 1)
        self._socket.set(zmq.MAXMSGSIZE, MOST_RESULT_BYTES)
        self._socket.set(zmq.HEARTBEAT_IVL, 1000)
        self._socket.set(zmq.HEARTBEAT_TIMEOUT, 3000)
        try:
            if key is not None:
                from robots.link.curve_security import client

                client(self._socket, key)
            self._socket.connect(address)
        except zmq.ZMQError as error:
            self.close()
            way_out = "an address like tcp://127.0.0.1:5601"
            raise InputError.single(address, "", f"can't be used: {error}", way_out) from error

    def ask(self, request: Request) -> Result:
        """Return the answer to a request; "busy" only if the controller is busy ten times.

        InputError for a request that no controller could read, or if there is no answer after all tries.
        """
        data = _written(request)
        for number in range(BUSY_TRIES):
            result = self._ask(request, data)
            wait_s = again_s(result)
            if wait_s is None or number == BUSY_TRIES - 1:
                break
            rest_s = min(wait_s * 1.5**number, _LONGEST_REST_S) * random.uniform(1.0, 1.5)
            self._tell(f"the controller is busy; asking again in {rest_s:.1f} s")
            if self._given_up.wait(rest_s):
                raise self._not_waited_for(request)
        return result

    def _ask(self, request: Request, data: bytes) -> Result:
        for number in range(self._tries):
            if number:
                _log.info("no answer to %s yet, asked again", request.msg)
            until = time.monotonic() + self._wait_s
            if self._send(data, until) and (result := self._receive(request, until)) is not None:
                return result
            if self._given_up.is_set():
                raise self._not_waited_for(request)
        waited = f"no answer in {self._tries} tries of {self._wait_s:g} s"
        way_out = "podfleet serve has to run there, and this key has to be in its registry"
        raise InputError.single(self._address, "", waited, way_out)

    def _not_waited_for(self, request: Request) -> InputError:
        return InputError.single(self._address, "", f"no answer to {request.msg} was waited for")

    def wait_for_end(self, limit_s: float) -> bool:
        """Wait until the controller that has answered is gone and its connections end. Return False if it is still there by
        then.

        A controller that is back at once may be taken for the one that has answered.
        """
        until = time.monotonic() + limit_s
        while connected := self._socket.poll(0, zmq.POLLOUT):
            if self._given_up.wait(_LOOK_S) or time.monotonic() >= until:
                break
        return not connected

    def give_up(self) -> None:
        """End an `ask` in another thread soon, without an answer; later ones too."""
        self._given_up.set()

    def close(self) -> None:
        self._socket.close()
        self._context.term()

    def __enter__(self) -> "RequestClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, data: bytes, until: float) -> bool:
        """Send a request; return False if no controller is connected by `until`."""
        while self._wait(until, zmq.POLLOUT):
            try:
                self._socket.send_multipart([*self._head, data], zmq.NOBLOCK)
            except zmq.Again:  # the connection went in between
                continue
            return True
        return False

    def _receive(self, request: Request, until: float) -> Result | None:
        """Return the result of this request; answers to earlier ones are skipped."""
        while self._wait(until, zmq.POLLIN):
            try:
                result = read_result(self._socket.recv_multipart()[-1])
            except Refused as error:
                self.refused += 1
                _log.log(logging.WARNING if self.refused == 1 else logging.DEBUG, "malformed answer refused: %s", error)
                continue
            if (result.client, result.msg) == (request.client, request.msg):
                return result
        return None

    def _wait(self, until: float, ready: int) -> bool:
        """Wait until the socket is ready; return False at `until`, or when the client gives up."""
        while not self._given_up.is_set() and (left := _left_ms(until)):
            if self._socket.poll(min(left, _SLICE_MS), ready):
                return True
        return False


def _written(request: Request) -> bytes:
    """Return the frame, decoded once as the controller will decode it."""
    data = encode(request)
    try:
        read_request(data)
    except Refused as error:
        raise InputError.single(f"request {request.msg}", "", f"can't be sent: {error}") from error
    return data


def _left_ms(until: float) -> int:
    return max(0, round(1000 * (until - time.monotonic())))
