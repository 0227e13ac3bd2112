"""The section on energy: what was charged, what became of it, and how much work the chargers allow."""

from collections.abc import Mapping
from typing import Any

from controller.report.html import Column, Markup, section, table
from robots.wording.formatting import count, number, share

_ROWS = (
    ("start_wh", "In the batteries at the start", "Wh", 0),
    ("charged_wh", "Charged", "Wh", 0),
    ("driven_wh", "For driving, turning and lifting", "Wh", 0),
    ("stood_wh", "For standing", "Wh", 0),
    ("end_wh", "In the batteries at the end", "Wh", 0),
    ("chargers_wh", "What the chargers could have given", "Wh", 0),
    ("driven_wh_per_unit", "Driving a unit picked", "Wh", 2),
    ("units_allowed", "Units that the chargers' energy allows", "", 0),
    ("units_asked", "Units that were ordered", "", 0),
)

NO_BALANCE = "A balance is kept of simulated robots only: others tell how full their batteries are, not what they draw."


def energy_section(report: Mapping[str, Any]) -> Markup:
    balance = report["energy"]
    if balance is None:
        return section("Energy", NO_BALANCE)
    rows = [[label, number(_figure(balance[key]), digits, unit)] for key, label, unit, digits in _ROWS]
    rows.append(["Units picked, of the fewer of these two", share(balance["of_bound"])])
    return section("Energy", " ".join(kept_words(balance)), table([Column(""), Column("", True)], rows, ""))


def kept_words(balance: Mapping[str, Any]) -> list[str]:
    """How many robots the chargers could keep at work, as a sentence; none where no robot worked."""
    kept, watts = balance["robots_kept"], balance["robot_at_work_w"]
    if kept is None or watts is None:
        return []
    # records from before it was kept don't have it
    there = f"; there are {balance['robots']:,}" if "robots" in balance else ""
    could = f"{count(balance['chargers'], 'charger')} could keep {kept:.1f} robots at work all the time"
    return [f"{could}, at {watts:.0f} W each{there}."]


def _figure(value: float | None) -> float | None:
    return None if value is None else float(value)
