"""Seeking in a long record: what it costs doesn't grow with the record."""

from pathlib import Path

import numpy as np
import pygame
import pytest

from robots.recording.chunk import Chunk
from robots.recording.record import CHUNK_TICKS, RecordWriter
from tests.support.window.eye_floor import CARRYING, eye_events, eye_frame, eye_header
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import RecordSource, floor_of
from visualizer.view.camera import Camera
from visualizer.window.window import Window

LONG = 60 * CHUNK_TICKS


@pytest.fixture(scope="module")
def long_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """6,000 ticks; what happens in the first 250 of them happens again and again."""
    path = tmp_path_factory.mktemp("long") / "long.pfr"
    with RecordWriter(path, eye_header()) as writer:
        for tick in range(LONG):
            writer.add(eye_frame(tick), eye_events(tick))
        writer.finish({})
    return path


@pytest.mark.parametrize("read", [False, True], ids=["events unread", "events read"])
def test_a_seek_decodes_two_chunks_of_robots_at_most(
    long_record: Path, monkeypatch: pytest.MonkeyPatch, read: bool
) -> None:
    """Frame, frame after it, figures over a quarter of an hour and the panel of a robot, wherever one goes."""
    decoded: list[int] = []
    make = Chunk.__init__

    def counting(chunk: Chunk, *what: object) -> None:
        make(chunk, *what)  # type: ignore[arg-type]
        decoded.append(chunk.first)

    monkeypatch.setattr(Chunk, "__init__", counting)
    source = RecordSource(long_record)
    picture = Renderer(source, floor_of(source.header, source.name))
    if read:
        picture.history.read(float("inf"))
    surface = pygame.Surface((1280, 720), 0, 32)
    for tick in np.random.default_rng(1).integers(0, LONG, 20):
        decoded.clear()
        picture.draw(surface, ViewState(tick + 0.5, Camera(20.0, 0, 0), Selection(Thing.ROBOT, CARRYING)))
        assert len(decoded) <= 2
    source.close()


def test_the_window_reads_on_while_it_shows_pictures(long_record: Path) -> None:
    """Turn by turn, and paused, too: after some turns all is known, and the picture is drawn again when it is."""
    source = RecordSource(long_record)
    window = Window(source, floor_of(source.header, source.name))
    window.player.toggle()
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_END, unicode=""))
    for _ in range(1000):
        window.turn(0.0)
        if window.renderer.history.progress == 1.0:
            break
    assert window.renderer.history.read_to == LONG - 1
    assert window.player.position == LONG - 1
    window.close()
    source.close()
