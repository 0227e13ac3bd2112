"""A floor that another version has stopped goes on from its snapshot where that means the same to this one."""

import logging
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from controller.build_site import build_site
from controller.persistence import store_origin
from controller.persistence.checkpoint import restore_site, snapshot_of
from controller.persistence.snapshot import graph, register
from controller.persistence.store import Store
from controller.run import Run, RunOptions
from controller.scenario.scenario import Scenario
from controller.serving.resume import keep, recover
from controller.site.site import Site
from controller.supply_chain.state import schedule
from controller.takeover.store_contents import look
from layout.errors import InputError
from robots.recording.events import encode_events
from tests.support.floor.tiny_site import chain_of, tiny, tiny_site

CHAIN = tiny(returns={"rate": 1.0})
"""With a supply chain, which no book holds."""
TICKS = 30


def stopped(path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A floor that another version has kept."""
    run = Run(build_site(scenario))
    for _ in range(TICKS):
        run.step()
    with monkeypatch.context() as other:
        other.setattr(store_origin, "version", lambda _: "0.0.9")
        other.setattr(store_origin, "code_digest", lambda: "other")
        with Store(path, scenario) as store:
            store.next_tick = TICKS
            keep(store, run)
    return run


def test_a_floor_with_a_supply_chain_goes_on_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As one that never stopped, with its figures; from then on it is this version's."""
    caplog.set_level(logging.INFO)
    path = tmp_path / "site.db"
    run = stopped(path, CHAIN, monkeypatch)
    assert look(path, path)["fault"] == ""
    with Store(path, CHAIN) as store:
        assert store.other == "podfleet 0.0.9"
        site, kpis = recover(store, CHAIN)
        assert store.other == ""
    site.fleet = run.site.fleet
    again, unstopped = Run(site, RunOptions(), kpis), Run(build_site(CHAIN))
    for _ in range(TICKS):
        unstopped.step()
    for _ in range(TICKS):
        assert encode_events(again.step()[1]) == encode_events(unstopped.step()[1])
    figures = ("orders_received", "units_picked", "distance_m", "robot_utilisation")
    assert [getattr(again.summary(), name) for name in figures] == [
        getattr(unstopped.summary(), name) for name in figures
    ]
    assert f"the floor of podfleet 0.0.9 was taken over at tick {TICKS}, as it was" in caplog.text


def test_where_a_meaning_has_changed_the_book_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And what no book holds is refused, also by store check, which says why."""
    caplog.set_level(logging.INFO)
    path, chain = tmp_path / "site.db", tmp_path / "chain.db"
    stopped(path, tiny(), monkeypatch)
    stopped(chain, CHAIN, monkeypatch)
    monkeypatch.setattr(graph, "MARK", b"podfleet graph 99")
    with Store(path, tiny()) as store:
        assert recover(store, tiny())[0].tick == TICKS
    assert "from its book; its snapshot can't be read: it is of another form" in caplog.text
    assert "a supply chain" in (fault := look(chain, chain)["fault"])
    assert fault.endswith("its snapshot: it is of another form")
    with Store(chain, CHAIN) as store, pytest.raises(InputError, match="can't be taken over by this version"):
        recover(store, CHAIN)
    with Store(chain, CHAIN) as store:
        assert store.other, "it is left as it was"


class Other:
    def __init__(self) -> None:
        self.tick = self.more = 0


class Place(NamedTuple):
    bin: int
    kind: str
    id: int


class PodState(IntEnum):
    """Which is a number in an array, and named by nothing."""

    STORED = 1
    CLAIMED = 0
    QUARANTINED = 2


DATA = snapshot_of(tiny_site())


@pytest.mark.parametrize(
    ("name", "here", "why"),
    [
        ("Pods", None, "Pods isn't known here"),
        ("Pods", Other, "Pods has other fields here: cell, "),
        ("Place", Place, "Place has other fields here: their order"),
        ("PodState", PodState, "PodState here are without CLAIMED 1, STORED 0"),
    ],
)
def test_a_snapshot_whose_classes_are_others_here_is_refused(
    name: str, here: type | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {**register._classes(), name: here}
    monkeypatch.setattr(register, "_classes", lambda: {name: cls for name, cls in known.items() if cls})
    with pytest.raises(InputError, match=why):
        restore_site(DATA, tiny())


def test_a_snapshot_with_a_handler_that_is_gone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    site = build_site(CHAIN)
    chain_of(site).schedule.at(5, register.step_of("close"))
    data = snapshot_of(site)
    monkeypatch.delitem(schedule.HANDLERS, "close")
    with pytest.raises(InputError, match="the handlers of the schedule here are without close"):
        restore_site(data, CHAIN)


def test_a_file_names_nothing_by_its_module() -> None:
    """Modules may move to other folders; names are unique, which the registers see to."""
    assert not [name for name in (*register.names(), *register.steps()) if "." in name]
    with pytest.raises(RuntimeError, match="two handlers have the name"):
        schedule.handler(register.step_of("look"))


def _put(where: Callable[[Site], Any], at: Any, value: int) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        where(site)[at] = value

    return change


def _one_robot_more(site: Site) -> None:
    site.robots.goal = np.append(site.robots.goal, 0)


def _narrow_roads(site: Site) -> None:
    site.roads = type(site.roads)(site.roads.exits[:-1], site.roads.area, site.roads.step)


def _trailing(site: Site) -> None:
    site.robots.trailing = np.array([[99, 0]], np.int32)


CHANGES = {
    "cells of robots": [_put(lambda site: site.robots.cell, 0, cell) for cell in (-1, 10**9)],
    "goals of robots": [*(_put(lambda site: site.robots.goal, 0, cell) for cell in (-2, 10**9)), _one_robot_more],
    "headings of robots": [_put(lambda site: site.robots.heading, 0, heading) for heading in (-1, 4)],
    "loads of robots": [_put(lambda site: site.robots.load, 0, load) for load in (-3, 10**6)],
    "states of robots": [_put(lambda site: site.robots.state, 0, 99)],
    "robots in walls": [_put(lambda site: site.robots.cell, 0, 0), _put(lambda site: site.robots.goal, 0, 0)],
    "cells behind robots": [_trailing],
    "cells of pods": [_put(lambda site: site.pods.cell, 0, cell) for cell in (-2, 10**9)],
    "places of pods": [_put(lambda site: site.pods.pod_at, 0, pod) for pod in (-2, 10**6)],
    "units in pods": [
        _put(lambda site: site.ledger.bin_units, (0, 0), -1),
        _put(lambda site: site.ledger.bin_sku, (0, 0), 10**6),
    ],
    "roads of another floor": [_narrow_roads, _put(lambda site: site.roads.step, 0, 10**6)],
    "roads into walls": [_put(lambda site: site.roads.exits, slice(None), 15)],
}


@pytest.mark.parametrize(
    ("what", "change"), [(what, change) for what, changes in CHANGES.items() for change in changes]
)
def test_what_kernels_index_by_is_in_the_floor(what: str, change: Callable[[Site], None]) -> None:
    """Well written, well sealed, and out of range: one message, and no kernel has run on it."""
    site = tiny_site()
    change(site)
    with pytest.raises(InputError, match=rf"the store: snapshot: can't be read: .*{what} that can't be"):
        restore_site(snapshot_of(site), site.scenario)


@pytest.mark.parametrize("row", [(0, (10**9, 0)), (0, (-1, 0)), (0, (5, 7)), (10**6, (5, 0)), (-1, (5, 0))])
def test_a_distance_field_is_of_the_floor(row: tuple[int, tuple[int, int]]) -> None:
    fields = tiny_site().fields
    state = fields.__getstate__() | {"rows": {row[0]: (row[1], 0)}}
    with pytest.raises(ValueError, match="a distance field in row"):
        fields.__setstate__(state)
