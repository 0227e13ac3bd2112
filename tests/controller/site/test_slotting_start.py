"""A site that starts from a slotting plan: stock, pods and what is kept up of it, and plans that can't be used."""

from pathlib import Path

import numpy as np
import pytest

from controller.build_site import build_site
from controller.checking.checker import Checker
from controller.run import RunOptions, SimulatedRun
from controller.site.site import Site
from controller.tick import tick
from layout.errors import InputError
from robots.recording.events import PlaceChosen, Stowed
from tests.support.floor.tiny_site import TINY, of_kind, quiet_site, run, tiny, tiny_site
from tests.support.planning.plans import Contents, places, plan_text
from tests.support.supply_chain.audit import audit_faults

SKUS = {"skus": 3}
BINS: Contents = {
    (0, 0): ("SKU-00001", 10),
    (0, 3): ("SKU-00002", 4),
    (1, 1): ("SKU-00003", 16),
    (2, 0): ("nobody-wants-it", 5),
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Three pods in the first three places of the floor: two SKUs in pod 0, one each in pods 1 and 2."""
    path = tmp_path / "plan.csv"
    path.write_text(plan_text(BINS, places(3)), encoding="utf-8")
    return path


def site_of(plan: Path, **stock: object) -> Site:
    return tiny_site(stock={**SKUS, "slotting": str(plan), **stock}, pods={"bins": 4})


def held(site: Site) -> Contents:
    """{(pod, bin): (SKU, units)} of the ledger."""
    names = site.demand.catalogue.names
    bins = np.argwhere(site.ledger.bin_sku >= 0).tolist()
    return {
        (pod, number): (names[site.ledger.bin_sku[pod, number]], int(site.ledger.bin_units[pod, number]))
        for pod, number in bins
    }


def test_the_site_starts_with_the_plans_stock_and_places(plan: Path) -> None:
    """Bin by bin and pod by pod, with no other pod on the floor."""
    site = site_of(plan)
    assert held(site) == BINS
    assert [site.grid.at(int(cell)) for cell in site.pods.cell] == places(3)
    assert audit_faults(site) == []


def test_a_plans_path_is_relative_to_the_scenario(plan: Path) -> None:
    """Its path is like that of an order file."""
    text = TINY.read_text(encoding="utf-8") + '[pods]\nbins = 4\n[stock]\nskus = 3\nslotting = "plan.csv"\n'
    scenario = plan.parent / "scenario.toml"
    scenario.write_text(text, encoding="utf-8")
    assert held(tiny_site(scenario)) == BINS


def test_a_sku_that_nobody_orders_is_stock_of_the_house(plan: Path) -> None:
    """It has no demand, and lies where the plan has it."""
    catalogue = site_of(plan).demand.catalogue
    assert (catalogue.names[-1], catalogue.owners[-1], catalogue.share[-1]) == ("nobody-wants-it", "house", 0.0)


def test_pods_go_home_to_their_own_places(plan: Path) -> None:
    """However near another free place is: whenever a pod is set down, it is where the plan has it."""
    scenario = tiny(
        stock={**SKUS, "slotting": str(plan), "reorder_at": 0}, pods={"bins": 4}, orders={"per_station_hour": 120}
    )
    site = build_site(scenario)
    checker = Checker(site)
    chosen: list[PlaceChosen] = []
    for _ in range(1200):
        frame, events = tick(site)
        assert checker.look(frame, events) == []
        chosen += of_kind(events, PlaceChosen)
    assert len(chosen) > 3
    assert all(site.grid.at(event.cell) == places(3)[event.pod] for event in chosen)


def test_receipts_go_into_the_skus_own_bins(plan: Path) -> None:
    """Half a bin of SKU-00002 comes: it is stowed into bin 0.3, though pod 2 is emptier."""
    site = site_of(plan)
    site.demand.arrivals = lambda tick: []  # type: ignore[method-assign]
    site.supply.inbound[1] = 8
    site.supply._arrivals.append((5, 1, 8))
    stowed = of_kind(run(site, 400), Stowed)
    assert [(event.sku, event.quantity, event.pod) for event in stowed] == [(1, 8, 0)]
    assert held(site)[0, 3] == ("SKU-00002", 12)


def test_nothing_is_ordered_that_doesnt_fit_its_bins(plan: Path) -> None:
    """A level is what a SKU's bins hold, however much it had at the start."""
    assert max(site_of(plan).supply._level) <= 16


def test_the_same_plan_gives_the_same_run(plan: Path) -> None:
    """The runs are equal to the last bit."""
    digests = set()
    for _ in range(2):
        scenario = tiny(stock={**SKUS, "slotting": str(plan)}, pods={"bins": 4}, run={"ticks": 300})
        with SimulatedRun(scenario, RunOptions()) as running:
            while not running.done:
                running.step()
            digests.add(running.finish().digest)
    assert len(digests) == 1


BAD: dict[str, tuple[Contents, list[tuple[int, int]], str]] = {
    "a SKU short": (
        {(0, 0): ("SKU-00001", 1)},
        places(1),
        "lacks 2 of 3 SKUs that may be ordered: SKU-00002, SKU-00003",
    ),
    "over capacity": ({**BINS, (1, 2): ("SKU-00003", 17)}, places(3), "17 units of 'SKU-00003' don't fit bin 1.2"),
    "no such bin": ({**BINS, (1, 4): ("SKU-00003", 1)}, places(3), "pod 1 has no bin 4"),
    "in an aisle": (BINS, [*places(2), (1, 1)], "place 1,1 is no storage cell but"),
    "off the floor": (BINS, [*places(2), (99, 1)], "place 99,1 is outside the floor"),
    "two pods in a place": (BINS, [*places(2), places(1)[0]], "is pod 0's already"),
    "no place": (BINS, places(2), "pod 2 has no place"),
    "a floor without a gap": (BINS, places(13), "has a pod on each of the floor's 13 storage places"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_plan_that_doesnt_fit_is_an_input_error(kind: str, tmp_path: Path) -> None:
    """The error names the file and the fault."""
    contents, stands, what = BAD[kind]
    path = tmp_path / "plan.csv"
    path.write_text(plan_text(contents, stands), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        site_of(path)
    assert str(caught.value).startswith(str(path))
    assert what in str(caught.value)


def test_a_plan_that_isnt_there_is_an_input_error(tmp_path: Path) -> None:
    """Named as it was looked for."""
    with pytest.raises(InputError, match=r"nowhere\.csv: can't be read: No such file"):
        site_of(tmp_path / "nowhere.csv")


def test_moves_take_a_slotting(tmp_path: Path) -> None:
    """There is nothing that they could begin from otherwise."""
    with pytest.raises(InputError, match=r"\[stock\] moves: has no slotting to start from"):
        tiny(stock={"moves": "moves.csv"})


def test_without_a_slotting_the_site_keeps_to_none() -> None:
    """Random stow, as ever."""
    assert quiet_site().slots is None
