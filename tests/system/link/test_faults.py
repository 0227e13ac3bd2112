"""A bad network between robots and controller on real sockets: no robots collide, and all continue when it is over.

Collisions are checked from outside, by the true positions that the bodies write down.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from controller.link.cell_reservations import CellReservations
from controller.scenario.read import load_scenario
from controller.serving.serve import Serve
from robots.agents.fault_injection import FaultInjection, Side
from tests.support.link.trace_checker import driven_m, find_collisions, find_jumps, read_traces
from tests.support.processes.patience import wait_until
from tests.support.processes.proxy import Proxy
from tests.support.processes.served import DEMO, Program, served

ROBOTS = 50
WIDTH = 50
BAD = FaultInjection(drop=0.2, duplicate=0.2, delay_s=0.2, reorder=0.2)


class Bad:
    """A floor behind a bad network."""

    def __init__(self, serve: Serve, proxy: Proxy, traces: list[Path]) -> None:
        self.serve, self.proxy, self.traces = serve, proxy, traces

    def cut(self, seconds: float, side: Side) -> None:
        """Cut one direction completely; the other faults continue."""
        self.proxy.faults = replace(BAD, partition=(self.proxy.now, self.proxy.now + seconds, side))
        time.sleep(seconds)

    def standing_after(self, ns: int) -> set[int]:
        """Return the robots that have entered no cell since and are not where they want to be."""
        entered = {robot for robot, rows in read_traces(self.traces).items() if rows[-1][0] > ns}
        robots = self.serve.run_.site.robots
        return {
            robot
            for robot in set(range(ROBOTS)) - entered
            if 0 <= robots.goal[robot] != robots.cell[robot] or not self.serve.server.link.sessions[robot].online
        }


@contextmanager
def bad_floor(folder: Path, seed: int, speed: float) -> Iterator[Bad]:
    """Fifty robots in two programs, with more orders than they can serve; the faults start when they drive."""
    settings = {"robots.count": f"{ROBOTS}", "run.seed": f"{seed}", "orders.per_station_hour": "3000"}
    scenario = load_scenario(DEMO, settings)
    traces = [folder / f"{part}.csv" for part in range(2)]
    with served(scenario, speed) as serve, Proxy(serve.addresses[0], FaultInjection(), seed) as proxy:
        words = ("robots", "--connect", proxy.address, "--bodies", "unit")
        with (
            Program(folder / "0.log", *words, "--ids", f"0-{ROBOTS // 2 - 1}", "--trace", traces[0]),
            Program(folder / "1.log", *words, "--ids", f"{ROBOTS // 2}-{ROBOTS - 1}", "--trace", traces[1]),
        ):
            wait_until(lambda: serve.run_.site.tick >= 20)
            proxy.faults = BAD
            yield Bad(serve, proxy, traces)


def check_collisions(floor: Bad, least_m: int) -> None:
    assert find_collisions(floor.traces) == []
    assert find_jumps(floor.traces, WIDTH) == []
    assert sum(driven_m(floor.traces).values()) >= least_m


def check_goes_on(floor: Bad) -> None:
    ended = time.monotonic_ns()
    floor.proxy.faults = FaultInjection()
    wait_until(lambda: not floor.standing_after(ended), look_s=0.1)
    print(f"all went on within {(time.monotonic_ns() - ended) / 1e9:.1f} s; messages {floor.proxy.counts}")


def test_under_faults_nobody_collides_and_all_go_on_after(tmp_path: Path) -> None:
    """One direction is cut for so long that all robots have to log in again."""
    with bad_floor(tmp_path, seed=1, speed=8.0) as floor:
        time.sleep(2.0)
        floor.cut(3.3, "up")
        time.sleep(0.5)
        check_goes_on(floor)
    check_collisions(floor, 300)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_a_minute_of_floor_under_faults(tmp_path: Path, seed: int) -> None:
    """At the floor's own speed: 20 % lost, doubled and reordered, and cuts of either direction."""
    with bad_floor(tmp_path, seed, speed=1.0) as floor:
        time.sleep(20.0)
        floor.cut(4.0, "up")
        time.sleep(10.0)
        floor.cut(4.0, "down")
        time.sleep(22.0)
        check_goes_on(floor)
    check_collisions(floor, 500)


def grants_all(self: CellReservations, robot: int) -> bool:
    """Grant every plan, even into cells that another robot may be in."""
    route = self.routes[robot]
    before, route.granted_to = route.granted_to, route.end
    return route.granted_to > before


def test_a_controller_that_grants_taken_cells_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a broken rule, the check detects the fault."""
    monkeypatch.setattr(CellReservations, "grant", grants_all)
    with bad_floor(tmp_path, seed=1, speed=10.0) as floor:
        wait_until(lambda: find_collisions(floor.traces), look_s=0.5)
