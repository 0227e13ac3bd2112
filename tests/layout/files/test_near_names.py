"""Missing files, and the likely intended ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from layout.errors import InputError
from layout.files.near_names import near_name
from layout.files.tables import load_toml
from robots.recording.record import Record


@pytest.mark.parametrize("read", [load_toml, Record], ids=["a scenario", "a record"])
@pytest.mark.parametrize("wrong", ["demo", "dmeo.toml", "Demo-2.toml", "demo.tml"])
def test_a_near_name_is_reported(read: Callable[[Path], object], wrong: str, tmp_path: Path) -> None:
    """Case and a forgotten ending do not matter."""
    (tmp_path / "Demo.toml").write_text("")
    with pytest.raises(InputError) as caught:
        read(tmp_path / wrong)
    assert str(caught.value).endswith(f"(did you mean {tmp_path / 'Demo.toml'}?)")


def test_without_one_nothing_is_said(tmp_path: Path) -> None:
    """A missing folder gives no suggestion either."""
    (tmp_path / "demo.toml").write_text("")
    assert near_name(tmp_path / "orders.csv") == ""
    assert near_name(tmp_path / "none.toml") == ""  # the ending alone is no likeness
    assert near_name(tmp_path / "demo.csv") == ""
    assert near_name(tmp_path / "none" / "demo.toml") == ""
