"""Streams of random numbers: one for each source of chance, so that two arms on one seed differ by what was changed alone."""

import pytest

from controller.build_site import build_site
from controller.demand.demand import demand_of
from controller.experiments.variants import variants_of
from controller.random_streams import Streams
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.tasks import Job
from tests.support.floor.tiny_site import TINY, tiny, tiny_site

Key = tuple[int, int, int, int]
"""Order, line, units of the line that were picked before, units; the line is -1 for the packing of the order."""

TICKS = 1200
BUSY: dict[str, dict[str, object]] = {"orders": {"per_station_hour": 400}, "stations": {"spread": 0.5}}
ARMS: tuple[dict[str, object], ...] = (
    {"pods": "random", "release": "random", "storage": "random", "dispatch": "nearest", "planner": "pibt"},
    {"pods": "nearest", "release": "fcfs", "storage": "turnover", "dispatch": "assignment", "planner": "epibt"},
)


def service_times(site: Site, ticks: int = TICKS) -> dict[Key, int]:
    """Ticks that people take for each pick and each pack, in the order in which they begin."""
    times: dict[Key, int] = {}
    for _ in range(ticks):
        seen = site.jobs_begun
        tick(site)
        for until, number, _, _, job in sorted(site.busy_until, key=lambda entry: entry[1]):
            if number > seen and (job.line or job.order):
                times[key_of(job)] = until - site.tick
    return times


def key_of(job: Job) -> Key:
    if job.line is not None:
        return job.line.order.id, job.line.number, job.line.picked, job.units
    assert job.order is not None
    return job.order.id, -1, 0, job.units


def test_an_order_line_takes_the_same_time_in_two_arms_with_different_policies() -> None:
    """Policies change when and in which order people work, and never how long they take for one order line."""
    first, second = (service_times(tiny_site(policies=policies, **BUSY)) for policies in ARMS)
    both = first.keys() & second.keys()
    assert len(both) > 40
    assert [key for key in first if key in both] != [key for key in second if key in both]
    assert {key: first[key] for key in both} == {key: second[key] for key in both}


def test_an_order_line_takes_the_same_time_in_variants_of_fleet_and_people() -> None:
    """`layout variants --demand scenario --by parcels`: two robots and a packer, eight and three packers."""
    base = tiny(TINY, **BUSY)
    tried, left_out = variants_of(base, {}, [2, 8], full=False, people={"pack_people": [1, 3]})
    assert not left_out
    few, many = (service_times(build_site(variant.scenario), 700) for variant in (tried[0], tried[-1]))
    both = few.keys() & many.keys()
    assert len([key for key in both if key[1] < 0]) > 5  # packed in both
    assert [key for key in few if key in both] != [key for key in many if key in both]
    assert {key: few[key] for key in both} == {key: many[key] for key in both}


@pytest.mark.parametrize("change", [{"rush": 0.9}, {"cut_offs": ["12:00", "18:00"]}, {"backlog": 40}])
def test_orders_keep_their_lines_whatever_else_is_drawn_for_them(change: dict[str, object]) -> None:
    """Order by order, two arms that differ in due times or in the backlog ask for the same units of the same SKUs."""
    plain, changed = (lines_of(orders) for orders in ({}, change))
    count = min(len(plain), len(changed))
    assert count > 20
    assert plain[:count] == changed[:count]


def lines_of(orders: dict[str, object]) -> list[list[tuple[int, int]]]:
    source = demand_of(tiny(TINY, orders={"per_station_hour": 400, **orders}), Streams(1))
    come = [order for t in range(600) for order in source.arrivals(t)]
    return [[(line.sku, line.units) for line in order.lines] for order in come]


def test_a_stream_is_made_from_its_name_alone() -> None:
    """Draws of other sources, and their number, shift no stream."""
    alone, busy = Streams(1), Streams(1)
    busy.sequence("another source").random(1000)
    busy.of("a third").random(10)
    assert alone.sequence("lots").random(5).tolist() == busy.sequence("lots").random(5).tolist()
    assert alone.of("pick", 1, 2).random() == busy.of("pick", 1, 2).random()


def test_streams_of_different_things_parts_and_seeds_differ() -> None:
    """A thing's name is more than its parts strung together."""
    streams = Streams(1)
    names = [("pick", 1, 12), ("pick", 11, 2), ("pick", 1, "12"), ("pick", 1), ("pack", 1, 12)]
    draws = [streams.of(source, *thing).random() for source, *thing in names]
    draws += [streams.part("chain").of("pick", 1, 12).random(), Streams(2).of("pick", 1, 12).random()]
    assert len(set(draws)) == len(draws)


def test_a_thing_draws_anew_each_time_it_happens() -> None:
    """The second delivery of a supplier has a lead time of its own, the same in every run."""
    one, two = Streams(1), Streams(1)
    drawn = [one.next_of("lead time", 3).random() for _ in range(3)]
    two.next_of("lead time", 4).random()
    assert len(set(drawn)) == 3
    assert drawn == [two.next_of("lead time", 3).random() for _ in range(3)]
