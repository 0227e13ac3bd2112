"""Pages name files that exist, and the site's navigation has every page once."""

import re
from pathlib import Path

import pytest

from tests.support.floor.tiny_site import ROOT

SITE_PAGES = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "benchmarks" / "README.md", *SITE_PAGES]
_FOLDERS = "controller|robots|layout|visualizer|podfleet|tests|docs|benchmarks|examples|maps"
_NAMED = re.compile(rf"`((?:{_FOLDERS})/[\w./-]*)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_exist(page: Path) -> None:
    """A file or folder of the project in code style is where the page says."""
    missing = [name for name in _NAMED.findall(page.read_text(encoding="utf-8")) if not (ROOT / name).exists()]
    assert not missing


@pytest.mark.parametrize("page", SITE_PAGES, ids=lambda page: page.stem)
def test_the_navigation_has_every_page_once(page: Path) -> None:
    """A page that is missing in mkdocs.yml cannot be found, and one that is there twice confuses."""
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2].splitlines()
    name = page.relative_to(ROOT / "docs").as_posix()
    assert [line.strip() for line in navigation].count(f"- {name}") == 1
