"""A robot as the link knows it: who speaks for it, its login, what it reported last, and what of it survives a crash."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec

from robots.link.messages import Cancel, Do


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a message came from: the socket's routing id, the name of the key, and the robots that key may speak for (None:
    any, on a link without keys).
    """

    routing_id: bytes
    name: str = ""
    robots: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class LinkParams:
    """ahead: cells by which a plan may run ahead of a robot. lost_s: without a word for so long a robot is given up for dead.

    battery_wh: what a battery holds. Times as in WELCOME.
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
    """A HELLO that was answered by WELCOME, until a POS says that the robot has taken it up."""

    sender: Sender
    boot: int
    cell: int
    heading: int
    load: int
    battery: float


@dataclass(slots=True, eq=False)
class RobotSession:
    """A robot as the link knows it. sess: of the live login, 0 for none. face: heading at the end of its plan.

    limit, plan_told: what it said it knows of its way. doing: action under way.
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
    """Has ever logged in to this store."""
    moving: bool = False
    flags: int = 0
    number: int = 0
    plan: int = 1
    plan_told: int = 0
    limit: int = 0
    sent_at: float = -1e18
    """Of the last word that has to have an effect."""
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
    """When it last said that it has a fault."""
    nowhere: int = -1
    """The cell in which it says that it stands though nobody can, once an alarm has told so."""
    told: str = ""
    """The last fault that an alarm came of."""
    failed: int = 0
    """The Action that it has failed in since the tick was last told."""
    moved_at: float = -1e18
    """When it last came on, or had nothing to come on to."""
    stuck: bool = False
    """It has leave to drive on, and doesn't."""
    gone_from: int = -1
    """Where a robot that was taken off the floor was last."""
    load_to: int = field(init=False)
    """What it carries once what it was last told to lift or set down is done."""
    misloaded: str = ""
    """That it says it carries something else than either, in words."""
    overfull: bool = False
    """It says that its battery has more in it than it holds."""
    claim: int = -1
    """The cell where it says that it stands, though it can't be there: closed to all others."""
    claimed_since: float = -1e18
    claimed_at: float = -1e18
    """When it last said so."""

    def __post_init__(self) -> None:
        self.load_to = self.load

    @property
    def at_odds(self) -> bool:
        """Something is wrong with it, or with what it says: it stands until that is settled."""
        return bool(self.held or self.misloaded) or self.claim >= 0

    @property
    def loads(self) -> tuple[int, int]:
        """What it may carry."""
        return self.load, self.load_to


class Row(msgspec.Struct, frozen=True, array_like=True):
    """What of a robot survives a crash of the controller.

    Stores of other versions are read with it: fields are added at the end, with a default, and none is taken away.
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
