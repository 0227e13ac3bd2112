"""One picture of the floor a tick, as columns: what viewers are sent and records keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct, msgpack
from numpy.typing import NDArray

ROBOT_DTYPE = np.dtype(
    [
        ("cell", "<i4"),
        ("heading", "u1"),
        ("state", "u1"),  # a RobotState
        ("load", "<i4"),  # pod carried; NO_LOAD; TOTES
        ("goal", "<i4"),  # cell, -1 for none
        ("task", "<i4"),  # -1 for none
        ("battery", "u1"),  # per cent
        ("stopped", "u1"),  # 1 while a fault holds it
    ]
)
STATION_DTYPE = np.dtype(
    [
        ("state", "u1"),  # 0 open, 1 paused, 2 closed
        ("working", "u1"),  # people at work just now
        ("queue", "u1"),  # robots on the station's places
        ("inbound", "u1"),  # loads on their way
        (
            "orders",
            "<u2",
        ),  # orders placed here (pick), items to stow (stow), totes to pack, those in hand among them (pack)
        ("totes", "<u2"),  # full totes on the outfeed
        ("done", "<i4"),  # units picked or stowed, parcels packed, since the start
        ("people", "u1"),  # people there just now, at work or not; 0 in records from before it was kept
    ]
)
NO_LOAD, TOTES = -1, -2


MOST_THINGS = 1 << 20
"""Robots of a floor, and pods, at the most."""
_Things = Annotated[int, Meta(ge=0, le=MOST_THINGS)]


class StationInfo(Struct, frozen=True):
    """people: of a normal day; 1 in records from before it was kept."""

    id: str
    kind: str
    cell: Annotated[int, Meta(ge=0, lt=1 << 31)]
    people: Annotated[int, Meta(ge=0, lt=1 << 16)] = 1


class Header(Struct, frozen=True):
    """Header of a record or stream. floor: the layout file's text, so that a record can be read without its source files.
    pods: number of pods.
    """

    version: int
    scenario: str
    seed: int
    tick_s: Annotated[float, Meta(gt=0, le=10_000)]
    start_s: Annotated[float, Meta(ge=0, le=1e9)]
    """Time of day at tick 0, seconds after midnight."""
    robots: _Things
    pods: _Things
    floor: str
    stations: Annotated[list[StationInfo], Meta(max_length=1 << 16)]
    skus: Annotated[list[str], Meta(max_length=1 << 24)]
    policies: dict[str, str]
    skipped_rows: dict[str, int] = {}
    velocity: list[float] = []
    """By pod, the share of demand for what it held when the run began; empty in records from before there was one."""
    scenario_hash: str = ""
    environment: dict[str, str | int] = {}
    """Versions and machine that the run was made with; empty in older records. At the head, so that a torn record has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """State after tick `tick`. robots: ROBOT_DTYPE[robots]; stations: STATION_DTYPE[stations].

    pods: int32[pods], the cell where a pod stands, -1 while a robot carries it. counts: running totals by name
    (orders_received, orders_shipped, orders_open, orders_due, orders_late, lines_picked, units_picked, backlog …), and how many
    robots, pods and orders are out of action (robots_flat, robots_dead, robots_stopped, robots_offline, out_of_service,
    pods_quarantined, orders_stranded; missing in records from before they were kept).
    planner_ms: time the planner took, not part of the run's digest.
    """

    tick: int
    robots: NDArray[np.void]
    stations: NDArray[np.void]
    pods: NDArray[np.int32]
    counts: dict[str, int]
    planner_ms: float = 0.0


def share_at_work(stations: NDArray[np.void], usual: Sequence[StationInfo]) -> NDArray[np.float64]:
    """float64[stations]: people at work ÷ people there, 0 to 1, of a frame's STATION_DTYPE[stations].

    usual: the same stations; their people count where the frame doesn't say how many are there.
    """
    normal = np.array([max(1, station.people) for station in usual], np.float64)
    return np.minimum(stations["working"] / np.where(stations["people"] > 0, stations["people"], normal), 1.0)


class _WireFrame(Struct, frozen=True, tag="frame"):
    tick: int
    robots: bytes
    stations: bytes
    pods: bytes
    counts: dict[str, int]
    planner_ms: float


_encoder = msgpack.Encoder()
_decoder = msgpack.Decoder(_WireFrame)


def encode_frame(frame: Frame) -> bytes:
    return _encoder.encode(
        _WireFrame(
            frame.tick,
            frame.robots.tobytes(),
            frame.stations.tobytes(),
            frame.pods.tobytes(),
            frame.counts,
            frame.planner_ms,
        )
    )


def decode_frame(data: bytes) -> Frame:
    """Decode a frame. Raises msgspec.DecodeError or ValueError for data that is no frame."""
    wire = _decoder.decode(data)
    return Frame(
        wire.tick,
        np.frombuffer(wire.robots, ROBOT_DTYPE),
        np.frombuffer(wire.stations, STATION_DTYPE),
        np.frombuffer(wire.pods, np.int32),
        wire.counts,
        wire.planner_ms,
    )
