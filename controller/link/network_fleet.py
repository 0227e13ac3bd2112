"""The fleet on the network, as the tick sees it: reports up, grants down, and what has to be durable before they go out."""

import logging
import time
from collections.abc import Callable

from controller.link.sockets import LinkServer
from controller.operations.requests import CancelThrough, ConfirmPlace, LinkOrder, PauseRobot, RemoveRobot, ResumeRobot
from controller.persistence.checkpoint import RecordingPlanner
from controller.persistence.store import Answer, Store
from controller.persistence.store_file import StoreFull
from controller.persistence.tick_log import Request
from robots.units.fleet import Grants, Reports

_log = logging.getLogger(__name__)
_RETRY_S = 0.2


class NetworkFleet:
    """One tick is: `begin`, then receive and send from within the tick. orders: of the desk to the link, not done yet.

    while_full: called again and again while the store takes no tick.
    """

    def __init__(
        self,
        server: LinkServer,
        store: Store | None,
        recording_planner: RecordingPlanner,
        while_full: Callable[[StoreFull], None],
    ) -> None:
        self._server, self._link, self._store, self._recording_planner = server, server.link, store, recording_planner
        self._while_full = while_full
        self.tick = 0
        self.orders: list[LinkOrder] = []
        self._requests: list[Request] = []
        self._answers: list[Answer] = []
        self._reports: Reports | None = None

    def begin(self, tick: int, requests: list[Request], answers: list[Answer], orders: list[LinkOrder]) -> None:
        """What came to the desk before this tick."""
        self.tick, self._requests, self._answers, self.orders = tick, requests, answers, orders

    def receive(self) -> Reports:
        with self._server.lock:
            self._reports = self._link.collect()
            return self._reports

    def send(self, grants: Grants) -> None:
        """Plan on, keep the tick, and only then let it out. A full disk holds the floor here until there is room."""
        server, link = self._server, self._link
        with server.flush_lock:
            with server.lock:
                for order in self.orders:
                    self._obey(order)
                link.commit(grants)
                rows, messages = link.take(time.monotonic())
            if self._store is not None and self._reports is not None:
                self._keep(rows)
            server.post(messages)

    def _keep(self, rows: list[tuple[int, bytes]]) -> None:
        assert self._store is not None
        assert self._reports is not None
        while True:
            try:
                self._store.write_tick(
                    self.tick, self._reports, self._requests, self._answers, self._recording_planner.actions, rows
                )
            except StoreFull as error:
                if not self._server.store_full:
                    _log.error("the floor stands, for tick %d can't be kept: %s", self.tick, error)
                self._server.store_full = True
                self._while_full(error)
                time.sleep(_RETRY_S)
            else:
                self._server.store_full = False
                return

    def _obey(self, order: LinkOrder) -> None:
        match order:
            case PauseRobot(robot):
                self._link.pause(robot)
            case ResumeRobot(robot):
                self._link.resume(robot)
            case RemoveRobot(robot):
                self._link.remove(robot)
            case ConfirmPlace(robot, cell):
                self._link.confirm_place(robot, cell)
            case CancelThrough(cell):
                self._link.cancel_through({cell})
            case _:
                pass  # the serving loop's
