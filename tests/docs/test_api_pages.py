"""docs/reference/api: every name that the site draws from its docstring exists, also where the site can't be built."""

import pkgutil
import re

import pytest

import podfleet
from tests.support.floor.tiny_site import ROOT

PAGES = sorted((ROOT / "docs" / "reference" / "api").glob("*.md"))
NAMES = [name for page in PAGES for name in re.findall(r"^::: (\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_a_docstring(name: str) -> None:
    """The page would be empty without."""
    assert pkgutil.resolve_name(name).__doc__


def test_all_that_podfleet_exports_is_there() -> None:
    """No name of the front door is left out."""
    assert {name.removeprefix("podfleet.") for name in NAMES if name.startswith("podfleet.")} == set(podfleet.__all__)
