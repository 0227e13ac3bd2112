"""Total at the end of an order file, which is not an order."""

from collections.abc import Iterable, Sequence

from controller.demand.order_cells import OrderRow
from layout.tabular.columns import key_of

TOTAL = "a total of the file, not an order"
_TOTALS = frozenset(
    key_of(word)
    for word in (
        "total", "totals", "grand total", "sum", "sum total", "subtotal", "gesamt", "gesamtsumme", "gesamtmenge",
        "gesamtergebnis", "summe", "endsumme", "insgesamt", "total général", "somme", "total general", "suma", "totale",
        "totaal", "summa", "totalt", "razem", "łącznie", "celkem", "итого", "всего", "合计", "总计", "合計",
    )
)  # fmt: skip
_FEWEST = 5
"""Number of rows before a last one from which its quantity counts as their sum; with fewer it may be coincidence."""


def is_total(last: OrderRow, others: Sequence[OrderRow], number: str) -> bool:
    """Return whether the last row is the total of the others. number: of its order, as in the file."""
    order, sku, units, _ = last
    if any(row[0] == order for row in others):
        return False
    if key_of(number) in _TOTALS:
        return True
    if any(row[1] == sku for row in others):
        return False
    return key_of(sku) in _TOTALS or (len(others) >= _FEWEST and units == _units(others))


def _units(rows: Iterable[OrderRow]) -> int:
    return sum(row[2] for row in rows)
