"""Logs for people, and for machines one JSON object a line."""

import json
import logging

import pytest

from controller.serving.floor_log import FloorLog
from controller.serving.logs import set_up_logs
from layout.errors import InputError
from robots.recording import events as ev
from robots.recording.events import Event


def test_lines_for_machines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Also with line ends and quotes in what is said, and an exception in one line."""
    set_up_logs("json")
    log = logging.getLogger("some.where")
    log.info('robot %d says "hi"\nand more', 7)
    try:
        raise ValueError("no such cell")
    except ValueError:
        log.exception("it failed")
    first, second = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (first["level"], first["logger"], first["message"]) == ("info", "some.where", 'robot 7 says "hi"\nand more')
    assert "exception" not in first
    assert (second["level"], second["message"]) == ("error", "it failed")
    assert "ValueError: no such cell" in second["exception"]
    assert first["time"][10] == "T"


def test_lines_for_people_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("text")
    logging.getLogger("x").warning("mind the gap")
    logging.getLogger("x").debug("not told")
    logging.getLogger("x").warning("lift failed: %s", "\x1b[2Jwell\nall well")
    line, other = capsys.readouterr().err.splitlines()
    assert line.endswith("WARNING mind the gap")
    assert other.endswith(r"WARNING lift failed: \x1b[2Jwell\nall well")


def test_another_form_is_refused() -> None:
    with pytest.raises(InputError, match="text or json"):
        set_up_logs("xml")


def test_what_becomes_of_robots_has_a_line(caplog: pytest.LogCaptureFixture) -> None:
    """Lost, stopped and back, out of service and in again, and alarms; other events have none."""
    events: list[Event] = [
        ev.RobotFault(3, 7, 14, "flat"),
        ev.RobotFault(3, 8, 15, "stop"),
        ev.RobotRecovered(4, 8, 15),
        ev.OutOfService(4, "pod", -1, 12, -1, 21, "robot 3 could not lift pod 12 in 3 tries"),
        ev.BackInService(5, "pod", -1, 12, -1, 21, "an operator confirms that it works"),
        ev.Alarm(5, "offline", "robot 9 is silent"),
        ev.Parked(5, 1, 2, "nothing to do"),
    ]
    with caplog.at_level(logging.INFO):
        FloorLog(12).write(events, 0.0)
    assert [record.getMessage() for record in caplog.records] == [
        "lost: robot 7 ran flat at (1, 2)",
        "stopped: robot 8 stopped by a fault at (1, 3)",
        "back: robot 8 works again at (1, 3)",
        "out of service: pod 12: robot 3 could not lift pod 12 in 3 tries",
        "back in service: pod 12: an operator confirms that it works",
        "offline: robot 9 is silent",
    ]


def test_as_json_a_line_names_the_event_and_the_robot(capsys: pytest.CaptureFixture[str]) -> None:
    """For programs that watch over a floor."""
    set_up_logs("json")
    FloorLog(12).write([ev.RobotFault(3, 7, 14, "die")], 0.0)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["robot"], line["level"]) == ("lost", 7, "warning")


def test_a_robot_that_stops_and_goes_on_without_end_has_a_line_a_second_and_a_count(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Others are told of all the same."""
    log = FloorLog(12)
    with caplog.at_level(logging.INFO):
        for number in range(30):
            log.write([ev.RobotFault(number, 7, 14, "stop"), ev.RobotRecovered(number, 7, 14)], number / 10)
        log.write([ev.RobotFault(30, 8, 14, "stop")], 3.0)
    texts = [record.getMessage() for record in caplog.records]
    assert texts.count("stopped: robot 7 stopped by a fault at (1, 2)") == 3
    assert "stopped: robot 8 stopped by a fault at (1, 2)" in texts
    assert len(texts) < 14
    assert sum("stopped: robot 7: … and" in text for text in texts) >= 2
