"""Failures of standard output: a closed pipe ends the program quietly, a full disk with one message."""

import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from layout.escaping import LineFormatter
from layout.files.writing import unwritable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CLOSED_PIPE = 141
"""Exit status of a program whose reader has gone, as shells report it: 128 plus the number of SIGPIPE."""


@contextmanager
def guarded_output() -> Iterator[None]:
    """Run a program with standard output guarded.

    Raises SystemExit(CLOSED_PIPE) once the reader has gone, as after `| head`, and InputError if writing fails
    otherwise.
    """
    before, sys.stdout = sys.stdout, _guarded(sys.stdout, _give_up)
    try:
        yield
    finally:
        guarded, sys.stdout = sys.stdout, before
        guarded.flush()


@contextmanager
def guarded_errors() -> Iterator[None]:
    """Run a program that continues when standard error fails: a floor does not stop because nobody reads its log."""
    before, sys.stderr = sys.stderr, _guarded(sys.stderr, lambda _: None)
    if logging.lastResort is not None:  # prints warnings if no log was set up
        logging.lastResort.setFormatter(LineFormatter())
    try:
        yield
    finally:
        guarded, sys.stderr = sys.stderr, before
        guarded.flush()


def _guarded(stream: TextIO | None, fail: Callable[[OSError], None]) -> TextIO:
    """Return the stream with its errors passed to `fail`; unchanged if it is a terminal, or no file, as in tests."""
    if stream is None:  # the shell has closed it
        return Path(os.devnull).open("w", encoding="utf-8")
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return stream
    if stream.isatty():
        return stream
    stream.flush()
    buffer = io.BufferedWriter(_Guarded(descriptor, fail))
    return io.TextIOWrapper(buffer, stream.encoding, stream.errors, line_buffering=stream is sys.stderr)


def _give_up(error: OSError) -> None:
    if isinstance(error, BrokenPipeError):
        raise SystemExit(CLOSED_PIPE)
    raise unwritable("standard output", error) from error


class _Guarded(io.FileIO):
    """A file that fails once; after that it accepts all data and discards it."""

    def __init__(self, descriptor: int, fail: Callable[[OSError], None]) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._fail, self._lost = fail, False

    def write(self, data: "ReadableBuffer", /) -> int:
        if not self._lost:
            try:
                return super().write(data)
            except OSError as error:
                self._lost = True
                self._fail(error)
        return memoryview(data).nbytes
