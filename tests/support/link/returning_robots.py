"""Robots that come back, and say where they stand."""

from controller.link.link import Link
from controller.link.sessions import LinkParams
from robots.link.messages import Reject
from tests.support.link.link_messages import ROBOT, sent
from tests.support.link.link_rig import FAST, WIDTH, hello, log_in, paper_link, reports, sent_messages

CARRIED = 44
"""Cell that robot 0 is carried to, four rows south of where it was."""


def carried(link: Link, now: float = 10.0, cell: int = CARRIED, **changes: object) -> list[str]:
    """Robot 0 says that it stands somewhere; the codes it is refused with."""
    link.handle(ROBOT, hello(0, cell, boot=2, **changes), now)
    return [message.code for message in sent(link, Reject)]  # type: ignore[attr-defined]


def silent(cells: list[int], params: LinkParams = FAST) -> Link:
    """Robots that have logged in, of which robot 0 isn't heard any more."""
    link = paper_link(cells, params)
    for robot in range(len(cells)):
        log_in(link, robot)
    sent_messages(link)
    link.sessions[0].online = False
    link.alarms.clear()
    return link


def later(link: Link, cells: list[int], term: int = 2) -> Link:
    """Return the link after a crash of the controller, from what was stored."""
    link.outbox.dirty = set(range(len(cells)))
    rows = link.take(0.0)[0]
    return Link(reports(cells), WIDTH, link.claims.passable, term, FAST, rows)
