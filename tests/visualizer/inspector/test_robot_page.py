"""The page about a robot."""

import pytest

from layout.floor import Floor
from robots.recording import events as ev
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import CARRYING, CHARGING, DEAD, FETCHING
from tests.support.window.eye_order import ORDER
from tests.support.window.panel_lines import OrderSource, Panel
from visualizer.inspector.page_lines import Style
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource


@pytest.fixture
def panel(source: RecordSource, floor: Floor) -> Panel:
    return Panel(source, floor)


def test_a_robot_tells_its_state_in_words(panel: Panel) -> None:
    """The page has state, load, place, goal, route, battery and task."""
    assert panel.facts(Thing.ROBOT, CARRYING, 50) == {
        "state": "carrying its load to a station",
        "load": "pod 0",
        "at": "(4, 1) heading south",
        "goal": "(5, 2), pick-1",
        "route": "2 cells, 1 turn",
        "next cell": "(5, 1), free",
        "battery": "60 %",
        "task": "7: bring pod 0 to pick-1",
    }


def test_a_robot_leads_to_what_it_works_for(panel: Panel) -> None:
    """Its load and its goal are links."""
    links = {line.name: line.link for line in panel.lines(Thing.ROBOT, CARRYING, 50)}
    assert links["load"] == Selection(Thing.POD, 0)
    assert links["goal"] == links["task"] == Selection(Thing.STATION, 0)


def test_a_robot_tells_why(panel: Panel) -> None:
    """Every decision about its task has its reason, the newest first."""
    assert panel.words(Thing.ROBOT, CARRYING) == [
        ("pod 0 goes to (2, 3), a storage place", "nearest free place, 2 cells"),
        ("task 7 given to robot 1", "nearest of 2 free robots"),
        ("task 7 created to bring pod 0 to pick-1", "4 open lines, 3 cells away"),
    ]


def test_an_idle_robot_tells_why_it_is_idle(floor: Floor) -> None:
    """The page has the reason for being idle, however old, and not that of a finished task."""
    idle = [ev.RobotIdle(45, 1, "there is no open order"), ev.TaskAssigned(44, 9, 1, "nearest")]
    source = OrderSource(*sorted(idle, key=lambda event: event.t))
    frame = source.frame(1130)
    frame.robots["task"][CARRYING], frame.robots["state"][CARRYING] = -1, RobotState.IDLE
    source.frame = lambda tick: frame  # type: ignore[method-assign]
    assert Panel(source, floor).words(Thing.ROBOT, CARRYING, 1130) == [("robot 1 is idle", "there is no open order")]


def test_the_reasons_are_those_known_at_the_tick(panel: Panel) -> None:
    """At tick 50 the storage place hasn't been chosen, and the task has another purpose."""
    assert len(panel.words(Thing.ROBOT, CARRYING, 50)) == 2
    assert panel.facts(Thing.ROBOT, CARRYING, 130)["task"] == "7: take pod 0 to (2, 3)"


def test_a_task_that_began_before_the_window_was_opened_says_so(floor: Floor) -> None:
    """Later events of a task don't contain its purpose, and the page doesn't guess."""
    source = OrderSource()
    source.told = [event for event in source.told if event.t > 10]
    assert Panel(source, floor).facts(Thing.ROBOT, CARRYING, 25)["task"] == "11: its purpose is not known here"


def test_a_robot_without_a_goal_says_so(panel: Panel) -> None:
    """The dead robot has neither goal nor route."""
    facts = panel.facts(Thing.ROBOT, DEAD)
    assert facts["goal"] == facts["task"] == "none"
    assert "route" not in facts


def test_a_robot_has_as_far_to_go_as_its_way_is_long(panel: Panel) -> None:
    """A straight route of one cell has one cell and no turn."""
    assert panel.facts(Thing.ROBOT, FETCHING)["route"] == "1 cell, 0 turns"


def test_faults_are_told(panel: Panel) -> None:
    """A stopped robot has a line in the colour of alarms; a dead one has it as its state."""
    assert panel.texts(Style.ALARM, Thing.ROBOT, CHARGING) == ["stopped by a fault"]
    assert panel.facts(Thing.ROBOT, DEAD)["state"] == "dead"
    assert panel.words(Thing.ROBOT, DEAD) == [("robot 2 died at (4, 8)", "")]


def test_a_robot_tells_for_which_orders_it_drives(floor: Floor) -> None:
    """Before the pick, orders that its load can serve are listed, afterwards those that it has served."""
    panel = Panel(OrderSource(), floor)
    before, after = (panel.under("orders", Thing.ROBOT, CARRYING, tick) for tick in (10, 25))
    assert [(line.name, line.text) for line in before] == [
        ("order A-5", "2 units of bolt can be picked"),
        ("order A-5", "1 unit of nut can be picked"),
    ]
    assert ("order A-5", "served") in [(line.name, line.text) for line in after]
    assert before[0].link == Selection(Thing.ORDER, ORDER)
