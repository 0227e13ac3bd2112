"""A record on a disk that is full: one message, and what was written before can be read."""

from pathlib import Path

import pytest

from layout.errors import InputError
from robots.recording.record import CHUNK_TICKS, Record, RecordWriter
from tests.support.floor.small_run import small_frame, small_header
from tests.support.processes.small_disk import needs_limits, small_disk

pytestmark = needs_limits


def test_a_record_ends_with_the_last_chunk_that_the_disk_took(tmp_path: Path) -> None:
    """The fault is reported once, closing the record afterwards is no fault, and the whole chunks are there."""
    path = tmp_path / "day.pfr"
    with RecordWriter(path, small_header()) as writer:
        for tick in range(CHUNK_TICKS):
            writer.add(small_frame(tick), [])
        with small_disk(path.stat().st_size + 10):
            for tick in range(CHUNK_TICKS, 2 * CHUNK_TICKS - 1):
                writer.add(small_frame(tick), [])
            with pytest.raises(InputError, match=r"day\.pfr: can't be written to: File too large"):
                writer.add(small_frame(2 * CHUNK_TICKS - 1), [])
    with Record(path) as record:
        assert (record.first_tick, record.last_tick) == (0, CHUNK_TICKS - 1)


def test_a_record_whose_end_finds_no_room_keeps_its_ticks(tmp_path: Path) -> None:
    """Summary and index are missing; all ticks are there."""
    path = tmp_path / "day.pfr"
    with RecordWriter(path, small_header()) as writer:
        for tick in range(CHUNK_TICKS):
            writer.add(small_frame(tick), [])
        with small_disk(path.stat().st_size), pytest.raises(InputError):
            writer.finish({"ticks": CHUNK_TICKS})
    with Record(path) as record:
        assert (record.last_tick, record.summary) == (CHUNK_TICKS - 1, None)


def test_a_record_that_cannot_even_begin_is_refused(tmp_path: Path) -> None:
    """The message names the file."""
    with small_disk(3), pytest.raises(InputError, match=r"day\.pfr: can't be written to"):
        RecordWriter(tmp_path / "day.pfr", small_header())
