"""Changes due to a slotting on orders it was not made from, with intervals over blocks of these orders.

Orders of a history follow one another and have no seeds, so they are cut into blocks
(controller.experiments.statistics).
"""

from controller.experiments.statistics import CONFIDENCE, OVER_BLOCKS, blocks, paired
from layout.slotting.gain import Placed
from layout.slotting.history import History
from layout.slotting.judge import by_order

FEW_ORDERS = 100
"""Least number of orders to judge on: with fewer than ten blocks of ten orders, changes are mostly random."""
FIGURES = ("visits", "travel")


def changes(orders: History, before: Placed, after: Placed, cell_m: float = 1.0) -> dict[str, object]:
    """Return low and high of the changes of visits and travel as shares, None if there are too few orders for an
    interval.

    by_block: of each block [before, after], visits and metres an order. cell_m: metres of a cell.
    """
    columns = zip(FIGURES, (1.0, cell_m), by_order(orders, *before), by_order(orders, *after), strict=True)
    by_block: dict[str, list[list[float]]] = {}
    result: dict[str, object] = {"blocks": 0, "method": OVER_BLOCKS, "confidence": CONFIDENCE}
    result |= {"too_few_orders": too_few(orders.orders), "by_block": by_block}
    for name, unit, before_values, after_values in columns:
        first, second = (blocks(unit * column).tolist() for column in (before_values, after_values))
        comparison = paired(first, second)
        change = comparison.change if comparison else None
        result |= {f"{name}_low": change and change.low, f"{name}_high": change and change.high}
        result["blocks"] = change.n if change else 0
        by_block[name] = [list(pair) for pair in zip(first, second, strict=True)]
    return result


def too_few(orders: int) -> bool:
    return orders < FEW_ORDERS


def warning(orders: int) -> str:
    """Return a warning line if there are too few orders to judge on, else ""."""
    if not too_few(orders):
        return ""
    return f"too few   judged on {orders:,}: with fewer than {FEW_ORDERS} orders the changes are mostly random"


def half_words(low: float | None, high: float | None) -> str:
    """Return " ± 4.1 %" for a change, "" if it has no interval."""
    return "" if low is None or high is None else f" ± {50 * (high - low):.1f} %"
