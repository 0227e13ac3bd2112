"""A floor with a supply chain that is stored and restored continues as one that never ended, with its vans on the road."""

import pytest

from controller.build_site import build_site
from controller.persistence.checkpoint import restore_site, snapshot_of
from controller.routing.extra import pyvrp_there
from controller.scenario.read import load_scenario
from controller.site.site import Site
from controller.tick import tick
from robots.recording.events import Event, encode_events
from robots.recording.supply_chain_events import RoutePlanned
from tests.support.floor.tiny_site import ROOT, chain_of

MAP = ROOT / "maps" / "order-to-door.toml"
NOON = {"run.start": "12:15", "run.tick_s": "6", "orders.backlog": "60"}
TICKS, STOPS = 1_000, (440, 600, 780)


def events_of(site: Site, until: int) -> list[list[Event]]:
    return [tick(site)[1] for _ in range(until - site.tick)]


@pytest.mark.skipif(not pyvrp_there(), reason="the extra `routes` isn't installed")
def test_a_chain_that_was_stored_goes_on_to_the_last_bit() -> None:
    """Stored at noon before, while and after vans set out, with trailers, purchase orders and returns under way."""
    scenario = load_scenario(MAP, NOON)
    straight = events_of(build_site(scenario), TICKS)
    site, told, away = build_site(scenario), list[list[Event]](), 0
    for stop in STOPS:
        told += events_of(site, stop)
        fleet, data = site.fleet, snapshot_of(site)
        (site,) = restore_site(data, site.scenario)
        site.fleet = fleet
        away += any(at > stop for at in chain_of(site).last_mile.away.values())
    told += events_of(site, TICKS)
    assert away
    assert any(isinstance(event, RoutePlanned) for events in straight for event in events)
    assert list(map(encode_events, told)) == list(map(encode_events, straight))
