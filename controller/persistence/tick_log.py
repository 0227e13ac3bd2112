"""The inbox of one tick, as it is kept: with the site before it, all that a tick needs to be worked out again.

The fleet's columns as bytes, the like bytes of all numbers side by side (a cell's high bytes are nearly all alike),
in a msgspec struct, deflated.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct, msgpack
from numpy.typing import NDArray

from robots.units.fleet import Reports

_LEVEL = 1
"""Of zlib: higher ones take five times as long for a few percent."""

Request = tuple[str, bytes]
"""The role it came by, and its frame as it came."""


@dataclass(frozen=True, slots=True, eq=False)
class Inbox:
    """What came into tick `tick`.

    reports: what the fleet told. requests: in the order in which they were worked. actions: int8[robots], what the
    planner returned; None if that was no plan.
    """

    tick: int
    reports: Reports
    requests: tuple[Request, ...] = ()
    actions: NDArray[np.int8] | None = None


class BadInbox(ValueError):
    """Bytes that are no inbox, or one of other reports than ours."""


class _Column(Struct, array_like=True):
    """A numpy array of one dimension."""

    dtype: str
    planes: bytes


class _Row(Struct, array_like=True):
    tick: int
    reports: dict[str, _Column]
    requests: Sequence[Request]
    actions: bytes | None


_encoder = msgpack.Encoder()
_decoder = msgpack.Decoder(_Row)


def write_inbox(inbox: Inbox) -> bytes:
    reports = {field.name: _column(getattr(inbox.reports, field.name)) for field in fields(Reports)}
    actions = None if inbox.actions is None else inbox.actions.astype(np.int8).tobytes()
    return zlib.compress(_encoder.encode(_Row(inbox.tick, reports, inbox.requests, actions)), _LEVEL)


def read_inbox(data: bytes) -> Inbox:
    """The inbox that was written; its arrays are its own. Raises BadInbox."""
    try:
        row = _decoder.decode(zlib.decompress(data))
        reports = {name: _array(column) for name, column in row.reports.items()}
    except (zlib.error, msgspec.MsgspecError, TypeError, ValueError) as error:
        raise BadInbox(f"no inbox of a tick: {error}") from error
    names = {field.name for field in fields(Reports)}
    if reports.keys() != names:
        raise BadInbox(f"reports of {sorted(reports)} instead of {sorted(names)}")
    actions = None if row.actions is None else np.frombuffer(row.actions, np.int8).copy()
    return Inbox(row.tick, Reports(**reports), tuple(row.requests), actions)


def _column(array: NDArray[Any]) -> _Column:
    flat = np.ascontiguousarray(array)
    return _Column(flat.dtype.str, flat.view(np.uint8).reshape(len(flat), -1).T.tobytes() if len(flat) else b"")


def _array(column: _Column) -> NDArray[Any]:
    dtype = np.dtype(column.dtype)
    planes = np.frombuffer(column.planes, np.uint8).reshape(dtype.itemsize, -1)
    # A copy, for kernels would be compiled anew for arrays that can't be written.
    return planes.T.copy().reshape(-1).view(dtype)
