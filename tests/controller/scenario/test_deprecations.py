"""Deprecated settings: each is named once, and the defaults need no note."""

from msgspec.structs import replace

from controller.scenario.deprecations import deprecations
from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario
from tests.support.floor.tiny_site import DEMO


def with_policies(scenario: Scenario, **policies: str) -> Scenario:
    return replace(scenario, policies=replace(scenario.policies, **policies))


def test_the_demo_uses_no_deprecated_setting() -> None:
    """Its policies are the defaults."""
    assert deprecations([load_scenario(DEMO)]) == []


def test_each_deprecated_policy_is_named_once() -> None:
    """Two scenarios with the same deprecated policy give one note; another policy gives another."""
    demo = load_scenario(DEMO)
    both = with_policies(demo, pods="foresight", idle="preposition")
    pods, idle = deprecations([with_policies(demo, pods="foresight"), both])
    assert pods.startswith('[policies] pods = "foresight" is deprecated')
    assert idle.startswith('[policies] idle = "preposition" is deprecated')


def test_the_other_forecast_library_is_deprecated() -> None:
    """A supply chain with statsforecast's models gives a note, one with the built-in models none."""
    chain = load_scenario(DEMO.parent / "order-to-door.toml").chain
    assert chain is not None
    scenario = replace(load_scenario(DEMO), chain=chain)
    assert deprecations([scenario]) == []
    other = replace(scenario, chain=replace(chain, inventory=replace(chain.inventory, library="statsforecast")))
    (text,) = deprecations([other])
    assert text.startswith('[inventory] library = "statsforecast" is deprecated')
