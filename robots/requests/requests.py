"""Requests of order systems and operators to a running floor, and its answers.

One request is one frame, encoded like the robots' messages (robots/link/messages.py): every number bounded, every list
capped, unknown fields refused. Each request carries the name of its client and an id that the client chose; a repeated id
gets the same answer and does nothing twice.
"""

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, msgpack

from robots.link import messages
from robots.link.messages import Message, Refused, Robot, Text

MOST_BYTES = 1 << 16
"""Longest frame of a request, in bytes."""
MOST_RESULT_BYTES = 1 << 18
MOST_ORDERS = 100
"""Most orders in one SUBMIT."""
MOST_LINES = 1_000
"""Most lines in one order. The frame may hold more, so that the answer can name the order that is too long."""

Id = Annotated[str, Meta(min_length=1, max_length=100)]
MOST_SIGNS = 100
"""Most characters in an order's number or a SKU. A submitted frame may hold more, as with lines."""
Name = Annotated[str, Meta(min_length=1, max_length=MOST_SIGNS)]
"""Customer's number of an order, or a SKU."""
Given = Annotated[str, Meta(max_length=1_000)]
"""Order number or SKU as submitted."""
CellText = Annotated[str, Meta(pattern=r"^[0-9]{1,5},[0-9]{1,5}\Z", max_length=11)]
"""Cell as "row,col"."""
Value = (
    Annotated[int, Meta(ge=-(1 << 53), le=1 << 53)] | float | Text | Annotated[list[Text], Meta(max_length=MOST_ORDERS)]
)
Figures = Annotated[dict[Name, Value], Meta(max_length=50)]


class WantedLine(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Order line. units: 0 and less can be sent so that the answer can name the line. number: of the line in the client's
    file, by which answers name it; 0: its place in the order.
    """

    sku: Given
    units: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
    number: Annotated[int, Meta(ge=0, le=1 << 53)] = 0


class WantedOrder(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Order to be submitted. name: the customer's number of the order, one order each. due_s: seconds from now; None: as the
    scenario says.
    """

    name: Given
    lines: Annotated[list[WantedLine], Meta(max_length=4 * MOST_LINES)]
    due_s: Annotated[float, Meta(ge=0, le=10_000_000)] | None = None


class BaseRequest(Message, frozen=True):
    """Base of all requests. client: name of the client. msg: the request's id, the same when it is resent."""

    client: Id
    msg: Id


class Submit(BaseRequest, frozen=True, tag="SUBMIT"):
    """Submit orders. Each is taken, already known, or refused, independently of the others."""

    orders: Annotated[list[WantedOrder], Meta(min_length=1, max_length=MOST_ORDERS)]


class Status(BaseRequest, frozen=True, tag="STATUS"):
    """Ask for the status of an order, or with "" of the floor."""

    name: Annotated[str, Meta(max_length=100)] = ""


class Cancel(BaseRequest, frozen=True, tag="CANCEL"):
    """Cancel an order. Refused once its tote is full."""

    name: Name
    reason: Annotated[str, Meta(max_length=100)] = ""


class Prioritise(BaseRequest, frozen=True, tag="PRIORITISE"):
    """Release an order before all others. Refused once it is at a station."""

    name: Name
    reason: Annotated[str, Meta(max_length=100)] = ""


class Track(BaseRequest, frozen=True, tag="TRACK"):
    """Ask for the history of an order: a line each event, and last its state and expected time."""

    name: Name


class NoticeLine(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Line of a shipment. units: 0 can be sent so that the answer can name the line."""

    sku: Name
    units: Annotated[int, Meta(ge=0, le=1_000_000)]


class Advise(BaseRequest, frozen=True, tag="ADVISE"):
    """Announce a shipment: an advance ship notice (ASN). owner: the retailer, or the seller who owns the goods.

    asn: the sender's number of the shipment, one each. arrive_s: seconds from now until it can be at the yard.
    """

    owner: Name
    asn: Name
    lines: Annotated[list[NoticeLine], Meta(max_length=4 * MOST_LINES)]
    arrive_s: Annotated[float, Meta(ge=0, le=10_000_000)] = 0.0


class Stock(BaseRequest, frozen=True, tag="STOCK"):
    """Ask for an owner's stock here and on its way, by SKU and place; a hundred SKUs from the owner's number `first` on."""

    owner: Name
    first: Annotated[int, Meta(ge=0, le=10_000_000)] = 0


class Pause(BaseRequest, frozen=True, tag="PAUSE"):
    """Pause a robot, or with None all."""

    robot: Robot | None = None


class Resume(BaseRequest, frozen=True, tag="RESUME"):
    """End PAUSE and DRAIN of a robot, or with None of the floor."""

    robot: Robot | None = None


class Remove(BaseRequest, frozen=True, tag="REMOVE"):
    """Declare a robot dead and release what it holds. Nothing is done without the code in the first answer."""

    robot: Robot
    confirm: Annotated[str, Meta(max_length=20)] = ""


class ConfirmPlace(BaseRequest, frozen=True, tag="CONFIRM_PLACE"):
    """Let a robot log in where it reports itself, though it can't be there, and release its earlier cells. In two steps, like
    REMOVE.
    """

    robot: Robot
    cell: CellText
    confirm: Annotated[str, Meta(max_length=20)] = ""


class Close(BaseRequest, frozen=True, tag="CLOSE"):
    """Close a cell to all robots."""

    cell: CellText


class Open(BaseRequest, frozen=True, tag="OPEN"):
    """Open a cell that was closed by CLOSE."""

    cell: CellText


class Restore(BaseRequest, frozen=True, tag="RESTORE"):
    """Put back into service what is out of service because actions failed. name: the number of a pod or robot, "row,col" of a
    charger, the id of the station whose outfeed it is.
    """

    kind: Literal["pod", "robot", "charger", "outfeed"]
    name: Name


class Drain(BaseRequest, frozen=True, tag="DRAIN"):
    """Give a robot no new work, or with None release no more orders."""

    robot: Robot | None = None


class Stop(BaseRequest, frozen=True, tag="STOP"):
    """End the controller after a complete tick."""


class Result(Message, frozen=True, tag="RESULT"):
    """Answer to the request of that client and id. text: for people. data: the same for programs."""

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
"""Encode a request or a result."""


class _Head(Struct, frozen=True):
    """Identity of a request; the other fields are not read."""

    client: Id
    msg: Id


_head: msgpack.Decoder[_Head] = msgpack.Decoder(_Head)
_request: msgpack.Decoder[Request] = msgpack.Decoder(Request)
_result: msgpack.Decoder[Result] = msgpack.Decoder(Result)


def read_request(data: bytes) -> Request:
    """Decode a request. Refused for any other frame."""
    return _read(_request, data, MOST_BYTES)


def busy(data: bytes, again_s: float) -> Result:
    """Return the answer to a request for which there is no room now, with the time to ask again. Refused for a frame without
    identity.
    """
    head = _read(_head, data, MOST_BYTES)
    text = f"busy: too many requests of this key wait already; nothing was done, ask again in {again_s:g} s"
    return Result(head.client, head.msg, False, text, {"again_s": again_s})


def again_s(result: Result) -> float | None:
    """Return the seconds after which to ask again, from a busy answer; None for any other."""
    value = result.data.get("again_s")
    return float(value) if not result.ok and isinstance(value, int | float) else None


def read_result(data: bytes) -> Result:
    """Decode a result. Refused for any other frame."""
    return _read(_result, data, MOST_RESULT_BYTES)


_Kind = TypeVar("_Kind")


def _read(decoder: "msgpack.Decoder[_Kind]", data: bytes, most: int) -> _Kind:
    if len(data) > most:
        raise Refused(f"{len(data)} bytes, {most} are the most")
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:  # UnicodeError is a ValueError
        raise Refused(str(error)) from error
