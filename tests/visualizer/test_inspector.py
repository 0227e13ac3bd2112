"""What the side panel says."""

import pytest
from eye_floor import CARRYING, CHARGING, DEAD, FETCHING, cell, eye_frame

from layout.floor import Floor
from visualizer.chronicle import Chronicle
from visualizer.inspector import Line, Style, inspect
from visualizer.scene import Scene, Selection, Thing
from visualizer.sources import RecordSource


class Panel:
    def __init__(self, source: RecordSource, floor: Floor) -> None:
        self._scene, self._book, self._source = Scene(source.header, floor), Chronicle(source), source

    def lines(self, thing: Thing, number: int, tick: int = 130) -> list[Line]:
        return inspect(self._scene, self._source.frame(tick), self._book, Selection(thing, number))

    def facts(self, thing: Thing, number: int, tick: int = 130) -> dict[str, str]:
        return {line.name: line.text for line in self.lines(thing, number, tick) if line.style is Style.FACT}

    def words(self, thing: Thing, number: int, tick: int = 130) -> list[tuple[str, str]]:
        """Headlines with the reason below each."""
        lines = self.lines(thing, number, tick)
        pairs = zip(lines, [*lines[1:], Line(Style.FACT, "")], strict=True)
        return [(a.text, b.text if b.style is Style.WHY else "") for a, b in pairs if a.style is Style.WHEN]


@pytest.fixture
def panel(source: RecordSource, floor: Floor) -> Panel:
    return Panel(source, floor)


def test_a_robot_tells_its_state_in_words(panel: Panel) -> None:
    """State, load, place, goal, battery and task, as the frame has them."""
    assert panel.facts(Thing.ROBOT, CARRYING) == {
        "state": "carrying its load to a station",
        "load": "pod 0",
        "at": "(4, 1) heading south",
        "goal": "(5, 2), 2 cells away",
        "battery": "60 %",
        "task": "7",
    }


def test_a_robot_tells_why(panel: Panel) -> None:
    """Every decision about its task with its reason, the newest first."""
    assert panel.words(Thing.ROBOT, CARRYING) == [
        ("pod 0 goes home to (2, 3)", "nearest free place, 2 cells"),
        ("given to robot 1", "nearest of 2 free robots"),
        ("fetch pod 0 for pick-1", "4 open lines, 3 cells away"),
    ]


def test_the_reasons_are_those_known_at_the_tick(panel: Panel) -> None:
    """At tick 50 the place to go home to hasn't been chosen."""
    assert len(panel.words(Thing.ROBOT, CARRYING, 50)) == 2


def test_a_robot_at_its_goal_says_so(panel: Panel) -> None:
    """One cell is one cell, and none is reached."""
    assert panel.facts(Thing.ROBOT, FETCHING)["goal"] == "(1, 8), 1 cell away"
    assert panel.facts(Thing.ROBOT, DEAD)["goal"] == "none"


def test_faults_are_told(panel: Panel) -> None:
    """A stopped robot has a line in the colour of alarms; a dead one says so as its state."""
    alarms = [line.text for line in panel.lines(Thing.ROBOT, CHARGING) if line.style is Style.ALARM]
    assert alarms == ["stopped by a fault"]
    assert panel.facts(Thing.ROBOT, DEAD)["state"] == "dead, will not move again"
    assert panel.words(Thing.ROBOT, DEAD) == [("died", "")]


def test_a_pod_tells_where_it_is(panel: Panel) -> None:
    """On the floor by its place, on a robot by the robot."""
    assert panel.facts(Thing.POD, 1) == {"stands at": "(2, 2)"}
    assert panel.facts(Thing.POD, 0) == {"carried by": "robot 1, carrying its load to a station"}


def test_a_pod_on_a_dead_robot_is_quarantined(source: RecordSource, floor: Floor) -> None:
    """Its stock can't be used, and the panel says so."""
    frame = eye_frame(130)
    frame.robots["state"][CARRYING] = frame.robots["state"][DEAD]
    lines = inspect(Scene(source.header, floor), frame, Chronicle(source), Selection(Thing.POD, 0))
    assert Line(Style.ALARM, "quarantined: its stock can't be used") in lines


def test_a_station_tells_its_work(panel: Panel) -> None:
    """People, orders, queue, totes, units done, and which orders it got and why."""
    assert panel.facts(Thing.STATION, 0, 131) == {
        "state": "open",
        "people": "1 at work",
        "orders": "3",
        "queue": "1 of 2 places, 2 more coming",
        "full totes": "0",
        "units picked": "65",
    }
    assert panel.words(Thing.STATION, 0) == [("order 88 to pick-1", "late first")]


def test_a_cell_tells_what_it_is_for(panel: Panel) -> None:
    """Kind, lane, station, the robots that are bound for it, and why it was closed."""
    assert panel.facts(Thing.CELL, cell(5, 5)) == {"kind": "aisle", "one way": "east"}
    assert panel.facts(Thing.CELL, cell(5, 2)) == {
        "kind": "service cell",
        "belongs to": "pick-1",
        "goal of": "robot 1",
    }
    assert panel.words(Thing.CELL, cell(4, 8)) == [("cell closed", "robot 2 is dead"), ("died", "")]
