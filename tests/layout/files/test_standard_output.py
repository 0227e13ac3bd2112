"""A program whose output fails ends with one message, or quietly if its reader has gone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_PROGRAM = """
import sys
from layout.errors import InputError
from layout.files.standard_output import guarded_errors, guarded_output
with guarded_errors():
    try:
        with guarded_output():
            for line in range(int(sys.argv[1])):
                print("a line", line)
                print("a line of the log", file=sys.stderr)
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    sys.exit(0)
"""
_FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is always full is Linux's")


def program(lines: int) -> list[str]:
    return [sys.executable, "-c", _PROGRAM, str(lines)]


@contextmanager
def pipe_without_a_reader() -> Iterator[int]:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        yield writer
    finally:
        os.close(writer)


@pytest.mark.parametrize("lines", [1, 10_000])
def test_a_reader_that_has_gone_ends_the_program_quietly(lines: int) -> None:
    """The status is that of shells for a closed pipe, whether it shows while writing or only at the end."""
    with pipe_without_a_reader() as writer:
        process = subprocess.run(program(lines), stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    assert process.returncode == 141
    assert set(process.stderr.splitlines()) == {"a line of the log"}


@_FULL
@pytest.mark.parametrize("lines", [1, 10_000])
def test_a_full_disk_under_standard_output_is_one_message(lines: int) -> None:
    """It is an input error: the user has to send the output elsewhere."""
    with open("/dev/full", "wb") as full:
        process = subprocess.run(program(lines), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert process.returncode == 2
    assert process.stderr.splitlines()[-1] == "standard output: can't be written to: No space left on device"
    assert "Traceback" not in process.stderr


@_FULL
def test_an_unwritable_log_stops_nothing() -> None:
    """All lines come, and the program ends as usual."""
    with open("/dev/full", "wb") as full:
        process = subprocess.run(program(100), stdout=subprocess.PIPE, stderr=full, text=True, check=False)
    assert (process.returncode, len(process.stdout.splitlines())) == (0, 100)


@pytest.mark.skipif(os.name == "nt", reason="shells of Windows close no streams")
def test_streams_that_the_shell_has_closed_stop_nothing() -> None:
    """A closed stream is no error."""
    command = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *program(100)]
    assert subprocess.run(command, check=False).returncode == 0
