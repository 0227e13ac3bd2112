"""The scenarios that come with podfleet are found by name, described and copied."""

from pathlib import Path

import pytest

from layout.errors import InputError
from layout.files.shipped import copy_scenario, purpose_of, shipped_names, shipped_scenario
from layout.formats.toml_format import load_floor

MAPS = Path(__file__).parents[3] / "maps"


def test_all_files_of_the_maps_folder_are_shipped() -> None:
    """A checkout and an installed wheel offer the same names."""
    assert shipped_names() == sorted(path.stem for path in MAPS.glob("*.toml"))


@pytest.mark.parametrize("name", shipped_names())
def test_each_shipped_scenario_states_its_purpose(name: str) -> None:
    """The list shows a line for each, which is the opening comment of its file."""
    assert len(purpose_of(name)) > 20


def test_a_name_that_is_not_shipped_is_refused_with_the_nearest_one() -> None:
    """The message suggests the nearest name."""
    with pytest.raises(InputError, match="did you mean tiny"):
        shipped_scenario("tinny")


def test_a_copy_is_a_scenario_of_its_own(tmp_path: Path) -> None:
    """The copy can be read at its new place, and a second copy does not overwrite changes in the first."""
    path = tmp_path / "mine.toml"
    copy_scenario("tiny", path)
    assert load_floor(path).stations
    with pytest.raises(InputError, match="exists already"):
        copy_scenario("tiny", path)


def test_a_copy_into_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    """One line names the file and the cause."""
    with pytest.raises(InputError, match=r"no/mine\.toml: can.t be written to: No such file"):
        copy_scenario("tiny", tmp_path / "no" / "mine.toml")
