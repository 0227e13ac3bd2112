"""A run with the window open: the window is a process of its own that gets frames and may ask for pause, step and speed."""

import logging
import os
import secrets
import subprocess
import sys
import time

from controller.run import SimulatedRun
from robots.viewlink import AnyCommand, FramePublisher, Pause, Quit, Resume, Speed, Step

_log = logging.getLogger(__name__)

_TOKEN_VARIABLE = "PODFLEET_VIEW_TOKEN"
_IDLE_S = 0.02
_SPEED = 8.0
"""Ticks a second at the start: eight times life, and still easy to follow."""
_FRAMES_PER_S = 60.0


def has_display() -> bool:
    """Whether a window can be opened here."""
    if os.environ.get("SDL_VIDEODRIVER") in ("dummy", "offscreen"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Pace:
    """When the next tick is due, and what the window asked for."""

    def __init__(self, ticks_per_s: float = _SPEED) -> None:
        self.ticks_per_s = ticks_per_s
        self.paused = False
        self.quit = False
        self.alone = False
        self._steps = 0
        self._next = time.monotonic()

    def obey(self, command: AnyCommand) -> None:
        match command:
            case Pause():
                self.paused = True
            case Resume():
                self.paused, self._next = False, time.monotonic()
            case Step():
                self.paused = True
                self._steps += 1
            case Speed(ticks_per_s):
                self.ticks_per_s, self._next = ticks_per_s, time.monotonic()
            case Quit():
                self.quit = True

    def go_on_alone(self) -> None:
        """Nobody watches any more: as fast as the machine can."""
        self.alone, self.paused = True, False

    def due(self) -> bool:
        """Whether to work out a tick now."""
        if self.alone:
            return True
        if self._steps:
            self._steps -= 1
            return True
        now = time.monotonic()
        if self.paused or now < self._next:
            return False
        self._next = max(self._next + 1.0 / self.ticks_per_s, now - 1.0)
        return True


def run_with_window(run: SimulatedRun) -> None:
    """Run to the end, or until the window is closed. A window that crashes doesn't stop the floor."""
    token = secrets.token_hex(16)
    with FramePublisher(run.header, token) as publisher:
        window = _open_window(publisher, token)
        try:
            _loop(run, publisher, window)
        finally:
            window.terminate()
            window.wait(timeout=5)


def _open_window(publisher: FramePublisher, token: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "visualizer", publisher.address, "--control", publisher.control]
    return subprocess.Popen([*command, "--token-env", _TOKEN_VARIABLE], env={**os.environ, _TOKEN_VARIABLE: token})


def _loop(run: SimulatedRun, publisher: FramePublisher, window: subprocess.Popen[bytes]) -> None:
    pace = Pace()
    shown = 0.0
    while not run.done and not pace.quit:
        for command in publisher.commands():
            pace.obey(command)
        if window.poll() is not None and not pace.alone:
            _log.warning("the window has closed by itself; the floor goes on without it")
            pace.go_on_alone()
        if not pace.due():
            time.sleep(_IDLE_S / 4)
            continue
        frame, events = run.step()
        now = time.monotonic()
        if events or now - shown > 1.0 / _FRAMES_PER_S:
            publisher.publish(frame, events)
            shown = now
