"""CITATION.cff agrees with the package's own data."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_citation_names_the_packages_version_and_licence() -> None:
    """A release changes both files, or this test says so."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^(\S+): (.+)$", text, re.MULTILINE))
    assert (fields["title"], fields["version"]) == (project["name"], project["version"])
    assert fields["license"] == project["license"]
    assert fields["cff-version"] == "1.2.0"
