"""Measure CPU milliseconds per picture: three ranges of scale at 1,000, 5,000 and 10,000 robots, in 1280 × 720 pixels.

    python benchmarks/window/pictures.py       each range, with the default layers
    python benchmarks/window/pictures.py layers      each range × each layer, each heat and by night, at 10,000 robots
    python benchmarks/window/pictures.py all-on      each range with heat of flow and all layers on
    python benchmarks/window/pictures.py memory N    memory over N pictures, 100,000 by default

"moving" draws between two ticks from the same ground, as most pictures of a replay do; "tick" also has a new tick's
pods and figures; "pan" also a new place. Reading for heat and figures is included. The floor has random blocks; no
display is needed.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator

import numpy as np

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from layout.drawing.generate import GeneratorParams, generate
from layout.floor import Floor
from layout.grid import CellKind
from robots.recording.chunk import Moves, Part, Tally
from robots.recording.events import AnyEvent
from robots.recording.frames import NO_LOAD, ROBOT_DTYPE, STATION_DTYPE, Frame, Header, StationInfo
from robots.units.lifecycle import RobotState
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.layers import AS_USUAL, LAYERS, Heat, Layers
from visualizer.scene.sources import moves_of
from visualizer.view.arrangement import arrange
from visualizer.view.camera import Camera, fit

SIZE = (1280, 720)
ROBOTS = (1_000, 5_000, 10_000)
PICTURES = 40
FRAMES = 8
BUDGET_MS = 3.0
"""Time of a window's turn for reading."""
ALL_ON = Layers(frozenset(LAYERS), Heat.FLOW, 5)


class Synthetic:
    """A source of FRAMES random frames in which every other robot moves."""

    name = "synthetic"
    first_tick = 0
    last_tick = 60_000
    known_from = 0

    def __init__(self, floor: Floor, robots: int) -> None:
        stations = [StationInfo(station.id, station.kind, station.cell) for station in floor.stations]
        pods = int(len(floor.storage) * 0.85)
        self.header = Header(1, "bench", 1, 1.0, 0.0, robots, pods, "", stations, [], {})
        self._frames = list(_frames(floor, robots, pods))

    def refresh(self) -> bool:
        return False

    def frame(self, tick: int) -> Frame:
        frame = self._frames[tick % FRAMES]
        return Frame(tick, frame.robots, frame.stations, frame.pods, frame.counts)

    def events(self, first: int, last: int) -> list[AnyEvent]:
        return []

    def tally(self, tick: int) -> Tally:
        frame = self.frame(tick)
        return Tally(frame.tick, frame.stations, frame.counts)

    def moves(self, tick: int) -> Moves:
        return moves_of(self.frame(tick))

    def prepare_moves(self, tick: int) -> bool:
        return False

    def parts(self, first: int) -> Iterator[Part]:
        return iter(())

    def close(self) -> None:
        pass


def _frames(floor: Floor, count: int, pods: int) -> Iterator[Frame]:
    rng = np.random.default_rng(1)
    inner = np.flatnonzero(floor.grid.kind != CellKind.WALL)
    robots = np.zeros(count, ROBOT_DTYPE)
    robots["cell"] = rng.choice(inner, count, replace=False)
    robots["state"] = rng.integers(0, RobotState.DEAD, count)
    robots["load"] = np.where(rng.random(count) < 0.5, np.arange(count) % pods, NO_LOAD)
    robots["goal"] = rng.choice(inner, count)
    counts = dict.fromkeys(("orders_received", "orders_shipped", "orders_open", "lines_picked"), 1)
    for _ in range(FRAMES):
        robots = robots.copy()
        robots["heading"] = rng.integers(0, 4, count)
        robots["cell"][::2] = np.minimum(robots["cell"][::2] + 1, floor.grid.cells - 1)
        standing = rng.permutation(floor.storage)[:pods].astype(np.int32)
        yield Frame(0, robots, np.zeros(len(floor.stations), STATION_DTYPE), standing, counts)


def _cameras(floor: Floor) -> dict[str, Camera]:
    view = arrange(*SIZE).floor
    whole = fit((floor.grid.height, floor.grid.width), (view.w, view.h))
    middle = floor.grid.height / 2, floor.grid.width / 2
    near = {
        f"{scale} px": Camera(scale, round(view.w / 2 - middle[1] * scale), round(view.h / 2 - middle[0] * scale))
        for scale in (5, 6, 10, 19, 30)
    }
    return {f"fit, {whole.scale:.1f} px": whole, **near}


def _measure(picture: Renderer, surface: pygame.Surface, looks: list[ViewState]) -> float:
    """Return milliseconds of CPU per picture, after a first one that makes the sprites."""
    picture.read(looks[0])
    picture.draw(surface, looks[0])
    start = time.process_time()
    for state in looks[1:]:
        picture.read(state, BUDGET_MS)
        picture.draw(surface, state)
        pygame.display.flip()
    return (time.process_time() - start) / (len(looks) - 1) * 1000


def _floor() -> Floor:
    return generate(GeneratorParams(height=140, width=500), "bench", 1.0, "bench")


def _times(picture: Renderer, surface: pygame.Surface, camera: Camera, layers: Layers) -> str:
    """Return the times of moving, tick and pan."""
    moving = [ViewState(1000 + n / (PICTURES + 1), camera, layers=layers) for n in range(PICTURES + 1)]
    ticks = [ViewState(1000.0 + n, camera, layers=layers) for n in range(PICTURES + 1)]
    pan = [ViewState(1000.0 + n, camera.panned(n, 0), layers=layers) for n in range(PICTURES + 1)]
    return " ".join(f"{_measure(picture, surface, looks):8.1f}" for looks in (moving, ticks, pan))


def bands(surface: pygame.Surface, layers: Layers = AS_USUAL) -> None:
    floor = _floor()
    print(f"{'robots':>7} {'view':>12} {'moving':>8} {'tick':>8} {'pan':>8}   CPU ms a picture")
    for robots in ROBOTS:
        picture = Renderer(Synthetic(floor, robots), floor)
        for name, camera in _cameras(floor).items():
            print(f"{robots:7,} {name:>12} " + _times(picture, surface, camera, layers))


def each_layer(surface: pygame.Surface) -> None:
    floor = _floor()
    picture = Renderer(Synthetic(floor, ROBOTS[-1]), floor)
    looks = {
        "none": Layers(frozenset()),
        **{str(layer): Layers(frozenset([layer])) for layer in LAYERS},
        **{f"heat: {heat}": Layers(heat=heat) for heat in Heat},
        "night": Layers(night=True),
        "all on": ALL_ON,
    }
    print(f"{'view':>12} {'layers':>16} {'moving':>8} {'tick':>8} {'pan':>8}   CPU ms a picture, {ROBOTS[-1]:,} robots")
    for view, camera in _cameras(floor).items():
        for name, layers in looks.items():
            print(f"{view:>12} {name:>16} " + _times(picture, surface, camera, layers))


def memory(surface: pygame.Surface, pictures: int) -> None:
    """Print the memory in use after each tenth: tick by tick over a small floor, with changing views, layers, heat and
    colours.
    """
    floor = generate(GeneratorParams(height=40, width=60), "bench", 1.0, "bench")
    picture = Renderer(Synthetic(floor, 50), floor)
    for n in range(pictures):
        scale = float(3 + n // 50 % 30)
        layers = Layers(frozenset(LAYERS), tuple(Heat)[n // 500 % 5], (1, 5, 15)[n // 100 % 3], night=n // 1000 % 2 > 0)
        state = ViewState(n % 50_000 + 0.5, Camera(scale, 0.0, float(n % 40)), layers=layers)
        picture.read(state, BUDGET_MS)
        picture.draw(surface, state)
        if (n + 1) % max(pictures // 10, 1) == 0:
            print(f"{n + 1:9,} pictures {_resident_mb():7.1f} MB")


def _resident_mb() -> float:
    """Return the present memory of this process; if the system doesn't report it, its maximum."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main(words: list[str]) -> None:
    pygame.display.init()
    surface = pygame.display.set_mode(SIZE if words[:1] != ["memory"] else (640, 360))
    match words:
        case ["layers"]:
            each_layer(surface)
        case ["all-on"]:
            bands(surface, ALL_ON)
        case ["memory", *count]:
            memory(surface, int(count[0]) if count else 100_000)
        case _:
            bands(surface)


if __name__ == "__main__":
    main(sys.argv[1:])
