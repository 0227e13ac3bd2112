"""Release by slack: orders of a departure that leaves no time to lose go before those that only suit a pod."""

from functools import partial
from pathlib import Path

import pytest

from controller.floor.release import coverable
from controller.policies.release import podmatch
from controller.supply_chain.outbound.promise import due_tick, tight_until
from controller.supply_chain.state.outbound.promises import Customer, Promise
from controller.warehouse.orders import Order
from controller.warehouse.tasks import Task
from robots.recording.kinds import TaskKind
from tests.support.supply_chain.outbound_site import NEAR, NOON, OutboundSite

DAY = 86_400


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OutboundSite:
    return OutboundSite(tmp_path, monkeypatch, lanes=NEAR)


def ordered(warehouse: OutboundSite, number: int, sku: int, cpt: int) -> Order:
    """One unit of a SKU that is promised for a departure, in the backlog."""
    order = Order(number, f"{number}", 0, due_tick(warehouse.chain, cpt))
    order.add(sku, 1)
    warehouse.chain.promises.give(number, Promise(Customer("near", 0, 0), "same-day", cpt, cpt), 1)
    warehouse.site.book.receive(order)
    return order


def due_by_noon(warehouse: OutboundSite, units: int) -> None:
    """Promise this much work for the departure at noon, and forget what was computed before in this tick."""
    warehouse.chain.promises.work[NOON] = units
    warehouse.chain.promises.tight = (-1, -1)


def pod_with_and_without(warehouse: OutboundSite) -> tuple[int, int, int]:
    """(pod, a SKU in it, a SKU that isn't)."""
    for pod, held in enumerate(warehouse.site.pods.free_in):
        without = set(range(10)) - set(held)
        if held and without:
            return pod, next(iter(held)), without.pop()
    raise AssertionError("every pod has every SKU")


def test_a_departure_is_tight_when_its_work_takes_the_time_that_is_left(warehouse: OutboundSite) -> None:
    """At noon the floor can have done 1,216 units; four fifths of that are no slack."""
    assert tight_until(warehouse.site, warehouse.chain) == -1
    ordered(warehouse, 1, 0, NOON)
    assert tight_until(warehouse.site, warehouse.chain) == -1
    warehouse.chain.promises.work[NOON] = 1_000
    warehouse.chain.promises.work[NOON + DAY] = 1
    assert tight_until(warehouse.site, warehouse.chain) == due_tick(warehouse.chain, NOON)


def test_an_order_without_slack_goes_before_one_that_suits_a_pod(warehouse: OutboundSite) -> None:
    """A pod with what the older order wants is on its way; it is released first only while there is time for both."""
    site, station = warehouse.site, warehouse.site.pick_stations[0]
    pod, here, elsewhere = pod_with_and_without(warehouse)
    station.trips[0] = Task(0, TaskKind.PICK, pod, int(site.pods.cell[pod]), station.index, 0)
    patient, urgent = ordered(warehouse, 1, here, NOON + 2 * DAY), ordered(warehouse, 2, elsewhere, NOON)
    assert podmatch(site, station, partial(coverable, site)) == (patient, "1 of 1 line in pods on their way here")
    due_by_noon(warehouse, 1_216)
    assert podmatch(site, station, partial(coverable, site)) == (urgent, "its departure leaves no slack")


def test_without_slack_pods_are_matched_among_the_urgent(warehouse: OutboundSite) -> None:
    """The one that the pod fills goes before the other of the same departure, though it came later."""
    site, station = warehouse.site, warehouse.site.pick_stations[0]
    pod, here, elsewhere = pod_with_and_without(warehouse)
    station.trips[0] = Task(0, TaskKind.PICK, pod, int(site.pods.cell[pod]), station.index, 0)
    ordered(warehouse, 1, elsewhere, NOON)
    suits = ordered(warehouse, 2, here, NOON)
    due_by_noon(warehouse, 1_216)
    assert podmatch(site, station, partial(coverable, site)) == (suits, "1 of 1 line in pods on their way here")
