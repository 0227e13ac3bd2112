"""Makes the pictures of docs/reference/window.md by the commands that stand below them there, and those that keys bring up.

    python docs/make_window_pictures.py

Each picture is stored with as few colours as a GIF has, which is a third of the size and looks the same.
"""

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame
from PIL import Image

from visualizer.__main__ import main as view
from visualizer.export.gif import indexed
from visualizer.scene.sources import RecordSource, floor_of
from visualizer.window.window import Window

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "window.md"
PICTURES = ROOT / "docs" / "images" / "window"
SIZE = 1100, 680
TICK = 1800
MOST_BYTES = 150_000
TYPED = {"help.png": "?", "search.png": "/8"}
"""Text that is typed in a window, by picture."""


def commands(page: str, word: str) -> list[list[str]]:
    """The words behind `podfleet word` of the page's commands."""
    return [shlex.split(command) for command in re.findall(rf"^    podfleet {word} (.*)$", page, re.MULTILINE)]


def sized(words: list[str]) -> list[str]:
    """With the page's usual size, unless the command has its own."""
    return words if "--size" in words else ["--size", f"{SIZE[0]}x{SIZE[1]}", *words]


def typed(record: Path, text: str) -> pygame.Surface:
    """Return the window's picture after some typing."""
    source = RecordSource(record)
    window = Window(source, floor_of(source.header, source.name), SIZE)
    window.player.toggle()
    window.player.seek(TICK)
    while window.renderer.history.progress < 1:
        window.turn(0.0)
    for letter in text:
        key = pygame.key.key_code("space" if letter == " " else letter)
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=letter, mod=0))
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=letter))
        window.turn(0.0)
    for _ in range(200):  # heat and trends are read in slices
        window.turn(0.0)
    picture = pygame.display.get_surface().copy()
    window.close()
    source.close()
    return picture


def store(surface: pygame.Surface, path: Path) -> None:
    """Write a picture in few colours. Exit if it is too large for a page."""
    width, height = surface.get_size()
    pixels = np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8).reshape(height, width, 3)
    index, colours = indexed(pixels)
    image = Image.fromarray(index)
    image.putpalette(colours.tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    if len(file.getvalue()) > MOST_BYTES:
        sys.exit(f"{path.name} has {len(file.getvalue())} bytes, more than {MOST_BYTES}")
    path.write_bytes(file.getvalue())


def main() -> None:
    """Run the floor, then make picture by picture."""
    page = PAGE.read_text(encoding="utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (run,) = commands(page, "run")
        record = folder / run.pop()
        podfleet = [sys.executable, "-c", "from controller.cli.app import main; main()", "run"]
        subprocess.run([*podfleet, *run, str(record)], cwd=ROOT, check=True, capture_output=True)
        for words in commands(page, "view"):
            out = folder / words[-1]
            if status := view([str(record), *sized(words[1:-1]), str(out)]):
                sys.exit(status)
            store(pygame.image.load(str(out)), PICTURES / out.name)
        for picture, text in TYPED.items():
            store(typed(record, text), PICTURES / picture)


if __name__ == "__main__":
    main()
