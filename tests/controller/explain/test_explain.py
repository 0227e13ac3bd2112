"""Explanations of robots, orders and pods of a small run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.explain import explain
from controller.explain.parcels import track
from layout.errors import InputError
from robots.recording import events as ev
from robots.recording.record import Record, RecordWriter
from tests.support.floor.small_run import small_header, write_small_record


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with write_small_record(tmp_path_factory.mktemp("record") / "run.pfr", {}) as opened:
        yield opened


def test_a_robot_tells_its_state_its_task_and_both_reasons(record: Record) -> None:
    """Robot 1 carries pod 5 at tick 9, because of task 0."""
    assert explain(record, robot=1, at="9") == [
        "Robot 1 at 08:09:00 (tick 9): is carrying its load to a station, with pod 5 (CARRYING)",
        "  at (1, 2), heading south",
        "  battery 60 %",
        "  it drives to (1, 4), the queue lane of pack-1",
        "  its task is 0: bring pod 5 to pick-1",
        "  why this task: 2 open lines, 4 cells away",
        "  why this robot: nearest by road, 3 cells",
        "History:",
        "  08:03:00 (tick 3): task 0 created to bring pod 5 to pick-1: 2 open lines, 4 cells away",
        "  08:03:00 (tick 3): task 0 given to robot 1: nearest by road, 3 cells",
        "  08:09:00 (tick 9): robot 1 is at pick-1",
    ]


def test_a_robot_knows_nothing_of_what_comes_later(record: Record) -> None:
    """At tick 8 it hasn't reached the station yet."""
    assert not [line for line in explain(record, robot=1, at="8") if "is at" in line]


def test_a_dead_robot_tells_its_last_task(record: Record) -> None:
    """Robot 2 died on its way to pack-1."""
    lines = explain(record, robot=2)
    assert lines[0] == "Robot 2 at 09:59:00 (tick 119): is dead (DEAD)"
    assert "  why this robot: nearest by road, 5 cells" not in lines
    assert lines[-2:] == [
        "  08:35:00 (tick 35): robot 2 died at (0, 0), the outfeed of pick-1",
        "  08:35:00 (tick 35): task 2 failed: robot 2 died",
    ]


def test_a_robot_that_has_done_nothing_says_so(record: Record) -> None:
    """At tick 20 robot 2 has had no task."""
    assert explain(record, robot=2, at="20")[-2:] == ["  it has no task", "It has no events yet."]


def test_an_order_tells_its_way_and_which_stage_took_how_long(record: Record) -> None:
    """A-2 lost its tote, was picked again and shipped late."""
    assert explain(record, order="A-2") == [
        "Order A-2 at 09:59:00 (tick 119): 1 line, 3 units",
        "  08:05:00 (tick 5): received, due 09:00:00",
        "  08:06:00 (tick 6): released to pick-1: due first",
        "  08:25:00 (tick 25): 3 × nut picked from pod 6 at pick-1",
        "    pod 6 came with task 1: 1 open line",
        "  08:25:00 (tick 25): complete; its tote is on the outfeed of pick-1",
        "  08:35:00 (tick 35): back in the backlog: its tote was lost with robot 2",
        "  08:45:00 (tick 45): released to pick-1: late first",
        "  08:55:00 (tick 55): 3 × nut picked from pod 6 at pick-1",
        "  08:55:00 (tick 55): complete; its tote is on the outfeed of pick-1",
        "  09:02:00 (tick 62): arrived at pack-1",
        "    brought by robot 2 with task 5",
        "  09:10:00 (tick 70): shipped from pack-1, 10 min late",
        "It shipped 10 min late; 1 h 5 min since it came:",
        "  in the backlog: 11 min, 16.9 %",
        "  being picked: 29 min, 44.6 %",
        "  between picking and packing: 17 min, 26.2 %",
        "  being packed: 8 min, 12.3 %",
        "Why late: Of 1 h 5 min it was 29 min being picked (45 %), 19 min of it waiting for pod 6.",
    ]


def test_an_order_goes_by_its_customers_number_alone(record: Record) -> None:
    """The run's own number of it finds nothing; a name that differs in zeros, case or blanks is named, not taken."""
    for wanted, near in (("1", ""), ("00a-2", "; there is A-2"), ("A", "")):
        with pytest.raises(InputError) as caught:
            explain(record, order=wanted)
        when = "known are orders that arrived by tick 119, by the customer's number"
        assert str(caught.value) == f"--order: there is no order {wanted}{near} ({when})"


def test_a_pod_that_goes_on_came_for_the_reason_of_its_next_stop(tmp_path: Path, record: Record) -> None:
    """The pick at the second station is explained by NextStop, not by the task's creation."""
    path = tmp_path / "stops.pfr"
    with RecordWriter(path, record.header) as writer:
        writer.add(
            record.frame(0),
            [
                ev.TaskCreated(0, 7, "pick", 3, 0, "many lines"),
                ev.OrderReceived(0, 5, "B-1", [(0, 1)], 50),
                ev.NextStop(0, 7, 2, "wanted there too"),
                ev.Picked(0, 5, 0, 0, 1, 3, 2),
            ],
        )
    with Record(path) as opened:
        assert "    pod 3 came with task 7: wanted there too" in explain(opened, order="B-1")


PASSED = "pod 6 has it and is free; robot 1 was sent for pod 5 instead: 2 open lines"


def waiting(tmp_path: Path, record: Record) -> Record:
    """Robot 2 is idle at tick 2, and a nut of order B-1 waits for its pod, reported three times."""
    path = tmp_path / "waits.pfr"
    with RecordWriter(path, record.header) as writer:
        told = [ev.LineWaits(tick, 5, 1, 1, 6, 0, by, PASSED) for tick, by in ((1, 20), (2, 20), (21, 20))]
        begun = [ev.OrderReceived(0, 5, "B-1", [(0, 1), (1, 1)], 50), ev.OrderReleased(0, 5, 0, "due first")]
        writer.add(record.frame(0), begun)
        for tick in range(1, 22):
            events = [event for event in told if event.t == tick]
            idle = [ev.TaskAssigned(tick, 9, 2, "nearest"), ev.RobotIdle(tick, 2, "there is no open order")]
            writer.add(record.frame(tick), [*events, *(idle if tick == 2 else [])])
    return Record(path)


def test_a_line_that_waits_tells_why_not_yet(tmp_path: Path, record: Record) -> None:
    """The lines give why its pod was not fetched and by when it will be; afterwards nothing more is said of it."""
    with waiting(tmp_path, record) as opened:
        assert [line for line in explain(opened, order="B-1") if "waits for a pod" in line] == [
            f"  08:01:00 (tick 1): waits for a pod for line 2 (nut): {PASSED}; it is fetched by 08:20:00 at the latest",
            f"  08:02:00 (tick 2): waits for a pod for line 2 (nut): {PASSED}; it is fetched by 08:20:00 at the latest",
            f"  08:21:00 (tick 21): waits for a pod for line 2 (nut): {PASSED}",
        ]


def test_track_tells_why_not_yet_once_a_line(tmp_path: Path, record: Record) -> None:
    """Only the latest report of the line is shown."""
    with waiting(tmp_path, record) as opened:
        assert [line for line in track(opened, "B-1") if "waits for a pod" in line] == [
            f"  08:21:00 (tick 21): waits for a pod for line 2 (nut): {PASSED}"
        ]


HELD_BACK = "all 12 places at stations are taken; 3 orders due before it"


def test_an_order_in_the_backlog_tells_why_not_yet(tmp_path: Path, record: Record) -> None:
    """Every report is in explain, the latest in track."""
    path = tmp_path / "backlog.pfr"
    with RecordWriter(path, record.header) as writer:
        came = [ev.OrderReceived(0, 5, "B-1", [(0, 1)], 50)]
        for tick in range(11):
            writer.add(
                record.frame(tick), came if tick == 0 else [ev.OrderWaits(tick, 5, 3, HELD_BACK)] * (tick in (5, 10))
            )
    lines = [f"  08:{tick:02}:00 (tick {tick}): not yet released: {HELD_BACK}" for tick in (5, 10)]
    with Record(path) as opened:
        assert [line for line in explain(opened, order="B-1") if "not yet" in line] == lines
        assert [line for line in track(opened, "B-1") if "not yet" in line] == lines[1:]


def test_an_idle_robot_tells_why_it_is_idle(tmp_path: Path, record: Record) -> None:
    """The reason is beside the last thing it did."""
    with waiting(tmp_path, record) as opened:
        lines = explain(opened, robot=2, at="20")
        assert "  why idle: there is no open order" in lines
        assert not any(line.startswith("  why this") for line in lines)


def test_an_open_order_says_how_it_stands_to_its_due_time(record: Record) -> None:
    """A-4 is late already, A-5 isn't."""
    assert explain(record, order="A-4")[2].startswith("It is open, in the backlog, and 19 min past due")
    assert explain(record, order="A-4")[-1].endswith("in the backlog (100 %) and still is.")
    assert not any(line.startswith("Why late") for line in explain(record, order="A-5"))
    assert "It is open, being picked, and due in 6 h 21 min" in explain(record, order="A-5")[3]


def test_a_cancelled_order_tells_why(record: Record) -> None:
    """It has no stages."""
    assert explain(record, order="A-3")[1:] == [
        "  08:10:00 (tick 10): received, due 08:30:00",
        "  08:15:00 (tick 15): cancelled: no stock of bolt",
    ]


def test_a_pod_tells_where_it_is_and_its_last_tasks(record: Record) -> None:
    """Pod 5 is carried by robot 1 since it was fetched."""
    lines = explain(record, pod=5, at="15")
    assert lines[:2] == [
        "Pod 5 at 08:15:00 (tick 15): is carried by robot 1",
        "  its only task began in the last 12 min",
    ]
    assert lines[-1] == ("  08:13:00 (tick 13): pod 5 goes to (2, 2), a storage place: nearest free place, 6 cells")


def test_a_pod_nobody_wanted_says_so(record: Record) -> None:
    """Pod 1 stands where it stood."""
    assert explain(record, pod=1) == [
        "Pod 1 at 09:59:00 (tick 119): stands at (2, 1), a storage place",
        "  no task has asked for it yet",
    ]


def test_several_can_be_asked_for_at_once(record: Record) -> None:
    """One after the other."""
    both = explain(record, robot=2, pod=1)
    assert both == explain(record, robot=2) + explain(record, pod=1)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({}, "explain: nothing to explain (give --robot, --order or --pod)"),
        ({"robot": 3}, "--robot: there is no robot 3 (robots are numbered 0 to 2)"),
        ({"robot": -1}, "--robot: there is no robot -1 (robots are numbered 0 to 2)"),
        ({"pod": 8}, "--pod: there is no pod 8 (pods are numbered 0 to 7)"),
        ({"robot": 0, "at": "120"}, "--at: 120 is outside the record (it holds ticks 0 to 119, 08:00:00 to 09:59:00)"),
        (
            {"robot": 0, "at": "soon"},
            "--at: soon is no moment (a tick, or a time of day like 08:44, 08:44:10 or day 2 00:10)",
        ),
        (
            {"order": "Z"},
            "--order: there is no order Z (known are orders that arrived by tick 119, by the customer's number)",
        ),
        (
            {"order": "A-5", "at": "60"},
            "--order: there is no order A-5 (known are orders that arrived by tick 60, by the customer's number)",
        ),
    ],
)
def test_what_is_not_in_the_record_is_a_fault_of_input(record: Record, asked: dict[str, int | str], fault: str) -> None:
    """The message gives the remedy."""
    with pytest.raises(InputError) as raised:
        explain(record, **asked)  # type: ignore[arg-type]
    assert str(raised.value) == fault


def test_several_faults_are_told_together(record: Record) -> None:
    """There is no such robot, pod or tick."""
    with pytest.raises(InputError) as raised:
        explain(record, robot=9, pod=9, at="999")
    assert len(raised.value.problems) == 3


def test_an_empty_record_is_a_fault_of_input(tmp_path: Path) -> None:
    """A run that was killed in its first ticks."""
    RecordWriter(tmp_path / "empty.pfr", small_header()).close()
    with Record(tmp_path / "empty.pfr") as empty, pytest.raises(InputError, match="holds no tick yet"):
        explain(empty, robot=0)


def test_the_explain_command_prints_the_lines(
    record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line each."""
    from controller.cli.files.records import explain as command

    write_small_record(tmp_path / "run.pfr").close()
    command(tmp_path / "run.pfr", pod=1)
    assert capsys.readouterr().out.splitlines() == explain(record, pod=1)
