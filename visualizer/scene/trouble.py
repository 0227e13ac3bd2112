"""Trouble on the floor at present, one clause each: robots, stations, pods and orders out of action."""

from collections.abc import Iterator

import numpy as np

from layout.wording import count
from robots.recording.frames import Frame
from robots.units.lifecycle import RobotState
from visualizer.scene.scene import Scene

_CLOSED, _NAMED = 2, 3
"""`state` of a closed station in a frame; largest number of closed stations that are listed by name."""


def trouble(scene: Scene, frame: Frame) -> list[str]:
    """Return the trouble, most serious first; none on a floor that works. Counts that older records lack are left out."""
    return [*_of_robots(frame), *_of_stations(scene, frame), *_of_goods(frame)]


def _of_robots(frame: Frame) -> Iterator[str]:
    counts = frame.counts
    flat = counts.get("robots_flat", 0)
    dead = int(np.count_nonzero(frame.robots["state"] >= RobotState.DEAD)) - flat
    if flat:
        yield f"{count(flat, 'robot')} {_is(flat)} flat"
    if dead > 0:
        yield f"{count(dead, 'robot')} {_is(dead)} dead"
    if offline := counts.get("robots_offline", 0):
        yield f"{count(offline, 'robot')} {_is(offline)} offline"
    if stopped := counts.get("robots_stopped", 0):
        yield f"{count(stopped, 'robot')} {_is(stopped)} stopped by a fault"


def _of_stations(scene: Scene, frame: Frame) -> Iterator[str]:
    closed = np.flatnonzero(frame.stations["state"] == _CLOSED).tolist()
    if len(closed) > _NAMED:
        yield f"{len(closed)} of {count(len(frame.stations), 'station')} are closed"
    elif closed:
        yield f"{', '.join(scene.header.stations[index].id for index in closed)} {_is(len(closed))} closed"


def _of_goods(frame: Frame) -> Iterator[str]:
    if waiting := frame.counts.get("out_of_service", 0):
        yield f"{waiting} out of service until people have checked"
    if pods := frame.counts.get("pods_quarantined", 0):
        yield f"{count(pods, 'pod')} can't be fetched"
    if orders := frame.counts.get("orders_stranded", 0):
        yield f"{count(orders, 'order')} can't be served"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
