"""A floor and a run that one can check by eye: four robots, 250 ticks.

     0123456789
0    ##########      robot 0  fetches: drives east along row 1, a cell a tick up to column 7, goal (1, 8)
1    #........#      robot 1  carries pod 0 and waits at (4, 1), goal pick-1
2    #.PPP....#      robot 2  dead at (4, 8)
3    #.PPP.C..#      robot 3  charges at (3, 6), stopped by a fault from tick 100 on
4    #........#      pods     0 carried, 1 at (2, 2), 2 at (3, 4)
5    #rK.o>.B.#      stations pick-1 at (5, 2), pack-1 at (5, 7)
6    ##########
"""

from pathlib import Path

import numpy as np

from robots.recording import events as ev
from robots.recording.events import Event
from robots.recording.frames import NO_LOAD, ROBOT_DTYPE, STATION_DTYPE, Frame, Header, StationInfo
from robots.recording.record import RecordWriter
from robots.units.lifecycle import RobotState

WIDTH, TICKS = 10, 250
FETCHING, CARRYING, DEAD, CHARGING = range(4)
"""The robots."""
TASK = 7
FLOOR = '''
[floor]
name = "eye"
grid = """
##########
#........#
#.PPP....#
#.PPP.C..#
#........#
#rK.o>.B.#
##########
"""
'''


def cell(row: int, col: int) -> int:
    return row * WIDTH + col


def eye_header(**changes: object) -> Header:
    values: dict[str, object] = {
        "version": 1,
        "scenario": "eye",
        "seed": 1,
        "tick_s": 1.0,
        "start_s": 9 * 3600.0,
        "robots": 4,
        "pods": 3,
        "floor": FLOOR,
        "stations": [StationInfo("pick-1", "pick", cell(5, 2)), StationInfo("pack-1", "pack", cell(5, 7))],
        "skus": ["bolt"],
        "policies": {},
    }
    return Header(**(values | changes))  # type: ignore[arg-type]


def eye_frame(tick: int) -> Frame:
    robots = np.zeros(4, ROBOT_DTYPE)
    robots["cell"] = [cell(1, min(1 + tick, 7)), cell(4, 1), cell(4, 8), cell(3, 6)]
    robots["heading"] = [0, 1, 2, 3]
    robots["state"] = [RobotState.FETCHING, RobotState.CARRYING, RobotState.DEAD, RobotState.CHARGING]
    robots["load"] = [NO_LOAD, 0, NO_LOAD, NO_LOAD]
    robots["goal"] = [cell(1, 8), cell(5, 2), -1, -1]
    robots["task"] = [8, TASK, -1, -1]
    robots["battery"] = [90, 60, 5, 30]
    robots["stopped"] = [0, 0, 0, tick >= 100]
    stations = np.zeros(2, STATION_DTYPE)
    stations["working"] = [tick % 2, 0]
    stations["done"] = [tick // 2, 0]
    stations["orders"] = [3, 0]
    stations["queue"] = [1, 0]
    stations["inbound"] = [3, 0]
    pods = np.array([-1, cell(2, 2), cell(3, 4)], np.int32)
    counts = {
        "orders_received": 1000 + tick,
        "orders_shipped": tick,
        "orders_open": 1000,
        "orders_due": tick,
        "orders_late": tick // 200,
        "lines_picked": tick,
    }
    return Frame(tick, robots, stations, pods, counts)


def eye_events(tick: int) -> list[Event]:
    events: dict[int, list[Event]] = {
        0: [
            ev.TaskCreated(0, TASK, "pick", 0, 0, "4 open lines, 3 cells away"),
            ev.OrderReleased(0, 88, 0, "late first"),
        ],
        1: [ev.TaskAssigned(1, TASK, CARRYING, "nearest of 2 free robots")],
        2: [ev.RobotFault(2, DEAD, cell(4, 8), "die"), ev.CellClosed(2, cell(4, 8), "robot 2 is dead")],
        100: [ev.RobotFault(100, CHARGING, cell(3, 6), "stop")],
        120: [ev.PlaceChosen(120, TASK, 0, cell(2, 3), "nearest free place, 2 cells")],
    }
    return events.get(tick, [])


def write_eye_record(path: Path, ticks: int = TICKS, finish: bool = True) -> Path:
    with RecordWriter(path, eye_header()) as writer:
        for tick in range(ticks):
            writer.add(eye_frame(tick), eye_events(tick))
        if finish:
            writer.finish({"ticks": ticks})
    return path
