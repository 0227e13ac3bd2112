"""Disruptions of a scenario: when each is active, which robots it stops, and its text."""

from controller.scenario.scenario import Disruption, Scenario

_TEXTS = {
    "demand": "{factor:g} times the usual demand",
    "supplier-late": "{name} takes {factor:g} times as long as usual",
    "supplier-gone": "{name} takes no orders and sends nothing",
    "lane-closed": "no trailer leaves on lane {name}",
    "fuel-price": "fuel costs {factor:g} times the usual price",
    "labour": "{factor:.0%} of the usual people are at work",
    "robots": "{count} robots are stopped",
    "power": "chargers give {factor:.0%} of their power",
}


def span(scenario: Scenario, disruption: Disruption) -> tuple[int, int]:
    """Return the first tick of a disruption, and the first tick after it."""
    begin = round(disruption.begin_s / scenario.run.tick_s)
    return begin, begin + scenario.ticks(disruption.for_s)


def active(scenario: Scenario, tick: int) -> list[Disruption]:
    """Return the disruptions active at a tick."""
    spans = ((disruption, *span(scenario, disruption)) for disruption in scenario.disruptions)
    return [disruption for disruption, begin, end in spans if begin <= tick < end]


def standstills(scenario: Scenario) -> list[tuple[int, int, int]]:
    """Return (tick, robot, ticks) of each robot stopped by a disruption, as a simulated fleet takes them."""
    spans = [
        (span(scenario, disruption), disruption.robots)
        for disruption in scenario.disruptions
        if disruption.kind == "robots"
    ]
    return [(begin, robot, end - begin) for (begin, end), robots in spans for robot in robots]


def text_of(disruption: Disruption) -> str:
    """Return the effect of a disruption, in words."""
    return _TEXTS[disruption.kind].format(factor=disruption.factor, name=disruption.name, count=len(disruption.robots))
