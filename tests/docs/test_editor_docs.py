"""docs/how-to/edit-a-layout.md says what the editor does."""

import re
import shutil
from pathlib import Path

import pygame
import pytest

from layout.formats.toml_format import load_floor
from visualizer.editor.__main__ import main
from visualizer.editor.keys import BINDINGS, MOUSE, tool_rows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "edit-a-layout.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    podfleet layout edit (.*)$", PAGE, re.MULTILINE)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with our maps in it."""
    shutil.copytree(ROOT / "maps", tmp_path / "maps")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_lists_every_key() -> None:
    """The table of keys is that of the editor, in its words and order."""
    rows = tool_rows() + [(binding.shown, binding.words) for binding in BINDINGS] + list(MOUSE)
    assert re.findall(r"^\| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)[2:] == rows


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_page_work(command: str) -> None:
    """Windows are closed after two pictures, a picture has been written."""
    assert main([*command.split(), "--frames", "2"]) == 0
    assert Path("floor.png").exists() == ("--picture" in command)


def test_a_picture_shows_the_floor(here: Path) -> None:
    """In the size that was asked for."""
    assert main(["maps/tiny.toml", "--picture", "a.png", "--size", "800x500"]) == 0
    assert pygame.image.load("a.png").get_size() == (800, 500)


def test_input_that_cant_be_used_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, exit status 2, and nothing is written."""
    faulty = {
        "no.toml": "doesn't exist (--rows 20 --columns 30, or --like LAYOUT, creates a new one)",
        "no.toml --rows 20": "doesn't exist",
        "maps/tiny.toml --rows 20 --columns 20": "exists already",
        "no.toml --like maps/tiny.toml --rows 9": "can't be given together with --rows",
        "no.toml --like nowhere.toml": "can't be read",
        "maps/fc-1000.toml": "has no drawing to edit",
        "maps/tiny.toml --picture a.jpg": "is not the name of a picture",
        "maps/tiny.toml --picture no/a.png": "can't be written",
    }
    for command, message in faulty.items():
        assert main(command.split()) == 2
        told = capsys.readouterr().err
        assert message in told
        assert len(told.splitlines()) == 1
    assert not Path("no.toml").exists()


@pytest.mark.parametrize(
    ("option", "value"), [("--size", "600x400"), ("--size", "big"), ("--rows", "2"), ("--columns", "many")]
)
def test_options_out_of_range_are_refused(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what they may be."""
    with pytest.raises(SystemExit) as caught:
        main(["maps/tiny.toml", option, value])
    assert caught.value.code == 2
    assert f"argument {option}: {value} is not" in capsys.readouterr().err


def test_a_new_floor_begins_like_another(here: Path) -> None:
    """The template's floor as a drawing, without what else is in its file."""
    from layout.formats.floor_file import FloorFile
    from visualizer.editor.__main__ import _file, _parser

    file = _file(_parser().parse_args(["new.toml", "--like", "maps/demo.toml"]))
    assert isinstance(file, FloorFile)
    assert file.is_new
    file.save(file.draft())
    assert "[robots]" not in Path("new.toml").read_text()
    assert len(load_floor(Path("new.toml")).stations) == 5
