"""Run with a window: the window is a separate process that gets frames and may request pause, step and speed.

Operator commands in the window go to the run's request socket, as they would to a served floor.
"""

import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable

from controller.run import SimulatedRun
from controller.serving.window_requests import WindowRequests
from robots.recording.live_stream import FramePublisher
from robots.recording.view_commands import AnyCommand, Pause, Quit, Ready, Resume, Speed, Step

_log = logging.getLogger(__name__)

_TOKEN_VARIABLE = "PODFLEET_VIEW_TOKEN"
_IDLE_S = 0.02
_SPEED = 8.0
"""Ticks a second at the start: eight times real time, and still easy to follow."""
_FRAMES_PER_S = 60.0
_FAREWELL_S = 5.0
"""Seconds for the window to close by itself."""


def has_display() -> bool:
    """Tell whether a window can be opened here."""
    if os.environ.get("SDL_VIDEODRIVER") in ("dummy", "offscreen"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Pace:
    """Pace of a run: when the next tick is due, and the window's commands. No tick is due before the window says that it is
    open.
    """

    def __init__(self, ticks_per_s: float = _SPEED) -> None:
        self.ticks_per_s = ticks_per_s
        self.waiting = True
        self.paused = False
        self.quit = False
        self.alone = False
        self._steps = 0
        self._next = time.monotonic()

    def obey(self, command: AnyCommand) -> None:
        match command:
            case Ready():
                self.waiting, self._next = False, time.monotonic()
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

    def continue_alone(self) -> None:
        """Continue without a window, at full speed."""
        self.alone, self.paused = True, False

    def due(self) -> bool:
        """Tell whether a tick is due now."""
        if self.alone:
            return True
        if self._steps:
            self._steps -= 1
            return True
        now = time.monotonic()
        if self.waiting or self.paused or now < self._next:
            return False
        self._next = max(self._next + 1.0 / self.ticks_per_s, now - 1.0)
        return True


def run_with_window(run: SimulatedRun, tell: Callable[[str], None] = _log.info) -> None:
    """Run to the end, or until the window is closed. A crash of the window doesn't stop the floor.

    tell: receives a line that says how to watch the run from elsewhere.
    """
    token = secrets.token_hex(16)
    with FramePublisher(run.header, token) as publisher, WindowRequests(run.site, token) as requests:
        tell(f"to watch it in another window: podfleet view {publisher.address}")
        window = _open_window(publisher, requests, token)
        try:
            _loop(run, publisher, requests, window)
        finally:
            _end(window)


def _open_window(publisher: FramePublisher, requests: WindowRequests, token: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "visualizer", publisher.address, "--control", publisher.control]
    command += ["--desk", requests.address]
    return subprocess.Popen([*command, "--token-env", _TOKEN_VARIABLE], env={**os.environ, _TOKEN_VARIABLE: token})


def _end(window: subprocess.Popen[bytes]) -> None:
    window.terminate()
    try:
        window.wait(_FAREWELL_S)
    except subprocess.TimeoutExpired:
        window.kill()
        window.wait()


def _loop(
    run: SimulatedRun, publisher: FramePublisher, requests: WindowRequests, window: subprocess.Popen[bytes]
) -> None:
    pace = Pace()
    shown = 0.0
    while not run.done and not pace.quit and not requests.stopped:
        for command in publisher.commands():
            pace.obey(command)
        requests.answer()
        if window.poll() is not None and not pace.alone:
            _log.warning("the window has closed by itself; the floor continues without it")
            pace.continue_alone()
        if not pace.due():
            time.sleep(_IDLE_S / 4)
            continue
        frame, events = run.step()
        now = time.monotonic()
        if events or now - shown > 1.0 / _FRAMES_PER_S:
            publisher.publish(frame, events)
            shown = now
