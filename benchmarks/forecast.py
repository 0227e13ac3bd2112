"""Measure the time of forecasts for a large catalogue, and how near the simulated service level is to the target.

    python benchmarks/forecast.py [--skus 4000] [--days 56] [--seeds 5] [--ratio 1.5] [--lead 5] [--lead-sd 1] [--cover 10]

Time: choice among all models by rolling origin, and the forecast, of Zipf demand; goal 5 s. Service: 60 days of such
demand, forecast each evening, by velocity class; goal within a point of 98, 95 and 90 %, above or below.
"""

import argparse
import time

import numpy as np

from controller.experiments.statistics import estimate
from controller.forecasting.backtest import choose, classes_before
from controller.forecasting.classes import CLASSES
from controller.forecasting.forecast import forecast
from controller.forecasting.service_simulation import ServiceTerms, simulate_service
from controller.forecasting.synthetic_demand import SyntheticDemand, zipf_demand

HORIZON = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, default=4000)
    parser.add_argument("--days", type=int, default=56)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--ratio", type=float, default=1.5, help="variance over mean of a day's demand")
    parser.add_argument("--lead", type=float, default=5.0)
    parser.add_argument("--lead-sd", type=float, default=1.0)
    parser.add_argument("--cover", type=float, default=10.0)
    options = parser.parse_args()
    demand = zipf_demand(options.skus, 2.0 * options.skus, ratio=options.ratio)
    time_of_a_forecast(demand, options.days)
    terms = ServiceTerms(past=options.days, lead_days=options.lead, lead_sd=options.lead_sd, cover_days=options.cover)
    service_over_seeds(demand, terms, options.seeds)


def time_of_a_forecast(demand: SyntheticDemand, days: int) -> None:
    history = demand.days(0, days, np.random.default_rng(1))
    began = time.process_time()
    choice = choose(history, classes_before(history, HORIZON), HORIZON)
    chosen = time.process_time()
    forecast(history, choice, HORIZON)
    done = time.process_time()
    names = ", ".join(sku.model for sku in choice.by_class)
    print(
        f"{len(history):,} SKUs × {days} days: choose {chosen - began:.2f} s, forecast {done - chosen:.2f} s ({names})"
    )


def service_over_seeds(demand: SyntheticDemand, terms: ServiceTerms, seeds: int) -> None:
    began = time.process_time()
    runs = [simulate_service(demand, np.random.default_rng(seed), terms) for seed in range(seeds)]
    print(f"{terms.days} days: {(time.process_time() - began) / seeds:.1f} s a rehearsal; over {seeds} seeds:")
    for number, name in enumerate(CLASSES):
        results = [run[number] for run in runs]
        points = np.array([result.points for result in results])
        half = estimate(points).half
        interval = "" if half is None else f" ± {half:.2f}"
        fill = np.mean([result.fill_rate for result in results])
        cycles = sum(result.cycles for result in results)
        print(
            f"  {name}: asked {results[0].asked:.0%}, {points.mean():+.2f}{interval} points (95 % interval), ",
            end="",
        )
        print(f"largest of a seed {np.abs(points).max():.2f}, {cycles:,} cycles, fill rate {fill:.1%}")


if __name__ == "__main__":
    main()
