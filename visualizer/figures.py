"""The figures on the strip and in the station list, from frames alone."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layout.floor import StationKind
from robots.chunk import Tally
from robots.frames import Frame, Header
from robots.lifecycle import RobotState
from visualizer.palette import GROUPS, RGB, VERMILLION
from visualizer.scene import Scene
from visualizer.sources import Source

RATE_S = 900.0
"""Rates are those of the last quarter of an hour; looked up at every third part of it."""
BUSY_TICKS = 100
"""Stations' utilisation is that of the last so many ticks."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One card of the strip."""

    value: str
    caption: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """Robots of a group of states; their colour is the legend."""

    name: str
    colour: RGB
    robots: int


@dataclass(frozen=True, slots=True)
class StationRow:
    index: int
    name: str
    kind: StationKind
    state: int
    busy: float
    """Share of the time in which people were at work, 0 to 1."""
    text: str


def figures(scene: Scene, frame: Frame, earlier: Frame | Tally) -> list[Figure]:
    """Cards in the order of their weight. earlier: what rates count from."""
    counts = frame.counts
    lines, units = rates(scene, frame, earlier)
    late = counts.get("orders_late", 0)
    return [
        Figure(_number(counts.get("orders_received")), "received"),
        Figure(_number(counts.get("orders_shipped")), "shipped"),
        Figure(_number(counts.get("orders_open")), "open"),
        Figure(_number(late), "late", late > 0),
        Figure(_number(lines), "lines/h"),
        Figure(_number(units), "units/station h"),
    ]


def rates(scene: Scene, frame: Frame, earlier: Frame | Tally) -> tuple[float | None, float | None]:
    """Lines picked an hour and units picked an hour and pick station, None where no time has passed."""
    hours = (frame.tick - earlier.tick) * scene.header.tick_s / 3600
    picks = [index for index, station in enumerate(scene.stations) if station.kind == StationKind.PICK]
    if hours <= 0:
        return None, None
    lines = frame.counts.get("lines_picked", 0) - earlier.counts.get("lines_picked", 0)
    done = frame.stations["done"][picks].astype(np.int64) - earlier.stations["done"][picks]
    return lines / hours, float(done.sum()) / hours / len(picks) if picks else None


def rates_since(header: Header, tick: int, first: int) -> int:
    """The tick that rates at `tick` count from. It moves in steps, so that a replay seldom has to look so far back."""
    span = max(3, round(RATE_S / header.tick_s))
    third = span // 3
    return max(first, (tick - 2 * third) // third * third)


def state_counts(frame: Frame) -> list[Count]:
    """Robots by group of states, in the groups' order, then those that a fault has stopped."""
    states = np.bincount(np.minimum(frame.robots["state"], RobotState.DEAD), minlength=len(RobotState))
    counts = [Count(group.name, group.colour, int(states[list(group.states)].sum())) for group in GROUPS]
    return [*counts, Count("stopped", VERMILLION, int(np.count_nonzero(frame.robots["stopped"])))]


def station_rows(scene: Scene, frame: Frame, busy: NDArray[np.float64]) -> list[StationRow]:
    """One row a station. busy: share of the time with people at work, by station."""
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
    """Share of the last BUSY_TICKS ticks in which people were at work, folded as the picture moves on."""

    def __init__(self, source: Source, scene: Scene) -> None:
        self._source = source
        self._stations = len(scene.stations)
        self._working: deque[NDArray[np.bool_]] = deque(maxlen=BUSY_TICKS)
        self._tick = -1

    def at(self, tick: int) -> NDArray[np.float64]:
        """float64[stations] for the ticks up to this one."""
        if not self._tick <= tick < self._tick + BUSY_TICKS:
            self._working.clear()
            self._tick = tick - BUSY_TICKS
        for known in range(max(self._tick + 1, self._source.first_tick), tick + 1):
            self._working.append(self._source.tally(known).stations["working"] > 0)
        self._tick = tick
        worked = np.zeros(self._stations)
        for working in self._working:
            worked += working
        return worked / max(len(self._working), 1)


def _work(frame: Frame, index: int) -> str:
    row = frame.stations[index]
    return f"{row['orders']} / {row['queue']} / {row['done']}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"
