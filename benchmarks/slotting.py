"""Measure time, memory and result of `podfleet slot compare` on synthetic histories.

    python benchmarks/slotting.py [--skus 10000] [--lines 500000] [--layout maps/fc-1000.toml] [--kind clusters|chance]

Orders of the first kind take six lines in ten from one cluster of SKUs (clusters of 3 to 30), the others by velocity;
orders of the second kind take all lines by velocity. There, integrated must not be worse than full turnover.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

PODFLEET = [sys.executable, "-c", "from controller.cli.app import main; main()"]
MEAN_LINES = 4.0


def write_orders(path: Path, skus: int, lines: int, together: float, seed: int = 1) -> None:
    """Write a CSV of orders a minute apart. together: share of lines from the cluster of the order's first SKU."""
    rng = np.random.default_rng(seed)
    share = (1.0 + np.arange(skus)) ** -0.85
    share /= share.sum()
    cluster = np.repeat(np.arange(skus), rng.integers(3, 31, skus))[:skus]
    cluster = cluster[rng.permutation(skus)]
    by = np.argsort(cluster, kind="stable")
    begin = np.searchsorted(cluster[by], np.arange(cluster.max() + 2))
    sizes = np.minimum(rng.geometric(1 / MEAN_LINES, 2 * int(lines / MEAN_LINES)), 30)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), lines)) + 1]
    drawn = rng.choice(skus, int(sizes.sum()), p=share)
    order = np.repeat(np.arange(len(sizes)), sizes)
    first = drawn[np.cumsum(sizes) - sizes][order]
    low, high = begin[cluster[first]], begin[cluster[first] + 1]
    friends = by[low + (rng.random(len(drawn)) * (high - low)).astype(np.int64)]
    sku = np.where(rng.random(len(drawn)) < together, friends, drawn)
    moment = np.datetime64("2024-01-01T00:00:00") + order * 60
    with path.open("w", encoding="utf-8") as file:
        file.write("order_id,sku,quantity,timestamp\n")
        for at, one, when in zip(order.tolist(), sku.tolist(), moment.astype(str).tolist(), strict=True):
            file.write(f"o{at},s{one:05},1,{when}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layout", default="maps/fc-1000.toml")
    parser.add_argument("--skus", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=500_000)
    parser.add_argument("--kind", choices=("clusters", "chance"), action="append")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        for kind in options.kind or ("clusters", "chance"):
            orders = Path(folder) / f"{kind}.csv"
            write_orders(orders, options.skus, options.lines, 0.6 if kind == "clusters" else 0.0)
            began = time.perf_counter()
            command = [*PODFLEET, "slot", "compare", options.layout, "--orders", str(orders), "--json"]
            rows = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(
                f"{kind}: {time.perf_counter() - began:.1f} s, so far {used.ru_utime + used.ru_stime:.1f} s of CPU, ",
                end="",
            )
            print(f"peak {used.ru_maxrss / 1024:,.0f} MiB")
            for row in rows:
                print(f"  {row['policy']:<11} visits {row['visits_change']:+.1%}  travel {row['travel_change']:+.1%}")


if __name__ == "__main__":
    main()
