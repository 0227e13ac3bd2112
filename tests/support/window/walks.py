"""Sources with robots that move at random over the floor of eye_floor."""

import numpy as np

from robots.recording.frames import ROBOT_DTYPE, Frame
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import WIDTH, eye_frame, eye_header
from tests.support.window.fake_floor import FakeSource

ROBOTS = 5


class Walks(FakeSource):
    """A source of `ticks` frames with a seed, starting at any tick. asked: number of frames that were requested."""

    def __init__(self, seed: int, ticks: int, first: int = 0) -> None:
        self.header = eye_header(robots=ROBOTS)
        self.first_tick, self.last_tick = first, first + ticks - 1
        self.told = []
        self.asked = 0
        self._begin = first
        self._frames = list(_frames(np.random.default_rng(seed), ticks, first))

    def frame(self, tick: int) -> Frame:
        self.asked += 1
        return self._frames[min(max(tick, self.first_tick), self.last_tick) - self._begin]


def _frames(rng: np.random.Generator, ticks: int, first: int) -> list[Frame]:
    robots = np.zeros(ROBOTS, ROBOT_DTYPE)
    robots["cell"] = rng.choice([row * WIDTH + col for row in (1, 4) for col in range(1, 9)], ROBOTS)
    frames = []
    for tick in range(first, first + ticks):
        robots = robots.copy()
        steps = rng.choice([0, 0, 1, -1, WIDTH, -WIDTH], ROBOTS)
        target = robots["cell"] + steps
        inside = (target // WIDTH >= 1) & (target // WIDTH <= 5) & (target % WIDTH >= 1) & (target % WIDTH <= 8)
        robots["cell"] = np.where(inside, target, robots["cell"])
        robots["state"] = rng.integers(0, len(RobotState), ROBOTS)
        robots["goal"] = rng.integers(-1, 30, ROBOTS)
        robots["heading"] = rng.integers(0, 2, ROBOTS)
        robots["stopped"] = rng.random(ROBOTS) < 0.1
        plain = eye_frame(tick)
        frames.append(Frame(tick, robots, plain.stations, plain.pods, plain.counts, tick / 10))
    return frames
