"""The picture of the house is up to date, and the page that finds one's way leads to files that exist."""

import re
import runpy

import pytest

from tests.test_import_circles import ROOT

PAGE = ROOT / "docs" / "explanation" / "find-your-way.md"
QUESTIONS = 20


def test_the_picture_shows_the_imports_of_today() -> None:
    """Every arrow between packages is in the picture, and no other; `make pictures` draws it again."""
    script = runpy.run_path(str(ROOT / "docs" / "make_house_picture.py"))
    assert script["drawn"]() == set(script["edges"]())


def test_arrows_that_follow_from_others_are_left_out() -> None:
    """With a to b, b to c and a to c, the last arrow is left out."""
    reduced = runpy.run_path(str(ROOT / "docs" / "make_house_picture.py"))["reduced"]
    assert reduced({("a", "b"), ("b", "c"), ("a", "c")}) == {("a", "b"), ("b", "c")}


def links() -> list[str]:
    """Targets of all links of the page."""
    return re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("target", sorted(set(links())))
def test_the_way_leads_to_a_file(target: str) -> None:
    """A file that moves takes its link along."""
    assert (PAGE.parent / target).exists()


def test_each_question_is_answered_by_a_file() -> None:
    """Twenty questions of a newcomer, each with at least one link."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "?" in line]
    assert len(rows) == QUESTIONS
    assert all("](../../" in row for row in rows)
