"""Commands that read records: what is lost of one is said, and nothing is made of one that holds nothing."""

from pathlib import Path

import msgpack
import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from layout.errors import InputError
from robots.recording import events as ev
from robots.recording.record import RecordWriter
from tests.support.floor.small_run import small_frame, small_header
from tests.support.supply_chain.small_chain import write_chain_record
from visualizer.__main__ import main as view

COMMANDS = {
    "explain": ["--order", "B-1"],
    "track": ["--order", "B-1"],
    "report": ["--out", "{folder}/report"],
    "books": ["--out", "{folder}/books"],
}


def words(command: str, record: Path) -> list[str]:
    return [command, str(record), *(word.replace("{folder}", str(record.parent)) for word in COMMANDS[command])]


def viewed(record: Path) -> int:
    return view([str(record), "--headless", "--out", str(record.parent / "floor.png")])


@pytest.mark.parametrize("command", COMMANDS)
def test_a_header_and_rubbish_are_no_run(command: str, tmp_path: Path) -> None:
    """One message instead of a report of nothing."""
    path = tmp_path / "run.pfr"
    with RecordWriter(path, small_header()):
        pass
    path.write_bytes(path.read_bytes() + b"rubbish" * 100)
    error = CliRunner().invoke(app, words(command, path)).exception
    assert isinstance(error, InputError)
    assert str(error).startswith(f"{path}: has no ticks: its last 700 bytes are cut off or damaged")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_cut_record_is_read_and_the_cut_is_said(command: str, tmp_path: Path) -> None:
    """The cut is reported on standard error, and the figures are those of the whole part."""
    path = tmp_path / "run.pfr"
    write_chain_record(path).close()
    path.write_bytes(path.read_bytes()[:-300])
    result = CliRunner().invoke(app, words(command, path))
    assert result.exit_code == 0, result.output
    assert f"{path}: its last " in result.stderr
    assert "are cut off or damaged; what is whole ends with tick 99" in result.stderr


def test_the_window_says_what_is_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The window reports the cut, and shows the whole part."""
    path = tmp_path / "run.pfr"
    write_chain_record(path).close()
    path.write_bytes(path.read_bytes()[:-300])
    assert viewed(path) == 0
    assert "run.pfr: its last " in capsys.readouterr().err


def test_a_record_that_contradicts_itself_is_told(tmp_path: Path) -> None:
    """All its parts are whole, and its robots stand where no floor is, or pick what no order has."""
    path = tmp_path / "run.pfr"
    with RecordWriter(path, small_header()) as writer:
        for tick in range(3):
            frame = small_frame(tick)
            frame.robots["cell"] = 10**9
            told = [ev.OrderReceived(0, 0, "B-1", [(99, 1)], 5), ev.Picked(0, 0, 7, 99, 1, 5, 0)]
            writer.add(frame, told if tick == 0 else [])
    error = CliRunner().invoke(app, words("report", path)).exception
    assert isinstance(error, InputError), repr(error)
    assert str(error).startswith(f"{path}: contradicts itself (")


def test_a_record_of_before_there_were_checksums_is_read(tmp_path: Path) -> None:
    """Version 1 had none."""
    path, old = tmp_path / "run.pfr", tmp_path / "old.pfr"
    write_chain_record(path).close()
    unpacker = msgpack.Unpacker()
    unpacker.feed(path.read_bytes())
    parts = [part for part in unpacker if isinstance(part, dict) and part["k"] != "index"]
    old.write_bytes(b"".join(msgpack.packb({k: v for k, v in part.items() if k != "crc"}) for part in parts))
    assert CliRunner().invoke(app, words("explain", old)).exit_code == 0
    assert viewed(old) == 0
