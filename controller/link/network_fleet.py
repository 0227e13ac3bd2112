"""The networked fleet as the tick sees it: it receives reports, sends grants, and commits the tick before they go out."""

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
    """Networked fleet. A tick calls `begin`, then `receive` and `send`. orders: instructions from requests to the link, not
    executed yet.

    while_full: called repeatedly while the store is full.
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
        """Take the requests handled before this tick."""
        self.tick, self._requests, self._answers, self.orders = tick, requests, answers, orders

    def receive(self) -> Reports:
        with self._server.lock:
            self._reports = self._link.collect()
            return self._reports

    def send(self, grants: Grants) -> None:
        """Extend the plans, commit the tick, and only then send. A full disk stops the floor here until there is room."""
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
                    _log.error("the floor stands, because tick %d can't be stored: %s", self.tick, error)
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
                pass  # handled by the serving loop
