"""Output names whose ending selects the format."""

from pathlib import Path

import pytest

from layout.errors import InputError
from layout.files.outputs import check_ending, check_folder, outputs

NAMES = ("report.html", "report.json")


def test_a_folder_takes_all_and_a_file_its_ending(tmp_path: Path) -> None:
    """An existing folder may have a dot in its name."""
    assert outputs(Path("day"), NAMES) == [Path("day/report.html"), Path("day/report.json")]
    assert outputs(Path("day.HTML"), NAMES) == [Path("day.HTML")]
    dotted = tmp_path / "day.1"
    dotted.mkdir()
    assert outputs(dotted, NAMES) == [dotted / name for name in NAMES]


def test_other_endings_are_refused_with_those_that_are_known() -> None:
    """The message lists the endings of files and of folders."""
    with pytest.raises(
        InputError, match=r'day\.pdf: can\'t write "\.pdf" files \(end it in \.html or \.json, or name a'
    ):
        outputs(Path("day.pdf"), NAMES)
    with pytest.raises(InputError, match=r"plan: says by no ending what to write \(end it in \.csv\)"):
        check_ending(Path("plan"), (".csv",))
    with pytest.raises(InputError, match=r"books\.csv: is to be a folder, for several files \(a name like books\)"):
        check_folder(Path("books.csv"))
    check_ending(Path("plan.CSV"), (".csv",))
    check_folder(Path("books"))
