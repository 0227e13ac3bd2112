"""Tick inputs in the store: read as they were written, or refused."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from controller.persistence.tick_log import BadTickInputs, TickInputs, read_tick_inputs, write_tick_inputs
from robots.units.fleet import Reports
from tests.support.stores.store_checks import assert_same
from tests.support.stores.store_writer import KINDS, reports_of


def column(name: str, robots: int) -> st.SearchStrategy[Any]:
    return arrays.arrays(KINDS[name], robots)


@st.composite
def tick_inputs(draw: st.DrawFn) -> TickInputs:
    robots = draw(st.integers(0, 40))
    reports = Reports(**{name: draw(column(name, robots)) for name in KINDS})
    actions = draw(st.none() | arrays.arrays(np.int8, robots))
    requests = draw(st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=40)), max_size=3))
    return TickInputs(draw(st.integers(0, 2**53)), reports, tuple(requests), actions)


@given(tick_inputs())
def test_tick_inputs_are_read_as_it_was_written(inputs: TickInputs) -> None:
    """Bit by bit, also what is no number; and its arrays can be written to."""
    read = read_tick_inputs(write_tick_inputs(inputs))
    assert_same(inputs, read)
    assert all(getattr(read.reports, name).flags.writeable for name in KINDS)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_tick_inputs_are_refused(data: bytes) -> None:
    with pytest.raises(BadTickInputs):
        read_tick_inputs(data)


@given(tick_inputs(), st.data())
def test_torn_tick_inputs_are_refused(inputs: TickInputs, data: st.DataObject) -> None:
    written = write_tick_inputs(inputs)
    with pytest.raises(BadTickInputs):
        read_tick_inputs(written[: data.draw(st.integers(0, len(written) - 1))])


def test_ten_thousand_robots_are_packed_and_unpacked_at_once() -> None:
    """It takes 3 ms of this thread, however busy the machine is; here it may be a second."""
    inputs = TickInputs(1, reports_of(1, 10_000), (), np.zeros(10_000, np.int8))
    began = time.thread_time()
    read_tick_inputs(write_tick_inputs(inputs))
    assert time.thread_time() - began < 1.0
