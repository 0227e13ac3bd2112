"""docs/how-to/watch-the-floor.md says what the window does."""

import re
from pathlib import Path

import pytest

from visualizer.__main__ import main
from visualizer.keys import BINDINGS, MOUSE

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "watch-the-floor.md").read_text()
COMMANDS = re.findall(r"^    podfleet view (.*)$", PAGE, re.MULTILINE)


def test_the_page_lists_every_key() -> None:
    """The table of keys is that of the window, in its words and order."""
    rows = [(binding.shown, binding.words) for binding in BINDINGS] + list(MOUSE)
    assert re.findall(r"^\| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)[2:] == rows


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("run.pfr")])
def test_the_commands_of_the_page_work(command: str, record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command on a record ends well; windows are closed after two pictures, a headless one has written its file."""
    record.rename(record.with_name("run.pfr"))
    monkeypatch.chdir(record.parent)
    words = command.replace("600", "200", 1).split()
    assert main([*words, *([] if "--headless" in words else ["--frames", "2"])]) == 0
    assert Path("floor.png").exists() == ("--headless" in words)


def test_the_addresses_of_the_page_are_understood(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands for a running floor get as far as finding that none answers here."""
    monkeypatch.setenv("PODFLEET_VIEW_TOKEN", "secret")
    monkeypatch.setattr("visualizer.__main__._WAIT_S", 0.05)
    commands = [command for command in COMMANDS if command.startswith("tcp:")]
    assert len(commands) == 2
    for command in commands:
        assert main(command.replace("7000", "9").replace("7001", "9").split()) == 2
        assert "no floor answers" in capsys.readouterr().err
