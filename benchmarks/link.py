"""Compare robots over the network with robots in the same process: the cost of the link in work done, and its scale.

    python benchmarks/link.py [--scenario maps/fc-1000.toml] [--robots 200] [--ticks 600] [--speed 1]
    python benchmarks/link.py --scale          # 1,000 robots with keys, and 10,000 by group keys, on one controller

The first form runs one scenario in process, then with agents whose bodies do a cell or a turn within a tick, then with
accelerating ones, and prints the work done as ratios. --speed 4 is four times real time. The second form counts late
ticks.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PODFLEET = [sys.executable, "-c", "from controller.cli.app import main; main()"]
WORK = ("units_picked", "orders_shipped", "distance_m")
LINK = ("robots_connected", "late_ticks", "grant_ms_p50", "grant_ms_p99", "rings_refused", "peak_rss_mb")


def in_process(scenario: str, robots: int, ticks: int) -> dict[str, Any]:
    command = [*PODFLEET, "run", scenario, "--robots", str(robots), "--ticks", str(ticks), "--headless", "--json"]
    return _summary(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True))


def served(
    scenario: str,
    robots: int,
    ticks: int,
    speed: float,
    bodies: str,
    agents: int = 1,
    keys: Path | None = None,
    store: Path | None = None,
    extra: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the summary of `podfleet serve` with `agents` processes of simulated robots."""
    keyed = ["--keys", str(keys)] if keys else []
    kept = ["--store", str(store)] if store else []
    command = [
        *PODFLEET,
        "serve",
        scenario,
        "--robots",
        str(robots),
        "--ticks",
        str(ticks),
        "--bind",
        "tcp://127.0.0.1:*",
    ]
    command += ["--speed", str(speed), "--wait", "120", "--json", *keyed, *kept, *extra]
    with ExitStack() as stack:
        server = stack.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
        stack.callback(server.kill)
        assert server.stderr is not None
        address = next(line.split()[1] for line in server.stderr if line.startswith("robots "))
        for number in range(agents):
            first, last = number * robots // agents, (number + 1) * robots // agents - 1
            ids = [*PODFLEET, "robots", "--connect", address, "--ids", f"{first}-{last}", "--bodies", bodies, *keyed]
            crew = subprocess.Popen(ids, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.callback(crew.wait)
            stack.callback(crew.terminate)
        drain = subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
        stack.callback(drain.wait)
        out = server.communicate()[0]
    return dict(json.loads(out.splitlines()[-1]))


def _summary(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    return dict(json.loads(done.stdout.splitlines()[-1]))


def compare(scenario: str, robots: int, ticks: int, speed: float, ahead: int) -> None:
    alone = in_process(scenario, robots, ticks)
    print(f"{scenario}, {robots} robots, {ticks} ticks, {speed:g} times life")
    print("| bodies |", " | ".join(WORK + LINK), "|")
    print("| --- |" + " --- |" * (len(WORK) + len(LINK)))
    print("| in process |", " | ".join(f"{alone[key]:g}" for key in WORK), "|" + " – |" * len(LINK), flush=True)
    for bodies in ("unit", "drive"):
        run = served(scenario, robots, ticks, speed, bodies, extra=["--ahead", str(ahead)])
        ratios = [f"{run[key]:g} (×{run[key] / alone[key]:.2f})" if alone[key] else f"{run[key]:g}" for key in WORK]
        print(f"| {bodies} |", " | ".join(ratios + [f"{run[key]:g}" for key in LINK]), "|", flush=True)


def scale(ticks: int) -> None:
    print("| robots | keys | tick | ticks | " + " | ".join(LINK) + " |")
    print("| --- | --- | --- | --- |" + " --- |" * len(LINK))
    for scenario, robots, agents, groups, speed in (
        ("maps/fc-1000.toml", 1000, 2, 0, 1.0),
        ("maps/fc-10000.toml", 10000, 2, 2, 0.5),
    ):
        with TemporaryDirectory() as folder:
            keys = Path(folder) / "keys"
            grouped = ["--groups", str(groups)] if groups else []
            subprocess.run(
                [*PODFLEET, "keys", "make", str(keys), "--robots", str(robots), *grouped],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            began = time.monotonic()
            run = served(scenario, robots, ticks, speed, "unit", agents, keys, Path(folder) / "site.db")
            took = time.monotonic() - began
        kind = f"{groups} groups" if groups else "one each"
        print(
            f"| {robots} | {kind} | {1 / speed:g} s | {ticks} | "
            + " | ".join(f"{run[key]:g}" for key in LINK)
            + f" | ({took:.0f} s)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="maps/fc-1000.toml")
    parser.add_argument("--robots", type=int, default=200)
    parser.add_argument("--ticks", type=int, default=600)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--ahead", type=int, default=4)
    parser.add_argument("--scale", action="store_true")
    args = parser.parse_args()
    if args.scale:
        scale(args.ticks)
    else:
        compare(args.scenario, args.robots, args.ticks, args.speed, args.ahead)


if __name__ == "__main__":
    main()
