"""A table of League of Robot Runners problems.

    python benchmarks/league.py --steps 500 --step-ms 250 PROBLEM.json …

Each problem runs in a process of its own, so that memory and threads are its own. The problems are the league's and not
part of this project; without any there is nothing to measure.
"""

import argparse
import json
import subprocess
import sys
from typing import Any

COLUMNS = (
    "tasks_finished",
    "share_of_free_flow",
    "planning_mean_ms",
    "planning_p99_ms",
    "late_steps",
    "errors",
    "peak_memory_mb",
)


def measure(problem: str, options: list[str]) -> dict[str, Any]:
    """The figures of one run."""
    command = [sys.executable, "-c", "from controller.cli import main; main()", "bench", "lorr", problem, "--json"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problems", nargs="*")
    parser.add_argument("--steps", default="500")
    parser.add_argument("--step-ms", default="250")
    parser.add_argument("--planner", default="epibt")
    args = parser.parse_args()
    if not args.problems:
        print("no league problems given: nothing measured")
        return
    options = ["--steps", args.steps, "--step-ms", args.step_ms, "--planner", args.planner]
    print("| problem |", " | ".join(name.replace("_", " ") for name in COLUMNS), "|")
    print("| --- |" + " --- |" * len(COLUMNS))
    for problem in args.problems:
        figures = measure(problem, options)
        print(f"| {figures['problem']} |", " | ".join(str(figures[name]) for name in COLUMNS), "|", flush=True)


if __name__ == "__main__":
    main()
