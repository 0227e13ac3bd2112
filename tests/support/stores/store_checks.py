"""Checks for tests of the store: its writer as another process, and whether a tick is as it was written."""

from dataclasses import fields
from pathlib import Path

import numpy as np

from controller.persistence.tick_log import TickInputs
from robots.units.fleet import Reports
from tests.support.processes.served import Program
from tests.support.stores.store_writer import ROBOTS, main, reports_of


def writer(path: Path, *words: str) -> Program:
    """store_writer.py as another process; what it tells is in a file beside the store."""
    told = path.with_suffix(".told")
    told.unlink(missing_ok=True)  # an earlier writer's
    return Program(told, path, *words, main=main)


def assert_same(a: TickInputs, b: TickInputs) -> None:
    assert (a.tick, a.requests) == (b.tick, b.requests)
    assert (a.actions is None) == (b.actions is None)
    if a.actions is not None and b.actions is not None:
        assert np.array_equal(a.actions, b.actions)
    for field in fields(Reports):
        one, other = getattr(a.reports, field.name), getattr(b.reports, field.name)
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes(), field.name


def assert_has_tick(inputs: TickInputs, tick: int) -> None:
    """It is what store_writer.write wrote."""
    requests = (("orders", f"request {tick}".encode()), ("operator", b"\x00\xff"))
    assert_same(inputs, TickInputs(tick, reports_of(tick), requests, np.full(ROBOTS, tick % 4, np.int8)))
