"""A signal that ends a command does it as Ctrl-C does."""

import os
import signal
from collections.abc import Iterator

import pytest

from layout.signals import end_as_on_ctrl_c, interrupted_status, noted_signals

NUMBERS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.fixture(params=NUMBERS)
def number(request: pytest.FixtureRequest) -> Iterator[int]:
    before = signal.getsignal(request.param)
    yield request.param
    signal.signal(request.param, before)


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process at once")
def test_it_ends_the_command_as_ctrl_c_does(number: int) -> None:
    """A terminal that is closed and a kill reach the code that closes what is open."""
    signal.signal(number, signal.SIG_DFL)
    end_as_on_ctrl_c()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.Signals(number))
    assert interrupted_status() == 128 + number


def test_a_signal_that_is_ignored_stays_so(number: int) -> None:
    """Who starts a run with nohup wants it to outlive the terminal."""
    signal.signal(number, signal.SIG_IGN)
    end_as_on_ctrl_c()
    assert signal.getsignal(number) is signal.SIG_IGN


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process at once")
def test_a_noted_signal_lets_the_work_come_to_its_end(number: int) -> None:
    """The first one is only noted; a second one ends the work at once; afterwards all is as before."""
    signal.signal(number, signal.SIG_DFL)
    end_as_on_ctrl_c()
    before, stops = signal.getsignal(number), list[bool]()
    with noted_signals(lambda: stops.append(True)) as noted:
        assert not noted()
        signal.raise_signal(signal.Signals(number))
        assert noted()
        assert interrupted_status() == 128 + number
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert stops == [True]
    assert signal.getsignal(number) is before


def test_a_signal_that_is_ignored_is_not_noted(number: int) -> None:
    """It stays ignored while others are noted."""
    signal.signal(number, signal.SIG_IGN)
    with noted_signals() as noted:
        signal.raise_signal(signal.Signals(number))
        assert not noted()
