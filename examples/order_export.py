"""Write the files of docs/tutorial/slotting.md, to try slotting on: `python examples/order_export.py`.

A small shop, drawn at random with a fixed seed: 1,200 SKUs in families of five, some of them ordered far more often
than others; two orders in three stay within a family. export.csv is a week of 3,000 orders, next-week.csv the week
after, items.csv all SKUs.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ORDERS = 3_000
_FAMILIES, _MEMBERS = 240, 5
_WEEKS = {"export.csv": date(2026, 3, 2), "next-week.csv": date(2026, 3, 9)}
_DAYS = 5
_FROM_H, _HOURS = 8, 6
_LINES = (1, 1, 1, 2, 2, 3, 4, 5)
_IN_FAMILY = 2 / 3


def write(folder: Path, seed: int = 1) -> None:
    """Write the three files."""
    chance = random.Random(seed)
    families = list(range(_FAMILIES))
    chance.shuffle(families)  # so that names don't show which SKUs are fast
    for name, monday in _WEEKS.items():
        (folder / name).write_text("\n".join(_orders(chance, families, monday)) + "\n", encoding="utf-8")
    skus = [_sku(family, member) for family in range(_FAMILIES) for member in range(_MEMBERS)]
    (folder / "items.csv").write_text("\n".join(["sku", *skus]) + "\n", encoding="utf-8")


def _orders(chance: random.Random, families: list[int], monday: date) -> Iterator[str]:
    yield "order_id,sku,quantity,timestamp"
    for number in range(ORDERS):
        minute = _HOURS * 60 * _DAYS * number // ORDERS
        day, minute = divmod(minute, _HOURS * 60)
        moment = f"{monday + timedelta(day)} {_FROM_H + minute // 60:02}:{minute % 60:02}"
        for sku in _basket(chance, families, chance.choice(_LINES)):
            yield f"{monday:%m%d}-{number:04},{sku},{chance.choice((1, 1, 1, 2))},{moment}"


def _basket(chance: random.Random, families: list[int], lines: int) -> list[str]:
    """Return SKUs of one family, or of as many families as there are lines."""
    sought = [1 / (10 + rank) for rank in range(_FAMILIES)]
    if chance.random() < _IN_FAMILY:
        (family,) = chance.choices(families, sought)
        return [_sku(family, member) for member in chance.sample(range(_MEMBERS), lines)]
    drawn = dict.fromkeys(chance.choices(families, sought, k=lines))
    return [_sku(family, chance.randrange(_MEMBERS)) for family in drawn]


def _sku(family: int, member: int) -> str:
    return f"F{family:03}-{member + 1}"


if __name__ == "__main__":
    write(Path())
    print(f"wrote {', '.join(_WEEKS)} ({ORDERS:,} orders each) and items.csv")
