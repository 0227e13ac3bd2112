"""No test opens a real window: SDL's dummy driver draws into memory."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["SDL_VIDEODRIVER"] = "dummy"

from layout.floor import Floor
from tests.support.window.eye_floor import write_eye_record
from visualizer.scene.sources import RecordSource, floor_of


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The run of eye_floor as a finished record."""
    return write_eye_record(tmp_path / "eye.pfr")


@pytest.fixture
def source(record: Path) -> Iterator[RecordSource]:
    opened = RecordSource(record)
    yield opened
    opened.close()


@pytest.fixture
def floor(source: RecordSource) -> Floor:
    return floor_of(source.header, source.name)
