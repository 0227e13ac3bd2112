"""Bodies that raise: the robot reports a fault and stays safe, an action fails, and no agent ends."""

from collections.abc import Sequence

import pytest

from robots.agents.agent import Agents
from robots.agents.drive import UnitBody
from robots.agents.pilot import Pilot, Pose
from robots.link.messages import FLAG_CHARGING, FLAG_FAULT, Cancel, Do, Done, Hello, Pos, Stopped
from robots.recording.frames import NO_LOAD
from tests.support.link.fake_controller import FakeController
from tests.support.link.paper_robot import Listed, Robot, grant, welcome
from tests.support.processes.patience import wait_until


class Raising(Listed):
    """Raises in the methods that a test names."""

    def __init__(self, cell: int = 0) -> None:
        super().__init__(cell)
        self.broken: dict[str, Exception] = {}
        self.tried = 0

    def _break(self, method: str) -> None:
        if method in self.broken:
            self.tried += 1
            raise self.broken[method]

    def drive(self, cells: Sequence[int], face: int) -> None:
        self._break("drive")
        super().drive(cells, face)

    def stop(self) -> None:
        super().stop()
        self._break("stop")

    def pose(self) -> Pose:
        self._break("pose")
        return super().pose()

    def lift(self, what: int) -> None:
        self._break("lift")
        super().lift(what)

    def battery(self) -> float:
        self._break("battery")
        return super().battery()

    def charge(self, on: bool) -> None:
        self._break("charge")
        super().charge(on)


class Raiser(Robot):
    """A robot that has logged in and whose body then raises."""

    body: Raising

    def __init__(self, *, logged_in: bool = True) -> None:
        super().__init__(logged_in=False)
        self.body = Raising()
        self.pilot = Pilot(4, self.body, boot=9)
        if logged_in:
            self.sent()
            self.receive(welcome(0))
            self.sent()


ERRORS = [RuntimeError("no serial port"), ValueError("too few words"), OSError(5, "gone"), ZeroDivisionError()]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_pose_that_raises_is_a_fault_and_the_robot_is_told_to_stop(error: Exception) -> None:
    """It counts as moving, where it was last; when pose() answers again the fault is over."""
    robot = Raiser()
    robot.body.broken["pose"] = error
    (pos,) = robot.sent(Pos)
    assert pos.flags & FLAG_FAULT
    assert (pos.moving, pos.idx, robot.body.stops) == (True, 0, 1)
    for _ in range(5):
        robot.sent(after=0.2)
    assert robot.body.stops == 1
    robot.body.broken.clear()
    (pos,) = robot.sent(Pos)
    assert not pos.flags & FLAG_FAULT
    assert not pos.moving
    news = robot.pilot.take_news()
    assert len(news) == 2
    assert news[0].startswith(f"pose() raised {type(error).__name__}")
    assert news[1] == "pose() works again"


def test_a_robot_that_never_says_where_it_is_does_not_log_in() -> None:
    """A login needs a place: it is asked for as soon as pose() says one."""
    robot = Raiser(logged_in=False)
    robot.body.broken["pose"] = OSError("no port")
    assert robot.sent(Hello, after=1.0) == []
    assert robot.pilot.take_news() != []
    robot.body.broken.clear()
    assert len(robot.sent(Hello, after=1.0)) == 1
    robot.body.broken["pose"] = OSError("no port")
    assert robot.sent(Hello, after=1.0) == []


def test_a_body_is_looked_after_while_nothing_can_be_said() -> None:
    """Its user hears what it raises."""
    robot = Raiser()
    robot.body.broken["pose"] = OSError("no port")
    robot.pilot.check_body()
    assert robot.pilot.body_faults.keys() == {"pose"}
    assert len(robot.pilot.take_news()) == 1


def test_a_pose_that_is_none_is_a_fault_too() -> None:
    """A value that no message can carry counts as an exception."""
    robot = Raiser()
    robot.body.heading = 7
    assert robot.sent(Pos)[0].flags & FLAG_FAULT
    assert "can't be" in robot.pilot.take_news()[0]


def test_a_drive_that_raises_is_tried_again_each_second() -> None:
    """The way it was granted stays; the fault is over when drive() returns."""
    robot = Raiser()
    robot.body.broken["drive"] = OSError("wheels don't answer")
    robot.receive(grant([0, 1, 2], 2))
    assert robot.sent(Pos)[0].flags & FLAG_FAULT
    assert robot.body.driven == []
    assert robot.body.stops > 0
    robot.sent(after=1.1)
    robot.body.broken.clear()
    assert not robot.sent(Pos, after=1.1)[-1].flags & FLAG_FAULT
    assert robot.body.driven == [([1, 2], 0)]


def test_what_raises_is_tried_again_at_once_and_then_each_second() -> None:
    """A drive that is tried more often would hold up the agent's other robots."""
    robot = Raiser()
    robot.body.broken["drive"] = OSError("wheels don't answer")
    robot.receive(grant([0, 1], 1))
    tried = []
    for after in (0.25, 0.25, 0.5, 0.25):
        robot.sent(after=after)
        tried.append(robot.body.tried)
    assert tried == [2, 2, 2, 3]


def test_a_stop_that_raises_is_tried_again_until_it_is_heard() -> None:
    """And the robot isn't driven for it."""
    robot = Raiser()
    robot.receive(grant([0, 1], 1))
    robot.body.broken["stop"] = OSError("brakes don't answer")
    robot.receive(Cancel(1, 1, 1, 1))
    robot.sent(after=1.1)
    robot.sent(after=1.1)
    robot.body.broken.clear()
    assert not robot.sent(Pos, after=1.1)[-1].flags & FLAG_FAULT
    robot.sent(after=1.1)
    assert (robot.body.stops, robot.body.driven) == (4, [([1], 0)])


@pytest.mark.parametrize(
    ("cells", "face", "driven"),
    [([0, 1], 0, [([1], 0)]), ([0], 0, []), ([0], 1, [([], 1)])],
    ids=["way", "none", "turn"],
)
def test_after_a_fault_it_drives_what_is_left_once(cells: list[int], face: int, driven: list[object]) -> None:
    """Cells, or a turn; nothing if nothing is left; and the same when the fault was there only while the grant came."""
    robot = Raiser()
    robot.receive(grant(cells, len(cells) - 1, face=face))
    robot.body.driven.clear()
    robot.body.fault = "bumper"
    robot.sent()
    robot.body.fault = ""
    robot.sent(after=0.1)
    robot.body.heading = 3
    robot.sent(after=0.1)
    assert robot.body.driven == driven


def test_a_grant_that_comes_in_a_short_fault_is_driven_after_it() -> None:
    """Though the fault is over before the robot is looked at again."""
    robot = Raiser()
    robot.body.fault = "bumper"
    robot.receive(grant([0, 1], 1))
    assert robot.body.driven == []
    robot.body.fault = ""
    robot.sent(after=0.1)
    assert robot.body.driven == [([1], 0)]


def test_while_pose_raises_no_cancel_is_answered() -> None:
    """Whoever doesn't know where it stands can't give cells back."""
    robot = Raiser()
    robot.receive(grant([0, 1, 2], 2))
    robot.body.broken["pose"] = OSError("blind")
    robot.receive(Cancel(1, 1, 1, 1))
    assert robot.sent(Stopped, after=0.5) == []
    robot.body.broken.clear()
    assert len(robot.sent(Stopped, after=0.5)) == 1


@pytest.mark.parametrize(("kind", "method"), [("lift", "lift"), ("set_down", "lift"), ("charge", "charge")])
def test_an_action_that_raises_has_failed_and_the_robot_is_well(kind: str, method: str) -> None:
    """The controller hears why, and decides whether it is tried again."""
    robot = Raiser()
    robot.body.load = 5 if kind == "set_down" else NO_LOAD
    robot.body.broken[method] = RuntimeError("the motor is hot")
    robot.receive(Do(1, 1, 1, kind, 0, 33 if kind == "lift" else NO_LOAD))  # type: ignore[arg-type]
    sent = robot.sent(Pos, Done)
    (done,) = [word for word in sent if isinstance(word, Done)]
    (pos,) = [word for word in sent if isinstance(word, Pos)]
    assert (done.state, done.result) == ("failed", f"{method}() raised RuntimeError: the motor is hot")
    assert not pos.flags & (FLAG_FAULT | FLAG_CHARGING)
    robot.body.broken.clear()
    robot.receive(Do(1, 1, 2, kind, 0, 33 if kind == "lift" else NO_LOAD))  # type: ignore[arg-type]
    assert robot.sent(Done)[0].state in ("running", "done")


def test_a_battery_that_cannot_be_read_is_a_fault_with_the_last_charge() -> None:
    """Nobody takes it for flat."""
    robot = Raiser()
    robot.body.broken["battery"] = OSError("no answer")
    pos = robot.sent(Pos, after=2.0)[0]
    assert pos.battery == 300.0
    assert robot.sent(Pos, after=2.0)[0].flags & FLAG_FAULT


def test_a_fault_of_the_units_own_stops_it_and_is_told_once() -> None:
    """As one that is raised: it isn't driven while it lasts, and drives the rest of its way when it is over."""
    robot = Raiser()
    robot.receive(grant([0, 1, 2], 1))
    robot.sent()
    robot.body.driven.clear()
    robot.body.fault = "bumper\npressed"
    assert robot.sent(Pos)[0].flags & FLAG_FAULT
    assert robot.body.stops == 1
    robot.receive(grant([0, 1, 2], 2))
    robot.sent(after=2.0)
    assert (robot.body.stops, robot.body.driven) == (1, [])
    robot.body.fault = ""
    assert not robot.sent(Pos, after=0.1)[0].flags & FLAG_FAULT
    assert robot.body.driven == [([1, 2], 0)]
    assert robot.pilot.take_news() == [
        "pose() reports the fault: bumper pressed; the robot stops until pose() reports none",
        "pose() reports no fault any more",
    ]


def test_a_fault_whose_words_change_all_the_time_is_told_a_few_times() -> None:
    """As with a temperature in it; and one that is no text counts as raised."""
    robot = Raiser()
    for degrees in range(50):
        robot.body.fault = f"motor at {degrees} degrees"
        robot.sent(after=0.1)
    assert len(robot.pilot.take_news()) == 4
    robot.body.fault = 7  # type: ignore[assignment]
    assert robot.sent(Pos, after=2.0)[0].flags & FLAG_FAULT
    assert "no text" in robot.pilot.take_news()[0]


def flags(controller: FakeController) -> int:
    """Those that robot 0 has reported last."""
    told = controller.positions(0)
    return told[-1].flags if told else 0


def test_a_body_that_raises_does_not_end_its_agent(caplog: pytest.LogCaptureFixture) -> None:
    """The other robots of the process drive on, the user is told once, and the robot is back when its body is."""

    class Blinking(UnitBody):
        blind = False

        def pose(self) -> Pose:
            if self.blind:
                raise OSError("no serial port")
            return super().pose()

    bad, lines = Blinking(), list[str]()
    bodies = {0: bad, 1: UnitBody()}
    with FakeController() as controller, Agents(controller.address, bodies, tell=lines.append) as agents:
        wait_until(lambda: agents.connected == 2, agents.turn)
        bad.blind = True
        wait_until(lambda: flags(controller) & FLAG_FAULT, agents.turn)
        heard = len(controller.positions(1))
        wait_until(lambda: len(controller.positions(1)) > heard, agents.turn)
        bad.blind = False
        wait_until(lambda: not flags(controller) & FLAG_FAULT, agents.turn)
    assert caplog.records == []
    assert [line for line in lines if "pose()" in line] == [
        "robot 0: pose() raised OSError: no serial port; the robot stops and reports a fault until pose() works again",
        "robot 0: pose() works again",
    ]
