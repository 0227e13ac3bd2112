"""A list of moves, carried out on the floor by robots and stow stations that are otherwise idle."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.build_site import build_site
from controller.checking.checker import Checker
from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.scenario import InjectedFault, Scenario
from controller.site.site import Site
from controller.tick import tick
from controller.warehouse.stock import DOCK
from layout.errors import InputError
from layout.slotting.moves.move_file import write_moves
from layout.slotting.moves.moves import ordered_moves
from layout.slotting.moves.stowage import Move, Spot
from layout.slotting.plan_file import read_plan
from robots.recording.events import Alarm, OrderReceived, Picked, PlaceChosen, Stowed, TakenOut, TaskCreated
from robots.units.lifecycle import RobotState
from tests.support.floor.tiny_site import of_kind, run, run_until, tiny
from tests.support.planning.plans import Contents, places, write
from tests.support.supply_chain.audit import audit_faults

PODS, BINS = 6, 2
AB: Contents = {(0, 0): ("SKU-00001", 9), (1, 0): ("SKU-00002", 7)}
BA: Contents = {(0, 0): ("SKU-00002", 7), (1, 0): ("SKU-00001", 9)}
Stands = list[tuple[int, int]]


def change(
    folder: Path, old: tuple[Contents, Stands], new: tuple[Contents, Stands], most: int | None = None, **sections: Any
) -> Scenario:
    """A scenario on the tiny floor that begins with one plan and is to end with another. most: moves of the list."""
    plans = [write(folder / f"{name}.csv", *plan) for name, plan in (("old", old), ("new", new))]
    moves = ordered_moves(*(read_plan(plan) for plan in plans), most=most).moves
    write_moves(folder / "moves.csv", moves)
    skus = len({sku for sku, _ in old[0].values()})
    stock = {"skus": skus, "slotting": str(plans[0]), "moves": str(folder / "moves.csv"), "reorder_at": 0}
    changes = {"pods": {"bins": BINS}, "robots": {"count": 3}, "orders": {"per_station_hour": 0}, **sections}
    faults = changes.pop("faults", ())
    return tiny(stock=stock, faults=faults, **changes)


def shuffled(seed: int) -> tuple[tuple[Contents, Stands], tuple[Contents, Stands]]:
    """Two plans of the same stock, with different bins and places and hardly any of them free."""
    rng = np.random.default_rng(seed)
    plans = []
    for _ in range(2):
        bins = rng.permutation(PODS * BINS)[: PODS * BINS - 1]
        contents = {(int(at) // BINS, int(at) % BINS): (f"SKU-{sku:05}", 5 + sku) for sku, at in enumerate(bins, 1)}
        stands = [places(PODS + 1)[at] for at in rng.permutation(PODS + 1)[:PODS]]
        plans.append((contents, stands))
    return plans[0], plans[1]


def state(site: Site) -> tuple[Contents, Stands]:
    """The contents of each bin, and the positions of the pods."""
    names, ledger = site.demand.catalogue.names, site.ledger
    contents = {
        (pod, number): (names[ledger.bin_sku[pod, number]], int(ledger.bin_units[pod, number]))
        for pod, number in np.argwhere(ledger.bin_sku >= 0).tolist()
    }
    return contents, [site.grid.at(int(cell)) for cell in site.pods.cell]


def worked_off(site: Site, ticks: int = 4000) -> list[Alarm]:
    """Run until all moves are done; checker alarms and state faults fail the test."""
    assert site.slots is not None
    checker, alarms = Checker(site), list[Alarm]()
    for _ in range(ticks):
        alarms += checker.look(*tick(site))
        assert site.tick % 5 or audit_faults(site) == []
        if not (site.slots.moves_left(site.pods) or site.tasks or site.ledger.held(DOCK)):
            return alarms + checker.finish()
    pytest.fail(f"{site.slots.moves_left(site.pods)} moves left after {ticks} ticks")


def finished(scenario: Scenario) -> tuple[Site, dict[str, Any]]:
    """A whole run, verified at each tick, and its summary."""
    with SimulatedRun(scenario, RunOptions(check=True)) as running:
        while not running.done:
            running.step()
        return running.site, running.finish()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_floor_ends_at_the_target(seed: int, tmp_path: Path) -> None:
    """Every unit and every pod is where the new plan has it, and the checker reports nothing."""
    old, new = shuffled(seed)
    site = build_site(change(tmp_path, old, new))
    assert worked_off(site) == []
    assert state(site) == new


def test_orders_are_worked_off_as_well(tmp_path: Path) -> None:
    """With orders coming in, the target is reached except for picked units, and no more orders are late."""
    old, new = shuffled(3)
    sections = {
        "orders": {"per_station_hour": 20, "rush": 1.0, "rush_s": 900},
        "run": {"ticks": 2400},
        "pods": {"bins": BINS},
    }
    scenario = change(tmp_path, old, new, **sections)
    stock = {"skus": 11, "slotting": str(tmp_path / "old.csv"), "reorder_at": 0}
    _, without = finished(tiny(stock=stock, robots={"count": 3}, **sections))
    site, found = finished(scenario)
    assert broken(found) == []
    assert (found.moves_left, without.moves_left) == (0, None)
    assert found.orders_shipped >= without.orders_shipped > 5
    assert found.on_time >= without.on_time > 0
    contents, _ = state(site)
    assert all(sku == new[0][bin_][0] and units <= new[0][bin_][1] for bin_, (sku, units) in contents.items())


def test_pods_in_each_others_places_swap(tmp_path: Path) -> None:
    """One of the pods waits on a free place; no person is needed."""
    one, other, free = (Spot("place", *place) for place in places(3))
    scenario = change(tmp_path, (AB, places(2)), (AB, places(2)))
    ring = [Move("pod", one, free, pod=0, parked=True), Move("pod", other, one, pod=1), Move("pod", free, other, pod=0)]
    write_moves(tmp_path / "moves.csv", ring)
    site = build_site(scenario)
    events = run(site, 600)
    assert state(site) == (AB, places(2)[::-1])
    assert [event.kind for event in of_kind(events, TaskCreated)] == ["move"] * 3
    assert audit_faults(site) == []


def test_skus_in_each_others_bins_swap_over_the_dock(tmp_path: Path) -> None:
    """Pods of a single bin leave no other room; each unit is taken out once and stowed once."""
    scenario = change(tmp_path, (AB, places(2)), (AB, places(2)), pods={"bins": 1})
    one, other = (Spot("bin", pod, 0) for pod in range(2))
    ring = [
        Move("take", one, None, "SKU-00001", 9),
        Move("sku", other, one, "SKU-00002", 7),
        Move("bring", None, other, "SKU-00001", 9),
    ]
    write_moves(tmp_path / "moves.csv", ring)
    site = build_site(scenario)
    events = run(site, 1500)
    assert state(site) == (BA, places(2))
    assert sorted(event.quantity for event in of_kind(events, TakenOut)) == [7, 9]
    assert sorted(event.quantity for event in of_kind(events, Stowed)) == [7, 9]
    assert audit_faults(site) == []


def test_a_pod_that_is_carried_anyway_goes_to_its_new_place(tmp_path: Path) -> None:
    """On a floor whose only robot is needed by orders, picks bring the pods to their new places."""
    orders = {"per_station_hour": 0, "backlog": 12, "singles": 1.0, "mean_units": 1.0, "max_units": 1}
    stands = [places(3)[0], places(3)[1]], [places(3)[2], places(3)[1]]
    scenario = change(tmp_path, (AB, stands[0]), (AB, stands[1]), orders=orders, robots={"count": 1})
    site = build_site(scenario)
    events = run_until(site, lambda events: bool(of_kind(events, PlaceChosen)))
    assert {event.kind for event in of_kind(events, TaskCreated)} == {"pick"}
    assert [site.grid.at(event.cell) for event in of_kind(events, PlaceChosen) if event.pod == 0] in (
        [],
        [places(3)[2]],
    )
    run(site, 900)
    assert [site.grid.at(int(cell)) for cell in site.pods.cell] == stands[1]


def test_units_of_waiting_orders_are_not_taken_out(tmp_path: Path) -> None:
    """Nothing of an ordered SKU leaves its bin until it is picked; then the rest does."""
    new: Contents = {(0, 1): ("SKU-00001", 9), (1, 0): ("SKU-00002", 7)}
    orders = {"per_station_hour": 0, "backlog": 4, "singles": 1.0, "mean_units": 1.0, "max_units": 1, "skew": 2.0}
    site = build_site(change(tmp_path, (AB, places(2)), (new, places(2)), orders=orders))
    events = run(site, 1500)
    wanted = sum(units for event in of_kind(events, OrderReceived) for sku, units in event.lines if sku == 0)
    picked = [event.t for event in of_kind(events, Picked) if event.sku == 0]
    out, stowed = of_kind(events, TakenOut), of_kind(events, Stowed)
    assert len(picked) == wanted > 0
    assert [(event.sku, event.quantity, event.pod) for event in out] == [(0, 9 - wanted, 0)]
    assert [(event.sku, event.quantity, event.pod) for event in stowed] == [(0, 9 - wanted, 0)]
    assert max(picked) < out[0].t < stowed[0].t


def test_one_robot_in_ten_is_left_over_for_orders(tmp_path: Path) -> None:
    """The robot is reserved while an order is open; on this small floor that is one robot."""
    old, new = shuffled(1)
    orders = {"per_station_hour": 0, "backlog": 1}
    site = build_site(change(tmp_path, old, new, orders=orders, robots={"count": 2}))
    begun = 0
    for _ in range(200):
        _, events = tick(site)
        moves = [one for one in of_kind(events, TaskCreated) if one.kind == "move" or "cleared" in one.reason]
        begun += len(moves)
        if moves and site.book.open:
            assert len(site.robots.in_state(RobotState.IDLE, RobotState.PARKING)) >= 1
    assert begun > 1


def test_the_first_moves_of_a_list_are_a_target_too(tmp_path: Path) -> None:
    """With a budget of three moves the floor ends at the state after them, parked units and all."""
    old, new = shuffled(2)
    site = build_site(change(tmp_path, old, new, most=3))
    moves = ordered_moves(read_plan(tmp_path / "old.csv"), read_plan(tmp_path / "new.csv"), most=3).moves
    assert worked_off(site) == []
    contents, stands = state(site)
    assert contents != new[0] or stands != new[1]
    assert len({move.source for move in moves}) == 3
    assert sorted(contents.values()) == sorted(old[0].values())


def test_the_same_moves_give_the_same_run(tmp_path: Path) -> None:
    """The runs are equal to the last bit."""
    old, new = shuffled(1)
    scenario = change(tmp_path, old, new, run={"ticks": 400}, orders={"per_station_hour": 30})
    digests = set()
    for _ in range(2):
        with SimulatedRun(scenario) as running:
            while not running.done:
                running.step()
            digests.add(running.finish().digest)
    assert len(digests) == 1


@pytest.mark.parametrize("at", [60, 130, 210, 330])
def test_a_robot_that_dies_with_a_pod_loses_no_unit(at: int, tmp_path: Path) -> None:
    """State and checker agree in every tick, whatever the robot was doing."""
    old, new = shuffled(1)
    scenario = change(tmp_path, old, new, faults=tuple(InjectedFault(robot, at + robot, "die") for robot in range(2)))
    site = build_site(scenario)
    checker = Checker(site)
    for _ in range(900):
        assert checker.look(*tick(site)) == []
        assert site.tick % 5 or audit_faults(site) == []
    assert checker.finish() == []


BAD = {
    "not there": (Move("sku", Spot("bin", 0, 1), Spot("bin", 1, 1), "SKU-00001", 1), "do not match"),
    "too many": (Move("sku", Spot("bin", 0, 0), Spot("bin", 1, 1), "SKU-00001", 10), "do not match"),
    "taken": (Move("sku", Spot("bin", 0, 0), Spot("bin", 1, 0), "SKU-00001", 9), "there is no room for SKU-00001"),
    "no such bin": (Move("sku", Spot("bin", 0, 0), Spot("bin", 1, 5), "SKU-00001", 9), "which the floor does not have"),
    "no such pod": (Move("pod", Spot("place", 2, 2), Spot("place", 2, 4), pod=7), "pod 7 is not at place 2,2"),
    "an aisle": (Move("pod", Spot("place", 2, 2), Spot("place", 1, 1), pod=0), "which is no storage place"),
    "off the floor": (Move("pod", Spot("place", 2, 2), Spot("place", 77, 1), pod=0), "which is no storage place"),
}


@pytest.mark.parametrize("kind", BAD)
def test_moves_that_the_plan_doesnt_allow_are_input_errors(kind: str, tmp_path: Path) -> None:
    """The message has the file and the fault."""
    move, message = BAD[kind]
    scenario = change(tmp_path, (AB, places(2)), (AB, places(2)))
    write_moves(tmp_path / "moves.csv", [move])
    with pytest.raises(InputError) as caught:
        build_site(scenario)
    assert str(caught.value).startswith(str(tmp_path / "moves.csv"))
    assert message in str(caught.value)
