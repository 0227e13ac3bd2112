"""docs/reference/layout-format.md says what the reader does."""

import re
import tomllib

from msgspec import structs

from layout.checks import check_floor
from layout.drawing.generate import GeneratorParams
from layout.drawing.glyphs import KINDS
from layout.formats.toml_format import FloorTable, StationTable
from tests.support.floor.drawings import ROOT, floor_of

PAGE = (ROOT / "docs" / "reference" / "layout-format.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text between a heading and the next."""
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def keys(text: str) -> set[str]:
    """All words in code style in the first column of a table."""
    return {
        word for row in re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE) for word in re.findall(r"`([^`]+)`", row)
    }


def test_the_example_is_a_sound_floor() -> None:
    """Layouts of the page can be read and worked."""
    example = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    floor = floor_of(example)
    assert check_floor(floor, "") == []
    assert [station.id for station in floor.stations] == ["pick-1", "stow-1", "packing"]
    assert tomllib.loads(example)["station"] == [{"at": [8, 8], "id": "packing", "people": 2}]


def test_every_glyph_is_on_the_page() -> None:
    """The table of glyphs is the reader's."""
    assert keys(section("Glyphs")) == set(KINDS)


def test_every_key_is_on_the_page() -> None:
    """Tables of keys and parameters are complete, and name nothing that isn't there."""
    assert keys(section("`[floor]`")) == {*structs.asdict(FloorTable()), "[floor.generate]"} - {"generate"}
    assert keys(section("`[[station]]`")) == set(StationTable.__struct_fields__)
    assert keys(section("`[floor.generate]`")) == set(GeneratorParams.__struct_fields__)
