"""Files that users name, and files named in files: regular ones only, and within size limits."""

import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.lorr.bench import read as read_league
from controller.lorr.planner import PlannerParams
from controller.lorr.tuning.guide_file import read_guide
from controller.report import read_baseline
from controller.scenario.read import load_scenario
from layout.errors import InputError
from layout.files.reading import TABLE, Limit, fingerprint, read_bytes
from layout.formats.floor_file import FloorFile
from layout.formats.read_floor import read_floor
from layout.slotting.moves.move_file import read_moves
from layout.slotting.plan_file import read_plan
from layout.tabular.decoding import read_text
from layout.tabular.form import PLAIN
from robots.link.keys import read_key
from robots.recording.record import Record
from tests.support.mutations import at_most
from tests.support.processes.small_disk import needs_memory_limits, small_memory

READERS: dict[str, Callable[[Path], object]] = {
    "floor.toml": read_floor,
    "floor.map": read_floor,
    "floor.json": read_floor,
    "edited.toml": FloorFile.open,
    "scenario.toml": load_scenario,
    "league.json": read_league,
    "guide.toml": lambda path: read_guide(path, PlannerParams()),
    "orders.csv": lambda path: read_text(path, PLAIN),
    "plan.csv": read_plan,
    "moves.csv": read_moves,
    "robot-1.key": read_key,
    "report.json": read_baseline,
    "run.pfr": Record,
    "any": fingerprint,
}
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")


def faults_of(read: Callable[[], object]) -> list[str]:
    with at_most(10), pytest.raises(InputError) as fault:
        read()
    return [str(problem) for problem in fault.value.problems]


@needs_pipes
@pytest.mark.parametrize("name", READERS)
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    """The pipe has no writer, and no reader opens it."""
    os.mkfifo(tmp_path / name, 0o600)
    assert faults_of(lambda: READERS[name](tmp_path / name)) == [f"{tmp_path / name}: is no regular file (name a file)"]


@needs_pipes
@pytest.mark.parametrize("name", READERS)
def test_a_device_is_not_read(tmp_path: Path, name: str) -> None:
    """A link to a device is not read either."""
    (tmp_path / name).symlink_to("/dev/zero")
    problems = faults_of(lambda: READERS[name](tmp_path / name))
    assert len(problems) == 1
    assert "is no regular file (name a file)" in problems[0] or "can be read by others" in problems[0]


@needs_pipes
def test_a_file_that_a_file_names_is_no_device(tmp_path: Path) -> None:
    """The file is a floor in a scenario, or a map in a league problem."""
    path = tmp_path / "floor.toml"
    path.write_text('[floor]\nfile = "/dev/zero"\n')
    assert faults_of(lambda: read_floor(path)) == ["/dev/zero: is no regular file (name a file)"]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.csv.xz"])
def test_no_more_than_the_limit_is_unpacked(tmp_path: Path, name: str) -> None:
    """A few kB on disk are 40 MiB of empty lines."""
    packed = {".gz": gzip.compress, ".xz": lzma.compress}.get(Path(name).suffix, bytes)
    (tmp_path / name).write_bytes(packed(b"a" + b"\n" * (3 << 20)))
    assert faults_of(lambda: read_bytes(tmp_path / name, Limit(2))) == [
        f"{tmp_path / name}: has more than 2 MiB (files are read as a whole)"
    ]
    assert len(read_bytes(tmp_path / name, Limit(4, 10))) == (3 << 20) + 1


@needs_memory_limits
def test_a_line_without_an_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    """An .xz of some kB that unpacks to one line of 400 MB needs a few MB of memory."""
    path = tmp_path / "orders.csv.xz"
    packer = lzma.LZMACompressor(preset=0)
    with path.open("wb") as file:
        file.write(packer.compress(b"order,sku\n"))
        for _ in range(50):
            file.write(packer.compress(bytes(8 << 20)))
        file.write(packer.flush())
    with small_memory(100 << 20):
        assert faults_of(lambda: read_bytes(path, TABLE)) == [
            f"{path}: line 2: is longer than 1,048,576 bytes (is it another kind of file?)"
        ]


def test_lines_as_long_as_they_may_be_are_read(tmp_path: Path) -> None:
    """Any line end works, and none at the end."""
    path = tmp_path / "a.txt"
    for text in (b"12345\n12345\r\n12345\r12345", b"12345\n", b""):
        path.write_bytes(text)
        assert read_bytes(path, Limit(1, 5)) == text
    path.write_bytes(b"12345\n123456\n1")
    assert faults_of(lambda: read_bytes(path, Limit(1, 5)))[0].startswith(f"{path}: line 2: is longer than 5 bytes")


def test_an_xz_of_several_padded_streams_is_one_text(tmp_path: Path) -> None:
    """The file is as `cat a.xz b.xz` makes it."""
    path = tmp_path / "a.xz"
    path.write_bytes(lzma.compress(b"one\n") + bytes(8) + lzma.compress(b"two\n") + bytes(4))
    assert read_bytes(path, TABLE) == b"one\ntwo\n"


def test_an_xz_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    """A dictionary of 1 GiB is refused before the first byte is read."""
    path = tmp_path / "a.xz"
    data = bytearray(lzma.compress(b"one\n", lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 4096}]))
    data[1:5] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(data)
    assert faults_of(lambda: read_bytes(path, TABLE)) == [f"{path}: can't be read: Memory usage limit exceeded"]
