"""Stuck robots and their causes: time without progress, faults that excuse, other routes, and the alarm's text."""

import numpy as np

from controller.planning.fields import FAR
from controller.site.progress import STUCK_TICKS, Watch
from controller.warehouse.robots import Robots
from layout.grid import EAST
from robots.recording.events import Alarm
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Reports
from robots.units.lifecycle import RobotState
from tests.support.planning.random_crowds import drawn

GRID = drawn("......").grid


def robots_at(*cells: int, goal: int) -> Robots:
    """Robots that face east; robot 0 has the goal."""
    count = len(cells)
    none, idle = np.zeros(count, bool), np.full(count, NO_LOAD, np.int32)
    east, nowhere = np.full(count, EAST, np.int8), np.empty(0, np.int32)
    faults = (*[none] * 4, nowhere, np.zeros(count, np.int8), none, none, nowhere)
    robots = Robots(Reports(np.array(cells, np.int32), east, idle, np.ones(count), *faults))
    robots.state[0] = RobotState.PARKING
    robots.goal[0] = goal
    return robots


def look(watch: Watch, robots: Robots, left: int, ticks: int, begin: int = 0, held: bool = False) -> list[Alarm]:
    """Return the alarms of ticks in which robot 0 has these cells to go."""
    count = len(robots)
    alarms = []
    for tick in range(begin, begin + ticks):
        ways = np.array([left] + [0] * (count - 1), np.int32)
        alarms += watch.look(tick, robots, ways, np.array([held] + [False] * (count - 1)), GRID)
    return alarms


def reason(robots: Robots, left: int) -> str:
    (alarm,) = look(Watch(len(robots)), robots, left, STUCK_TICKS + 5)
    assert (alarm.robot, alarm.kind) == (0, "stuck")
    return alarm.text.partition(f"for {STUCK_TICKS} ticks: ")[2]


def test_the_alarm_says_why_a_robot_is_stuck() -> None:
    """The causes are no route, an occupied goal, a row of others with its head, or no robot in front of it."""
    assert reason(robots_at(0, goal=5), FAR) == "no route leads there"
    taken = robots_at(0, 5, goal=5)
    taken.state[1] = RobotState.CHARGING
    assert reason(taken, 5) == "robot 1 (charging) is there"
    assert reason(robots_at(0, 1, 2, goal=5), 5) == "in front of it is 1 → 2, at the end robot 2 (idle)"
    assert reason(robots_at(0, 3, goal=5), 5) == "no robot is in front of it; others repeatedly crossed its route"


def test_time_in_which_a_fault_holds_a_robot_does_not_count() -> None:
    """This holds for its own fault and for that of a robot that encloses it."""
    watch, robots = Watch(1), robots_at(0, goal=5)
    assert look(watch, robots, 5, 2 * STUCK_TICKS, held=True) == []
    assert len(look(watch, robots, 5, STUCK_TICKS + 5, begin=2 * STUCK_TICKS)) == 1


def test_who_has_to_go_round_begins_anew_and_others_do_not() -> None:
    """A cell is closed: the way is longer than ever, which is no lack of progress; an unchanged way still is."""
    watch, robots = Watch(1), robots_at(0, goal=5)
    look(watch, robots, 5, 200)
    watch.ways_changed()
    assert look(watch, robots, 30, STUCK_TICKS - 1, begin=200) == []
    watch.ways_changed()
    assert len(look(watch, robots, 30, 100, begin=200 + STUCK_TICKS - 1)) == 1
    assert watch.stuck == {0}
