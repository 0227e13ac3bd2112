"""Energy section: energy charged and used, and the amount of work the chargers allow."""

from controller.kpis.summary import EnergyBalance
from controller.report.html import Column, Markup, section, table
from robots.wording.formatting import count, number, share

_ROWS = (
    ("start_wh", "In the batteries at the start", "Wh", 0),
    ("charged_wh", "Charged", "Wh", 0),
    ("driven_wh", "For driving, turning and lifting", "Wh", 0),
    ("stood_wh", "For standing", "Wh", 0),
    ("end_wh", "In the batteries at the end", "Wh", 0),
    ("chargers_wh", "Capacity of the chargers", "Wh", 0),
    ("driven_wh_per_unit", "Driving a unit picked", "Wh", 2),
    ("units_allowed", "Units possible with the chargers' energy", "", 0),
    ("units_asked", "Units that were ordered", "", 0),
)

NO_BALANCE = "The energy balance covers simulated robots only: others report their charge, not their consumption."


def energy_section(balance: EnergyBalance | None) -> Markup:
    if balance is None:
        return section("Energy", NO_BALANCE)
    rows = [[label, number(_figure(getattr(balance, key)), digits, unit)] for key, label, unit, digits in _ROWS]
    rows.append(["Units picked, as a share of the smaller of these two", share(balance.of_bound)])
    return section("Energy", " ".join(kept_words(balance)), table([Column(""), Column("", True)], rows, ""))


def kept_words(balance: EnergyBalance) -> list[str]:
    """Return a sentence on how many robots the chargers could keep at work; none if no robot worked."""
    kept, watts = balance.robots_kept, balance.robot_at_work_w
    if kept is None or watts is None:
        return []
    # older records lack this figure
    fleet = f"; there are {balance.robots:,}" if balance.robots else ""
    could = f"{count(balance.chargers, 'charger')} could keep {kept:.1f} robots at work all the time"
    return [f"{could}, at {watts:.0f} W each{fleet}."]


def _figure(value: float | None) -> float | None:
    return None if value is None else float(value)
