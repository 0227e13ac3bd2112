"""Orders of a file for submission to a running controller: whole orders, in messages of moderate size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from controller.demand.order_cells import RowFault
from controller.demand.order_notices import ways_out
from controller.demand.order_rows import read_order_rows
from controller.scenario.scenario import OrderSettings
from robots.requests.requests import MOST_LINES, MOST_ORDERS, WantedLine, WantedOrder

_MOST_UNITS = 1_000_000
"""Largest quantity of a line when reading; the controller decides what it accepts."""
_BATCH_BYTES = 30_000
"""Approximate size of a message with orders."""


@dataclass(slots=True)
class Submission:
    """Orders of a file to submit.

    orders: by their first rows. refused: others, each with its line of the file and the reason. lost: rows that belong
    to no order. ways_out: how to correct rows of the refused ones.
    """

    orders: list[WantedOrder]
    refused: list[str]
    lost: list[RowFault]
    ways_out: str = ""


def read_submission(path: Path, settings: OrderSettings, due_s: float | None) -> Submission:
    """Return the orders of a file. InputError for a file unreadable as a whole, or without any order."""
    form = replace(settings.form, section="")
    read = read_order_rows(path, msgspec.structs.replace(settings, max_quantity=_MOST_UNITS), form, tells_refused=False)
    refused = [f"order {name}: {fault}" for name, fault in (read.negative | read.refused).items()]
    lines: dict[str, list[WantedLine]] = {}
    for (name, sku, quantity, _), line in zip(read.rows, read.lines, strict=True):
        lines.setdefault(name, []).append(WantedLine(sku, quantity, line))
    if not (lines or refused or read.orphans):
        raise read.none_left(path)
    orders: list[WantedOrder] = []
    for name, wanted in lines.items():
        order = WantedOrder(name, wanted, due_s)
        if fault := _too_long(order):
            refused.append(f"order {name}: {fault}")
        else:
            orders.append(order)
    return Submission(orders, refused, read.orphans, ways_out(read.refused, form))


def batches_of(orders: Sequence[WantedOrder]) -> Iterator[list[WantedOrder]]:
    """Yield orders in messages of moderate size."""
    batch: list[WantedOrder] = []
    size = 0
    for order in orders:
        bytes_ = _size(order)
        if batch and (size + bytes_ > _BATCH_BYTES or len(batch) == MOST_ORDERS):
            yield batch
            batch, size = [], 0
        batch.append(order)
        size += bytes_
    if batch:
        yield batch


def _too_long(order: WantedOrder) -> str:
    bytes_ = _size(order)
    if len(order.lines) <= MOST_LINES and bytes_ <= 2 * _BATCH_BYTES:
        return ""
    return f"is too long: {len(order.lines)} lines, {bytes_} bytes ({MOST_LINES} and {2 * _BATCH_BYTES} is the limit)"


def _size(order: WantedOrder) -> int:
    return len(msgspec.msgpack.encode(order))
