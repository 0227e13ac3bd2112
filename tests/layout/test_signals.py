"""A signal that ends a command acts as Ctrl-C."""

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
    """A closed terminal and a kill reach the code that releases resources."""
    signal.signal(number, signal.SIG_DFL)
    end_as_on_ctrl_c()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.Signals(number))
    assert interrupted_status() == 128 + number


def test_a_signal_that_is_ignored_stays_so(number: int) -> None:
    """A run under nohup outlives the terminal."""
    signal.signal(number, signal.SIG_IGN)
    end_as_on_ctrl_c()
    assert signal.getsignal(number) is signal.SIG_IGN


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process at once")
def test_a_noted_signal_lets_the_work_come_to_its_end(number: int) -> None:
    """The first signal is only recorded; a second one ends the work at once; afterwards the handlers are as before."""
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
    """The signal stays ignored while others are recorded."""
    signal.signal(number, signal.SIG_IGN)
    with noted_signals() as noted:
        signal.raise_signal(signal.Signals(number))
        assert not noted()
