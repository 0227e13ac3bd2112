"""Measure milliseconds from a seek to its picture in a long record, and the cost of reading events between the
pictures.

    podfleet run maps/demo.toml --headless --ticks 86400 --record day.pfr
    python benchmarks/window/seek.py day.pfr

Without a record, one of an hour is made.

Each seek goes to a random tick and draws frame, figures and the page of a selected robot: first with no events read,
then with all of them. No display is needed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from visualizer.history import RunHistory
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource, floor_of
from visualizer.view.arrangement import arrange
from visualizer.view.camera import fit

SIZE = (1280, 720)
SEEKS = 60
BUDGET_MS = 3.0


def _record_in(folder: Path) -> Path:
    """Record an hour of demo; return the path."""
    path = folder / "demo.pfr"
    podfleet = [sys.executable, "-c", "from controller.cli.app import main; main()"]
    words = ["run", "maps/demo.toml", "--headless", "--ticks", "3600", "--seed", "1", "--record", str(path)]
    subprocess.run([*podfleet, *words], cwd=Path(__file__).parents[2], check=True, capture_output=True)
    return path


def _ms(do: Callable[[], object]) -> tuple[float, float]:
    """Return elapsed milliseconds, and those of CPU."""
    wall, cpu = time.perf_counter(), time.thread_time()
    do()
    return (time.perf_counter() - wall) * 1000, (time.thread_time() - cpu) * 1000


def _told(name: str, times: list[tuple[float, float]]) -> None:
    wall, cpu = np.array(times).T
    print(
        f"{name:32} {len(times):6} times   wall {np.median(wall):6.1f} median {wall.max():6.1f} worst"
        f"   CPU {np.median(cpu):6.1f} median {cpu.max():6.1f} worst"
    )


def _read(history: RunHistory) -> list[tuple[float, float]]:
    """Read all slices to the end."""
    times = []
    while history.progress < 1.0 and not history.damage:
        times.append(_ms(lambda: history.read(BUDGET_MS)))
    return times


def measure(record: Path) -> None:
    pygame.display.init()
    surface = pygame.display.set_mode(SIZE)
    source = RecordSource(record)
    floor = floor_of(source.header, source.name)
    picture, view = Renderer(source, floor), arrange(*SIZE).floor
    camera = fit((floor.grid.height, floor.grid.width), (view.w, view.h))
    ticks = np.random.default_rng(1).integers(source.first_tick, source.last_tick + 1, SEEKS)
    looks = [ViewState(float(tick), camera, Selection(Thing.ROBOT, 0)) for tick in ticks]
    picture.draw(surface, ViewState(0.0, camera))
    print(f"{source.name}: {source.last_tick + 1:,} ticks, {source.header.robots:,} robots; milliseconds")
    _told(
        "seek, no event read yet",
        [_ms(lambda state=state: picture.draw(surface, state)) for state in looks],
    )  # type: ignore[misc]
    slices = _read(picture.history)
    _told(f"slice of {BUDGET_MS:g} ms of reading", slices)
    _told(
        "seek, all events read",
        [_ms(lambda state=state: picture.draw(surface, state)) for state in looks],
    )  # type: ignore[misc]
    print(f"index {picture.history.nbytes / 2**20:.1f} MB, read in {sum(cpu for _, cpu in slices) / 1000:.1f} s of CPU")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(sys.argv[1]) if len(sys.argv) > 1 else _record_in(Path(folder)))


if __name__ == "__main__":
    main()
