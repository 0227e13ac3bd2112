"""CPU milliseconds a picture takes: the three bands of nearness at 1,000, 5,000 and 10,000 robots, in 1280 × 720 pixels.

    python benchmarks/window_ms.py

"moving" draws between two ticks from the same ground, as most pictures of a replay are; "tick" also has a new tick's
pods and figures; "pan" also a new place. A random floor of blocks; it needs no display.
"""

import os
import time
from collections.abc import Iterator

import numpy as np

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from layout.floor import Floor
from layout.generate import GeneratorParams, generate
from layout.grid import CellKind
from robots.chunk import Part, Tally
from robots.events import AnyEvent
from robots.frames import NO_LOAD, ROBOT_DTYPE, STATION_DTYPE, Frame, Header, StationInfo
from robots.lifecycle import RobotState
from visualizer.arrangement import arrange
from visualizer.camera import Camera, fit
from visualizer.drawing import Look, Picture

SIZE = (1280, 720)
ROBOTS = (1_000, 5_000, 10_000)
PICTURES = 40
FRAMES = 8


class Synthetic:
    """A source of FRAMES random frames in which every other robot moves."""

    name = "synthetic"
    first_tick = 0
    last_tick = FRAMES * 1000
    heard_from = 0

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


def _measure(picture: Picture, surface: pygame.Surface, looks: list[Look]) -> float:
    """Milliseconds of CPU a picture, after a first one that makes the sprites."""
    picture.draw(surface, looks[0])
    start = time.process_time()
    for look in looks[1:]:
        picture.draw(surface, look)
        pygame.display.flip()
    return (time.process_time() - start) / (len(looks) - 1) * 1000


def main() -> None:
    pygame.display.init()
    surface = pygame.display.set_mode(SIZE)
    floor = generate(GeneratorParams(height=140, width=500), "bench", 1.0, "bench")
    print(f"{'robots':>7} {'view':>12} {'moving':>8} {'tick':>8} {'pan':>8}   CPU ms a picture")
    for robots in ROBOTS:
        picture = Picture(Synthetic(floor, robots), floor)
        for name, camera in _cameras(floor).items():
            moving = [Look(100 + n / (PICTURES + 1), camera) for n in range(PICTURES + 1)]
            ticks = [Look(100.0 + n, camera) for n in range(PICTURES + 1)]
            pan = [Look(100.0 + n, camera.panned(n, 0)) for n in range(PICTURES + 1)]
            times = (_measure(picture, surface, looks) for looks in (moving, ticks, pan))
            print(f"{robots:7,} {name:>12} " + " ".join(f"{ms:8.1f}" for ms in times))


if __name__ == "__main__":
    main()
