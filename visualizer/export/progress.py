"""Reports the progress of a film on a terminal."""

import time
from collections.abc import Callable
from typing import TextIO

_EVERY_S = 0.2
_FIRST_S = 1.0
"""A film that is done sooner needs no progress line."""


class Counter:
    """A progress line that is overwritten, and removed at the end. Silent if the output is not a terminal, such as a
    log file.
    """

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._begun = clock()
        self._next = self._begun + _FIRST_S
        self._width = 0

    def __call__(self, done: int, of: int) -> None:
        """Report that `done` of `of` pictures are done."""
        now = self._clock()
        if not self._out.isatty() or (now < self._next and done < of):
            return
        self._next = now + _EVERY_S
        if done == of and not self._width:
            return
        rate = done / max(now - self._begun, 1e-9)
        left = (of - done) / rate
        text = "" if done == of else f"{done:,} of {of:,} pictures, {rate:.0f} a second, {left:.0f} s left"
        self._out.write(f"\r{text:<{self._width}}" + ("\r" if done == of else ""))
        self._out.flush()
        self._width = len(text)
