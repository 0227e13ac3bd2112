"""Sessions of robots: sender, login, last report, and the part that survives a crash."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec

from robots.link.messages import Cancel, Do


@dataclass(frozen=True, slots=True)
class Sender:
    """Sender of a message: the socket's routing id, the name of the key, and the robots that key may speak for (None: any, on
    a link without keys).
    """

    routing_id: bytes
    name: str = ""
    robots: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class LinkParams:
    """Parameters of the link. ahead: cells by which a plan may run ahead of a robot. lost_s: silence in s after which a robot
    counts as dead.

    battery_wh: capacity of a battery. Times as in WELCOME.
    """

    ahead: int = 4
    lost_s: float = 300.0
    hb_ms: int = 1000
    tick_ms: float = 1000.0
    tick_s: float = 1.0
    lift_s: float = 3.0
    battery_wh: float = math.inf


@dataclass(frozen=True, slots=True)
class Login:
    """HELLO that was answered by WELCOME, until a POS confirms that the robot has accepted the login."""

    sender: Sender
    boot: int
    cell: int
    heading: int
    load: int
    battery: float


@dataclass(slots=True, eq=False)
class RobotSession:
    """A robot as the link knows it. sess: number of the live login, 0 for none. face: heading at the end of its plan.

    limit, reported_plan: route and plan it last reported. doing: action under way.
    """

    robot: int
    heading: int
    load: int
    battery: float
    face: int
    sess: int = 0
    sender: Sender = field(default_factory=lambda: Sender(b""))
    boot: int = 0
    heard: float = -1e18
    online: bool = False
    known: bool = False
    """True once the robot has logged in to this store."""
    moving: bool = False
    flags: int = 0
    number: int = 0
    plan: int = 1
    reported_plan: int = 0
    limit: int = 0
    sent_at: float = -1e18
    """Time of the last message that must have an effect."""
    acked_at: float = -1e18
    pending: dict[int, Login] = field(default_factory=dict)
    act: int = 0
    doing: Do | None = None
    cancel: Cancel | None = None
    aligned: bool = True
    paused: bool = False
    dead: bool = False
    held: str = ""
    held_at: float = -1e18
    """Time of its last report of a fault."""
    nowhere: int = -1
    """Cell in which it reports itself though no robot can stand there, once an alarm was raised."""
    alarmed_fault: str = ""
    """Last fault that raised an alarm."""
    failed: int = 0
    """Action that failed since the last tick."""
    moved_at: float = -1e18
    """Time when it last advanced, or had nothing granted to advance to."""
    stuck: bool = False
    """True while the robot is granted cells and does not drive."""
    gone_from: int = -1
    """Last cell of a robot that was taken off the floor."""
    load_to: int = field(init=False)
    """Load after its last lift or set-down order."""
    misloaded: str = ""
    """Text about a reported load that is neither `load` nor `load_to`."""
    overfull: bool = False
    """True while the robot reports more energy than its battery holds."""
    claim: int = -1
    """Cell in which it reports itself though it can't be there: closed to all others."""
    claimed_since: float = -1e18
    claimed_at: float = -1e18
    """Time when it last reported the claimed cell."""

    def __post_init__(self) -> None:
        self.load_to = self.load

    @property
    def at_odds(self) -> bool:
        """Tell whether it, or its report, is faulty: it stands until that is settled."""
        return bool(self.held or self.misloaded) or self.claim >= 0

    @property
    def loads(self) -> tuple[int, int]:
        """Return the loads it may carry."""
        return self.load, self.load_to


class Row(msgspec.Struct, frozen=True, array_like=True):
    """Stored state of a robot.

    Stores of other versions are read with this struct: fields are added at the end, with a default, and none is removed.
    """

    plan: int
    idx: int
    granted_to: int
    cells: list[tuple[int, int]]
    heading: int
    face: int
    load: int
    battery: float
    known: bool
    dead: bool
    gone_from: int
    load_to: int = -1
    claim: int = -1


encode_row = msgspec.msgpack.Encoder().encode
decode_row = msgspec.msgpack.Decoder(Row).decode
