"""Twenty viewers of a running floor, of which some die and some freeze: the floor's ticks are no matter of theirs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from robots.recording.events import TaskDone
from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, Header
from robots.recording.live_stream import FramePublisher, FrameSubscriber
from tests.support.processes.patience import PATIENCE_S, wait_until

VIEWERS, KILLED, FROZEN = 20, 6, 6
ROBOTS, TICK_S, TICKS = 2_000, 0.1, 30
_VIEWER = """
import sys, zmq
with zmq.Context() as context, context.socket(zmq.DEALER) as link:
    link.connect(sys.argv[1])
    link.send(b"W")
    link.recv()
    print("seen", flush=True)
    while link.recv():
        pass
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory in use is read from /proc")


def header() -> Header:
    return Header(1, "large", 1, TICK_S, 0.0, ROBOTS, 0, "", [], [], {})


class Floor:
    """A floor that does nothing but tell of itself, and how much time of its own it takes for that."""

    def __init__(self, publisher: FramePublisher) -> None:
        self._publisher = publisher
        self._robots = np.zeros(ROBOTS, ROBOT_DTYPE)
        self.tick = 0
        self.cpu_s: list[float] = []

    def publish(self) -> None:
        began = time.thread_time()
        self._publisher.commands()
        frame = Frame(self.tick, self._robots, np.zeros(0, STATION_DTYPE), np.zeros(0, np.int32), {})
        self._publisher.publish(frame, [TaskDone(self.tick, 1)])
        self.cpu_s.append(time.thread_time() - began)
        self.tick += 1

    def run(self, ticks: int) -> None:
        for _ in range(ticks):
            began = time.monotonic()
            self.publish()
            time.sleep(max(0.0, TICK_S - (time.monotonic() - began)))


@pytest.fixture
def publisher() -> Iterator[FramePublisher]:
    with FramePublisher(header()) as opened:
        yield opened


@pytest.fixture
def viewers(publisher: FramePublisher) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that have seen the floor's greeting."""
    words = [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{_VIEWER}", publisher.address]
    with ExitStack() as opened:
        made = [opened.enter_context(subprocess.Popen(words, stdout=subprocess.PIPE)) for _ in range(VIEWERS)]
        for viewer in made:
            opened.callback(viewer.kill)
        for viewer in made:
            assert viewer.stdout is not None
            os.set_blocking(viewer.stdout.fileno(), False)
        waiting = list(made)

        def all_have_seen() -> bool:
            publisher.commands()
            waiting[:] = [viewer for viewer in waiting if viewer.stdout is None or not viewer.stdout.read()]
            return not waiting

        wait_until(all_have_seen, look_s=0.02)
        yield made


def test_twenty_viewers_killed_and_frozen_cost_the_floor_nothing(
    publisher: FramePublisher, viewers: list["subprocess.Popen[bytes]"]
) -> None:
    """Telling them is a small part of a tick at any time, what waits for the frozen is bounded, and the others still see."""
    floor = Floor(publisher)
    with FrameSubscriber(publisher.address) as witness:
        floor.run(TICKS // 3)
        for viewer in viewers[:KILLED]:
            os.kill(viewer.pid, signal.SIGKILL)
        for viewer in viewers[-FROZEN:]:
            os.kill(viewer.pid, signal.SIGSTOP)
        floor.run(TICKS - TICKS // 3)
        assert np.median(floor.cpu_s) < 0.05 * TICK_S
        assert max(floor.cpu_s) < 0.5 * TICK_S
        before = resident_mb()
        for _ in range(3000):  # 130 MB that nobody could take so fast
            floor.publish()
        assert resident_mb() - before < 80
        assert sees(witness, floor)
    assert all(viewer.poll() is None for viewer in viewers[KILLED:])


def sees(witness: FrameSubscriber, floor: Floor) -> bool:
    """Return whether a viewer receives what the floor publishes from now on."""
    now, end = floor.tick, time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        floor.publish()
        if any(frame.tick >= now for frame in witness.receive(wait_ms=20)[0]):
            return True
    return False


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
