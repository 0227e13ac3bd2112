"""The form of the book: plain structs of numbers and names that later versions can read.

Fields may be added at the end of a struct, with a default. No field may be removed or change its meaning, except with another
_MARK; then `read_book` must know both.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from controller.persistence.snapshot.sealed import BadSeal, seal, unseal
from layout.errors import InputError

_MARK = b"podfleet book 1"

Number = Annotated[int, Meta(ge=0, le=1 << 53)]
"""Tick, count or index."""
Index = Annotated[int, Meta(ge=-4, le=1 << 40)]
"""Index, or a negative number for none and similar cases."""
Name = Annotated[str, Meta(max_length=1000)]

COUNTS = ("received", "shipped", "cancelled", "due", "late", "lines_picked", "units_picked")
"""Names in Book.counts."""


class BookLine(Struct, array_like=True, frozen=True):
    sku: Number
    units: Number
    picked: Number
    """Units in the order's tote or parcel."""


class BookOrder(Struct, array_like=True, frozen=True):
    """Order. state: as in controller/warehouse/orders.py. station: where it is picked, waits on the outfeed or is packed, -1:
    none.
    """

    number: Number
    name: Name
    created: Number
    due: Index
    state: Name
    lines: list[BookLine]
    station: Index = -1
    fell_due: bool = False


class BookRobot(Struct, array_like=True, frozen=True):
    """Robot. cell, heading, load, battery_wh: as last reported. load: pod, -1 for none, -2 for totes.

    doing: "lift", "set_down", or "" for neither. pod: the one lifted, carried or set down, -1 for none. station: to which it
    brings totes, or at whose outfeed it lifts them. totes: numbers of the orders in them.
    """

    cell: Number
    heading: Annotated[int, Meta(ge=0, le=3)]
    load: Index
    battery_wh: Annotated[float, Meta(ge=0, le=1e9)]
    dead: bool
    doing: Name = ""
    pod: Index = -1
    station: Index = -1
    totes: list[Number] = []


class BookStation(Struct, array_like=True, frozen=True):
    """Station by its name. waiting: orders on the outfeed with the tick since which they wait, or (0) on the table of a pack
    station. receipts: sku, units, tick since which they are on the dock.
    """

    name: Name
    done: Number
    waiting: list[tuple[Number, Number]]
    receipts: list[tuple[Number, Number, Index]]


class BookHolding(Struct, array_like=True, frozen=True):
    """Units of a SKU in a place other than a bin, by its kind and number. The supplier's units are negative."""

    kind: Name
    number: Index
    sku: Number
    units: int


class BookOut(Struct, array_like=True, frozen=True):
    """Thing out of service."""

    kind: Name
    number: Number
    reason: str
    action: Index = -1
    """Action that a robot can't do."""


class BookOperatorState(Struct, array_like=True, frozen=True):
    """Requests still in effect. submitted: all orders ever submitted, closed ones included."""

    submitted: list[BookOrder]
    cancelled: list[Name]
    advised: list[tuple[Name, Name, dict[int, int]]]
    draining: bool
    drained: list[Number]
    floor_paused: bool
    paused: list[Number]
    closed: list[Number]
    removed: list[Number]


class Book(Struct, frozen=True):
    """Floor before tick `tick`. skus: their names, by number. pods: the cell of each, -1 on a robot; quarantined: pods in
    quarantine.

    bins: pod, bin, sku, units, each as a column. levels, arrivals: of replenishment, (tick, sku, units). next_order: number
    of the scenario's next order. counts: totals since tick 0. closed: cells in which a dead robot may be. beyond: text about
    parts of the floor that a book doesn't hold.
    """

    tick: Number
    skus: list[Name]
    orders: list[BookOrder]
    backlog: list[Number]
    prioritised: list[Number]
    pods: list[Index]
    quarantined: list[Number]
    bins: tuple[list[Number], list[Number], list[Number], list[Number]]
    holdings: list[BookHolding]
    robots: list[BookRobot]
    stations: list[BookStation]
    levels: list[Number]
    arrivals: list[tuple[Number, Number, Number]]
    next_order: Number
    next_task: Number
    counts: dict[str, int]
    closed: list[Number]
    out_of_service: list[BookOut]
    operator_state: BookOperatorState = msgspec.field(name="desk")
    beyond: list[str] = []


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Book).decode


def write_book(book: Book) -> bytes:
    return seal(_MARK, _encode(book))


def read_book(data: bytes) -> Book:
    """Return the book in sealed bytes. InputError for any other bytes."""
    try:
        return _decode(unseal(_MARK, data))
    except (BadSeal, msgspec.MsgspecError, RecursionError, MemoryError) as error:
        what = f"can't be read: {error}"
        raise InputError.single("the store", "book", what, "a backup, or a new store") from error
