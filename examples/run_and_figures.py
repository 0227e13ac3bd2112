"""Run a scenario and use its figures.

python examples/run_and_figures.py
"""

from podfleet import Scenario, Summary, run


def main(ticks: int = 1800) -> Summary:
    """Run half an hour of the demo floor and print the figures that a shift lead looks at."""
    scenario = Scenario.shipped("demo", {"policies.pods": "demand"})
    summary = run(scenario, seed=1, ticks=ticks, check=True)
    print(f"{summary.scenario}: {summary.ticks * summary.tick_s / 60:.0f} min with {summary.robots} robots")
    print(f"{summary.orders_shipped} of {summary.orders_received} orders shipped, {summary.units_picked} units picked")
    if summary.units_per_station_hour is not None:
        print(f"{summary.units_per_station_hour:.0f} units an hour that a pick station is open")
    if summary.energy is not None:
        print(f"{summary.energy.driven_wh:.0f} Wh for driving, {summary.energy.charged_wh:.0f} Wh charged")
    return summary


if __name__ == "__main__":
    main()
