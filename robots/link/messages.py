"""Messages of the robot link between drive units and the controller, and their encoding.

One message is one frame: a MessagePack map with its kind under "type". Every number is bounded, every list capped, and
unknown fields are refused, so that no decodable message can do harm. docs/reference/link.md explains each field.
"""

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, msgpack

VERSION = 2
"""Protocol version. Version 2 adds the fault text in POS, and REJECT for a load."""
VERSIONS = (1, VERSION)
"""Versions a controller supports: a robot is answered in its own. A robot with another version is refused."""
HORIZON = 64
"""Most cells in a GRANT."""
MOST_BYTES = 4096
"""Longest frame in bytes; sockets disconnect a peer that sends more than 64 KiB."""

Robot = Annotated[int, Meta(ge=0, lt=1 << 20)]
"""Number of a robot on its floor, from 0."""
Cell = Annotated[int, Meta(ge=0, lt=1 << 31)]
"""Cell number: row * width + col."""
Count = Annotated[int, Meta(ge=0, lt=1 << 53)]
"""Terms, sessions, plans, indices of cells along a route, and other numbers that only grow."""
Heading = Annotated[int, Meta(ge=0, le=3)]
"""Heading: 0 east, 1 south, 2 west, 3 north."""
Load = Annotated[int, Meta(ge=-2, lt=1 << 31)]
"""Load: a pod's number, or frames.NO_LOAD or frames.TOTES."""
Energy = Annotated[float, Meta(ge=0, le=1e6)]
"""Wh."""
Text = Annotated[str, Meta(max_length=300)]
FAULT_SIGNS = 200
"""Most characters in a fault's text."""


class Message(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", gc=False):
    """Base of all messages. None is part of a cycle, so a flood of them causes no garbage collection."""


class Hello(Message, frozen=True, tag="HELLO"):
    """Login of a robot with its position. Sent until answered by WELCOME or REJECT, and whenever requested by WHO.

    boot: drawn at random when the robot's program starts. cell: -1 from a simulated body that is not on the floor yet and
    asks to be placed.
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
    """Position of a robot: sent on each cell fully entered, when it comes to rest, and each heartbeat.

    n: number of this POS in its session. idx: of the last cell fully entered, along the session's route. limit: of the last
    cell it knows it may enter. flags: FLAG_… bits. fault: text for FLAG_FAULT, for people; since version 2.
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
    """State of an action; the final state (done, failed) is resent until ACK."""

    term: Count
    sess: Count
    act: Count
    state: Literal["running", "done", "failed"]
    result: Text = ""


class Stopped(Message, frozen=True, tag="STOPPED"):
    """Answer to CANCEL: the robot stands, and has dropped the rest of its plan."""

    term: Count
    sess: Count
    plan: Count
    cancel: Count
    idx: Count
    cell: Cell


class Welcome(Message, frozen=True, tag="WELCOME"):
    """Acceptance of a login: from now on the robot's route is counted from idx 0, the cell where it stands.

    hb_ms: longest time between two POS. tick_ms: real time of a tick. tick_s: floor time of a tick, longer than tick_ms if a
    floor of simulated bodies runs faster than life. width: of the grid. lift_s: floor time of a lift, for simulated bodies.
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
    """Refusal of a login. code: version, unknown (no such robot), key (not this robot's), double (another robot with this
    number is logged in), place (impossible position), load (impossible load), moving (log in at rest), removed (taken off the
    floor). An agent tries again after place, load, moving, double and key, and gives up after the others.
    """

    robot: Robot
    boot: Count
    code: Literal["version", "unknown", "key", "double", "place", "load", "moving", "removed"]
    text: Text


class Who(Message, frozen=True, tag="WHO"):
    """Request to log in: the controller doesn't know this session."""

    term: Count
    sess: Count


class Grant(Message, frozen=True, tag="GRANT"):
    """Route, and how far it may be driven. cells: those of idx first, first + 1 …; the robot may enter those up to idx
    `upto`; the others are only announced. face: heading to turn to once it stands at `upto`, if that is the end.
    """

    term: Count
    sess: Count
    plan: Count
    first: Count
    cells: Annotated[list[Cell], Meta(max_length=HORIZON)]
    upto: Count
    face: Heading


class Do(Message, frozen=True, tag="DO"):
    """Action at rest at idx `at_idx`: lift `what`, set_down, or charge."""

    term: Count
    sess: Count
    act: Count
    kind: Literal["lift", "set_down", "charge"]
    at_idx: Count
    what: Load


class Ack(Message, frozen=True, tag="ACK"):
    """Acknowledgement of a final action state, or of a POS: heard is its n."""

    term: Count
    sess: Count
    act: Count
    heard: Count


class Cancel(Message, frozen=True, tag="CANCEL"):
    """Order to stop and drop the rest of this plan. Only STOPPED releases its cells."""

    term: Count
    sess: Count
    plan: Count
    cancel: Count


class Pause(Message, frozen=True, tag="PAUSE"):
    """Order to stand still; granted cells stay granted."""

    term: Count
    sess: Count


class Resume(Message, frozen=True, tag="RESUME"):
    term: Count
    sess: Count


FromRobot = Hello | Pos | Done | Stopped
ToRobot = Welcome | Reject | Who | Grant | Do | Ack | Cancel | Pause | Resume


class Refused(ValueError):
    """Frame that is no message of this protocol."""


_encoder = msgpack.Encoder()
_from_robot: msgpack.Decoder[FromRobot] = msgpack.Decoder(FromRobot)
_to_robot: msgpack.Decoder[ToRobot] = msgpack.Decoder(ToRobot)


def encode(message: Message) -> bytes:
    return _encoder.encode(message)


def read_robot(data: bytes) -> FromRobot:
    """Decode a robot's message. Refused for any other frame."""
    return _read(_from_robot, data)


def read_controller(data: bytes) -> ToRobot:
    """Decode a controller's message. Refused for any other frame."""
    return _read(_to_robot, data)


_Kind = TypeVar("_Kind")


def _read(decoder: "msgpack.Decoder[_Kind]", data: bytes) -> _Kind:
    if len(data) > MOST_BYTES:
        raise Refused(f"{len(data)} bytes, {MOST_BYTES} are the most")
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:  # UnicodeError is a ValueError
        raise Refused(str(error)) from error
