"""Deprecated settings: a scenario that uses one still runs, with a note, until a later release removes them."""

from collections.abc import Iterable, Iterator

from controller.scenario.scenario import Scenario

_SEE = "see docs/explanation/forecast.md"


def deprecations(scenarios: Iterable[Scenario]) -> list[str]:
    """Return a sentence for each deprecated setting that any of the scenarios uses."""
    return list(dict.fromkeys(text for scenario in scenarios for text in _of(scenario)))


def _of(scenario: Scenario) -> Iterator[str]:
    if scenario.policies.pods == "foresight":
        yield f'[policies] pods = "foresight" is deprecated: it gains nothing over "demand"; {_SEE}'
    if scenario.policies.idle == "preposition":
        yield f'[policies] idle = "preposition" is deprecated: it gains nothing over "wait"; {_SEE}'
    if scenario.chain is not None and scenario.chain.inventory.library == "statsforecast":
        yield f'[inventory] library = "statsforecast" is deprecated: its models agree with those of "own"; {_SEE}'
