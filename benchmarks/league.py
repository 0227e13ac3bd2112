"""A table of league problems: python benchmarks/league.py STEPS STEP_MS PROBLEM.json…

Each problem runs in a process of its own, so that memory and threads are its own.
"""

import json
import subprocess
import sys

COLUMNS = ("tasks_finished", "share_of_free_flow", "planning_mean_ms", "planning_p99_ms", "late_steps", "errors")


def measure(problem: str, steps: str, step_ms: str) -> dict[str, float]:
    """The figures of one run."""
    command = [
        sys.executable,
        "-m",
        "controller.cli_bench",
        "lorr",
        problem,
        "--steps",
        steps,
        "--step-ms",
        step_ms,
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    steps, step_ms, *problems = sys.argv[1:]
    print("| problem |", " | ".join(name.replace("_", " ") for name in (*COLUMNS, "peak_memory_mb")), "|")
    print("| --- |" + " --- |" * (len(COLUMNS) + 1))
    for problem in problems:
        figures = measure(problem, steps, step_ms)
        print(f"| {figures['problem']} |", " | ".join(str(figures[name]) for name in (*COLUMNS, "peak_memory_mb")), "|")


if __name__ == "__main__":
    main()
