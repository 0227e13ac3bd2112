"""Sweep a setting over several values, each compared with the first on the same seeds.

python examples/sweep_a_parameter.py
"""

from podfleet import Comparison, Scenario, compare


def main(
    ticks: int = 1800, seeds: tuple[int, ...] = (1, 2, 3), robots: tuple[int, ...] = (30, 24, 18)
) -> list[Comparison]:
    """Print how the throughput of a pick station changes with fewer robots, with its 95 % interval."""
    scenario = Scenario.shipped("demo")
    usual = scenario.with_overrides(robots__count=robots[0])
    comparisons = []
    for count in robots[1:]:
        compared = compare(usual, scenario.with_overrides(robots__count=count), seeds, ticks=ticks)
        units = compared["units_per_station_hour"]
        print(f"{robots[0]} → {count} robots: {units.first:.0f} → {units.second:.0f} units a station hour", end="")
        print(f", change between {units.low:.0f} and {units.high:.0f}" if units.low is not None else "")
        comparisons.append(compared)
    return comparisons


if __name__ == "__main__":
    main()
