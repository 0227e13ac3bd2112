"""No module imports another that comes back to it, be it by way of others, inside a function or for the type checker alone."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("layout", "robots", "controller", "visualizer", "podfleet")

Graph = Mapping[str, set[str]]


def test_no_module_is_imported_by_what_it_imports() -> None:
    """If two modules need each other, neither can be read, tested or changed first."""
    graph = imports_of(ROOT)
    assert len(graph) > 100
    assert circle_in(graph) == []


@pytest.mark.parametrize(
    "line",
    [
        "from pack import low",
        "from pack.low import LOW",
        "import pack.low",
        "from .low import LOW",
        "if TYPE_CHECKING:\n    from pack.low import LOW",
        "def late():\n    from pack.low import LOW",
    ],
)
def test_a_circle_is_found(line: str, tmp_path: Path) -> None:
    """However it is written: low, middle and high import each other in turn, and a fourth one is no part of that."""
    folder = tmp_path / "controller"
    folder.mkdir()
    sources = {"__init__": "", "low": "import pack.middle", "middle": "from pack import high", "high": line}
    for name, text in {**sources, "other": "import pack.low"}.items():
        (folder / f"{name}.py").write_text(text.replace("pack", "controller"))
    circle = {"controller.low", "controller.middle", "controller.high"}
    assert set(circle_in(imports_of(tmp_path))) == circle


def circle_in(graph: Graph) -> list[str]:
    """Return modules that import each other in turn, the first one once more at the end; [] if there are none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def imports_of(root: Path) -> Graph:
    """Return {module: modules of ours that its source names}.

    A folder's own file that Python runs on the way to a module in it counts only where it is named itself.
    """
    sources = {_module(path, root): path for name in PACKAGES for path in (root / name).rglob("*.py")}
    return {module: set(_imported(module, path, sources)) - {module} for module, path in sources.items()}


def _module(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _imported(module: str, path: Path, sources: Mapping[str, Path]) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in sources)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(node, package)
            named = (f"{origin}.{alias.name}" for alias in node.names)
            yield from {name if name in sources else origin for name in named} & sources.keys()


def _origin(node: ast.ImportFrom, package: str) -> str:
    """Return the full name of what stands after `from`; its dots begin in the importing module's package."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])
