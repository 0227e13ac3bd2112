"""The corridor on which policies choose."""

from pathlib import Path

import pytest

from tests.support.floor.corridor import CORRIDOR


@pytest.fixture
def corridor(tmp_path: Path) -> Path:
    path = tmp_path / "corridor.toml"
    path.write_text(CORRIDOR)
    return path
