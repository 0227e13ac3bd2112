"""Measure the planning time of last-mile routes, and their quality.

    python benchmarks/routes.py [--stops 200] [--folder FOLDER] [--iterations 3000]

A synthetic town of three areas has six stops in ten with a window of two hours, and ten vehicles of three kinds.
Published problems with their best known solutions (CVRPLIB's X-n101-k25, Solomon's RC208) are not part of this project:
FOLDER holds them.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from controller.routing.extra import pyvrp_there
from controller.routing.instances import gap, read_instance
from controller.routing.plane import Area, Roads
from controller.routing.routes import ITERATIONS, Stop, plan
from controller.routing.vehicles import DIESEL_VAN, ELECTRIC_VAN, FLEX_CAR

HOUR = 3600
AREAS = (
    Area("north", (3.0, 9.0), 4.0, 28.0),
    Area("south", (-4.0, -7.0), 5.0, 30.0),
    Area("hills", (14.0, -3.0), 6.0, 40.0),
)
SHARES = (0.45, 0.35, 0.2)
FLEETS = {
    "enough vehicles": {DIESEL_VAN: 2, ELECTRIC_VAN: 2, FLEX_CAR: 6},
    "too few": {ELECTRIC_VAN: 1, FLEX_CAR: 2},
}
PROBLEMS = {"X-n101-k25": "round", "RC208": "dimacs"}
SEEDS = (1, 2, 3)


def draw_stops(count: int, seed: int) -> list[Stop]:
    """Return stops of one parcel or some more between 8:00 and 18:00, drawn at random."""
    rng = np.random.default_rng(seed)
    stops = []
    for number in range(count):
        x, y = AREAS[rng.choice(len(AREAS), p=SHARES)].draw(rng)
        parcels = min(8, int(rng.geometric(0.6)))
        weight_g, volume_ml = round(parcels * rng.lognormal(7.0, 0.7)), round(parcels * rng.lognormal(8.3, 0.7))
        early, late = 8 * HOUR, 18 * HOUR
        if rng.random() < 0.6:
            early += int(rng.integers(8)) * HOUR
            late = early + 2 * HOUR
        stops.append(Stop(f"S{number}", x, y, parcels, weight_g, volume_ml, 90 + 30 * parcels, early, late))
    return stops


def town(count: int) -> None:
    print(f"{count} stops         iterations  seconds     cents  vehicles  left  seeds 1, 2, 3 one below the other")
    for name, fleet in FLEETS.items():
        for iterations in (ITERATIONS, 10 * ITERATIONS):
            for seed in SEEDS:
                stops = draw_stops(count, seed)
                began = time.perf_counter()
                found = plan(stops, (0.0, 0.0), fleet, 8 * HOUR, seed, iterations, Roads(AREAS))
                seconds = time.perf_counter() - began
                cents = sum(route.cents for route in found.routes)
                print(f"{name:<18} {iterations:>9} {seconds:8.2f} {cents:9,} {len(found.routes):9} {len(found.left):5}")


def published(folder: Path, iterations: int) -> None:
    for name, convention in PROBLEMS.items():
        path = folder / f"{name}.vrp"
        if not path.is_file():
            print(f"{name}: skipped, {path} isn't there")
            continue
        instance = read_instance(path, convention)
        began = time.perf_counter()
        gaps = [gap(instance, seed, iterations) for seed in SEEDS]
        seconds = (time.perf_counter() - began) / len(SEEDS)
        words = ", ".join(f"{share:+.2%}" for share in gaps)
        print(
            f"{name}: {words} of {instance.best_known / instance.scale:,} after {iterations} iterations, {seconds:.1f} s each"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stops", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="folder of the published problems")
    parser.add_argument("--iterations", type=int, default=3000)
    options = parser.parse_args()
    if not pyvrp_there():
        print("skipped, PyVRP isn't installed: pip install 'podfleet[routes]'")
        return
    if options.folder is not None:
        published(options.folder, options.iterations)
    town(options.stops)


if __name__ == "__main__":
    main()
