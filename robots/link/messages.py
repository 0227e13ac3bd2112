"""The words of the robot link: what a drive unit and the controller say to each other, and how it is written.

One message is one frame: a MessagePack map with its kind under "type". Every number is bounded, every list capped, and
unknown fields are refused, so that nothing which decodes can do harm. docs/reference/link.md explains each field.
"""

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, msgpack

VERSION = 2
"""Of this language. 2 has the words of a fault in POS, and REJECT for a load."""
VERSIONS = (1, VERSION)
"""That a controller understands: a robot is answered in its own. A robot that speaks another is turned away."""
HORIZON = 64
"""Cells in a GRANT at the most."""
MOST_BYTES = 4096
"""A frame longer than this is no message; sockets cut the link to who sends more than 64 KiB."""

Robot = Annotated[int, Meta(ge=0, lt=1 << 20)]
"""A robot's number on its floor, from 0."""
Cell = Annotated[int, Meta(ge=0, lt=1 << 31)]
"""row * width + col."""
Count = Annotated[int, Meta(ge=0, lt=1 << 53)]
"""Terms, sessions, plans, indices of cells along a way, and all else that only grows."""
Heading = Annotated[int, Meta(ge=0, le=3)]
"""0 east, 1 south, 2 west, 3 north."""
Load = Annotated[int, Meta(ge=-2, lt=1 << 31)]
"""A pod's number, or frames.NO_LOAD or frames.TOTES."""
Energy = Annotated[float, Meta(ge=0, le=1e6)]
"""Wh."""
Text = Annotated[str, Meta(max_length=300)]
FAULT_SIGNS = 200
"""In the words of a fault at the most."""


class Message(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", gc=False):
    """What all messages are. None is part of a cycle, so that a flood of them keeps no garbage collector busy."""


class Hello(Message, frozen=True, tag="HELLO"):
    """A robot's login: where it stands. Sent until it is answered by WELCOME or REJECT, and whenever asked by WHO.

    boot: drawn anew whenever the robot's program starts. cell: -1 from a simulated body that is not on the floor yet and
    asks where to stand.
    """

    v: Count
    robot: Robot
    boot: Count
    cell: Annotated[int, Meta(ge=-1, lt=1 << 31)]
    heading: Heading
    at_rest: bool
    load: Load
    battery: Energy


class Pos(Message, frozen=True, tag="POS", omit_defaults=True):
    """Where a robot is: sent on each cell fully entered, when it comes to rest, and each heartbeat.

    n: counts this session's POS. idx: of the last cell fully entered, along the session's way. limit: of the last cell it
    knows it may enter. flags: FLAG_… bits. fault: what FLAG_FAULT is about, for people; since version 2.
    """

    term: Count
    sess: Count
    n: Count
    plan: Count
    idx: Count
    limit: Count
    moving: bool
    heading: Heading
    battery: Energy
    load: Load
    flags: Annotated[int, Meta(ge=0, lt=1 << 16)]
    fault: Annotated[str, Meta(max_length=FAULT_SIGNS)] = ""


FLAG_PAUSED, FLAG_CHARGING, FLAG_OFF_ROUTE, FLAG_FAULT = 1, 2, 4, 8


class Done(Message, frozen=True, tag="ACTION"):
    """How an action goes; the last word on it (done, failed) is sent again until ACK."""

    term: Count
    sess: Count
    act: Count
    state: Literal["running", "done", "failed"]
    result: Text = ""


class Stopped(Message, frozen=True, tag="STOPPED"):
    """The answer to CANCEL: the robot stands, and the rest of its plan is dead."""

    term: Count
    sess: Count
    plan: Count
    cancel: Count
    idx: Count
    cell: Cell


class Welcome(Message, frozen=True, tag="WELCOME"):
    """The login holds: from now on the robot's way is counted from idx 0, the cell where it stands.

    hb_ms: a POS at least this often. tick_ms: real time a tick. tick_s: floor time a tick, longer than tick_ms where a floor of
    simulated bodies is run faster than life. width: of the grid. lift_s: floor time of a lift, for simulated bodies.
    """

    v: Count
    term: Count
    sess: Count
    robot: Robot
    boot: Count
    hb_ms: Annotated[int, Meta(ge=1, le=60_000)]
    tick_ms: Annotated[float, Meta(gt=0, le=1e6)]
    tick_s: Annotated[float, Meta(gt=0, le=10_000)]
    lift_s: Annotated[float, Meta(ge=0, le=1e4)]
    width: Annotated[int, Meta(ge=1, le=1 << 16)]
    cell: Cell
    heading: Heading
    load: Load
    battery: Energy


class Reject(Message, frozen=True, tag="REJECT"):
    """The login doesn't hold. code: version, unknown (no such robot), key (not this robot's), double (another one is live
    under this number), place (not where it can be), load (not what it can carry), moving (log in at rest), removed (taken
    off the floor). An agent tries again after place, load, moving, double and key, and gives up after the others.
    """

    robot: Robot
    boot: Count
    code: Literal["version", "unknown", "key", "double", "place", "load", "moving", "removed"]
    text: Text


class Who(Message, frozen=True, tag="WHO"):
    """The controller doesn't know this session: log in."""

    term: Count
    sess: Count


class Grant(Message, frozen=True, tag="GRANT"):
    """A way and how far it may be driven. cells: those of idx first, first + 1 …; the robot may enter those up to idx `upto`,
    and only announces to itself the others. face: heading to turn to once it stands at `upto`, if that is the end.
    """

    term: Count
    sess: Count
    plan: Count
    first: Count
    cells: Annotated[list[Cell], Meta(max_length=HORIZON)]
    upto: Count
    face: Heading


class Do(Message, frozen=True, tag="DO"):
    """Something to do at rest at idx `at_idx`: lift `what`, set_down, or charge."""

    term: Count
    sess: Count
    act: Count
    kind: Literal["lift", "set_down", "charge"]
    at_idx: Count
    what: Load


class Ack(Message, frozen=True, tag="ACK"):
    """The last word on an action has arrived, or this POS has: heard is its n."""

    term: Count
    sess: Count
    act: Count
    heard: Count


class Cancel(Message, frozen=True, tag="CANCEL"):
    """Stop, and forget the rest of this plan. Only STOPPED gives its cells back."""

    term: Count
    sess: Count
    plan: Count
    cancel: Count


class Pause(Message, frozen=True, tag="PAUSE"):
    """Stand still; what is granted stays granted."""

    term: Count
    sess: Count


class Resume(Message, frozen=True, tag="RESUME"):
    term: Count
    sess: Count


FromRobot = Hello | Pos | Done | Stopped
ToRobot = Welcome | Reject | Who | Grant | Do | Ack | Cancel | Pause | Resume


class Refused(ValueError):
    """A frame that is no message of this language."""


_encoder = msgpack.Encoder()
_from_robot: msgpack.Decoder[FromRobot] = msgpack.Decoder(FromRobot)
_to_robot: msgpack.Decoder[ToRobot] = msgpack.Decoder(ToRobot)


def encode(message: Message) -> bytes:
    return _encoder.encode(message)


def read_robot(data: bytes) -> FromRobot:
    """What a robot said. Refused for anything else."""
    return _read(_from_robot, data)


def read_controller(data: bytes) -> ToRobot:
    """What the controller said. Refused for anything else."""
    return _read(_to_robot, data)


_Kind = TypeVar("_Kind")


def _read(decoder: "msgpack.Decoder[_Kind]", data: bytes) -> _Kind:
    if len(data) > MOST_BYTES:
        raise Refused(f"{len(data)} bytes, {MOST_BYTES} are the most")
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:  # UnicodeError is a ValueError
        raise Refused(str(error)) from error
