"""Files are written whole or not at all."""

from pathlib import Path

import pytest

from layout.errors import InputError
from layout.files.writing import replacing


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    """Until then the previous file is still there."""
    out = tmp_path / "run.gif"
    out.write_text("old")
    with replacing(out) as part:
        part.write_text("new")
        assert out.read_text() == "old"
    assert out.read_text() == "new"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ValueError])
def test_an_interrupted_write_leaves_nothing(tmp_path: Path, kind: type[BaseException]) -> None:
    """No half file and no temporary file stays, and the previous file stays."""
    out = tmp_path / "run.gif"
    out.write_text("old")

    def break_off() -> None:
        with replacing(out) as part:
            part.write_text("half")
            raise kind

    with pytest.raises(kind):
        break_off()
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    """One line names the file."""
    out = tmp_path / "none" / "run.gif"
    with pytest.raises(InputError) as caught, replacing(out) as part:
        part.write_text("half")
    assert str(caught.value) == f"{out}: can't be written to: No such file or directory"
