"""What tests of the link without sockets share: robot 0, and what the link has to say to it."""

from link_rig import grants, words

from controller.link.link import Link
from controller.link.seat import Sender
from robots.fleet import Action
from robots.messages import (
    Message,
)

ROBOT = Sender(b"r0")


def said(link: Link, *kinds: type[Message]) -> list[Message]:
    """What a link has to say to robot 0, of these kinds."""
    return [word for route, word in words(link) if route == b"r0" and (not kinds or isinstance(word, kinds))]


def forward(link: Link, *robots: int) -> None:
    link.collect()
    link.commit(grants(link, dict.fromkeys(robots or (0,), Action.FORWARD)))


def kinds_of(link: Link) -> list[str]:
    return [kind for kind, _ in link.alarms]
