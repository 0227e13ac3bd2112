"""One drive unit: what it does in a tick, and what that costs."""

import pytest

from robots.recording.frames import NO_LOAD, TOTES
from robots.units.body import Body, BodyParams
from robots.units.fleet import Action

PARAMS = BodyParams()
AWAKE, ASLEEP = 50 / 3600, 10 / 3600
"""Wh a second of work and of standing."""


def body(**changes: object) -> Body:
    """On cell 55 of a grid ten cells wide, heading east, half charged."""
    plain: dict[str, object] = {"params": PARAMS, "cell": 55, "heading": 0, "width": 10, "battery_wh": 250.0}
    return Body(**(plain | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("heading", "cell"), [(0, 56), (1, 65), (2, 54), (3, 45)])
def test_forward_is_one_cell_ahead(heading: int, cell: int) -> None:
    """East, south, west and north."""
    robot = body(heading=heading)
    robot.act(Action.FORWARD, NO_LOAD)
    assert (robot.cell, robot.heading) == (cell, heading)


def test_turns_are_quarter_turns_on_the_spot() -> None:
    """Right from north is east, left from east is north."""
    robot = body(heading=3)
    robot.act(Action.TURN_RIGHT, NO_LOAD)
    assert (robot.cell, robot.heading) == (55, 0)
    robot.act(Action.TURN_LEFT, NO_LOAD)
    assert (robot.cell, robot.heading) == (55, 3)


@pytest.mark.parametrize(
    ("action", "load", "wh"),
    [
        (Action.WAIT, NO_LOAD, ASLEEP),
        (Action.WAIT, 7, ASLEEP),
        (Action.FORWARD, NO_LOAD, 0.015 + AWAKE),
        (Action.FORWARD, 7, 0.060 + AWAKE),
        (Action.FORWARD, TOTES, 0.060 + AWAKE),
        (Action.TURN_LEFT, NO_LOAD, 0.010 + AWAKE),
        (Action.TURN_RIGHT, 7, 0.010 + AWAKE),
        (Action.LIFT, NO_LOAD, 0.120 + AWAKE),
    ],
)
def test_what_an_action_costs(action: Action, load: int, wh: float) -> None:
    """Driving costs by the load, turning and lifting something, and the electronics always do."""
    robot = body(load=load)
    robot.act(action, 3)
    assert robot.drawn_wh == pytest.approx(wh)
    assert robot.battery_wh == pytest.approx(250 - wh)


def test_a_lift_takes_three_ticks_whatever_else_is_asked_for() -> None:
    """The pod is its load in the third tick; drives and turns meanwhile are not obeyed, and the lift is paid once."""
    robot = body()
    loads = []
    for action in (Action.LIFT, Action.FORWARD, Action.TURN_LEFT):
        robot.act(action, 7)
        loads.append(robot.load)
    assert loads == [NO_LOAD, NO_LOAD, 7]
    assert (robot.cell, robot.heading) == (55, 0)
    assert robot.drawn_wh == pytest.approx(0.120 + 3 * AWAKE)


def test_a_set_down_takes_three_ticks_too() -> None:
    """The load is there until the third."""
    robot = body(load=7)
    loads = []
    for action in (Action.SET_DOWN, Action.WAIT, Action.WAIT):
        robot.act(action, NO_LOAD)
        loads.append(robot.load)
    assert loads == [7, 7, NO_LOAD]


def test_a_charger_gives_a_quarter_of_a_watt_hour_a_second_until_it_is_full() -> None:
    """900 W for a second, and never more than fits; charging draws nothing."""
    robot = body(battery_wh=499.6)
    levels = []
    for _ in range(3):
        robot.act(Action.CHARGE, NO_LOAD)
        levels.append(robot.battery_wh)
    assert levels == pytest.approx([499.85, 500.0, 500.0])
    assert robot.drawn_wh == 0


def test_longer_ticks_cost_and_charge_more() -> None:
    """Two seconds a tick: twice the electronics and twice the charge, but the same cell."""
    params = BodyParams(tick_s=2.0)
    driving, charging = body(params=params), body(params=params)
    driving.act(Action.FORWARD, NO_LOAD)
    charging.act(Action.CHARGE, NO_LOAD)
    assert driving.drawn_wh == pytest.approx(0.015 + 2 * AWAKE)
    assert charging.battery_wh == pytest.approx(250.5)


def test_a_stopped_robot_stands_for_its_ticks_and_goes_on() -> None:
    """Stopped for two ticks in the middle of a lift: the lift ends two ticks later."""
    robot = body()
    robot.act(Action.LIFT, 7)
    robot.stopped_for = 2
    loads = []
    for _ in range(4):
        robot.act(Action.LIFT, 7)
        loads.append(robot.load)
    assert loads == [NO_LOAD, NO_LOAD, NO_LOAD, 7]
    assert robot.drawn_wh == pytest.approx(0.120 + 3 * AWAKE + 2 * ASLEEP)


@pytest.mark.parametrize("end", [{"dead": True}, {"battery_wh": 0.0}], ids=["dead", "flat"])
@pytest.mark.parametrize("action", Action)
def test_a_dead_robot_and_a_flat_one_do_nothing(end: dict[str, object], action: Action) -> None:
    """Not even charge: somebody has to come and fetch them."""
    robot = body(**end)
    before = (robot.cell, robot.heading, robot.load, robot.battery_wh)
    robot.act(action, 7)
    assert (robot.cell, robot.heading, robot.load, robot.battery_wh) == before
    assert robot.drawn_wh == 0


def test_a_battery_ends_at_nothing() -> None:
    """The last cell is driven with what is left."""
    robot = body(battery_wh=0.001)
    robot.act(Action.FORWARD, NO_LOAD)
    assert (robot.cell, robot.battery_wh) == (56, 0.0)
