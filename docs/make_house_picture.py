"""Draws the house from its imports: packages as boxes by layer, arrows from a package to those that it imports.

Layers are those of the contracts in pyproject.toml. An arrow that follows from others (A needs B, B needs C, so A may need C)
is left out, and so is a box without arrows; the number at an arrow counts the modules' imports. All arrows stand as text in the
picture's description, by which a test sees whether the picture is up to date.
"""

import html
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

import grimp
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "house.svg"
TOPS = ("layout", "robots", "controller", "visualizer", "podfleet")
FRAMES = {
    "podfleet": (0.0, 31.0, 15.0),
    "controller": (0.0, 13.4, 9.2),
    "visualizer": (9.8, 13.4, 5.2),
    "robots": (0.0, 6.7, 15.0),
    "layout": (0.0, 0.0, 15.0),
}
"""{package: (left, bottom, width) of its frame}."""
COLOURS = {
    "podfleet": "#dddddd",
    "controller": "#cfe3f3",
    "visualizer": "#f6dccb",
    "robots": "#d3ecd9",
    "layout": "#f3ecc6",
}
_TITLE = 0.9
_BOX = 0.56

Edges = Mapping[tuple[str, str], int]
Place = tuple[float, float]


def main() -> None:
    """Draw the picture into docs/images."""
    found = edges()
    mpl.rcParams.update({"svg.hashsalt": "podfleet", "svg.fonttype": "none", "font.family": "sans-serif"})
    figure = Figure(figsize=(11, 13))
    axes = figure.add_axes((0, 0, 1, 1))
    draw(axes, found)
    text = "; ".join(f"{source} -> {target}" for source, target in sorted(found))
    figure.savefig(PICTURE, metadata={"Description": text, "Date": None})


def edges() -> dict[tuple[str, str], int]:
    """Return {(package, package it imports): imports}; packages are those in the four, and these by themselves."""
    graph = grimp.build_graph(*TOPS, cache_dir=None)
    former = graph.find_modules_that_directly_import("layout.former_names") | {"layout.former_names"}
    pairs = (
        (package_of(source), package_of(target))
        for source in graph.modules - former
        for target in graph.find_modules_directly_imported_by(source) - former
    )
    inside = Counter((source, target) for source, target in pairs if source != target)
    between = Counter[tuple[str, str]]()
    for (source, target), imports in list(inside.items()):
        tops = _top(source), _top(target)
        if tops[0] != tops[1]:
            del inside[source, target]
            between[tops] += imports
        elif "." not in source or "." not in target:
            del inside[source, target]
    return dict(inside + between)


def drawn() -> set[tuple[str, str]]:
    """Return the arrows of the picture that is there."""
    text = re.search(r"<dc:description>(.*?)</dc:description>", PICTURE.read_text(encoding="utf-8"), re.DOTALL)
    pairs = (pair.split(" -> ") for pair in html.unescape(text[1]).split("; ")) if text is not None else ()
    return {(source.strip(), target.strip()) for source, target in pairs}


def package_of(module: str) -> str:
    """Return the package, or the module beside packages, that is a box: controller.floor of controller.floor.dock."""
    return "podfleet" if _top(module) == "podfleet" else ".".join(module.split(".")[:2])


def layers() -> dict[str, list[list[str]]]:
    """Return {package: its layers from top to bottom, each a list of names}."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    found = {
        contract["containers"][0]: [re.split(r" *\| *", layer) for layer in contract["layers"]]
        for contract in contracts
        if contract["type"] == "layers" and contract.get("containers", [""])[0] in TOPS
    }
    return found | {"podfleet": [["podfleet"]]}


def draw(axes: Axes, found: Edges) -> None:
    """Draw frames, boxes and arrows."""
    names = {name for pair in found for name in pair}
    places: dict[str, Place] = {}
    for top, rows in layers().items():
        kept = [shown for row in rows if (shown := [f"{top}.{name}" for name in row if f"{top}.{name}" in names])]
        places |= _frame(axes, top, kept)
    for source, target in sorted(reduced(pair for pair in found if all("." in name for name in pair))):
        _arrow(axes, places[source], places[target], found[source, target])
    _between(axes, found)
    axes.set_xlim(-0.3, 15.3)
    axes.set_ylim(-0.3, 32.2)
    axes.axis("off")


def reduced(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the pairs that don't follow from others."""
    every = set(pairs)
    below: dict[str, set[str]] = {}

    def reach(name: str) -> set[str]:
        if name not in below:
            direct = {target for source, target in every if source == name}
            below[name] = direct.union(*map(reach, direct))
        return below[name]

    indirect = {(source, deeper) for source, target in every for deeper in reach(target)}
    return every - indirect


def _frame(axes: Axes, top: str, rows: list[list[str]]) -> dict[str, Place]:
    left, bottom, width = FRAMES[top]
    height = _height(top, rows)
    _box(axes, (left, bottom), (width, height), COLOURS[top])
    axes.text(left + 0.2, bottom + height - 0.5, top, fontsize=13, weight="bold", va="center")
    places: dict[str, Place] = {}
    for number, row in enumerate(reversed(rows)):
        y = bottom + 0.5 + number * (height - _TITLE - 0.3) / max(1, len(rows))
        for index, name in enumerate(row):
            x = left + width * (index + 0.5) / len(row)
            places[name] = x, y + _BOX / 2
            label = name.partition(".")[2]
            wide = 0.35 + 0.135 * len(label)
            _box(axes, (x - wide / 2, y), (wide, _BOX), "white", zorder=3)
            axes.text(x, y + _BOX / 2, label, fontsize=8.5, ha="center", va="center", zorder=4)
    return places


def _height(top: str, rows: list[list[str]]) -> float:
    above = {"layout": 6.0, "robots": 6.0, "controller": 16.9, "visualizer": 16.9, "podfleet": 1.0}
    return above[top] if rows or top == "podfleet" else _TITLE


def _box(axes: Axes, corner: Place, size: Place, colour: str, zorder: int = 1) -> None:
    box = FancyBboxPatch(corner, *size, boxstyle="round,pad=0,rounding_size=0.12", fc=colour, ec="#555555", lw=0.6)
    box.set_zorder(zorder)
    axes.add_patch(box)


def _arrow(axes: Axes, source: Place, target: Place, imports: int) -> None:
    """Draw an arrow from the lower edge of a box to the upper edge of another, with its number of imports."""
    start, end = (source[0], source[1] - _BOX / 2), (target[0], target[1] + _BOX / 2)
    arrow = {"arrowstyle": "-|>", "color": "#444444", "lw": 0.7, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 7}
    axes.annotate("", end, start, arrowprops=arrow, zorder=2)
    x, y = (0.62 * start[axis] + 0.38 * end[axis] for axis in (0, 1))
    axes.text(x, y, str(imports), fontsize=6, color="#444444", ha="center", va="center", zorder=2.5)


def _between(axes: Axes, found: Edges) -> None:
    """Draw arrows between neighbouring frames, and name the others below."""
    shown = [
        *pairwise(("podfleet", "controller", "robots", "layout")),
        ("podfleet", "visualizer"),
        ("visualizer", "robots"),
    ]
    for top, below in shown:
        _frame_arrow(axes, top, below, 12.4 if "visualizer" in (top, below) else 4.5, found)
    others = sorted(pair for pair in found if "." not in pair[0] and pair not in shown)
    notes = "   ".join(f"{top} → {below} {found[top, below]}" for top, below in others)
    axes.text(15.0, -0.15, f"also: {notes}", fontsize=6.5, color="#444444", ha="right", va="center")


def _frame_arrow(axes: Axes, top: str, below: str, x: float, found: Edges) -> None:
    if imports := found.get((top, below)):
        start = x, FRAMES[top][1]
        end = x, FRAMES[below][1] + _height(below, [[]])
        arrow = {"arrowstyle": "-|>", "color": "#111111", "lw": 2.2, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 14}
        axes.annotate("", end, start, arrowprops=arrow, zorder=2)
        axes.text(x + 0.15, (start[1] + end[1]) / 2, str(imports), fontsize=8, va="center")


def _top(name: str) -> str:
    return name.partition(".")[0]


if __name__ == "__main__":
    main()
