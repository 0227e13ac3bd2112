"""The inbox of a tick as it is kept: read as it was written, or refused."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from controller.persistence.tick_log import BadInbox, Inbox, read_inbox, write_inbox
from robots.units.fleet import Reports
from tests.support.stores.store_checks import assert_same
from tests.support.stores.store_writer import KINDS, reports_of


def column(name: str, robots: int) -> st.SearchStrategy[Any]:
    return arrays.arrays(KINDS[name], robots)


@st.composite
def inboxes(draw: st.DrawFn) -> Inbox:
    robots = draw(st.integers(0, 40))
    reports = Reports(**{name: draw(column(name, robots)) for name in KINDS})
    actions = draw(st.none() | arrays.arrays(np.int8, robots))
    requests = draw(st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=40)), max_size=3))
    return Inbox(draw(st.integers(0, 2**53)), reports, tuple(requests), actions)


@given(inboxes())
def test_an_inbox_is_read_as_it_was_written(inbox: Inbox) -> None:
    """Bit by bit, also what is no number; and its arrays can be written to."""
    read = read_inbox(write_inbox(inbox))
    assert_same(inbox, read)
    assert all(getattr(read.reports, name).flags.writeable for name in KINDS)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_inbox_are_refused(data: bytes) -> None:
    with pytest.raises(BadInbox):
        read_inbox(data)


@given(inboxes(), st.data())
def test_a_torn_inbox_is_refused(inbox: Inbox, data: st.DataObject) -> None:
    written = write_inbox(inbox)
    with pytest.raises(BadInbox):
        read_inbox(written[: data.draw(st.integers(0, len(written) - 1))])


def test_ten_thousand_robots_are_packed_and_unpacked_at_once() -> None:
    """It takes 3 ms of this thread, however busy the machine is; here it may be a second."""
    inbox = Inbox(1, reports_of(1, 10_000), (), np.zeros(10_000, np.int8))
    began = time.thread_time()
    read_inbox(write_inbox(inbox))
    assert time.thread_time() - began < 1.0
