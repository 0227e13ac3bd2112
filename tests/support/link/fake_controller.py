"""A controller that does as the test says: a ROUTER in a thread, which answers logins and grants what it is told to."""

import queue
import threading

import zmq

from robots.link.messages import (
    VERSION,
    Ack,
    FromRobot,
    Grant,
    Hello,
    Message,
    Pos,
    Reject,
    Welcome,
    Who,
    encode,
    read_robot,
)
from robots.recording.frames import NO_LOAD

WIDTH = 100


class FakeController:
    """heard: all that came, oldest first. logins: WELCOMEs by robot. deaf: neither takes nor answers anything."""

    def __init__(
        self, address: str = "tcp://127.0.0.1:*", hb_ms: int = 100, tick_ms: float = 50.0, term: int = 1
    ) -> None:
        self.heard: list[FromRobot] = []
        self.logins: dict[int, list[Welcome]] = {}
        self.reject: Reject | None = None
        self.deaf = False
        self.routes: dict[int, bytes] = {}
        self._hb_ms, self._tick_ms, self.term = hb_ms, tick_ms, term
        self._sess = 0
        self._out: queue.SimpleQueue[tuple[int, Message]] = queue.SimpleQueue()
        self._end = threading.Event()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.set(zmq.LINGER, 0)
        self._socket.bind(address)
        self.address = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self._thread = threading.Thread(target=self._loop)
        self._thread.start()

    def __enter__(self) -> "FakeController":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Twice is as good as once."""
        if self._end.is_set():
            return
        self._end.set()
        self._thread.join()
        self._socket.close()
        self._context.term()

    def grant(self, robot: int, first: int, cells: list[int], plan: int = 1, face: int = 0) -> None:
        """All these cells, in the robot's last session."""
        welcome = self.logins[robot][-1]
        self.say(robot, Grant(welcome.term, welcome.sess, plan, first, cells, first + len(cells) - 1, face))

    def who(self, robot: int) -> None:
        self.say(robot, Who(self.term, self.logins[robot][-1].sess))

    def say(self, robot: int, message: Message) -> None:
        self._out.put((robot, message))

    def positions(self, robot: int) -> list[Pos]:
        sessions = {welcome.sess for welcome in self.logins.get(robot, [])}
        return [message for message in list(self.heard) if isinstance(message, Pos) and message.sess in sessions]

    def hellos(self, robot: int) -> list[Hello]:
        return [message for message in list(self.heard) if isinstance(message, Hello) and message.robot == robot]

    def _loop(self) -> None:
        while not self._end.is_set():
            while not self._out.empty():
                robot, message = self._out.get()
                self._socket.send_multipart([self.routes[robot], encode(message)])
            if self._socket.poll(5):
                routing_id, data = self._socket.recv_multipart()
                if not self.deaf:
                    self._take(routing_id, read_robot(data))

    def _take(self, routing_id: bytes, message: FromRobot) -> None:
        self.heard.append(message)
        if isinstance(message, Hello):
            self.routes[message.robot] = routing_id
            self._socket.send_multipart([routing_id, encode(self.reject or self._welcome(message))])
        elif isinstance(message, Pos):
            self._socket.send_multipart([routing_id, encode(Ack(message.term, message.sess, 0, message.n))])

    def _welcome(self, hello: Hello) -> Welcome:
        self._sess += 1
        cell = hello.cell if hello.cell >= 0 else hello.robot * WIDTH
        welcome = Welcome(
            v=VERSION,
            term=self.term,
            sess=self._sess,
            robot=hello.robot,
            boot=hello.boot,
            hb_ms=self._hb_ms,
            tick_ms=self._tick_ms,
            tick_s=1.0,
            lift_s=3.0,
            width=WIDTH,
            cell=cell,
            heading=hello.heading,
            load=NO_LOAD,
            battery=400.0,
        )
        self.logins.setdefault(hello.robot, []).append(welcome)
        return welcome
