"""State of the link: sessions of a floor's robots, their grants, and outgoing messages.

Reports and logins change it (reports.py, logins.py); the tick reads and extends it (link.py).
"""

import math
from collections.abc import Container, Iterable

import numpy as np
from numpy.typing import NDArray

from controller.link.cell_reservations import CellReservations
from controller.link.claims import Claims
from controller.link.commands import Outbox
from controller.link.rate_limit import Limiter
from controller.link.sessions import LinkParams, RobotSession
from robots.link.messages import Cancel
from robots.units.fleet import Reports

_ALARMS = 1000


class LinkState:
    """All robots of a floor, in `sessions` by their numbers.

    counts: refused (messages of dead sessions, plans or terms), security (keys used for other robots), rings (moves that
    would have waited for each other). alarms: (kind, text) since they were last taken.
    """

    def __init__(
        self, reports: Reports, width: int, passable: NDArray[np.bool_], term: int, params: LinkParams
    ) -> None:
        self.params = params
        self.term = term
        self.counts = {"refused": 0, "security": 0, "rings": 0}
        self.alarms: list[tuple[str, str]] = []
        self.reservations = CellReservations()
        self.outbox = Outbox(term, width, self.reservations)
        self.claims = Claims(self.reservations, passable, width, self.alarm, self._clear)
        self.limiter = Limiter()
        self.now = -math.inf
        """Time of the last message or beat."""
        self.silent = math.inf
        """Time from which silence counts."""
        self.floor_paused = False
        self._cancels = 0
        self._doubted_by: set[str] = set()
        """Keys of robots that know a later term than the store, until all robots have reported where they stand."""
        self.sessions = [
            RobotSession(
                n, int(reports.heading[n]), int(reports.load[n]), float(reports.battery_wh[n]), int(reports.heading[n])
            )
            for n in range(len(reports.cell))
        ]

    def grant(self, robots: Iterable[int]) -> None:
        """Grant more cells to those of `robots` that can be granted more."""
        for robot in robots if not self._doubted_by else ():
            session = self.sessions[robot]
            if not self._stalls(session) and robot in self.reservations.routes and self.reservations.grant(robot):
                self.outbox.renew_grant(session)

    def replan(self, robots: Iterable[int]) -> None:
        """Announce routes that were cut short under a new plan, and grant to robots whose turn it is."""
        robots = set(robots)
        for robot in robots:
            session = self.sessions[robot]
            if robot in self.reservations.routes and session.sess:
                session.plan += 1
                session.face = self._facing(session)
                self.outbox.renew_grant(session)
        self.grant(robots)

    def _facing(self, session: RobotSession) -> int:
        """Return the heading with which a robot reaches the end of its remaining plan."""
        route = self.reservations.routes[session.robot]
        if route.end == route.idx:
            return session.heading
        return self.outbox.step.index(route.cell(route.end) - route.cell(route.end - 1))

    def cancel_through(self, cells: Container[int], but: int = -1) -> None:
        """Stop robots whose route leads through these cells and plan them again. but: a robot to leave alone."""
        for session in self.sessions:
            route = self.reservations.routes.get(session.robot)
            if session.robot == but or route is None or not any(cell in cells for cell, _ in list(route.cells)[1:]):
                continue
            self.replan(self.reservations.release_ungranted([session.robot]))
            if route.granted_to > route.idx and session.online and session.cancel is None:
                self._cancels += 1
                session.cancel = Cancel(self.term, session.sess, session.plan, self._cancels)
                self.outbox.send(session, session.cancel)

    def doubt_store(self, term: int, key: str) -> None:
        """Doubt the store, because a robot knows a later term: the store is an older copy, and robots may be anywhere.

        No robot may drive until each has reported where it stands or was removed, or the reporting key was revoked.
        """
        missing = [session.robot for session in self.sessions if not session.dead and session.heard < 0]
        if not missing:
            return
        known = bool(self._doubted_by)
        self._doubted_by.add(key)
        if not known:
            robot = f"a robot with the key {key}" if key else "a robot"
            text = f"{robot} knows of term {term}, the store only of {self.term}: it is an older copy"
            self.alarm(
                "store",
                f"{text}. No robot drives until all have logged in or are removed; {len(missing)} haven't",
                term,
            )

    def _end_doubts(self, keys: Container[str]) -> None:
        before = bool(self._doubted_by)
        self._doubted_by = {key for key in self._doubted_by if key not in keys}
        if before and not self._doubted_by:
            self.grant(self.reservations.routes)

    def _stalls(self, session: RobotSession) -> bool:
        """Tell whether a robot can't be granted more now."""
        standing = session.stuck or self.is_paused(session) or session.at_odds
        return not session.online or session.dead or standing or session.cancel is not None

    def is_paused(self, session: RobotSession) -> bool:
        return session.paused or self.floor_paused

    def place(self, session: RobotSession) -> int:
        """Return the cell where a robot's plan ends, or the last cell of a removed one."""
        route = self.reservations.routes.get(session.robot)
        return session.gone_from if route is None else route.last

    def _clear(self, cell: int, robot: int) -> None:
        """Keep all other robots out of a cell."""
        self.cancel_through([cell], but=robot)
        self.outbox.dirty.add(robot)

    def alarm(self, kind: str, text: str, source: object) -> None:
        """Raise an alarm, at most one a second of each kind and source; the number left out is reported afterwards."""
        if self.limiter.passes((kind, source), self.now):
            self._add_alarm(kind, text)

    def _add_alarm(self, kind: str, text: str) -> None:
        if len(self.alarms) < _ALARMS:
            self.alarms.append((kind, text))
