"""The simulated fleet: the same as a fleet of plain bodies, tick by tick."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robots.recording.frames import NO_LOAD
from robots.units.body import Body, BodyParams
from robots.units.fleet import Action, Grants, Reports
from robots.units.simulated_fleet import SimFleet

WIDTH = 1000
MIDDLE = 500 * WIDTH + 500
"""A cell from which nobody reaches the edge in these tests."""
PARAMS = BodyParams(battery_wh=0.2007)
"""Batteries so small that they run flat and are full within a few ticks."""
BODIES = st.lists(st.sampled_from((0.2007, 0.1003, 0.0607, 0.0)), min_size=1, max_size=5)
ACTIONS = st.lists(st.tuples(st.sampled_from(list(Action)), st.integers(-2, 9)), min_size=5, max_size=5)
FAULTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4), st.sampled_from((-1, 0, 1, 2, 7))), max_size=6)
Fault = tuple[int, int, int]


def fleet(*battery_wh: float, faults: Sequence[Fault] = ()) -> SimFleet:
    """Robots side by side on cells MIDDLE, MIDDLE + 1 …, all heading east."""
    cells = np.arange(MIDDLE, MIDDLE + len(battery_wh), dtype=np.int32)
    return SimFleet(PARAMS, cells, WIDTH, np.array(battery_wh), faults)


def grants(*actions: tuple[int, int]) -> Grants:
    return Grants(np.array([a for a, _ in actions], np.int8), np.array([what for _, what in actions], np.int32))


def begin_faults(bodies: Sequence[Body], faults: Sequence[Fault], tick: int) -> None:
    for when, robot, ticks in faults:
        if when == tick and ticks < 0:
            bodies[robot].dead = True
        elif when == tick:
            bodies[robot].stopped_for = max(bodies[robot].stopped_for, ticks)


def assert_same(reports: Reports, drawn_wh: Sequence[float], bodies: Sequence[Body]) -> None:
    assert reports.cell.tolist() == [body.cell for body in bodies]
    assert reports.heading.tolist() == [body.heading for body in bodies]
    assert reports.load.tolist() == [body.load for body in bodies]
    assert reports.dead.tolist() == [body.dead for body in bodies]
    assert reports.stopped.tolist() == [body.stopped_for > 0 or body.battery_wh <= 0 for body in bodies]
    assert reports.battery_wh == pytest.approx(np.array([body.battery_wh for body in bodies]))
    assert drawn_wh == pytest.approx(np.array([body.drawn_wh for body in bodies]))


@given(BODIES, st.lists(ACTIONS, max_size=30), FAULTS)
def test_the_fleet_is_the_same_as_its_bodies(
    battery_wh: list[float], script: list[list[tuple[Action, int]]], faults: list[Fault]
) -> None:
    """Random actions, faults and batteries: cells, headings, loads, energy and faults agree after every tick."""
    faults = [fault for fault in faults if fault[1] < len(battery_wh)]
    simulated = fleet(*battery_wh, faults=faults)
    bodies = [Body(PARAMS, MIDDLE + robot, 0, WIDTH, wh) for robot, wh in enumerate(battery_wh)]
    for tick, actions in enumerate(script):
        begin_faults(bodies, faults, tick)
        assert_same(simulated.receive(), simulated.drawn_wh.tolist(), bodies)
        simulated.send(grants(*actions[: len(bodies)]))
        for body, (action, what) in zip(bodies, actions, strict=False):
            body.act(action, what)
    begin_faults(bodies, faults, len(script))
    assert_same(simulated.receive(), simulated.drawn_wh.tolist(), bodies)


def test_reports_are_copies() -> None:
    """A kept report doesn't change, and changing it doesn't change the fleet."""
    simulated = fleet(0.1)
    before = simulated.receive()
    simulated.send(grants((Action.FORWARD, NO_LOAD)))
    before.load[0] = 7
    assert before.cell.tolist() == [MIDDLE]
    assert simulated.receive().cell.tolist() == [MIDDLE + 1]
    assert simulated.receive().load.tolist() == [NO_LOAD]


def test_a_stop_begins_with_the_reports_of_its_tick() -> None:
    """Stopped for two ticks from tick 1: it drives in tick 0, stands in 1 and 2, and drives again in 3."""
    simulated = fleet(0.2, faults=[(1, 0, 2)])
    stopped, cells = [], []
    for _ in range(4):
        stopped.append(bool(simulated.receive().stopped[0]))
        simulated.send(grants((Action.FORWARD, NO_LOAD)))
        cells.append(int(simulated.cell[0]) - MIDDLE)
    assert stopped == [False, True, True, False]
    assert cells == [1, 1, 1, 2]


def test_death_is_for_good() -> None:
    """Dead from tick 1 on, it stays where it is; its neighbour drives on."""
    simulated = fleet(0.2, 0.2, faults=[(1, 1, -1)])
    for _ in range(3):
        simulated.receive()
        simulated.send(grants((Action.TURN_LEFT, NO_LOAD), (Action.FORWARD, NO_LOAD)))
    reports = simulated.receive()
    assert reports.dead.tolist() == [False, True]
    assert reports.heading.tolist() == [1, 0]
    assert reports.cell.tolist() == [MIDDLE, MIDDLE + 2]
