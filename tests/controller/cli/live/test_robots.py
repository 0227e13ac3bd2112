"""`podfleet robots` as users run it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from controller.cli.live.robots import read_ids
from layout.errors import InputError
from tests.support.link.fake_controller import FakeController
from tests.support.link.trace_checker import driven_m, find_collisions
from tests.support.processes.commands import podfleet
from tests.support.processes.patience import PATIENCE_S, wait_until

PODFLEET = [sys.executable, "-c", "from controller.cli.app import main; main()", "robots"]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return podfleet("robots", *words)


def test_ids_are_numbers_and_ranges() -> None:
    assert read_ids("7") == [7]
    assert read_ids("5, 0-3,2-4") == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("text", ["", "x", "1-", "-1", "3-1", "1,,2", "1048576", "1.5", "٣-٤x"])
def test_other_ids_are_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(InputError, match=r"0-199|0 to 1048575"):
        read_ids(text)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--ids", "0"), "--connect: is missing"),
        (("--connect", "tcp://127.0.0.1:1"), "--ids: is missing"),
        (("--connect", "x", "--ids", "0"), "x: is no address"),
        (("--connect", "tcp://127.0.0.1:1", "--ids", "0", "--bodies", "car"), "drive or unit"),
        (("--connect", "tcp://127.0.0.1:1", "--ids", "0", "--fault", "drip=1"), "drop=0.2"),
        (("--connect", "tcp://127.0.0.1:1", "--ids", "0", "--keys", "/nowhere"), "/nowhere"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_robots_without_a_key_are_named_and_the_others_go_on(tmp_path: Path) -> None:
    """Keys of robots 0 and 1; 0 to 4 are asked for."""
    folder = tmp_path / "keys"
    made = podfleet("keys", "make", folder, "--robots", 2)
    assert made.returncode == 0, made.stderr
    done = run("--connect", "tcp://127.0.0.1:1", "--ids", "0-4", "--keys", str(folder), "--seconds", "0.2")
    assert done.returncode == 0, done.stderr
    assert "no key for 3 robots (2-4); continuing with the other 2" in done.stderr
    assert done.stderr.splitlines()[-1] == "no robot was ever connected to tcp://127.0.0.1:1"
    assert run("--connect", "tcp://127.0.0.1:1", "--ids", "3-4", "--keys", str(folder)).returncode == 2


def test_robots_drive_leave_a_trace_and_end_by_ctrl_c(tmp_path: Path) -> None:
    """Exit 130 with a last line; the trace has what they drove."""
    trace = tmp_path / "trace.csv"
    with FakeController() as controller:
        words = ("--connect", controller.address, "--ids", "0-2", "--bodies", "unit", "--trace", str(trace))
        with subprocess.Popen([*PODFLEET, *words], stderr=subprocess.PIPE, text=True) as process:
            wait_until(lambda: len(controller.logins) == 3 and controller.positions(1))
            controller.grant(1, 1, [101, 102])
            wait_until(lambda: controller.positions(1)[-1].idx == 2)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert told.splitlines()[-1] == "stopped: 3 of 3 robots were connected"
    assert driven_m([trace]) == {0: 0, 1: 2, 2: 0}
    assert find_collisions([trace]) == []
