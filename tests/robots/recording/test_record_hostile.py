"""Records that were cut, damaged, or made to do harm: one message, or a replay of what is whole, and no memory for lies."""

import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgpack
import msgspec
import numpy as np
import pytest

from layout.errors import InputError
from robots.recording.chunk import pack
from robots.recording.events import TaskDone
from robots.recording.frames import Frame
from robots.recording.record import CHUNK_TICKS, MAGIC, Record, RecordWriter
from robots.recording.record_parts import packed_part
from tests.support.floor.small_run import small_frame, small_header
from tests.support.mutations import at_most
from tests.support.processes.small_disk import needs_memory_limits, small_memory

Map = dict[str, Any]
HEADER = {"k": "header", "header": msgspec.to_builtins(small_header())}
TICKS = 2 * CHUNK_TICKS + 10


def chunk(first: int, ticks: int = 3) -> Map:
    return pack([small_frame(tick) for tick in range(first, first + ticks)], [TaskDone(first, 1)])


def with_header(**changes: object) -> Map:
    return {"k": "header", "header": {**HEADER["header"], **changes}}


def file_of(*parts: Map, index: list[tuple[int, int]] | None = None) -> bytes:
    """A record of these parts, whose checksums are right; index: the entries of one that ends it."""
    data = b"".join(map(packed_part, parts))
    if index is None:
        return data
    return data + packed_part({"k": "index", "chunks": index}) + len(data).to_bytes(8, "little") + MAGIC


def events(data: bytes) -> Map:
    return chunk(0) | {"events": zlib.compress(data)}


@cache
def bomb(size: int) -> bytes:
    """Return a number of zeros, compressed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


HEAD = len(packed_part(HEADER))
END = {"k": "end", "summary": {}}
REFUSED: dict[str, Callable[[], bytes]] = {
    "a billion robots": lambda: file_of(with_header(robots=10**9), chunk(0)),
    "more robots than its columns have": lambda: file_of(with_header(robots=1 << 20), chunk(0)),
    "a billion pods": lambda: file_of(with_header(pods=10**9), chunk(0)),
    "more robots than there are numbers": lambda: file_of(with_header(robots=10**18), chunk(0)),
    "a tick of no length": lambda: file_of(with_header(tick_s=0.0), chunk(0)),
    "a time of day without end": lambda: file_of(with_header(start_s=float("inf")), chunk(0)),
    "a column of 288 MiB": lambda: file_of(HEADER, chunk(0) | {"pods": bomb(288 << 20)}),
    "counts of 288 MiB": lambda: file_of(HEADER, chunk(0) | {"counts": bomb(288 << 20)}),
    "events of 288 MiB": lambda: file_of(HEADER, chunk(0) | {"events": bomb(288 << 20)}),
    "a billion events": lambda: file_of(HEADER, events(b"\xdd" + (10**9).to_bytes(4, "big"))),
    "an event of another time": lambda: file_of(
        HEADER, events(msgpack.packb([{"type": "TaskDone", "t": 10**12, "task": 1}]))
    ),
    "a million names": lambda: file_of(HEADER, chunk(0) | {"names": [""] * 10**6}),
    "few times of the planner": lambda: file_of(HEADER, chunk(0) | {"planner_ms": b""}),
    "a chunk that isn't where the index says": lambda: file_of(HEADER, chunk(5), END, index=[(0, HEAD)]),
}
WITHOUT_TICKS: dict[str, Callable[[], bytes]] = {
    "rubbish": lambda: file_of(HEADER) + b"\xc1rubbish" * 9,
    "text": lambda: file_of(HEADER) + b"and a text\n" * 9,
    "a trillion ticks": lambda: file_of(HEADER, chunk(0) | {"n": 10**12}),
    "a tick before all": lambda: file_of(HEADER, chunk(0) | {"tick": -(10**15)}),
    "a tick beyond all": lambda: file_of(HEADER, chunk(0) | {"tick": 10**18}),
    "a list of two billion": lambda: file_of(HEADER) + b"\x82\xa1k\xdd\x7f\xff\xff\xff",
    "a part of four billion bytes": lambda: file_of(HEADER) + b"\x82\xa1k\xc6\xff\xff\xff\xff",
    "lists in lists": lambda: file_of(HEADER) + b"\x81\xa1k" + b"\x91" * 100_000,
}
READABLE: dict[str, Callable[[], bytes]] = {
    "an index of 100,000 entries that lead to the header": lambda: file_of(
        HEADER, chunk(0), END, index=[(tick, 0) for tick in range(100_000)]
    ),
    "an index that leads out of the file": lambda: file_of(HEADER, chunk(0), END, index=[(0, 1 << 50)]),
    "an index that leads backwards": lambda: file_of(HEADER, chunk(0), END, index=[(0, HEAD), (1, HEAD)]),
    "an index of ticks that go backwards": lambda: file_of(
        HEADER, chunk(0), chunk(3), END, index=[(9, HEAD), (3, HEAD + 9)]
    ),
    "an index of no chunk": lambda: file_of(HEADER, chunk(0), END, index=[]),
}


def read_all(path: Path) -> list[Frame]:
    with Record(path) as record:
        list(record.parts(0))
        return [frame for part in record.chunks() for frame in part.frames()]


@needs_memory_limits
@pytest.mark.parametrize("name", REFUSED)
def test_a_record_that_lies_is_refused(tmp_path: Path, name: str) -> None:
    """By one message, at once, and without the memory that it asks for."""
    path = tmp_path / "run.pfr"
    path.write_bytes(REFUSED[name]())
    with small_memory(256 << 20), at_most(10), pytest.raises(InputError) as told:
        read_all(path)
    assert len(told.value.problems) == 1


@needs_memory_limits
@pytest.mark.parametrize("name", WITHOUT_TICKS)
def test_a_record_without_a_whole_tick_says_so(tmp_path: Path, name: str) -> None:
    """Everything after its header is lost, and no bytes are misread as a chunk."""
    path = tmp_path / "run.pfr"
    path.write_bytes(WITHOUT_TICKS[name]())
    with small_memory(256 << 20), at_most(10), Record(path) as record:
        assert record.last_tick < record.first_tick
        assert record.lost.endswith("are cut off or damaged; there is no whole tick before them")


@pytest.mark.parametrize("name", READABLE)
def test_an_index_is_believed_only_as_far_as_the_chunks_bear_it_out(tmp_path: Path, name: str) -> None:
    """The file is read from its beginning instead."""
    path = tmp_path / "run.pfr"
    path.write_bytes(READABLE[name]())
    assert [frame.tick for frame in read_all(path)][:3] == [0, 1, 2]


def test_any_flip_and_any_cut_is_told_or_costs_nothing(tmp_path: Path) -> None:
    """Readable parts are as written, and missing ones are reported: by a refusal, or as lost ticks at the end."""
    path, damaged = tmp_path / "run.pfr", tmp_path / "damaged.pfr"
    for finish in (True, False):
        with RecordWriter(path, small_header(version=2)) as writer:
            for tick in range(TICKS):
                writer.add(small_frame(tick), [TaskDone(tick, tick)])
            if finish:
                writer.finish({"ticks": TICKS})
        good, frames = path.read_bytes(), read_all(path)
        rng = np.random.default_rng(1)
        for number in range(120):
            at = int(rng.integers(0, len(good)))
            flip = bytes([good[at] ^ 1 << int(rng.integers(0, 8))])
            damaged.write_bytes(good[:at] + (b"" if number % 3 == 0 else flip + good[at + 1 :]))
            try:
                with Record(damaged) as record:
                    found, lost, summary = read_all(damaged), record.lost, record.summary
            except InputError:
                continue
            whole = len(found) == TICKS and (summary is not None) == finish
            assert lost or (whole and len(damaged.read_bytes()) == len(good)), at
            assert summary in (None, {"ticks": TICKS})
            for a, b in zip(found, frames, strict=False):
                assert (a.tick, a.counts, a.planner_ms) == (b.tick, b.counts, b.planner_ms)
                assert a.robots.tobytes() + a.pods.tobytes() == b.robots.tobytes() + b.pods.tobytes()


def test_a_chunk_ends_early_where_much_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no reader needs more memory than it takes for one."""
    monkeypatch.setattr("robots.recording.record._CHUNK_EVENTS", 10)
    with RecordWriter(tmp_path / "run.pfr", small_header()) as writer:
        for tick in range(30):
            writer.add(small_frame(tick), [TaskDone(tick, 1)] * 5)
    with Record(tmp_path / "run.pfr") as record:
        assert [part.ticks for part in record.chunks()] == [2] * 15
        assert record.last_tick == 29
