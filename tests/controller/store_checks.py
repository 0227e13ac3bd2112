"""What the tests of the store share: its writer as another process, and whether a tick is as it was written."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import numpy as np
from store_writer import (
    ROBOTS,
    reports_of,
)
from tiny_site import ROOT

from controller.link.inbox import Inbox
from robots.fleet import Reports

WRITER = ROOT / "tests" / "controller" / "store_writer.py"


@contextmanager
def writer(path: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """store_writer.py as another process, from its first word on."""
    command = [sys.executable, str(WRITER), str(path), *words]
    pipe = subprocess.PIPE
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env) as process:
        try:
            yield process
        finally:
            process.kill()


def assert_same(a: Inbox, b: Inbox) -> None:
    assert (a.tick, a.requests) == (b.tick, b.requests)
    assert (a.actions is None) == (b.actions is None)
    if a.actions is not None and b.actions is not None:
        assert np.array_equal(a.actions, b.actions)
    for field in fields(Reports):
        one, other = getattr(a.reports, field.name), getattr(b.reports, field.name)
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes(), field.name


def assert_has_tick(inbox: Inbox, tick: int) -> None:
    """It is what store_writer.write wrote."""
    requests = (("orders", f"request {tick}".encode()), ("operator", b"\x00\xff"))
    assert_same(inbox, Inbox(tick, reports_of(tick), requests, np.full(ROBOTS, tick % 4, np.int8)))
