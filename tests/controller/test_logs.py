"""Logs for people, and for machines one JSON object a line."""

import json
import logging
from collections.abc import Iterator

import pytest

from controller.logs import set_up_logs
from layout.errors import InputError


@pytest.fixture(autouse=True)
def root() -> Iterator[None]:
    """The root logger as it was."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield
    logger.handlers[:], logger.level = handlers, level


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
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("WARNING mind the gap")


def test_another_form_is_refused() -> None:
    with pytest.raises(InputError, match="text or json"):
        set_up_logs("xml")
