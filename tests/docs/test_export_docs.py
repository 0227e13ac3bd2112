"""docs/how-to/pictures-and-films.md and docs/reference/window.md: their commands work, and the pictures are there."""

import argparse
import re
import shlex
from pathlib import Path

import pygame
import pytest

from robots.recording.record import RecordWriter
from tests.support.window.eye_floor import eye_events, eye_frame, eye_header
from visualizer.__main__ import main
from visualizer.export.options import Shot, add_shot_options, shot_of
from visualizer.inspector.inspector import Tab
from visualizer.scene.layers import HEATS, LAYERS, USUAL
from visualizer.scene.scene import Thing

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "pictures-and-films.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "window.md").read_text(encoding="utf-8")
PICTURES = DOCS / "images" / "window"
_USUAL_SIZE = 1100, 680
_MOST_BYTES = 150_000


def commands(page: str) -> list[str]:
    return re.findall(r"^    podfleet view (.*)$", page, re.MULTILINE)


def parsed(command: str) -> tuple[Shot, str]:
    """Return what a command shows, and the name of the file that it writes."""
    parser = argparse.ArgumentParser()
    add_shot_options(parser)
    parser.add_argument("--out", default="")
    given, _ = parser.parse_known_args(shlex.split(command))
    given.size = given.size or _USUAL_SIZE
    return shot_of(given), given.out


@pytest.fixture
def morning(tmp_path: Path) -> Path:
    """The run of eye_floor, begun at eight as that of demo."""
    with RecordWriter(tmp_path / "run.pfr", eye_header(start_s=8 * 3600.0)) as writer:
        for tick in range(250):
            writer.add(eye_frame(tick), eye_events(tick))
        writer.finish({})
    return tmp_path


@pytest.mark.parametrize("command", commands(HOW_TO))
def test_the_commands_of_the_page_work(command: str, morning: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ends well and has written its file; films are small here."""
    if command.endswith((".gif", ".mp4")):
        pytest.importorskip("av" if command.endswith(".mp4") else "PIL", reason="the extra video isn't installed")
    monkeypatch.chdir(morning)
    small = ["--size", "240x180"] if "--from" in command else []
    assert main([*shlex.split(command), *small]) == 0
    out = parsed(command)[1] or "floor.png"
    assert Path(out % 1 if "%" in out else out).stat().st_size > 300


def test_the_page_lists_every_option() -> None:
    """The table has what the parser has."""
    parser = argparse.ArgumentParser()
    add_shot_options(parser)
    options = {action.option_strings[0] for action in parser._actions} - {"-h"}
    assert set(re.findall(r"^\| `(--[a-z]+)", HOW_TO, re.MULTILINE)) == options


@pytest.mark.parametrize("command", commands(REFERENCE))
def test_each_picture_has_the_size_of_its_command(command: str) -> None:
    """It was made by it, is on the page, and is small enough for a page."""
    shot, out = parsed(command)
    assert f"](../images/window/{out})" in REFERENCE
    assert pygame.image.load(str(PICTURES / out)).get_size() == shot.size
    assert (PICTURES / out).stat().st_size < _MOST_BYTES


def test_all_pictures_are_on_the_page() -> None:
    """None is left over from another time, and none is missing."""
    shown = re.findall(r"\]\(\.\./images/window/(.*?)\)", REFERENCE)
    assert len(shown) == len(set(shown))
    assert sorted(shown) == sorted(path.name for path in PICTURES.iterdir())


def test_the_page_shows_everything_there_is() -> None:
    """Every heat, layer and kind of thing, both pages of the panel, day and night, near and far."""
    shots = [parsed(command)[0] for command in commands(REFERENCE)]
    assert {shot.layers.heat for shot in shots} == set(HEATS)
    assert set().union(*(shot.layers.on for shot in shots)) == set(LAYERS)
    assert any(not shot.layers.on & USUAL - {layer} for shot in shots for layer in LAYERS)
    assert {shot.tab for shot in shots} == set(Tab)
    assert {shot.layers.night for shot in shots} == {False, True}
    kinds = {shot.select.split()[0] if " " in shot.select else "cell" for shot in shots if shot.select}
    assert kinds == set(Thing)
    zooms = [shot.zoom for shot in shots if shot.zoom]
    assert min(zooms) < 6
    assert any(6 <= zoom <= 24 for zoom in zooms)
    assert max(zooms) > 24


def test_the_page_names_every_layer() -> None:
    """In the table, with its key."""
    rows = re.findall(r"^\| (\d) \| `([a-z-]+)` \|", REFERENCE, re.MULTILINE)
    assert rows == [(str(number), str(layer).replace(" ", "-")) for number, layer in enumerate(LAYERS, 1)]
