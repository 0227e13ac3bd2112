"""Figures of the strip and of the station list, computed from frames."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layout.floor import StationKind
from robots.recording.chunk import Tally
from robots.recording.frames import Frame, Header, share_at_work
from robots.units.lifecycle import RobotState
from visualizer.scene.scene import Scene
from visualizer.scene.sources import Source
from visualizer.scene.trends import Trends, column
from visualizer.style.palette import GROUPS, RGB, VERMILLION, Body

RATE_S = 900.0
"""Period of rates: the last quarter of an hour, looked up at every third of it."""
BUSY_TICKS = 100
"""Number of ticks over which the utilisation of stations is averaged."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure of the strip.

    trend: float32[samples] of the last hour, NaN where unknown. most: end of its scale, NaN for the trend's maximum.
    """

    value: str
    caption: str
    alarm: bool = False
    trend: NDArray[np.float32] | None = None
    most: float = math.nan


@dataclass(frozen=True, slots=True)
class Count:
    """Number of robots in a group of states; colour and body are its legend."""

    name: str
    colour: RGB
    robots: int
    body: Body = Body.DISC


@dataclass(frozen=True, slots=True)
class StationRow:
    index: int
    name: str
    kind: StationKind
    state: int
    busy: float
    """People at work ÷ people present, 0 to 1."""
    text: str


def figures(
    scene: Scene,
    frame: Frame,
    earlier: Frame | Tally,
    busy: NDArray[np.float64] | None = None,
    trends: Trends | None = None,
) -> list[Figure]:
    """Return the figures, most important first. earlier: start of the period of rates. busy: by station, see
    Utilisation.
    """
    counts = frame.counts
    lines, units = rates(scene, frame, earlier)
    in_time = on_time(frame.counts)
    late, planner, budget = counts.get("orders_late", 0), frame.planner_ms, scene.header.tick_s * 1000
    past = np.empty((0, 0), np.float32) if trends is None else trends.past(frame.tick)
    trend = _Trend(past, 1.0 if trends is None else trends.rate_factor)
    return [
        Figure(_number(counts.get("orders_open")), "orders open", False, trend.of("orders_open")),
        Figure(_number(lines), "lines/h", False, trend.rate("lines_picked")),
        Figure(_share(in_time), "on time", in_time is not None and in_time < 1, trend.on_time(), 100.0),
        Figure(_number(late), "late", late > 0, trend.of("orders_late")),
        Figure(_share(_picking(scene, busy)), "picking", False, trend.smoothed("at_work"), 100.0),
        Figure(_number(float(frame.stations["queue"].sum())), "in queues", False, trend.of("queued")),
        Figure(_ms(planner), f"planning, of {budget:,.0f} ms", planner > budget, trend.of("planner_ms")),
        Figure(_number(counts.get("orders_shipped")), "shipped", False, trend.rate("orders_shipped")),
        Figure(_number(units), "units/station-hour"),
        Figure(_number(counts.get("orders_received")), "received"),
    ]


class _Trend:
    """Trends of the figures; None without samples."""

    def __init__(self, past: NDArray[np.float32], factor: float) -> None:
        self._past, self._factor = past, factor

    def of(self, key: str) -> NDArray[np.float32] | None:
        return column(self._past, key) if self._past.size else None

    def smoothed(self, key: str) -> NDArray[np.float32] | None:
        """Return means of five minutes: at a single tick a station is at work or isn't."""
        values = self.of(key)
        if values is None:
            return None
        few = np.lib.stride_tricks.sliding_window_view(np.pad(values, (4, 0), mode="edge"), 5)
        known = np.isfinite(few)
        return np.where(known[:, -1], np.where(known, few, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1), np.nan)

    def rate(self, key: str) -> NDArray[np.float32] | None:
        return np.diff(column(self._past, key)) * np.float32(self._factor) if len(self._past) > 1 else None

    def on_time(self) -> NDArray[np.float32] | None:
        """Return the percentage of orders on time in each quarter of an hour, by minute."""
        if len(self._past) < 2:
            return None
        back = np.maximum(np.arange(len(self._past)) - 15, 0)
        late, due = (
            values - values[back] for values in (column(self._past, key) for key in ("orders_late", "orders_due"))
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            return 100 * (1 - late / due)


def on_time(counts: Mapping[str, int]) -> float | None:
    """Return the share of the orders due by now that were shipped by their due time, 0 to 1, as in a report; None if
    none was due.
    """
    due = counts.get("orders_due", 0)
    return (due - counts["orders_late"]) / due if due else None


def rates(scene: Scene, frame: Frame, earlier: Frame | Tally) -> tuple[float | None, float | None]:
    """Return lines picked per hour, and units picked per hour and pick station; None if no time has passed."""
    hours = (frame.tick - earlier.tick) * scene.header.tick_s / 3600
    picks = [index for index, station in enumerate(scene.stations) if station.kind == StationKind.PICK]
    if hours <= 0:
        return None, None
    lines = frame.counts.get("lines_picked", 0) - earlier.counts.get("lines_picked", 0)
    done = frame.stations["done"][picks].astype(np.int64) - earlier.stations["done"][picks]
    return lines / hours, float(done.sum()) / hours / len(picks) if picks else None


def rates_since(header: Header, tick: int, first: int) -> int:
    """Return the tick that rates at `tick` count from. It moves in steps, so that a replay seldom reads so far back."""
    span = max(3, round(RATE_S / header.tick_s))
    third = span // 3
    return max(first, (tick - 2 * third) // third * third)


def state_counts(frame: Frame) -> list[Count]:
    """Return the numbers of robots by group of states, in the order of the groups, then of robots stopped by a fault."""
    states = np.bincount(np.minimum(frame.robots["state"], RobotState.DEAD), minlength=len(RobotState))
    counts = [Count(group.name, group.colour, int(states[list(group.states)].sum()), group.body) for group in GROUPS]
    return [*counts, Count("stopped", VERMILLION, int(np.count_nonzero(frame.robots["stopped"])), Body.CROSS)]


def station_rows(scene: Scene, frame: Frame, busy: NDArray[np.float64]) -> list[StationRow]:
    """Return a row per station. busy: people at work ÷ people present, by station."""
    return [
        StationRow(
            index,
            scene.header.stations[index].id,
            station.kind,
            int(frame.stations["state"][index]),
            float(busy[index]),
            _work(frame, index),
        )
        for index, station in enumerate(scene.stations)
    ]


class Utilisation:
    """People at work ÷ people present in the last BUSY_TICKS ticks, updated as the picture moves on."""

    def __init__(self, source: Source, scene: Scene) -> None:
        self._source = source
        self._stations = len(scene.stations)
        self._working: deque[NDArray[np.float64]] = deque(maxlen=BUSY_TICKS)
        self._tick = -1

    def at(self, tick: int) -> NDArray[np.float64]:
        """Return float64[stations] for the ticks up to this one."""
        if not self._tick <= tick < self._tick + BUSY_TICKS:
            self._working.clear()
            self._tick = tick - BUSY_TICKS
        for known in range(max(self._tick + 1, self._source.first_tick), tick + 1):
            self._working.append(share_at_work(self._source.tally(known).stations, self._source.header.stations))
        self._tick = tick
        worked = np.zeros(self._stations)
        for working in self._working:
            worked += working
        return worked / max(len(self._working), 1)


def _work(frame: Frame, index: int) -> str:
    row = frame.stations[index]
    return f"{row['orders']} / {row['queue']} / {row['done']}"


def _picking(scene: Scene, busy: NDArray[np.float64] | None) -> float | None:
    """Return the share of time that pick stations were at work."""
    picks = [index for index, station in enumerate(scene.stations) if station.kind == StationKind.PICK]
    return float(busy[picks].mean()) if busy is not None and picks else None


def _share(value: float | None) -> str:
    """Return a percentage that is 100 % or 0 % only if the share is exactly 1 or 0."""
    if value is None:
        return "–"
    whole = round(100 * value)
    if whole in (0, 100) and 0 < value < 1:
        return f"{min(max(100 * value, 0.1), 99.9):.1f} %"
    return f"{whole} %"


def _ms(value: float) -> str:
    return f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"
