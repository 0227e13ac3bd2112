"""Pods by velocity: levels, and pictures by what their pixels mean."""

from pathlib import Path

import msgspec
import pygame
import pytest

from layout.floor import Floor
from robots.recording.events import AnyEvent
from robots.recording.frames import Frame, Header
from tests.support.window.eye_floor import eye_frame, eye_header
from tests.support.window.fake_floor import FakeSource
from tests.support.window.pixels import colour_at
from tests.visualizer.paint.test_renderer import SCALES, camera_of
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.heat import heat_levels
from visualizer.scene.layers import Heat, Layers
from visualizer.style.palette import DAY, HEAT, HEAT_LEVELS, Ground

PODS = {1: (2, 2), 2: (3, 4)}
"""Pods that stand, and where; pod 0 is carried."""
LIKE_A_STEP = 6
"""Colours that differ by less are edges of sprites."""


class OneFrame(FakeSource):
    """A source of a single frame, of a run that tells velocities."""

    name, first_tick, last_tick = "one", 0, 0

    def __init__(self, velocity: list[float]) -> None:
        self.header = eye_header(velocity=velocity)

    def frame(self, tick: int) -> Frame:
        return eye_frame(0)

    def events(self, first: int, last: int) -> list[AnyEvent]:
        return []


def drawn(floor: Floor, velocity: list[float], scale: float, heat: bool) -> pygame.Surface:
    surface = pygame.Surface((1280, 720), 0, 32)
    layers = Layers(heat=Heat.VELOCITY if heat else Heat.NONE)
    Renderer(OneFrame(velocity), floor).draw(surface, ViewState(0.0, camera_of(scale), layers=layers))
    return surface


@pytest.mark.parametrize("scale", SCALES)
def test_pods_have_the_colour_of_their_velocity(floor: Floor, scale: float) -> None:
    """In every band a fast pod is dark and one that nobody wants pale; without heat both are as ever."""
    surface = drawn(floor, [0.5, 0.5, 0.0], scale, heat=True)
    plain = drawn(floor, [0.5, 0.5, 0.0], scale, heat=False)
    for pod, level in ((1, HEAT_LEVELS - 1), (2, 0)):
        row, col = PODS[pod]
        found = colour_at(surface, camera_of(scale), row + 0.5, col + 0.5)
        assert all(abs(a - int(b)) < LIKE_A_STEP for a, b in zip(found, HEAT[level], strict=True))
        assert colour_at(plain, camera_of(scale), row + 0.5, col + 0.5) == DAY.ground[Ground.POD]


def test_a_run_that_tells_nothing_is_drawn_as_ever(floor: Floor) -> None:
    """A record from before there were velocities: plain pods, and words that say why."""
    surface, plain = (drawn(floor, [], 20.0, heat) for heat in (True, False))
    assert colour_at(surface, camera_of(20.0), 2.5, 2.5) == DAY.ground[Ground.POD]
    assert surface.get_buffer().raw != plain.get_buffer().raw


def test_levels_follow_the_root() -> None:
    """A quarter as fast is half way up; nothing is level 0, and the fastest the last."""
    found = heat_levels(eye_header(velocity=[0.4, 0.1, 0.0]))
    assert found is not None
    assert found.tolist() == [HEAT_LEVELS - 1, round((HEAT_LEVELS - 1) / 2 + 0.04), 0]


@pytest.mark.parametrize("velocity", [[], [0.1], [0.1, 0.2, float("nan")]])
def test_velocities_that_do_not_fit_are_none(velocity: list[float]) -> None:
    """Missing, of other pods, or no numbers."""
    assert heat_levels(eye_header(velocity=velocity)) is None


def test_without_demand_all_pods_are_slow() -> None:
    """Level 0, not a division by nothing."""
    found = heat_levels(eye_header(velocity=[0.0, 0.0, 0.0]))
    assert found is not None
    assert found.tolist() == [0, 0, 0]


def test_headers_from_before_are_read() -> None:
    """A header without velocities is one, and those who don't know of them read headers that have them."""
    old = msgspec.to_builtins(eye_header())
    del old["velocity"]
    assert msgspec.convert(old, Header) == eye_header()
    fields = [(name, kind) for name, kind in Header.__annotations__.items() if name not in ("velocity", "skipped_rows")]
    before = msgspec.defstruct("Header", fields, namespace={"__module__": "robots.recording.frames"})
    data = msgspec.msgpack.encode(eye_header(velocity=[0.5]))
    assert msgspec.msgpack.decode(data, type=before).scenario == "eye"


def test_headless_can_begin_with_it(record: Path, tmp_path: Path) -> None:
    """The picture with --heat differs from the one without."""
    from visualizer.__main__ import main

    for name, words in (("a", []), ("b", ["--heat"])):
        assert main([str(record), "--headless", "--out", str(tmp_path / f"{name}.png"), *words]) == 0
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()
