"""Signals that end a command; every program of podfleet sets them up first."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""Exit status of a command ended by Ctrl-C, as shells report it."""
_LIKE_CTRL_C = ("SIGTERM", "SIGHUP")
_heard: list[int] = []
"""Signals that have asked this process to end."""


def end_as_on_ctrl_c() -> None:
    """Treat SIGTERM and SIGHUP as Ctrl-C from now on, so that open files are closed and child processes end, too.

    A signal that is ignored, as by nohup, or already has a handler is not changed. Call this in the main thread, and
    before a window is opened: SDL would turn SIGTERM into an event, as if somebody had pressed the close button.
    """
    _heard.clear()  # set by an earlier command in this process
    for number in _numbers(*_LIKE_CTRL_C):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def interrupted_status() -> int:
    """Return the exit status of an interrupted command, as shells report it: 128 plus the number of the signal, 2 for
    Ctrl-C.
    """
    return 128 + _heard[-1] if _heard else INTERRUPTED


@contextmanager
def noted_signals(stop: Callable[[], object] = lambda: None) -> Iterator[Callable[[], bool]]:
    """Yield a function that returns whether Ctrl-C or a signal has asked for the end, for work that ends at a point of
    its choice.

    stop: called at the first signal. A second one ends the work at once. Ignored signals stay ignored. Use it in the
    main thread.
    """
    noted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        if noted:
            _end(number, frame)
        noted = True
        _heard.append(number)
        stop()

    before = {number: signal.getsignal(number) for number in _numbers("SIGINT", *_LIKE_CTRL_C)}
    taken = {number: handler for number, handler in before.items() if callable(handler)}
    for number in taken:
        signal.signal(number, note)
    try:
        yield lambda: noted
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)


def _numbers(*names: str) -> list[int]:
    """Return the signals of these names that exist on this system: Windows has no SIGHUP."""
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _end(number: int, frame: FrameType | None) -> None:
    _heard.append(number)
    signal.default_int_handler(number, frame)
