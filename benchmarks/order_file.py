"""Measure the time to read an order file, beside Python's own CSV reader on the same file.

    python benchmarks/order_file.py [FILE] [--lines 500000]

Without a file, one with orders of three lines is made. Compare the ratio between versions: it doesn't depend on the
speed of the machine.
"""

import argparse
import csv
import gzip
import logging
import lzma
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from controller.demand.order_rows import read_order_rows
from controller.scenario.scenario import OrderSettings

_OPEN: Mapping[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open}
_REPEATS = 3


def main() -> None:
    """Print the best of three of each, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--lines", type=int, default=500_000)
    options = parser.parse_args()
    logging.disable()
    with TemporaryDirectory() as folder:
        path = options.file or _made(Path(folder) / "orders.csv", options.lines)
        bare = min(_seconds(lambda: _rows(path)) for _ in range(_REPEATS))
        whole = min(_seconds(lambda: len(read_order_rows(path, OrderSettings()).rows)) for _ in range(_REPEATS))
        rows = _rows(path) - 1
    print(f"{rows:,} rows: csv alone {bare:.2f} s, orders {whole:.2f} s of CPU, {whole / bare:.2f} times as long")


def _seconds(work: Callable[[], int]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _rows(path: Path) -> int:
    with _OPEN.get(path.suffix, open)(path, "rt", encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file))


def _made(path: Path, lines: int) -> Path:
    """Write orders of three lines."""
    with path.open("w", encoding="utf-8") as file:
        file.write("order_id,sku,quantity,timestamp\n")
        for line in range(lines):
            order = line // 3
            file.write(
                f"o{order},s{line * 7919 % 10_000},{line % 9 + 1},2024-{order % 12 + 1:02}-01 {order % 24:02}:00\n"
            )
    return path


if __name__ == "__main__":
    main()
