"""A small request server for tests: a ROUTER in a thread that answers as the test decides."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import zmq

from robots.requests.requests import Request, read_request
from tests.support.processes.patience import PATIENCE_S

Answers = Callable[[int, Request], list[bytes]]
"""(how many requests came before, the request) → frames to send back."""


class Router:
    """A ROUTER that notes what it is asked."""

    def __init__(self, answers: Answers, address: str = "tcp://127.0.0.1:*") -> None:
        self.asked: list[Request] = []
        self._answers = answers
        self._socket = zmq.Context.instance().socket(zmq.ROUTER)
        self._socket.set(zmq.LINGER, 0)
        self._socket.bind(address)
        self.address = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._end.is_set():
            if self._socket.poll(10):
                routing_id, data = self._socket.recv_multipart()
                request = read_request(data)
                self.asked.append(request)
                for frame in self._answers(len(self.asked) - 1, request):
                    self._socket.send_multipart([routing_id, frame])
        self._socket.close()

    def close(self) -> None:
        self._end.set()
        self._thread.join(PATIENCE_S)


@contextmanager
def router(answers: Answers, address: str = "tcp://127.0.0.1:*") -> Iterator[Router]:
    made = Router(answers, address)
    try:
        yield made
    finally:
        made.close()
