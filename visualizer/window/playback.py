"""Playback: the shown moment, and what pause, step and speed control: the playback of a record, or the floor itself.

A position is a tick with a fraction: 12.5 is half-way from the picture after tick 12 to the one after tick 13.
"""

import math
from typing import Protocol

from robots.recording.view_commands import AnyCommand, Pause, Resume, Speed, Step
from visualizer.scene.sources import LiveSource, Source

SLOWEST, FASTEST = 0.25, 64.0
"""Slowest and fastest playback, in times real time."""
_REFRESH_S = 0.5
_SMOOTH = 0.2
"""Weight of the newest gap between frames in the measured rate."""
_LONGEST_GAP_S = 2.0


class Player(Protocol):
    """Playback as the window's keys use it. `advance` is called once per picture."""

    position: float

    @property
    def paused(self) -> bool: ...
    @property
    def newest(self) -> bool:
        """True if the newest tick is shown, and the next one as it comes."""

    def advance(self, seconds: float) -> None: ...
    def toggle(self) -> None: ...
    def step(self, ticks: int) -> None: ...
    def faster(self, notches: int) -> None: ...
    def seek(self, tick: int) -> None:
        """Go to a tick, and continue from there unless paused."""

    def stand(self, tick: int) -> None:
        """Go to a tick and stay there."""

    def describe(self) -> str:
        """Return state and speed in a few words."""


class Replay:
    """Plays a source at `speed` times real time; a growing record continues when it has grown."""

    def __init__(self, source: Source, speed: float = 4.0) -> None:
        self._source = source
        self.position = float(source.first_tick)
        self.paused = False
        self.speed = speed
        self._unread_s = 0.0

    def advance(self, seconds: float) -> None:
        self._unread_s += seconds
        if self._unread_s >= _REFRESH_S:
            self._unread_s = 0.0
            self._source.refresh()
        if not self.paused:
            self.position += seconds * self.speed / self._source.header.tick_s
        self._clamp()

    def toggle(self) -> None:
        """Pause or play; at the end of the record, play from its start."""
        if not self.paused and self._at_end:
            self.position = float(self._source.first_tick)
            return
        self.paused = not self.paused

    def step(self, ticks: int) -> None:
        self.paused = True
        whole = math.floor(self.position) if ticks > 0 else math.ceil(self.position)
        self.seek(whole + ticks)

    def faster(self, notches: int) -> None:
        self.speed = min(max(self.speed * 2.0**notches, SLOWEST), FASTEST)

    def seek(self, tick: int) -> None:
        self.position = float(tick)
        self._clamp()

    def stand(self, tick: int) -> None:
        self.paused = True
        self.seek(tick)

    @property
    def newest(self) -> bool:
        return False

    def describe(self) -> str:
        state = "paused" if self.paused else "end of record" if self._at_end else "replay"
        return f"{state}  ×{self.speed:g}"

    @property
    def _at_end(self) -> bool:
        return self.position >= self._source.last_tick

    def _clamp(self) -> None:
        first = self._source.first_tick
        self.position = min(max(self.position, first), max(self._source.last_tick, first))


class Live:
    """Follows a running floor, gliding from its last frame but one to its last.

    With a control address, pause, step and speed are sent to the floor. Without one, pausing holds the picture while
    the floor runs on. Looking back holds it in either case; `toggle`, or `seek` to the last tick, catches up.
    """

    def __init__(self, source: LiveSource) -> None:
        self._source = source
        self.position = float(source.last_tick)
        self.held = False
        """True if the picture doesn't follow the floor."""
        self.stopped = False
        """True if the floor stands because this window has paused it."""
        self._latest = source.last_tick
        self._gap_s = source.header.tick_s
        self._since_s = 0.0
        self._speed: float | None = None

    @property
    def paused(self) -> bool:
        return self.held or self.stopped

    def advance(self, seconds: float) -> None:
        self._source.refresh()
        latest = self._source.last_tick
        self._since_s += seconds
        if latest != self._latest:
            self._measure(latest)
        if self.held:
            self.position = min(max(self.position, self._source.first_tick), latest)
        else:
            glide = self.position + seconds / max(self._gap_s, 1e-3)
            self.position = float(min(max(glide, latest - 1, self._source.first_tick), latest))

    def toggle(self) -> None:
        if self.held or not self._source.subscriber.controls:
            self.held = not self.held
        else:
            self.stopped = not self.stopped
            self._send(Pause() if self.stopped else Resume())

    def step(self, ticks: int) -> None:
        if ticks > 0 and not self.held and self._source.subscriber.controls:
            self.stopped = True
            self._send(Step())
        else:
            self.seek(math.floor(self.position) + ticks)

    def faster(self, notches: int) -> None:
        """Change the speed, from the one last requested, or else from the one measured."""
        if self._source.subscriber.controls:
            now = self._speed or 2.0 ** round(math.log2(self.measured))
            self._speed = min(max(now * 2.0**notches, SLOWEST), FASTEST)
            self._send(Speed(self._speed / self._source.header.tick_s))

    def seek(self, tick: int) -> None:
        self.held = tick < self._source.last_tick
        self.position = float(tick)

    def stand(self, tick: int) -> None:
        self.held = True
        self.position = float(min(max(tick, self._source.first_tick), max(self._source.last_tick, 0)))

    @property
    def newest(self) -> bool:
        return not self.held

    def describe(self) -> str:
        if self.held:
            return f"held  {self._source.last_tick - math.floor(self.position)} ticks behind"
        if self.stopped:
            return "paused"
        if self._since_s > max(_LONGEST_GAP_S, 3 * self._gap_s):
            return f"live  no frame for {self._since_s:.0f} s"
        return f"live  ×{self.measured:.2g}" if self.measured < 10 else f"live  ×{self.measured:.0f}"

    @property
    def measured(self) -> float:
        """Speed of the floor, in times real time."""
        return self._source.header.tick_s / max(self._gap_s, 1e-4)

    def _measure(self, latest: int) -> None:
        """Update the seconds per tick, smoothed; a gap that was a pause doesn't count."""
        ticks = latest - self._latest
        if ticks > 0 and self._since_s < _LONGEST_GAP_S:
            self._gap_s += _SMOOTH * (self._since_s / ticks - self._gap_s)
        self._latest, self._since_s = latest, 0.0

    def _send(self, command: AnyCommand) -> None:
        self._source.subscriber.send(command)
