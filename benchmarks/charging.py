"""Measure a day of the demo floor with small batteries and few chargers: no robot runs flat, and the chargers are used
fully.

    python benchmarks/charging.py                 an hour with four chargers and with one, seed 1
    python benchmarks/charging.py --hours 24      a day of each
    python benchmarks/charging.py --hours 24 --chargers 2 --backlog 20000
                                                  a day with more orders waiting than can be served

Batteries have 60 Wh, and chargers are spread over the floor. `of bound` is units picked ÷ the smaller of the units that
the chargers' energy allows and those that were ordered, as docs/reference/report.md defines it.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from controller.run import SimulatedRun
from controller.scenario.read import load_scenario
from robots.wording.formatting import count

DEMO = Path(__file__).parents[1] / "maps" / "demo.toml"


def with_chargers(text: str, chargers: int) -> str:
    """Write a layout file with fewer chargers, picked evenly in reading order; pods stand in place of the others."""
    begin = text.index('grid = """')
    end = text.index('"""', begin + len('grid = """'))
    places = [index for index in range(begin, end) if text[index] == "C"]
    kept = {places[number * len(places) // chargers] for number in range(chargers)}
    return "".join("P" if index in places and index not in kept else sign for index, sign in enumerate(text))


def measure(chargers: int, battery_wh: float, ticks: int, seed: int, backlog: int = 0) -> dict[str, Any]:
    """Return the summary of a run, with `lowest_wh`, the lowest charge of any robot."""
    settings = {"run.ticks": ticks, "run.seed": seed, "robots.battery_wh": battery_wh, "orders.backlog": backlog}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"demo-{chargers}.toml"
        path.write_text(with_chargers(DEMO.read_text(encoding="utf-8"), chargers), encoding="utf-8")
        scenario = load_scenario(path, {key: str(value) for key, value in settings.items()})
    with SimulatedRun(scenario) as run:
        lowest = battery_wh
        while not run.done:
            run.step()
            lowest = min(lowest, float(run.site.robots.battery_wh.min()))
        return {**run.finish().as_dict(), "lowest_wh": lowest}


def row(chargers: int, summary: dict[str, Any]) -> str:
    """Return a line of the table."""
    balance = summary["energy"]
    figures = (
        count(chargers, "charger"),
        f"{summary['trouble']['robots_flat']} flat, least {summary['lowest_wh']:.1f} Wh",
        f"{summary['units_picked']:,} units of {balance['units_asked']:,} ordered and {balance['units_allowed']:,.0f} allowed",
        f"of bound {balance['of_bound']:.3f}",
        f"charged {balance['charged_wh']:,.0f} of {balance['chargers_wh']:,.0f} Wh",
        f"driven {balance['driven_wh']:,.0f}, stood {balance['stood_wh']:,.0f}",
        f"{balance['driven_wh_per_unit']:.2f} Wh a unit",
        f"keeps {balance['robots_kept']:.1f} robots at work",
        f"pick stations at work {summary['station_utilisation']:.3f}",
    )
    return " | ".join(figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--battery-wh", type=float, default=60.0)
    parser.add_argument("--chargers", type=int, nargs="+", default=[4, 1])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backlog", type=int, default=0)
    args = parser.parse_args()
    for chargers in args.chargers:
        ticks = round(3600 * args.hours)
        print(row(chargers, measure(chargers, args.battery_wh, ticks, args.seed, args.backlog)), flush=True)


if __name__ == "__main__":
    main()
