"""The stored inputs of one tick: with the site before it, all that is needed to compute the tick again.

The fleet's columns are stored as bytes, with equal-ranking bytes of all numbers side by side (a cell's high bytes are nearly
all alike), in a msgspec struct, deflated.
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
"""zlib level: higher ones take five times as long for a few percent."""

Request = tuple[str, bytes]
"""Role of the key it came with, and its frame as received."""


@dataclass(frozen=True, slots=True, eq=False)
class TickInputs:
    """Inputs of tick `tick`.

    reports: the fleet's reports. requests: in the order in which they were executed. actions: int8[robots], the planner's
    plan; None if it returned none.
    """

    tick: int
    reports: Reports
    requests: tuple[Request, ...] = ()
    actions: NDArray[np.int8] | None = None


class BadTickInputs(ValueError):
    """Bytes that are no tick inputs, or whose reports have other columns."""


class _Column(Struct, array_like=True):
    """One-dimensional numpy array."""

    dtype: str
    planes: bytes


class _Row(Struct, array_like=True):
    tick: int
    reports: dict[str, _Column]
    requests: Sequence[Request]
    actions: bytes | None


_encoder = msgpack.Encoder()
_decoder = msgpack.Decoder(_Row)


def write_tick_inputs(inputs: TickInputs) -> bytes:
    reports = {field.name: _column(getattr(inputs.reports, field.name)) for field in fields(Reports)}
    actions = None if inputs.actions is None else inputs.actions.astype(np.int8).tobytes()
    return zlib.compress(_encoder.encode(_Row(inputs.tick, reports, inputs.requests, actions)), _LEVEL)


def read_tick_inputs(data: bytes) -> TickInputs:
    """Return the inputs that were written; the arrays are copies. Raises BadTickInputs."""
    try:
        row = _decoder.decode(zlib.decompress(data))
        reports = {name: _array(column) for name, column in row.reports.items()}
    except (zlib.error, msgspec.MsgspecError, TypeError, ValueError) as error:
        raise BadTickInputs(f"not the inputs of a tick: {error}") from error
    names = {field.name for field in fields(Reports)}
    if reports.keys() != names:
        raise BadTickInputs(f"reports of {sorted(reports)} instead of {sorted(names)}")
    actions = None if row.actions is None else np.frombuffer(row.actions, np.int8).copy()
    return TickInputs(row.tick, Reports(**reports), tuple(row.requests), actions)


def _column(array: NDArray[np.generic]) -> _Column:
    flat = np.ascontiguousarray(array)
    return _Column(flat.dtype.str, flat.view(np.uint8).reshape(len(flat), -1).T.tobytes() if len(flat) else b"")


def _array(column: _Column) -> NDArray[Any]:
    dtype = np.dtype(column.dtype)
    planes = np.frombuffer(column.planes, np.uint8).reshape(dtype.itemsize, -1)
    # Copy, because kernels would be compiled again for read-only arrays.
    return planes.T.copy().reshape(-1).view(dtype)
