"""How a command hears that it is to end: every program of podfleet calls this first."""

import signal


def end_as_on_ctrl_c() -> None:
    """Take SIGTERM and SIGHUP as Ctrl-C from now on, so that what is open is closed and child processes end, too.

    A signal that is ignored, as nohup has it, or that has a handler already stays as it is. Call it in the main thread, and
    before a window is opened: SDL would make an event of SIGTERM, as if somebody had pressed the close button.
    """
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
