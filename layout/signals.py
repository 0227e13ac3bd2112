"""How a command hears that it is to end: every program of podfleet calls this first."""

import signal
from types import FrameType

INTERRUPTED = 130
"""Exit status of a command that Ctrl-C has ended, as shells report it."""
_heard: list[int] = []
"""Signals that have ended this process as Ctrl-C does."""


def end_as_on_ctrl_c() -> None:
    """Take SIGTERM and SIGHUP as Ctrl-C from now on, so that what is open is closed and child processes end, too.

    A signal that is ignored, as nohup has it, or that has a handler already stays as it is. Call it in the main thread, and
    before a window is opened: SDL would make an event of SIGTERM, as if somebody had pressed the close button.
    """
    _heard.clear()  # by an earlier command in this process
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def interrupted_status() -> int:
    """Exit status of a command that was interrupted, as shells report it: 128 and the number of the signal, 2 for Ctrl-C."""
    return 128 + _heard[-1] if _heard else INTERRUPTED


def _end(number: int, frame: FrameType | None) -> None:
    _heard.append(number)
    signal.default_int_handler(number, frame)
