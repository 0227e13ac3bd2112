"""The words of the desk: what order systems and operators ask of a running floor, and what it answers.

One request is one frame, written as the robots' words are (robots/link/messages.py): every number bounded, every list capped,
unknown fields refused. Each request carries the name of its client and an id that the client chose; the same id again
gives the same answer and does nothing twice.
"""

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, msgpack

from robots.link import messages
from robots.link.messages import Message, Refused, Robot, Text

MOST_BYTES = 1 << 16
"""A longer frame is no request."""
MOST_RESULT_BYTES = 1 << 18
MOST_ORDERS = 100
"""In one SUBMIT."""
MOST_LINES = 1_000
"""In one order. The frame may hold more, so that the answer can say which order is too long."""

Id = Annotated[str, Meta(min_length=1, max_length=100)]
MOST_SIGNS = 100
"""In an order's number or a SKU. Where orders are handed in the frame may hold more, as with lines."""
Name = Annotated[str, Meta(min_length=1, max_length=MOST_SIGNS)]
"""A customer's number of an order, or a SKU."""
Given = Annotated[str, Meta(max_length=1_000)]
"""The same as it comes in."""
CellText = Annotated[str, Meta(pattern=r"^[0-9]{1,5},[0-9]{1,5}\Z", max_length=11)]
""" "row,col"."""
Value = (
    Annotated[int, Meta(ge=-(1 << 53), le=1 << 53)] | float | Text | Annotated[list[Text], Meta(max_length=MOST_ORDERS)]
)
Figures = Annotated[dict[Name, Value], Meta(max_length=50)]


class WantedLine(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """units: 0 and less can be written so that the answer can say which line asks for nothing. number: of the line in the
    client's file, by which answers name it; 0: its place in the order.
    """

    sku: Given
    units: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
    number: Annotated[int, Meta(ge=0, le=1 << 53)] = 0


class WantedOrder(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """name: the customer's number of the order, one order each. due_s: seconds from now; None: as the scenario says."""

    name: Given
    lines: Annotated[list[WantedLine], Meta(max_length=4 * MOST_LINES)]
    due_s: Annotated[float, Meta(ge=0, le=10_000_000)] | None = None


class Asked(Message, frozen=True):
    """What all requests have. client: who asks. msg: the request's id, the same when it is sent again."""

    client: Id
    msg: Id


class Submit(Asked, frozen=True, tag="SUBMIT"):
    """Orders to be served. Each is taken, there already, or refused, whatever becomes of the others."""

    orders: Annotated[list[WantedOrder], Meta(min_length=1, max_length=MOST_ORDERS)]


class Status(Asked, frozen=True, tag="STATUS"):
    """How an order stands, or with "" the floor."""

    name: Annotated[str, Meta(max_length=100)] = ""


class Cancel(Asked, frozen=True, tag="CANCEL"):
    """An order is not wanted any more. Refused once its tote is full."""

    name: Name
    reason: Annotated[str, Meta(max_length=100)] = ""


class Prioritise(Asked, frozen=True, tag="PRIORITISE"):
    """An order is released before all others. Refused once it is at a station: there nothing comes before it."""

    name: Name
    reason: Annotated[str, Meta(max_length=100)] = ""


class Track(Asked, frozen=True, tag="TRACK"):
    """The whole story of an order, a line each event, and last its state and when it is expected."""

    name: Name


class NoticeLine(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """units: 0 can be written so that the answer can say which line brings nothing."""

    sku: Name
    units: Annotated[int, Meta(ge=0, le=1_000_000)]


class Advise(Asked, frozen=True, tag="ADVISE"):
    """An advance ship notice (ASN): a trailer with these goods comes. owner: the house, or the seller whose they are.

    asn: its sender's number of it, one shipment each. arrive_s: seconds from now until it can be at the yard.
    """

    owner: Name
    asn: Name
    lines: Annotated[list[NoticeLine], Meta(max_length=4 * MOST_LINES)]
    arrive_s: Annotated[float, Meta(ge=0, le=10_000_000)] = 0.0


class Stock(Asked, frozen=True, tag="STOCK"):
    """What an owner has here and on its way, by SKU and place; a hundred SKUs from number `first` of his on."""

    owner: Name
    first: Annotated[int, Meta(ge=0, le=10_000_000)] = 0


class Pause(Asked, frozen=True, tag="PAUSE"):
    """Stand still: a robot, or with None all."""

    robot: Robot | None = None


class Resume(Asked, frozen=True, tag="RESUME"):
    """Go on after PAUSE and after DRAIN: a robot, or with None the floor."""

    robot: Robot | None = None


class Remove(Asked, frozen=True, tag="REMOVE"):
    """Declare a robot dead and free what it holds. Without the code that the first answer gives nothing is done."""

    robot: Robot
    confirm: Annotated[str, Meta(max_length=20)] = ""


class ConfirmPlace(Asked, frozen=True, tag="CONFIRM_PLACE"):
    """A robot stands where it says, though it can't be there: let it log in there, and free what was its own before. In two
    steps, as REMOVE.
    """

    robot: Robot
    cell: CellText
    confirm: Annotated[str, Meta(max_length=20)] = ""


class Close(Asked, frozen=True, tag="CLOSE"):
    """Nobody may enter this cell from now on."""

    cell: CellText


class Open(Asked, frozen=True, tag="OPEN"):
    """A cell that was closed by CLOSE may be entered again."""

    cell: CellText


class Restore(Asked, frozen=True, tag="RESTORE"):
    """Use again what is out of service because actions failed. name: the number of a pod or robot, "row,col" of a charger,
    the id of the station whose outfeed it is.
    """

    kind: Literal["pod", "robot", "charger", "outfeed"]
    name: Name


class Drain(Asked, frozen=True, tag="DRAIN"):
    """No new work: for a robot, or with None no order is released any more."""

    robot: Robot | None = None


class Stop(Asked, frozen=True, tag="STOP"):
    """End the controller after a whole tick."""


class Result(Message, frozen=True, tag="RESULT"):
    """The answer to the request of that client and id. text: for people. data: the same for programs."""

    client: Id
    msg: Id
    ok: bool
    text: Text
    data: Figures = msgspec.field(default_factory=dict)


Request = (
    Submit
    | Status
    | Cancel
    | Prioritise
    | Track
    | Advise
    | Stock
    | Pause
    | Resume
    | Remove
    | ConfirmPlace
    | Close
    | Open
    | Restore
    | Drain
    | Stop
)
READS = (Status, Track, Stock)
"""Requests that change nothing."""

encode = messages.encode
"""The frame of a request or a result."""


class _Head(Struct, frozen=True):
    """What of a request names it; the rest is not looked at."""

    client: Id
    msg: Id


_head: msgpack.Decoder[_Head] = msgpack.Decoder(_Head)
_request: msgpack.Decoder[Request] = msgpack.Decoder(Request)
_result: msgpack.Decoder[Result] = msgpack.Decoder(Result)


def read_request(data: bytes) -> Request:
    """What a client asks. Refused for anything else."""
    return _read(_request, data, MOST_BYTES)


def busy(data: bytes, again_s: float) -> Result:
    """The answer to a request for which there is no room now, and when to ask again. Refused for what names none."""
    head = _read(_head, data, MOST_BYTES)
    text = f"busy: too many requests of this key wait already; nothing was done, ask again in {again_s:g} s"
    return Result(head.client, head.msg, False, text, {"again_s": again_s})


def again_s(result: Result) -> float | None:
    """Seconds after which to ask again, of an answer that says that the desk is busy; None for any other."""
    value = result.data.get("again_s")
    return float(value) if not result.ok and isinstance(value, int | float) else None


def read_result(data: bytes) -> Result:
    """What the desk answers. Refused for anything else."""
    return _read(_result, data, MOST_RESULT_BYTES)


_Kind = TypeVar("_Kind")


def _read(decoder: "msgpack.Decoder[_Kind]", data: bytes, most: int) -> _Kind:
    if len(data) > most:
        raise Refused(f"{len(data)} bytes, {most} are the most")
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:  # UnicodeError is a ValueError
        raise Refused(str(error)) from error
