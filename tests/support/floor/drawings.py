"""Small floors for tests, small enough to check by eye, and what tests ask of them."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from layout.errors import InputError
from layout.floor import Floor
from layout.formats.toml_format import floor_from

ROOT = Path(__file__).parents[3]
TINY = ROOT / "maps" / "tiny.toml"
LORR = ROOT.parent / "shared" / "data" / "lorr"

needs_lorr = pytest.mark.skipif(
    not LORR.is_dir(), reason="the League of Robot Runners' problems are not beside the checkout"
)


def room(*rows: str) -> str:
    """A layout file with these rows of glyphs."""
    return '[floor]\ngrid = """\n' + "\n".join(rows) + '\n"""\n'


def floor_of(text: str) -> Floor:
    """The floor of the text of a layout file."""
    return floor_from(tomllib.loads(text), "maps/a.toml", Path("maps"))


def faults_of(read: Callable[[], object]) -> list[str]:
    """The messages with which a call refuses its input."""
    with pytest.raises(InputError) as caught:
        read()
    return str(caught.value).splitlines()
