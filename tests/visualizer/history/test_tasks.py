"""The history of a task."""

from robots.recording.events import TaskFailed
from tests.support.window.eye_floor import eye_header
from tests.support.window.eye_order import ORDER, ORDER_EVENTS, PACK_1, PICK_1, SKUS
from tests.support.window.fake_floor import FakeSource
from visualizer.history import RunHistory
from visualizer.history.tasks import Stop, Visit, task_history


def history() -> RunHistory:
    source = FakeSource(*ORDER_EVENTS)
    source.header, source.last_tick = eye_header(skus=SKUS), 5000
    made = RunHistory(source)
    made.read(float("inf"))
    return made


def test_a_task_is_told_from_beginning_to_end() -> None:
    """It has purpose, robot, stops, picks, and the storage place of its pod."""
    task = history().task(11, 100)
    assert task is not None
    assert (task.kind, task.pod, task.station, task.robot) == ("pick", 0, PICK_1, 1)
    assert (task.reason, task.why_robot) == ("2 open lines, 4 cells away", "nearest")
    assert task.visits == [Visit(PICK_1, 15, 21, 2)]
    assert (task.orders, task.home, task.state, task.ended) == ([ORDER], 23, "done", 30)


def test_a_task_is_told_as_it_was_at_a_tick() -> None:
    """At tick 18 the robot is at the station; before tick 3 there is no such task."""
    told = history()
    task = told.task(11, 18)
    assert task is not None
    assert (task.visits, task.state, task.picks) == ([Visit(PICK_1, 15)], "under way", [])
    assert told.task(11, 2) is None


def test_a_load_that_goes_on_has_two_stops() -> None:
    """Each stop has its own reason; the pick at the second belongs to the task."""
    task = history().task(12, 100)
    assert task is not None
    assert task.stops == [Stop(4, PACK_1, "for another station"), Stop(22, PICK_1, "1 line here, too")]
    assert task.why_at(PICK_1) == "1 line here, too"
    assert task.orders == [ORDER]


def test_a_tote_has_its_order() -> None:
    """The load at the pack station brought the tote."""
    task = history().task(13, 100)
    assert task is not None
    assert (task.kind, task.pod, task.packed) == ("pack", -1, [(70, ORDER)])


def test_a_failed_task_says_why() -> None:
    """The failed task has its tick and the reason."""
    task = task_history(3, [TaskFailed(9, 3, "robot 2 died")])
    assert (task.state, task.ended, task.why_failed, task.kind) == ("failed", 9, "robot 2 died", "")
