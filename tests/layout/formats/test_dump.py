"""Writing layout files: a written floor reads as the same floor."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.drawing.generate import GeneratorParams, generate
from layout.floor import Floor
from layout.formats.toml_format import dump_floor, equal_floors, floor_from, load_floor
from tests.support.floor.drawings import TINY, floor_of, room


def reread(floor: Floor) -> Floor:
    return floor_from(tomllib.loads(dump_floor(floor)), "other.toml", Path())


def test_a_plain_floor_is_written_without_station_tables() -> None:
    """Stations without special settings need no table."""
    assert dump_floor(floor_of(room("rK..S", "P.C.u"))) == '[floor]\nname = "a"\ngrid = """\nrK..S\nP.C.u\n"""\n'


def test_only_differences_are_written() -> None:
    """A station table holds its place and the keys that differ from the default."""
    station = "\n[[station]]\nat = [0, 4]\npeople = 2\n"
    text = f'[floor]\nname = "a"\ncell_m = 0.5\ngrid = """\nrK..S\nP.C.u\n"""\n{station}'
    assert dump_floor(floor_of(text)) == text


@pytest.mark.parametrize(
    "change",
    [{"outfeed": None}, {"queue": ()}, {"id": "stow-1"}, {"people": 0}],
    ids=["an outfeed less", "a lane less", "an id twice", "nobody there"],
)
def test_a_floor_that_glyphs_cannot_express_is_refused(change: dict[str, object]) -> None:
    """A floor beyond the format is never written as another floor."""
    floor = load_floor(TINY)
    first, *others = floor.stations
    changed = replace(floor, stations=(replace(first, **change), *others))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="glyphs cannot express the floor tiny"):
        dump_floor(changed)


names = st.text(min_size=1, max_size=12)
seconds = st.floats(0.01, 1e4)


@st.composite
def floors(draw: st.DrawFn) -> Floor:
    """Generated floors with stations that got names, people and times of their own."""
    params = GeneratorParams(
        block_rows=draw(st.integers(2, 3)),
        blocks=draw(st.integers(1, 3)),
        sides=draw(st.sampled_from([("south",), ("north", "east"), ("west",)])),
        queue=draw(st.integers(2, 6)),
        pick=2,
        stow=0,
        pack=0,
        chargers=1,
    )
    floor = generate(params, draw(names), draw(seconds))
    ids = draw(st.lists(names, min_size=2, max_size=2, unique=True))
    stations = [
        replace(
            station,
            id=draw(st.sampled_from([station.id, f"{own_id}-{number}"])),
            people=draw(st.none() | st.integers(1, 3)),
            service_s=draw(st.none() | seconds),
        )
        for number, (station, own_id) in enumerate(zip(floor.stations, ids, strict=True), 5)
    ]
    return replace(floor, stations=tuple(stations))


@given(floors())
@settings(max_examples=60, deadline=None)
def test_a_floor_that_is_written_and_read_is_the_same(floor: Floor) -> None:
    """load(dump(floor)) equals floor, for names in any script."""
    assert equal_floors(reread(floor), floor)


@given(st.lists(st.text("#.PC<>^v", min_size=5, max_size=5), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_ground_is_drawn_again_as_it_was(rows: list[str]) -> None:
    """Walls, aisles, lanes, places and chargers come back glyph by glyph."""
    text = dump_floor(floor_of(room(*rows)))
    assert tomllib.loads(text)["floor"]["grid"].splitlines() == rows
