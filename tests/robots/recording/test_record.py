"""Record files: written, read, read while written, torn, damaged."""

import zlib
from itertools import pairwise
from pathlib import Path

import msgpack
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.errors import InputError
from robots.recording.chunk import DAMAGE, MOVES, Chunk, _pack_column, _unpack_column, pack
from robots.recording.events import Event, RobotFault, TaskDone, TaskFailed
from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, Header, StationInfo
from robots.recording.record import CHUNK_TICKS, MAGIC, Record, RecordWriter
from robots.recording.record_parts import ChunkPart

ROBOTS, PODS = 3, 4
TICKS = 2 * CHUNK_TICKS + 30


def header(**changes: object) -> Header:
    values: dict[str, object] = {
        "version": 1,
        "scenario": "small",
        "seed": 7,
        "tick_s": 1.0,
        "start_s": 0.0,
        "robots": ROBOTS,
        "pods": PODS,
        "floor": "",
        "stations": [StationInfo("pick-1", "pick", 1)],
        "skus": ["bolt"],
        "policies": {"pod": "demand"},
    }
    return Header(**(values | changes))  # type: ignore[arg-type]


def frame(tick: int, seed: int = 0) -> Frame:
    """A frame in which every column holds something else at every tick, beyond its sign too."""
    data = np.random.default_rng((seed, tick)).bytes(4 * ROBOT_DTYPE.itemsize * ROBOTS)
    robots = np.frombuffer(data[: ROBOTS * ROBOT_DTYPE.itemsize], ROBOT_DTYPE)
    stations = np.frombuffer(data[: STATION_DTYPE.itemsize], STATION_DTYPE)
    pods = np.frombuffer(data[: 4 * PODS], np.int32)
    return Frame(tick, robots, stations, pods, {"shipped": 2 * tick, "open": -tick}, tick / 4)


def events(tick: int) -> list[Event]:
    return [TaskDone(tick, tick), RobotFault(tick, 1, 2, "stop")] if tick % 7 == 0 else []


def write(path: Path, ticks: int, finish: bool = True, first: int = 0) -> Path:
    with RecordWriter(path, header()) as writer:
        for tick in range(first, first + ticks):
            writer.add(frame(tick), events(tick))
        if finish:
            writer.finish({"ticks": ticks})
    return path


def assert_same(a: Frame, b: Frame) -> None:
    assert (a.tick, a.counts, a.planner_ms) == (b.tick, b.counts, b.planner_ms)
    assert a.robots.tobytes() == b.robots.tobytes()
    assert a.stations.tobytes() == b.stations.tobytes()
    assert a.pods.tolist() == b.pods.tolist()


@pytest.mark.parametrize("finish", [True, False], ids=["with index", "without index"])
def test_a_record_gives_back_what_was_written(tmp_path: Path, finish: bool) -> None:
    """Every frame and every event, whether the end was written or not; the summary only if it was."""
    with Record(write(tmp_path / "run.pfr", TICKS, finish)) as record:
        assert record.header == header()
        assert (record.first_tick, record.last_tick) == (0, TICKS - 1)
        for tick in range(TICKS):
            assert_same(record.frame(tick), frame(tick))
        assert record.events(0, TICKS) == [event for tick in range(TICKS) for event in events(tick)]
        assert record.summary == ({"ticks": TICKS} if finish else None)


@settings(max_examples=15, deadline=None)
@given(ticks=st.integers(1, 250), first=st.integers(0, 10**6), finish=st.booleans())
def test_any_length_and_any_first_tick(
    tmp_path_factory: pytest.TempPathFactory, ticks: int, first: int, finish: bool
) -> None:
    """Chunks needn't be full and a run needn't begin at tick 0."""
    path = tmp_path_factory.mktemp("run") / "run.pfr"
    with Record(write(path, ticks, finish, first)) as record:
        assert (record.first_tick, record.last_tick) == (first, first + ticks - 1)
        for tick in (first, first + ticks // 2, first + ticks - 1):
            assert_same(record.frame(tick), frame(tick))
        assert sum(len(chunk.events) for chunk in record.chunks()) == sum(
            len(events(tick)) for tick in range(first, first + ticks)
        )


def test_events_of_a_span(tmp_path: Path) -> None:
    """Both ends are included, over the border of chunks, and beyond the record there is nothing."""
    with Record(write(tmp_path / "run.pfr", TICKS)) as record:
        assert record.events(98, 105) == events(98) + events(105)
        assert record.events(TICKS, TICKS + 50) == []
        assert record.events(-50, -1) == []


def test_ticks_outside_give_the_nearest_frame(tmp_path: Path) -> None:
    """Before the first tick the first frame, after the last the last."""
    with Record(write(tmp_path / "run.pfr", 20, first=50)) as record:
        assert record.frame(0).tick == 50
        assert record.frame(1000).tick == 69


def test_a_record_can_be_opened_before_its_first_tick(tmp_path: Path) -> None:
    """The header is there as soon as the run begins; then chunks appear as they are written."""
    with RecordWriter(tmp_path / "run.pfr", header()) as writer, Record(tmp_path / "run.pfr") as record:
        assert record.header == header()
        assert record.last_tick < record.first_tick
        with pytest.raises(IndexError):
            record.frame(0)
        for tick in range(CHUNK_TICKS + 1):
            writer.add(frame(tick), events(tick))
        assert record.refresh()
        assert record.last_tick == CHUNK_TICKS - 1
        assert not record.refresh()


def test_a_record_that_is_finished_while_open(tmp_path: Path) -> None:
    """The rest and the summary are found by a reader that had opened it before."""
    with RecordWriter(tmp_path / "run.pfr", header()) as writer:
        for tick in range(CHUNK_TICKS):
            writer.add(frame(tick), events(tick))
        with Record(tmp_path / "run.pfr") as record:
            for tick in range(CHUNK_TICKS, TICKS):
                writer.add(frame(tick), events(tick))
            writer.finish({"done": True})
            assert record.refresh()
            assert (record.last_tick, record.summary) == (TICKS - 1, {"done": True})
            assert_same(record.frame(TICKS - 1), frame(TICKS - 1))


def test_a_run_without_a_tick_has_a_summary_too(tmp_path: Path) -> None:
    """A run that ended before its first tick is a record all the same."""
    with Record(write(tmp_path / "run.pfr", 0)) as record:
        assert record.summary == {"ticks": 0}
        assert record.last_tick < record.first_tick


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_torn_record_ends_at_its_last_whole_chunk(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Wherever a crash has cut it, what is whole can be read, and frames are what they were."""
    path = write(tmp_path_factory.mktemp("run") / "run.pfr", TICKS)
    whole = path.read_bytes()
    start = len(msgpack.packb({"k": "header", "header": {}}))
    cut = data.draw(st.integers(start + 600, len(whole) - 1), label="cut")
    path.write_bytes(whole[:cut])
    with Record(path) as record:
        assert (record.last_tick + 1) in (0, CHUNK_TICKS, 2 * CHUNK_TICKS, TICKS)
        for tick in range(0, record.last_tick + 1, 37):
            assert_same(record.frame(tick), frame(tick))


def test_a_torn_record_grows_on(tmp_path: Path) -> None:
    """Half a chunk is no chunk yet; when its other half has come, it is one."""
    path = write(tmp_path / "run.pfr", TICKS, finish=False)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with Record(path) as record:
        assert record.last_tick == 2 * CHUNK_TICKS - 1
        path.write_bytes(whole)
        assert record.refresh()
        assert record.last_tick == TICKS - 1


@pytest.mark.parametrize(
    "data",
    [b"", b"hello, this is a text\n", b"\x00" * 100, msgpack.packb({"k": "header"}), msgpack.packb([1, 2]), b"\x80"],
    ids=["empty", "text", "zeros", "no header", "a list", "an empty map"],
)
def test_a_file_that_is_no_record_is_told(tmp_path: Path, data: bytes) -> None:
    """One line with the file's name and what would be right; the file is closed again."""
    path = tmp_path / "run.pfr"
    path.write_bytes(data)
    with pytest.raises(InputError) as told:
        Record(path)
    assert str(told.value) == f"{path}: is not a podfleet record (a .pfr file written by podfleet run --record)"


def test_a_record_of_another_version_is_told(tmp_path: Path) -> None:
    """A version that this program can't read is refused by its number."""
    with RecordWriter(tmp_path / "run.pfr", header(version=9)):
        pass
    with pytest.raises(InputError, match=r"run\.pfr: header: version 9 is not known \(this podfleet reads 1 to 2\)"):
        Record(tmp_path / "run.pfr")


def test_a_missing_record_is_told(tmp_path: Path) -> None:
    """The system's words for it, with the path."""
    with pytest.raises(InputError, match=r"none\.pfr: can't be read: No such file or directory"):
        Record(tmp_path / "none.pfr")


def test_damaged_ticks_are_told(tmp_path: Path) -> None:
    """Bits that have fallen over in a chunk spoil its own ticks and no others."""
    path = write(tmp_path / "run.pfr", TICKS)
    data = bytearray(path.read_bytes())
    at = data.index(zlib.compress(b"")[:1], data.index(b"battery"))
    data[at : at + 12] = b"\xff" * 12
    path.write_bytes(data)
    with Record(path) as record:
        with pytest.raises(InputError, match=r"run\.pfr: ticks from 0 on: are damaged"):
            record.frame(3)
        assert_same(record.frame(150), frame(150))


@pytest.mark.parametrize("offset", [0, 3, 2**40])
def test_an_index_that_leads_nowhere_is_not_trusted(tmp_path: Path, offset: int) -> None:
    """With a damaged index the file is read from its beginning instead."""
    path = write(tmp_path / "run.pfr", TICKS)
    data = path.read_bytes()[: -len(MAGIC) - 8]
    path.write_bytes(data + offset.to_bytes(8, "little") + MAGIC)
    with Record(path) as record:
        assert record.last_tick == TICKS - 1


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A walk through a long record keeps a few chunks decoded, not all."""
    with Record(write(tmp_path / "run.pfr", 20 * CHUNK_TICKS)) as record:
        for tick in range(0, 20 * CHUNK_TICKS, CHUNK_TICKS):
            record.frame(tick)
        assert len(record._cache) <= 8
        assert [chunk.first for chunk in record.chunks()] == list(range(0, 20 * CHUNK_TICKS, CHUNK_TICKS))


def test_a_record_from_before_a_column_was_kept_has_nothing_in_it(tmp_path: Path) -> None:
    """People at the stations are 0, which stands for unknown; any other missing column is damage."""
    packed = pack([frame(0)], [])
    del packed["stations"]["people"]
    part = msgspec.msgpack.decode(msgpack.packb(packed), type=ChunkPart)
    assert Chunk(part, header()).frame(0).stations["people"].tolist() == [0]
    del part.stations["done"]
    with pytest.raises(DAMAGE):
        Chunk(part, header())


def test_tallies_are_those_of_the_frames(tmp_path: Path) -> None:
    """Stations and counts of any tick, without the robots and pods that are most of a chunk."""
    with Record(write(tmp_path / "run.pfr", TICKS)) as record:
        for tick in (-5, 0, CHUNK_TICKS, TICKS - 1, TICKS + 5):
            whole, tally = record.frame(tick), record.tally(tick)
            assert (tally.tick, tally.counts) == (whole.tick, whole.counts)
            assert tally.stations.tobytes() == whole.stations.tobytes()


@pytest.mark.parametrize("things", [1, 199, 200, 2000])
@pytest.mark.parametrize("dtype", ["u1", "<i4"])
def test_a_column_of_any_width_survives(things: int, dtype: str) -> None:
    """Few things and many are unpacked in two ways to the same, sums that wrap included."""
    column = np.frombuffer(np.random.default_rng(things).bytes(40 * things), "u1").reshape(40, things).astype(dtype)
    column = column * column.dtype.type(101)
    assert np.array_equal(_unpack_column(_pack_column(column), column.dtype, column.shape), column)


@pytest.mark.parametrize("whole_first", [False, True])
def test_moves_are_columns_of_the_frames(tmp_path: Path, whole_first: bool) -> None:
    """Decoded column by column, before the whole frame or after it, they are what the frame has."""
    with Record(write(tmp_path / "run.pfr", TICKS)) as record:
        for tick in (0, CHUNK_TICKS + 7, TICKS - 1):
            if whole_first:
                record.frame(tick)
            steps = sum(1 for _ in iter(lambda at=tick: record.prepare_moves(at), False))  # type: ignore[misc]
            moves, robots = record.moves(tick), record.frame(tick).robots
            assert steps == (0 if whole_first else len(MOVES) - 1)
            assert moves.tick == tick
            assert set(moves.robots) == set(MOVES)
            assert all(np.array_equal(moves.robots[name], robots[name]) for name in MOVES)
            assert robots.tobytes() == frame(tick).robots.tobytes()


def test_a_record_without_a_tick_has_no_tally(tmp_path: Path) -> None:
    """As it has no frame."""
    with Record(write(tmp_path / "run.pfr", 0)) as record, pytest.raises(IndexError):
        record.tally(0)


@settings(max_examples=20, deadline=None)
@given(
    told=st.lists(st.tuples(st.integers(0, 230), st.text(max_size=300)), max_size=60), repeat=st.sampled_from([1, 300])
)
def test_parts_together_are_all_events(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, str]], repeat: int
) -> None:
    """However many there are and however long: in order, each once, in parts of no more than 256, and up to the last tick."""
    wanted = [TaskFailed(t, 1, reason) for t, reason in sorted(told) for _ in range(repeat)]
    path = tmp_path_factory.mktemp("run") / "run.pfr"
    with RecordWriter(path, header()) as writer:
        for tick in range(TICKS + 1):
            writer.add(frame(tick), [event for event in wanted if event.t == tick])
    with Record(path) as record:
        parts = list(record.parts(0))
        assert [msgpack.unpackb(raw)["reason"] for part in parts for raw in part.events] == [e.reason for e in wanted]
        assert max((len(part.events) for part in parts), default=0) <= 256
        assert [part.through for part in parts if not part.events] == [99, 199, TICKS]
        assert all(a.through <= b.through for a, b in pairwise(parts))
        assert list(record.parts(TICKS + 1)) == []


def test_events_that_end_too_early_are_damaged(tmp_path: Path) -> None:
    """A stream of events that promises more than there are is told as damage, not waited for."""
    path = write(tmp_path / "run.pfr", 30)
    with Record(path) as record:
        brief = record._brief(0)
        brief._told = zlib.compress(msgpack.packb([1, 2, 3])[:-1])
        with pytest.raises(DAMAGE):
            list(brief.parts())
