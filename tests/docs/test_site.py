"""The documentation's site, built as `make docs` builds it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.floor.tiny_site import ROOT

for package in ("mkdocs", "material", "mkdocstrings_handlers.python"):
    pytest.importorskip(package, reason="the extra docs isn't installed", exc_type=ImportError)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a broken link, or a page missing from the navigation, ends the build."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_is_there(site: Path) -> None:
    """The README is the front page, and each page of docs/ has one of its own."""
    assert "make demo" in (site / "index.html").read_text(encoding="utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert (site / page.relative_to(ROOT / "docs").with_suffix("") / "index.html").exists(), page.name


def test_the_python_api_is_drawn_from_docstrings(site: Path) -> None:
    """Functions of podfleet and the Protocols of plug-ins are on their pages, and so is what they say of themselves."""
    names = (site / "reference" / "api" / "podfleet" / "index.html").read_text(encoding="utf-8")
    assert "Run a scenario to its end and return its figures." in names
    protocols = (site / "reference" / "api" / "plug-ins" / "index.html").read_text(encoding="utf-8")
    for name in ("ReleasePolicy", "Planner", "Scheduler"):
        assert f'.{name}"' in protocols


def test_files_that_pages_link_to_come_along(site: Path) -> None:
    """An example outside docs/ is in the site under its own path."""
    assert (site / "examples" / "own_policy.py").read_bytes() == (ROOT / "examples" / "own_policy.py").read_bytes()


def test_nothing_is_fetched_for_a_page(site: Path) -> None:
    """Fonts, styles and scripts are the site's own."""
    page = (site / "how-to" / "serve" / "index.html").read_text(encoding="utf-8")
    assert "fonts.googleapis" not in page
    assert 'src="http' not in page
