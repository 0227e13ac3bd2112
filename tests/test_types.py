"""Types: nearly every line says what it takes and gives, so that mypy can check it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from layout.wording import count

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("layout", "robots", "controller", "visualizer", "podfleet", "examples")
_ASSERTED = re.compile(
    r"\s*assert (isinstance\(site\.\w+,|((site|chain|scenario)\.[\w.]+|settings|chain|supply|file) is not None)"
)
MOST_ANY = 60
"""Lines with Any that are allowed: code that works on whatever it is given, as snapshots and plug-ins do."""


def lines_with_any() -> Iterator[str]:
    """Yield each line of the product that uses Any, with its place; imports of it don't count."""
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        lines = {node.lineno for node in ast.walk(ast.parse(text)) if _says_any(node)}
        yield from (f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[line - 1].strip()}" for line in sorted(lines))


def _says_any(node: ast.AST) -> bool:
    """Return whether a node is the name Any, by itself or within an annotation that is a text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
        return node.value == "Any" or any(sign in node.value for sign in ("[Any", "Any]", " Any,"))
    return isinstance(node, ast.Name) and node.id == "Any"


def asserted_parts() -> Iterator[str]:
    """Yield each assertion that a part of the site or its settings is there."""
    for path in sorted((ROOT / "controller").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if _ASSERTED.match(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def test_no_part_of_the_site_is_asserted_to_be_there() -> None:
    """Missing values are expressed by the types, by an argument, or by an object that stands in for the value."""
    assert not list(asserted_parts())


def test_few_lines_say_any() -> None:
    """Any switches the type checker off; a struct, a Protocol or object says what is meant."""
    found = list(lines_with_any())
    assert len(found) < MOST_ANY, "\n".join([count(len(found), "line"), *found])
