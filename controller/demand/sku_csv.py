"""CSV files with one line per SKU: the names its column may have, and items by SKU."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeVar

from controller.warehouse.stock import Catalogue
from layout.errors import InputError
from layout.tabular.columns import NAMES
from layout.tabular.form import Form
from layout.tabular.lines import LineFault, LineReader

SKU_NAMES = NAMES["sku"]
"""Names the SKU column may have."""
Cells = Mapping[str, str]
Item = TypeVar("Item")


def items_by_sku(
    path: Path,
    columns: Mapping[str, Sequence[str]],
    form: Form,
    faults_of: Callable[[Cells, LineReader], Iterable[LineFault]],
    item_of: Callable[[Cells, LineReader], Item],
) -> dict[str, Item]:
    """Return {sku: item} of a file with one line per SKU; only the SKU column is required.

    faults_of: faults of a line's other cells. item_of: item of a line without faults. InputError with every faulty
    line.
    """
    reader, items = LineReader(path, columns, ("sku",), form), dict[str, Item]()
    for line, cells in reader.lines():
        if reader.accepts(line, chain(_sku_faults(cells["sku"], items), faults_of(cells, reader))):
            items[cells["sku"]] = item_of(cells, reader)
    reader.finish(items, "items", "a line names a SKU")
    return items


def _sku_faults(sku: str, items: Mapping[str, object]) -> Iterator[LineFault]:
    if not sku:
        yield "has no sku", ""
    elif sku in items:
        yield f"names SKU {sku} again", "name each SKU once"


def none_known(path: Path, named: str, catalogue: Catalogue) -> InputError:
    """Return the error for a file without any SKU of the run. named: one of its SKUs."""
    ordered = catalogue.names[0] if len(catalogue) else "none"
    return InputError.single(str(path), "", "names no SKU of this scenario", f"it has {named}, ordered is {ordered}")
