"""Summaries of runs for tests that need no run."""

from msgspec.structs import asdict

from controller.kpis.summary import FloorFigures, Summary, Trouble
from controller.provenance import environment


def summary_of(floor: FloorFigures) -> Summary:
    """Return a sound run's summary with the figures of a floor."""
    run = {"scenario": "test", "seed": 1, "ticks": 5, "tick_s": 1.0, "robots": 1, "energy_wh": 1.0, "energy": None}
    faults = dict.fromkeys(("collisions", "stock_errors", "order_errors", "stuck_robots", "refused_plans"), 0)
    orders = {"rows_skipped": {}, "orders_left_out": {}, "units_left_out": 0, "orders_after_end": 0}
    made = {"checked": True, "digest": "d", "scenario_hash": "h", "environment": environment()}
    took = {"wall_s": 1.0, "ticks_per_s": 5.0, "peak_rss_mb": None}
    return Summary(**asdict(floor), **run, **faults, **orders, **made, **took, trouble=Trouble())
