"""The proxy between robots and controller: what it loses, doubles, delays, reorders and cuts off is what it was told to."""

import time
from collections.abc import Callable, Iterator

import pytest
import zmq

from robots.agents.agent import Agents
from robots.agents.drive import UnitBody
from robots.agents.fault_injection import FaultInjection
from tests.support.link.fake_controller import FakeController
from tests.support.processes.patience import wait_until
from tests.support.processes.proxy import Proxy

MANY = 600


class Ends:
    """A DEALER at the robots' end and a ROUTER at the controller's."""

    def __init__(self) -> None:
        self.context = zmq.Context()
        self.router = self.context.socket(zmq.ROUTER)
        self.dealer = self.context.socket(zmq.DEALER)
        for socket in (self.router, self.dealer):
            socket.set(zmq.LINGER, 0)
        self.router.bind("tcp://127.0.0.1:*")
        self.address = self.router.getsockopt_string(zmq.LAST_ENDPOINT)

    def received(self, quiet_s: float = 0.4) -> list[tuple[int, float]]:
        """(number, s it took) of what arrives at the router until nothing has for a while."""
        found = []
        while self.router.poll(int(quiet_s * 1000)):
            number, sent_at = self.router.recv_multipart()[-1].split()
            found.append((int(number), time.monotonic() - float(sent_at)))
        return found

    def send(self, number: int) -> None:
        self.dealer.send(f"{number} {time.monotonic()}".encode())


@pytest.fixture
def ends() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    ends.context.destroy(linger=0)


def through(ends: Ends, faults: FaultInjection, seed: int = 1) -> list[tuple[int, float]]:
    with Proxy(ends.address, faults, seed) as proxy:
        ends.dealer.connect(proxy.address)
        for number in range(MANY):
            ends.send(number)
        return ends.received()


def test_a_good_network_changes_nothing(ends: Ends) -> None:
    assert [number for number, _ in through(ends, FaultInjection())] == list(range(MANY))


def test_as_many_are_lost_as_it_was_told(ends: Ends) -> None:
    assert len(through(ends, FaultInjection(drop=0.3))) / MANY == pytest.approx(0.7, abs=0.08)


def test_as_many_are_doubled_as_it_was_told(ends: Ends) -> None:
    numbers = [number for number, _ in through(ends, FaultInjection(duplicate=0.3))]
    assert len(numbers) / MANY == pytest.approx(1.3, abs=0.08)
    assert sorted(set(numbers)) == list(range(MANY))


def test_each_takes_as_long_as_it_was_told_and_in_order(ends: Ends) -> None:
    found = through(ends, FaultInjection(latency_s=0.1, delay_s=0.1))
    assert [number for number, _ in found] == list(range(MANY))
    assert min(took for _, took in found) >= 0.099


def test_reordered_ones_arrive_all_but_not_in_order(ends: Ends) -> None:
    numbers = [number for number, _ in through(ends, FaultInjection(reorder=0.2))]
    assert numbers != sorted(numbers)
    assert sorted(numbers) == list(range(MANY))


def test_the_same_seed_loses_the_same_ones(ends: Ends) -> None:
    faults = FaultInjection(drop=0.3)
    first = [number for number, _ in through(ends, faults, seed=5)]
    ends.dealer.close()
    ends.dealer = ends.context.socket(zmq.DEALER)
    assert [number for number, _ in through(ends, faults, seed=5)] == first


def test_faults_can_end_on_the_way(ends: Ends) -> None:
    with Proxy(ends.address, FaultInjection(drop=1.0)) as proxy:
        ends.dealer.connect(proxy.address)
        ends.send(0)
        assert ends.received() == []
        proxy.faults = FaultInjection()
        ends.send(1)
        assert [number for number, _ in ends.received()] == [1]


@pytest.mark.parametrize(("side", "hears"), [("up", False), ("down", True)])
def test_a_one_way_partition_cuts_one_way_only(side: str, hears: bool) -> None:
    """With robots cut off upwards the controller hears nothing; downwards it hears HELLOs that nobody sees answered."""
    faults = FaultInjection(partition=(0.0, 3600.0, side))  # type: ignore[arg-type]
    with (
        FakeController() as controller,
        Proxy(controller.address, faults) as proxy,
        Agents(proxy.address, {0: UnitBody()}) as agents,
    ):
        wait_until(lambda: proxy.counts["up"][0] >= 2, agents.turn)
        wait_until(lambda: bool(controller.hellos(0)) is hears, agents.turn)
        assert agents.connected == 0
        proxy.faults = FaultInjection()
        wait_until(lambda: agents.connected == 1, agents.turn)


def test_each_robot_is_one_socket_to_the_controller_and_answers_find_back() -> None:
    with FakeController() as controller, Proxy(controller.address, FaultInjection(latency_s=0.01)) as proxy:
        bodies = {robot: UnitBody() for robot in range(5)}
        with Agents(proxy.address, bodies) as agents:
            wait_until(lambda: agents.connected == 5, agents.turn)
            assert len(set(controller.routes.values())) == 5
            controller.grant(3, 1, [301])
            wait_until(_arrived(controller, 3), agents.turn)
            assert [pilot.idx for pilot in agents.pilots] == [0, 0, 0, 1, 0]


def _arrived(controller: FakeController, robot: int) -> Callable[[], bool]:
    return lambda: bool(controller.positions(robot)) and controller.positions(robot)[-1].idx == 1
