"""Messages of the link to robot 0, for tests without sockets."""

from controller.link.link import Link
from controller.link.sessions import Sender
from robots.link.messages import Message
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Action
from tests.support.link.link_rig import grants, hello, log_in, paper_link, sent_messages

ROBOT, OTHER = Sender(b"r0"), Sender(b"r1")
ELSEWHERE = 44
"""Cell that robot 0 is carried to."""


def sent(link: Link, *kinds: type[Message]) -> list[Message]:
    """Return the link's messages to robot 0 of some kinds."""
    return [
        message
        for routing_id, message in sent_messages(link)
        if routing_id == b"r0" and (not kinds or isinstance(message, kinds))
    ]


def forward(link: Link, *robots: int) -> None:
    link.collect()
    link.commit(grants(link, dict.fromkeys(robots or (0,), Action.FORWARD)))


def kinds_of(link: Link) -> list[str]:
    return [kind for kind, _ in link.alarms]


def floor(*cells: int) -> Link:
    """Robots that have logged in and heard all there was to say."""
    link = paper_link(cells)
    for robot in range(len(cells)):
        log_in(link, robot)
    sent_messages(link)
    return link


def act(link: Link, action: Action, what: int = NO_LOAD, robot: int = 0) -> None:
    link.collect()
    link.commit(grants(link, {robot: action}, what))


def carried(link: Link, cell: int = ELSEWHERE, now: float = 10.0) -> None:
    """Robot 0 says after a new start that it stands there."""
    link.sessions[0].online = False
    link.handle(ROBOT, hello(0, cell, boot=2), now)


def lift(link: Link) -> None:
    """Robot 0 is to lift pod 7."""
    act(link, Action.LIFT, 7)
