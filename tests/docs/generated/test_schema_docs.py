"""docs/reference/events-and-records.md is generated from the declarations of events, frames and record files."""

import importlib.util
from types import ModuleType
from typing import get_args

import pytest

from robots.recording.events import AnyEvent
from tests.support.floor.tiny_site import ROOT


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """docs/make_schema.py, which isn't part of the program."""
    spec = importlib.util.spec_from_file_location("make_schema", ROOT / "docs" / "make_schema.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(make: ModuleType) -> None:
    """After a change of a declaration, `python docs/make_schema.py` writes the page again."""
    page = make.PAGE.read_text(encoding="utf-8")
    assert make.made(page) == page


def test_the_page_has_every_event_and_field(make: ModuleType) -> None:
    """Each event of a record has a heading, and each of its fields a row."""
    page = make.PAGE.read_text(encoding="utf-8")
    for kind in get_args(AnyEvent):
        part = page.split(f"### {kind.__name__}\n")[1].split("\n### ")[0]
        assert [name for name in kind.__struct_fields__ if name != "t" and f"| `{name}` |" not in part] == []


def test_types_are_written_in_words(make: ModuleType) -> None:
    """Lines of an order are a list of pairs of integers; a default is written as JSON."""
    lines = make.struct_table(make.events.OrderReceived).splitlines()
    assert "| `lines` | list of (integer, integer) |  | (sku, quantity) each |" in lines
    assert "| `people` | integer | `1` |" in make.struct_table(make.frames.StationInfo)
