"""A run of two hours that one can check by eye: 120 ticks of a minute, three robots, three stations."""

import tomllib
from pathlib import Path

import numpy as np

from controller.kpis import Kpis
from layout.floor import Floor
from layout.formats.toml_format import floor_from
from robots.recording import events as ev
from robots.recording.events import Event
from robots.recording.frames import NO_LOAD, ROBOT_DTYPE, STATION_DTYPE, Frame, Header, StationInfo
from robots.recording.record import Record, RecordWriter
from robots.units.lifecycle import RobotState

FLOOR = """
[floor]
name = "small"
grid = '''
oK..BS
#u..uu
.PPPP.
......
'''
"""
"""Pick-1 at cell 1 with its outfeed at cell 0, pack-1 at cell 4, stow-1 at cell 5; a row has six cells."""
TICKS = 120
SHIPPED, LATE, CANCELLED, WAITING, FRESH = range(5)
"""The orders: in time, picked twice and late, cancelled, open past due, not due yet."""


SHELL = {
    "scenario": "small",
    "digest": "0123abcd",
    "collisions": 0,
    "stock_errors": 0,
    "stuck_robots": 0,
    "trouble": {},
    "energy_wh": 30.0,
    "ticks_per_s": 100.0,
}
"""Figures that the run shell adds to the summary."""


def small_floor() -> Floor:
    return floor_from(tomllib.loads(FLOOR), "small.toml", Path())


def small_header(**changes: object) -> Header:
    values: dict[str, object] = {
        "version": 1,
        "scenario": "small",
        "seed": 7,
        "tick_s": 60.0,
        "start_s": 8 * 3600.0,
        "robots": 3,
        "pods": 8,
        "floor": FLOOR,
        "stations": [
            StationInfo("pick-1", "pick", 1),
            StationInfo("pack-1", "pack", 4),
            StationInfo("stow-1", "stow", 5),
        ],
        "skus": ["bolt", "nut"],
        "policies": {"pod": "demand", "place": "nearest"},
        "skipped_rows": {"quantity is not positive": 12},
    }
    return Header(**(values | changes))  # type: ignore[arg-type]


def small_frame(tick: int) -> Frame:
    """Robot 0 drives five cells to fetch, robot 1 waits with pod 5 and drives two, robot 2 dies at 35."""
    robots = np.zeros(3, ROBOT_DTYPE)
    robots["cell"] = [18 + min(tick, 5), 8 + min(max(tick - 9, 0), 2), 0]
    robots["heading"] = [0, tick >= 3, 0]
    robots["state"] = [
        RobotState.FETCHING,
        RobotState.CARRYING,
        RobotState.DEAD if tick >= 35 else RobotState.IDLE,
    ]
    robots["load"] = [NO_LOAD, 5, NO_LOAD]
    robots["goal"] = [23, 10, -1]
    robots["task"] = [1, 0, -1]
    robots["battery"] = [90, 60, 30]
    stations = np.zeros(3, STATION_DTYPE)
    stations["state"] = [tick >= 100, 0, 0]
    stations["working"] = [10 <= tick < 60, 62 <= tick < 70, tick == 64]
    stations["orders"] = [2 <= tick < 70, 30 <= tick < 40 or 62 <= tick < 70, 60 <= tick < 65]
    stations["queue"] = [2 if tick < 60 else 0, 0, 0]
    pods = np.arange(12, 20, dtype=np.int32)
    pods[5] = -1
    return Frame(tick, robots, stations, pods, {"backlog": int(80 <= tick < 90)}, planner_ms=0.1 * (tick % 10))


def _first_order() -> list[Event]:
    return [
        ev.OrderReceived(0, SHIPPED, "A-1", [(0, 2), (1, 1)], 50),
        ev.OrderReleased(2, SHIPPED, 0, "fits pods on their way"),
        ev.TaskCreated(3, 0, "pick", 5, 0, "2 open lines, 4 cells away"),
        ev.TaskAssigned(3, 0, 1, "nearest by road, 3 cells"),
        ev.VisitStarted(9, 0, 0, 1),
        ev.Picked(10, SHIPPED, 0, 0, 1, 5, 0),
        ev.Picked(12, SHIPPED, 0, 0, 1, 5, 0),
        ev.VisitEnded(13, 0, 0, 1, 2),
        ev.PlaceChosen(13, 0, 5, 14, "nearest free place, 6 cells"),
        ev.TaskDone(19, 0),
        ev.Picked(20, SHIPPED, 1, 1, 1, 6, 0),
        ev.OrderPicked(20, SHIPPED, 0),
        ev.VisitStarted(29, 5, 1, 2),
        ev.OrderPacking(30, SHIPPED, 1),
        ev.OrderShipped(40, SHIPPED, 1, -10),
    ]


def _late_order() -> list[Event]:
    return [
        ev.OrderReceived(5, LATE, "A-2", [(1, 3)], 60),
        ev.OrderReleased(6, LATE, 0, "due first"),
        ev.TaskCreated(14, 1, "pick", 6, 0, "1 open line"),
        ev.TaskAssigned(14, 1, 0, "the only robot that is free"),
        ev.Picked(25, LATE, 0, 1, 3, 6, 0),
        ev.OrderPicked(25, LATE, 0),
        ev.VisitEnded(26, 1, 0, 0, 4),
        ev.TaskCreated(27, 2, "pack", -1, 1, "2 totes on the outfeed"),
        ev.TaskAssigned(27, 2, 2, "nearest by road, 5 cells"),
        ev.RobotFault(35, 2, 0, "die"),
        ev.CellClosed(35, 0, "robot 2 is dead"),
        ev.TaskFailed(35, 2, "robot 2 died"),
        ev.OrderWithdrawn(35, LATE, "its tote was lost with robot 2"),
        ev.OrderReleased(45, LATE, 0, "late first"),
        ev.NextStop(50, 1, 0, "wanted here again"),
        ev.Picked(55, LATE, 0, 1, 3, 6, 0),
        ev.OrderPicked(55, LATE, 0),
        ev.VisitEnded(56, 1, 0, 0, 3),
        ev.OrderPacking(62, LATE, 1),
        ev.OrderShipped(70, LATE, 1, 10),
    ]


def _other_orders() -> list[Event]:
    return [
        ev.OrderReceived(10, CANCELLED, "A-3", [(0, 1)], 30),
        ev.OrderCancelled(15, CANCELLED, "no stock of bolt"),
        ev.OrderReceived(50, WAITING, "A-4", [(0, 1)], 100),
        ev.OrderReceived(61, FRESH, "A-5", [(1, 1)], 500),
        ev.OrderReleased(62, FRESH, 0, "due first"),
        ev.Stowed(64, 0, 5, 3, 2),
        ev.StationState(100, 0, "paused", "nobody on shift"),
        ev.Alarm(110, "refused-plan", "<b>the plan drives robot 1 into a wall</b>"),
    ]


def small_events() -> dict[int, list[Event]]:
    """Events by tick."""
    found: dict[int, list[Event]] = {tick: [] for tick in range(TICKS)}
    for event in _first_order() + _late_order() + _other_orders():
        found[event.t].append(event)
    return found


def small_kpis(header: Header | None = None) -> Kpis:
    """The whole small run, folded."""
    kpis = Kpis(header or small_header(), small_floor())
    events = small_events()
    for tick in range(TICKS):
        kpis.fold(small_frame(tick), events[tick])
    return kpis


def write_small_record(path: Path, summary: dict[str, object] | None = None) -> Record:
    """The small run as a record; without a summary as a crash would leave it."""
    events = small_events()
    with RecordWriter(path, small_header()) as writer:
        for tick in range(TICKS):
            writer.add(small_frame(tick), events[tick])
        if summary is not None:
            writer.finish(summary)
    return Record(path)
