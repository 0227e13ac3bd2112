"""A policy of your own with its reason, compared with the built-in one.

python examples/own_policy.py    (Python then looks for the module own_policy beside this file)
"""

from controller.policies.own.view import FloorView, StationView
from podfleet import Difference, Scenario, compare


def smallest_first(floor: FloorView, station: StationView) -> tuple[int, str] | None:
    """Release the order with the fewest units, so that its place at the station is free again soon."""
    if not floor.backlog:
        return None
    units = {order.id: sum(line.units for line in order.lines) for order in floor.backlog}
    smallest = min(units, key=lambda order: (units[order], order))
    return smallest, f"fewest units of the backlog, {units[smallest]}"


def main(ticks: int = 1800, seeds: tuple[int, ...] = (1, 2, 3)) -> Difference:
    """Print how many orders leave with either policy on the same seeds."""
    usual = Scenario.shipped("demo")
    own = usual.with_overrides(policies__release="own_policy:smallest_first")
    shipped = compare(usual, own, seeds, ticks=ticks)["orders_shipped"]
    print(f"orders shipped: {shipped.first:.1f} → {shipped.second:.1f}", end="")
    print(f", change between {shipped.low:.1f} and {shipped.high:.1f}" if shipped.low is not None else "")
    return shipped


if __name__ == "__main__":
    main()
