"""Plans for the tiny floor, written as files."""

from pathlib import Path

from layout.formats.toml_format import load_floor
from tests.support.floor.tiny_site import TINY

HEAD = "kind,sku,pod,bin,quantity,place"
Contents = dict[tuple[int, int], tuple[str, int]]
"""{(pod, bin): (SKU, units)}."""


def places(count: int) -> list[tuple[int, int]]:
    """(row, col) of the first storage places of the tiny floor, which has 13."""
    floor = load_floor(TINY)
    return [floor.grid.at(int(cell)) for cell in floor.storage[:count]]


def plan_text(contents: Contents, stands: list[tuple[int, int]]) -> str:
    rows = [f"sku,{sku},{pod},{number},{units}," for (pod, number), (sku, units) in contents.items()]
    rows += [f'pod,,{pod},,,"{row},{col}"' for pod, (row, col) in enumerate(stands)]
    return "\n".join([HEAD, *rows]) + "\n"


def write(path: Path, contents: Contents, stands: list[tuple[int, int]]) -> Path:
    path.write_text(plan_text(contents, stands), encoding="utf-8")
    return path
