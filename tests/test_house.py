"""Conventions of the code base, checked in every file: sizes of folders, files and functions, and beginnings of
docstrings.
"""

import ast
import io
import re
import statistics
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.test_import_circles import ROOT

TOPS = ("layout", "robots", "controller", "visualizer", "podfleet", "tests", "benchmarks", "docs", "examples")
MOST_FILES = 15
"""Python files of a folder besides its __init__.py."""
MOST_LINES = 400
"""Lines of a Python file."""
FRAGMENT = re.compile(r"(What|Of|Who|Whose|So many|So much|The same|From|Where|Whether)\b")
"""First words of a docstring that has no subject matter: "Return …", "Mark …" or a noun says more."""
_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_folders_hold_few_files() -> None:
    """A reader takes in the names of a folder at a glance."""
    folders = Counter(path.parent for path in sources() if path.name != "__init__.py")
    assert {str(folder): files for folder, files in folders.items() if files > MOST_FILES} == {}


def test_files_are_short() -> None:
    """A file is about one thing."""
    lengths = {str(path.relative_to(ROOT)): text_of(path).count("\n") for path in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_functions_are_short() -> None:
    """Half of the packages' functions have at most 7 lines of code, nine in ten at most 17; kernels apart."""
    packages = (path for path in sources() if _top(path) not in {"tests", "benchmarks", "docs", "examples"})
    lengths = [lines for path in packages if "kernels" not in path.parts for lines in function_lengths(text_of(path))]
    assert statistics.median(lengths) <= 7
    assert statistics.quantiles(lengths, n=10)[-1] <= 17


def test_docstrings_begin_with_a_subject_matter() -> None:
    """None begins with a bare "What …" or "Of …"."""
    assert [f"{path.relative_to(ROOT)}:{line}" for path in sources() for line in fragments(text_of(path))] == []


def test_fragments_are_found_wherever_a_docstring_stands() -> None:
    """They are found in modules, classes, functions and constants alike."""
    source = '"""What it is."""\nX = 1\n"""Whether so."""\nclass A:\n    """Whatever."""\n    def f():\n        """From a."""'
    assert list(fragments(source)) == [1, 3, 7]


def test_lines_of_code_leave_out_docstrings_and_comments() -> None:
    """Signature and statements count, each line once."""
    source = 'def f(\n    a,\n):\n    """Say\n    it."""\n\n    # why\n    return g(\n        a)  # how\n'
    assert list(function_lengths(source)) == [5]


@cache
def sources() -> tuple[Path, ...]:
    """Return all Python files of ours."""
    return tuple(path for top in TOPS for path in sorted((ROOT / top).rglob("*.py")))


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _top(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def fragments(source: str) -> Iterator[int]:
    """Yield the lines of docstrings that begin with a fragment."""
    for node in ast.walk(ast.parse(source)):
        for statement in getattr(node, "body", ()) if not isinstance(node, ast.Lambda | ast.IfExp) else ():
            if (text := _text(statement)) is not None and FRAGMENT.match(text.strip()):
                yield statement.lineno


def function_lengths(source: str) -> Iterator[int]:
    """Yield the lines of code of each function: without blank lines, comments and its docstring."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    code = {line for token in tokens if token.type not in _NO_CODE for line in range(token.start[0], token.end[0] + 1)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield len(code & _lines(node) - (_lines(node.body[0]) if _text(node.body[0]) is not None else set()))


def _lines(node: ast.stmt) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def _text(statement: ast.stmt) -> str | None:
    """Return the text of a statement that is nothing but a string."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
    return None
