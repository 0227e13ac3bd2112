"""Sweeps of the generator's parameters, and recognition of generated drawings."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.drawing.generate import GeneratorParams, generate
from layout.drawing.sweep import combinations, in_words, params_of, read_sweep, with_values
from layout.errors import InputError
from layout.formats.toml_format import equal_floors, load_floor
from tests.support.floor.drawings import ROOT, faults_of


def test_a_sweep_is_read_by_parameter() -> None:
    """Values are whole numbers, sides joined by +, and words; in one text or several."""
    found = read_sweep(["block_length=6,8 sides=south,north+south", "aisles=two-way"])
    assert found == {"block_length": (6, 8), "sides": (("south",), ("north", "south")), "aisles": ("two-way",)}


FAULTS = {
    "queue": "--sweep queue: has no values (write key=value,value)",
    "blok=1": "--sweep blok=1: blok is no parameter of the generator (did you mean blocks?)",
    "robots=3": "--sweep robots=3: robots is no parameter of the generator (use --robots)",
    "queue=99": "--sweep queue=99: 99 can't be used (expected int <= 8)",
    "queue=x": "--sweep queue=x: 'x' is not a whole number",
    "sides=sout": "--sweep sides=sout: 'sout' can't be used (did you mean south?)",
    "pick=1,1": "--sweep pick=1,1: names a value twice",
    "pick=1 pick=2": "--sweep pick=2: pick is swept already (name all its values at once)",
}


@pytest.mark.parametrize(("word", "message"), FAULTS.items(), ids=FAULTS)
def test_impossible_sweeps_are_refused(word: str, message: str) -> None:
    """Each fault gives the expected form."""
    assert faults_of(lambda: read_sweep([word])) == [message]


def test_every_combination_is_tried_once() -> None:
    """Two values by three are six; no sweep at all is the floor as it is."""
    found = combinations({"queue": (3, 4), "pick": (1, 2, 3)})
    assert [in_words(values) for values in found[:2]] == ["queue=3 pick=1", "queue=3 pick=2"]
    assert len(found) == 6
    assert combinations({}) == [{}]
    assert in_words({"sides": ("north", "south")}) == "sides=north+south"


def test_a_size_takes_the_place_of_a_count() -> None:
    """Only one of height and block_rows, and one of width and blocks, can be given."""
    base = GeneratorParams(block_rows=6, blocks=5)
    assert with_values(base, {"width": 50}) == GeneratorParams(block_rows=6, width=50)
    assert with_values(GeneratorParams(height=40), {"block_rows": 3}) == GeneratorParams(block_rows=3)


def test_the_maps_are_known_again() -> None:
    """The demo was generated and can be swept though its file has a drawing; tiny was drawn by hand."""
    known = params_of(load_floor(ROOT / "maps" / "demo.toml"))
    assert known == GeneratorParams(block_rows=6, blocks=5, block_length=8, chargers=8)
    assert params_of(load_floor(ROOT / "maps" / "tiny.toml")) is None


def test_a_floor_with_one_cell_changed_is_not_known(tmp_path: Path) -> None:
    """A storage place turned into an aisle makes the floor a drawn one."""
    text = (
        (ROOT / "maps" / "demo.toml").read_text(encoding="utf-8").replace("PPPPPPPP^PPPPPPPPv", "PPPPPP.P^PPPPPPPPv", 1)
    )
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert params_of(load_floor(tmp_path / "a.toml")) is None


@given(
    st.builds(
        GeneratorParams,
        block_rows=st.integers(1, 4),
        blocks=st.integers(1, 4),
        block_length=st.integers(1, 6),
        aisles=st.sampled_from(["one-way", "mirrored", "two-way"]),
        queue=st.integers(2, 8),
        sides=st.lists(st.sampled_from(["north", "west", "south", "east"]), unique=True, min_size=1).map(tuple),
        pick=st.integers(1, 2),
        stow=st.integers(0, 1),
        pack=st.integers(0, 1),
        chargers=st.integers(1, 4),
    )
)
@settings(max_examples=60, deadline=None)
def test_generated_floors_are_known_again(params: GeneratorParams) -> None:
    """The recognised parameters make the same floor, whatever the original ones were."""
    try:
        floor = generate(params)
    except InputError:
        return
    found = params_of(floor)
    assert found is not None
    assert equal_floors(generate(found), floor)
