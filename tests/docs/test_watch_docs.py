"""docs/how-to/watch-the-floor.md says what the window does."""

import re
from pathlib import Path

import pytest

from visualizer.__main__ import main
from visualizer.scene.layers import HEATS, LAYERS, Heat
from visualizer.view.keys import BINDINGS, MOUSE

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "watch-the-floor.md").read_text()
COMMANDS = re.findall(r"^    podfleet view (.*)$", PAGE, re.MULTILINE)


def test_the_page_lists_every_key() -> None:
    """The table of keys is that of the window, in its words and order."""
    rows = [(binding.shown, binding.words) for binding in BINDINGS] + list(MOUSE)
    assert table("Keys and mouse") == rows


def test_the_page_lists_every_layer_and_heat() -> None:
    """In the order of their keys."""
    assert [name for name, _ in table("Layers")] == list(LAYERS)
    assert [name for name, _ in table("Heat")] == [heat for heat in HEATS if heat is not Heat.NONE]


def table(heading: str) -> list[tuple[str, str]]:
    """The rows of the table under a heading, without its own first two."""
    part = re.split(r"^##+ ", PAGE.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| (.+?) \| (.+?) \|$", part, re.MULTILINE)[2:]


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
    assert len(commands) == 3
    for command in commands:
        words = re.sub(":[0-9]{4}", ":9", command).replace(" --keys keys", "")
        assert main(words.split()) == 2
        assert "no floor answers" in capsys.readouterr().err
