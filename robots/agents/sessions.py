"""Sessions of an agent process: the socket each robot uses, and the robot each received message is for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from layout.errors import InputError
from robots.agents.controller_socket import ControllerSocket
from robots.agents.fault_injection import Channel
from robots.agents.pilot import Pilot
from robots.link.keys import Key
from robots.link.messages import Reject, ToRobot, Welcome, Who

SHARED_FROM = 500
"""Number of robots without keys above which they share a socket: each socket takes two or three file descriptors, and 1,024
are usual.
"""


@dataclass(slots=True, eq=False)
class RobotSession:
    """Session of a robot in this process. due: of its next step. said_at: of its last message. login: (term, sess)."""

    pilot: Pilot
    shared: "SharedSocket"
    channel: Channel | None
    due: float = 0.0
    said_at: float = 0.0
    login: tuple[int, int] = (0, 0)
    refusal: str = ""


@dataclass(slots=True, eq=False)
class SharedSocket:
    """Socket shared by robots. logins: sessions by term, then by session number."""

    socket: ControllerSocket
    sessions: dict[int, RobotSession] = field(default_factory=dict)
    logins: dict[int, dict[int, RobotSession]] = field(default_factory=dict)
    descriptor: int = -1

    @property
    def wanted(self) -> bool:
        """Tell whether any of its robots still tries to log in."""
        return any(not session.pilot.given_up for session in self.sessions.values())

    def session_of(self, message: ToRobot) -> RobotSession | None:
        """Return the session a message is for. A WHO is for the oldest session of its number, because numbers start again
        with each term.
        """
        if isinstance(message, Welcome | Reject):
            return self.sessions.get(message.robot)
        if isinstance(message, Who):
            found = (self.logins[term].get(message.sess) for term in sorted(self.logins))
            return next((session for session in found if session is not None), None)
        return self.logins.get(message.term, {}).get(message.sess)

    def enter(self, session: RobotSession) -> None:
        """Register a new login of one of its robots."""
        self.leave(session)
        session.login = term, sess = session.pilot.term, session.pilot.sess
        self.logins.setdefault(term, {})[sess] = session

    def leave(self, session: RobotSession) -> None:
        """Remove the ended login of a robot."""
        term, sess = session.login
        if self.logins.get(term, {}).get(sess) is session:
            del self.logins[term][sess]
            if not self.logins[term]:
                del self.logins[term]


def robots_by_key(robots: Iterable[int], keys: Mapping[int, Key] | None) -> list[tuple[Key | None, list[int]]]:
    """Return the robots by socket: those with one key share one; without keys each has its own, up to SHARED_FROM."""
    robots = list(robots)
    if keys is None:
        return [(None, robots)] if len(robots) > SHARED_FROM else [(None, [robot]) for robot in robots]
    if without := [robot for robot in robots if robot not in keys]:
        shown = ", ".join(map(str, without[:10]))
        raise InputError.single("keys", "", f"there is none for robot {shown}", "a key for each body's number")
    groups: dict[bytes, list[int]] = defaultdict(list)
    for robot in robots:
        groups[keys[robot].public].append(robot)
    return [(keys[group[0]], group) for group in groups.values()]


def allow_descriptors(number: int) -> None:
    """Raise this process's limit of open files as far as allowed. InputError if that isn't enough."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if number <= soft or soft == resource.RLIM_INFINITY:
        return
    if hard != resource.RLIM_INFINITY and number > hard:
        what = f"these robots need {number} open files, and {hard} are allowed"
        raise InputError.single("--ids", "", what, "fewer robots a process, or ulimit -n")
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
