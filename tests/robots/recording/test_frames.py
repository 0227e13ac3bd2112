"""Frames on the wire."""

from contextlib import suppress

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, decode_frame, encode_frame


def table_of(dtype: np.dtype[np.void], rows: int, data: bytes) -> NDArray[np.void]:
    """Rows of anything: what the bytes happen to mean."""
    return np.resize(np.frombuffer(data + bytes(dtype.itemsize), np.uint8), rows * dtype.itemsize).view(dtype)


frames = st.builds(
    lambda tick, robots, stations, pods, counts, ms, data: Frame(
        tick,
        table_of(ROBOT_DTYPE, robots, data),
        table_of(STATION_DTYPE, stations, data),
        np.array(pods, np.int32),
        counts,
        ms,
    ),
    st.integers(0, 2**40),
    st.integers(0, 20),
    st.integers(0, 5),
    st.lists(st.integers(-1, 2**31 - 1), max_size=20),
    st.dictionaries(st.text(max_size=5), st.integers(-(2**40), 2**40), max_size=4),
    st.floats(allow_nan=False),
    st.binary(min_size=1, max_size=200),
)


@given(frames)
def test_a_decoded_frame_is_the_one_that_was_encoded(frame: Frame) -> None:
    """decode∘encode = identity, for every column and count."""
    decoded = decode_frame(encode_frame(frame))
    assert (decoded.tick, decoded.counts, decoded.planner_ms) == (frame.tick, frame.counts, frame.planner_ms)
    assert decoded.robots.tobytes() == frame.robots.tobytes()
    assert decoded.stations.tobytes() == frame.stations.tobytes()
    assert decoded.pods.tolist() == frame.pods.tolist()


@given(st.binary(max_size=300))
def test_anything_else_is_refused(data: bytes) -> None:
    """Bytes that are no frame raise what the docstring says and nothing else."""
    with pytest.raises((msgspec.DecodeError, ValueError)):
        decode_frame(data)


@given(frames, st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_frame_is_refused_or_a_frame(frame: Frame, at: int, byte: int) -> None:
    """One wrong byte gives either a refusal or some frame, never another error."""
    data = bytearray(encode_frame(frame))
    data[at % len(data)] = byte
    with suppress(msgspec.DecodeError, ValueError):
        assert isinstance(decode_frame(bytes(data)), Frame)


def test_frames_are_small() -> None:
    """A robot takes 20 bytes, a station 13: 10,000 robots are 200 kB a frame."""
    assert ROBOT_DTYPE.itemsize == 20
    assert STATION_DTYPE.itemsize == 13
