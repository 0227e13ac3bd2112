"""Print a table of League of Robot Runners problems, and of synthetic crowded floors.

    python benchmarks/league.py [FOLDER] --steps 500 --step-ms 250 --seeds 3

FOLDER holds the league's public problems, which are not part of this project: every PROBLEM.json below it is run. Each
run has a process of its own, so that memory and threads are its own. Seed 0 is the problem as it is; the others shuffle
its starts and tasks. Figures are means over seeds, except late steps and errors, which are sums, and p99 and memory,
which are maxima.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

from controller.lorr.synthetic import draw_problem, rough, shuffled, site_of, warehouse
from layout.formats.lorr import read_problem, write_problem

ERRANDS = (2, 3, 4, 5)
CROWDED = {"warehouse_33_57_400": (warehouse(), 400), "random_32_32_400": (rough(1), 400)}
COLUMNS: dict[str, tuple[str, Callable[[list[float]], float]]] = {
    "tasks_finished": ("tasks", fmean),
    "share_of_free_flow": ("of free flow", fmean),
    "planning_mean_ms": ("mean ms", fmean),
    "planning_p99_ms": ("p99 ms", max),
    "late_steps": ("late", sum),
    "errors": ("errors", sum),
    "peak_memory_mb": ("MB", max),
    "preparation_s": ("preparation s", fmean),
}


def problems(folder: Path | None, made: Path) -> Iterator[Path]:
    """Return the league's problems, then the crowded ones, which are written to `made`."""
    paths = sorted(folder.rglob("*.json")) if folder is not None and folder.is_dir() else []
    if not paths:
        print("no league problems there: crowded floors only", file=sys.stderr)
    yield from paths
    for name, (floor, robots) in CROWDED.items():
        yield write_problem(draw_problem(site_of(floor, ERRANDS), robots, 5000, 0), made, name)


def measure(problem: Path, seed: int, folder: Path, options: Sequence[str]) -> dict[str, Any]:
    """Return the figures of one run."""
    path = problem if seed == 0 else write_problem(shuffled(read_problem(problem), seed), folder, problem.stem)
    command = [
        sys.executable,
        "-c",
        "from controller.cli.app import main; main()",
        "bench",
        "lorr",
        str(path),
        "--json",
    ]
    done = subprocess.run([*command, *options], stdout=subprocess.PIPE, text=True, check=False)
    if not done.stdout:
        sys.exit(done.returncode)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--steps", default="500")
    parser.add_argument("--step-ms", default="250")
    parser.add_argument("--planner", default="lns")
    parser.add_argument("--seeds", type=int, default=1)
    args = parser.parse_args()
    # without guides: a shuffled problem is written elsewhere, and all seeds should be planned alike
    options = ["--steps", args.steps, "--step-ms", args.step_ms, "--planner", args.planner, "--no-guide"]
    print("| problem |", " | ".join(head for head, _ in COLUMNS.values()), "|")
    print("| --- |" + " --- |" * len(COLUMNS))
    with TemporaryDirectory() as made, TemporaryDirectory() as other:
        for problem in problems(args.folder, Path(made)):
            runs = [measure(problem, seed, Path(other), options) for seed in range(args.seeds)]
            row = [merge([run[key] for run in runs]) for key, (_, merge) in COLUMNS.items()]
            print(f"| {problem.stem} |", " | ".join(map(figure, row)), "|", flush=True)


if __name__ == "__main__":
    main()
