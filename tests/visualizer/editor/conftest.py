"""A floor in a file, and somebody who draws on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.window.editor_user import HALL, Draughtsman


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "hall.toml"
    file.write_text(HALL)
    return file


@pytest.fixture
def user(path: Path) -> Iterator[Draughtsman]:
    person = Draughtsman(path)
    yield person
    person.window.close()
