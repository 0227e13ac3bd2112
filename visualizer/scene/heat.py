"""Content of the heat: levels of a colour scale by pod or by cell, arrows of flow, and the text of the legend.

The scale is a square root, as few pods or cells have high values: its midpoint is a quarter of its maximum.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from robots.recording.frames import Header
from visualizer.scene.cell_counts import CellCounts
from visualizer.scene.layers import Heat, span_words
from visualizer.style.palette import HEAT_LEVELS

_TOP = 0.995
"""Quantile of all pods, or of all cells with a value, that gets the last colour, so that one high value doesn't make
all others pale.
"""
_STEADY = 0.3
"""Length of the mean direction, 0 to 1, below which a cell's moves have no direction."""
_BUSY = 3
"""Smallest level of a cell with an arrow: about a fourteenth of the scale's maximum."""
_NICE = (1.0, 2.0, 4.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Legend of the heat. labels: of minimum, midpoint and maximum. unit: what is counted, in words."""

    title: str
    unit: str = ""
    labels: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, slots=True, eq=False)
class HeatView:
    """Heat of a moment. levels: uint8[pods] if `of_pods`, else uint8[cells]; None if nothing is known.

    arrows: int8[cells], main direction of moves in eighths of a turn from east, clockwise, -1 for none; None if there
    are no arrows.
    """

    scale: Scale
    levels: NDArray[np.uint8] | None = None
    of_pods: bool = False
    arrows: NDArray[np.int8] | None = None


def velocity_view(header: Header) -> HeatView:
    """Return the heat of pods by the velocity of their contents at the start of the run."""
    levels = heat_levels(header)
    if levels is None:
        return HeatView(Scale("this run has no velocities of pods"), of_pods=True)
    top = 100 * _top(np.array(header.velocity, np.float64))
    labels = ("0", f"{top / 4:.2g}", f"{top:.2g}")
    return HeatView(Scale("pods by velocity", "% of all demand", labels), levels, of_pods=True)


def heat_view(kind: Heat, span: int, counts: CellCounts, tick_s: float) -> HeatView:
    """Return the heat of cells by `counts`. kind: occupancy, waiting or flow."""
    if kind is Heat.FLOW:
        moved = counts.moved.sum(axis=0)
        hours = counts.steps * tick_s / 3600
        levels, top = _levels(moved / hours if hours else moved * 0.0)
        arrows = np.where(levels >= _BUSY, flow(counts), np.int8(-1))
        return HeatView(Scale(f"flow, {span_words(span)}", "robots/hour", _labels(top)), levels, False, arrows)
    counted, ticks = {
        Heat.OCCUPANCY: (counts.present, counts.ticks),
        Heat.WAITING: (counts.waited, counts.steps),
    }[kind]
    levels, top = _levels(counted * (100.0 / ticks) if ticks else counted * 0.0, most=100.0)
    title = {Heat.OCCUPANCY: "occupied", Heat.WAITING: "waited in"}[kind]
    return HeatView(Scale(f"{title}, {span_words(span)}", "% of the time", _labels(top)), levels)


def heat_levels(header: Header) -> NDArray[np.uint8] | None:
    """Return uint8[pods]: levels from 0 to HEAT_LEVELS - 1 by the square root of the velocity.

    None for a run without velocities, as in early records.
    """
    velocity = np.array(header.velocity, np.float64)
    if not header.pods or len(velocity) != header.pods or not np.isfinite(velocity).all():
        return None
    return _by_root(velocity, _top(velocity))


def flow(counts: CellCounts) -> NDArray[np.int8]:
    """Return int8[cells]: mean direction of moves in eighths of a turn, -1 if there are none or if they cancel out."""
    moved = counts.moved.sum(axis=0)
    cells = np.flatnonzero(moved)
    east, south, west, north = counts.moved[:, cells].astype(np.float32)
    right, down = east - west, south - north
    eighth = np.rint(np.arctan2(down, right) * (4 / math.pi)).astype(np.int8) & 7
    arrows = np.full(len(moved), -1, np.int8)
    arrows[cells] = np.where(np.hypot(right, down) >= _STEADY * moved[cells], eighth, -1)
    return arrows


def _levels(values: NDArray[np.floating], most: float = math.inf) -> tuple[NDArray[np.uint8], float]:
    """Return the levels of cells, at least 1 for any value above 0, and the value of the last level, which is round."""
    positive = values[values > 0]
    top = min(_rounded_up(float(np.quantile(positive, _TOP))), most) if len(positive) else 0.0
    return np.maximum(_by_root(values, top), (values > 0).astype(np.uint8)), top


def _by_root(values: NDArray[np.floating], top: float) -> NDArray[np.uint8]:
    share = np.clip(values / top, 0.0, 1.0) if top > 0 else np.zeros(len(values))
    return np.asarray(np.rint(np.sqrt(share) * (HEAT_LEVELS - 1)), np.uint8)


def _top(velocity: NDArray[np.float64]) -> float:
    return float(np.quantile(velocity, _TOP))


def _rounded_up(value: float) -> float:
    """Return the next round value for the end of a scale, so that the scale changes seldom."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(nice * power for nice in _NICE if value <= nice * power * 1.000001)


def _labels(top: float) -> tuple[str, str, str]:
    return ("0", f"{top / 4:g}", f"{top:g}") if top else ("", "nothing yet", "")
