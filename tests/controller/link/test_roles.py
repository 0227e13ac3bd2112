"""Keys on real sockets: nobody without the right one moves a robot, submits an order or sees the floor."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from controller.link.key_folder import add_key, revoke_key
from layout.errors import InputError
from robots.link.keys import Key, find_robot_keys
from robots.link.messages import FLAG_PAUSED, Reject, Stopped, Who
from robots.recording.live_stream import FrameSubscriber
from robots.requests import requests
from robots.requests.client import RequestClient
from tests.support.link.key_ring import KeyRing
from tests.support.link.link_rig import Client, Served, driving, hello, position, served
from tests.support.processes.patience import PATIENCE_MS, PATIENCE_S, wait_until

_SILENT_S = 0.25
NOBODIES = ["no key", "an unknown key", "a stolen public key", "the server's key"]


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def floor(ring: KeyRing) -> Iterator[Served]:
    with served(ring.folder) as opened:
        yield opened


def nobody(ring: KeyRing, who: str) -> Key | None:
    return {
        "no key": None,
        "an unknown key": ring.unknown(),
        "a stolen public key": replace(ring.robot(0), secret=ring.unknown().secret),
        "the server's key": ring["server"],
    }[who]


def refused(floor: Served) -> int:
    return floor.serve.server.refused_keys


def sees(floor: Served, key: Key | None, wait_s: float = PATIENCE_S) -> bool:
    """Return whether a client receives a frame of the floor."""
    with FrameSubscriber(floor.view, key=key) as viewer:
        end = time.monotonic() + wait_s
        while time.monotonic() < end:
            if viewer.receive(50)[0] or viewer.header is not None:
                return True
    return False


@pytest.mark.parametrize("who", NOBODIES)
def test_a_nobody_moves_no_robot_orders_nothing_and_sees_nothing(floor: Served, ring: KeyRing, who: str) -> None:
    """On each of the three sockets; the robot that is there stays there, and its floor goes on."""
    key = nobody(ring, who)
    with driving(floor.robots, [0], ring.folder):
        wait_until(lambda: floor.link.sessions[0].online)
        messages = floor.serve.server.messages
        with Client(floor.robots, key) as robot, Client(floor.requests_address, key) as asker:
            for _ in range(5):
                robot.say(hello(1))
                asker.say(requests.Submit("c", "m", [requests.WantedOrder("o", [requests.WantedLine("s", 1)])]))
                asker.say(requests.Pause("c", "p"))
            assert robot.receive(int(1000 * _SILENT_S)) is None
            assert asker.receive(1) is None
        assert not sees(floor, key, _SILENT_S)
        assert not floor.link.sessions[1].online
        assert not floor.serve.run_.site.operator_state.submitted
        assert not floor.link.floor_paused
        wait_until(lambda: floor.link.sessions[0].online)
        tick = floor.serve.run_.site.tick
        wait_until(lambda: floor.serve.run_.site.tick > tick and floor.serve.server.messages > messages)
    if who != "a stolen public key":  # who can't prove his key never reaches the authenticator
        wait_until(lambda: refused(floor) > 0)


ELSEWHERE = [
    ("viewer", "robots"),
    ("viewer", "requests"),
    ("operator", "robots"),
    ("orders", "robots"),
    ("robot-0", "requests"),
]


@pytest.mark.parametrize(("name", "place"), ELSEWHERE)
def test_a_key_opens_only_its_own_door(floor: Served, ring: KeyRing, name: str, place: str) -> None:
    """A viewer neither drives nor orders, an operator doesn't speak as a robot, a robot asks for nothing at the desk."""
    with Client(floor.requests_address if place == "requests" else floor.robots, ring[name]) as client:
        for _ in range(3):
            client.say(hello(1), requests.Pause("c", "m") if place == "requests" else b"")
            client.say(hello(1) if place == "robots" else requests.Pause("c", "m"))
        assert client.receive(int(1000 * _SILENT_S)) is None
        wait_until(lambda: refused(floor) > 0)
    assert not floor.link.sessions[1].online
    assert not floor.link.floor_paused


@pytest.mark.parametrize("name", ["robot-0", "operator", "orders"])
def test_only_a_viewers_key_sees_the_floor(floor: Served, ring: KeyRing, name: str) -> None:
    assert not sees(floor, ring[name], _SILENT_S)
    assert sees(floor, ring["viewer"])


def test_case_11_a_robots_key_is_not_another_robot(floor: Served, ring: KeyRing) -> None:
    """Robot 2's key says it is robot 1: REJECT, a security event, an alarm in the frames; robot 1 itself can still come."""
    with Client(floor.robots, ring.robot(2)) as thief, FrameSubscriber(floor.view, key=ring["viewer"]) as viewer:
        wait_until(lambda: viewer.header is not None, lambda: viewer.receive(20))
        thief.say(hello(1))
        found = thief.received(PATIENCE_MS)
        assert [type(message) for message in found] == [Reject]
        assert found[0].code == "key"  # type: ignore[union-attr]
        assert floor.link.counts["security"] == 1
        seen: list[object] = []
        wait_until(
            lambda: any("tried to log in as robot 1" in str(event) for event in seen),
            lambda: seen.extend(viewer.receive(20)[1]),
        )
        with driving(floor.robots, [1], ring.folder):
            wait_until(lambda: floor.link.sessions[1].online)
            sess, granted_to = floor.link.sessions[1].sess, floor.link.reservations.routes[1].granted_to
            # and into its live session nobody else speaks
            thief.say(position(sess, granted_to, granted_to, n=1 << 50, plan=1, term=floor.link.term, battery=1.0))
            thief.say(Stopped(floor.link.term, sess, 1, 1, 0, 0))
            wait_until(lambda: floor.link.counts["security"] >= 3)
            assert thief.receive(100) is None
            assert floor.link.sessions[1].battery > 1.0


def test_an_order_system_only_orders(floor: Served, ring: KeyRing) -> None:
    """Each request of an operator is refused by the word, and nothing is done; and the other way round."""
    asked = [
        requests.Pause("c", "1"),
        requests.Pause("c", "2", 1),
        requests.Resume("c", "3"),
        requests.Remove("c", "4", 1),
        requests.Close("c", "5", "1,1"),
        requests.Drain("c", "6"),
        requests.Stop("c", "7"),
    ]
    with (
        RequestClient(floor.requests_address, ring["orders"]) as orders,
        RequestClient(floor.requests_address, ring["operator"]) as operator,
    ):
        for request in asked:
            result = orders.ask(request)
            assert not result.ok
            assert "is not for this key" in result.text
        book = floor.serve.run_.site.operator_state
        assert not any((book.floor_paused, book.paused, book.draining, book.closed, book.removals))
        submit = requests.Submit("c", "8", [requests.WantedOrder("o", [requests.WantedLine("s", 1)])])
        assert not operator.ask(submit).ok
        assert not book.submitted


def test_an_order_system_neither_forestalls_nor_reads_an_operators_requests(ring: KeyRing, tmp_path: Path) -> None:
    """A request with equal client and id from another role is another request: the operator's PAUSE is carried out."""
    with (
        served(ring.folder, store=tmp_path / "site.db") as floor,
        RequestClient(floor.requests_address, ring["orders"]) as orders,
        RequestClient(floor.requests_address, ring["operator"]) as operator,
    ):
        assert not orders.ask(requests.Pause("operator", "1")).ok
        assert operator.ask(requests.Pause("operator", "1")).ok
        assert floor.link.floor_paused
        assert not orders.ask(requests.Pause("operator", "1")).ok


def test_a_seller_sees_his_own_stock_and_steers_nothing(ring: KeyRing, tmp_path: Path) -> None:
    """On a served floor with a store: what another seller was answered isn't his to read, with the same client and id."""
    for name in ("seller-1", "seller-2"):
        add_key(ring.folder, name)
    with (
        served(ring.folder, store=tmp_path / "site.db", stock={"seller_share": 0.9}) as floor,
        RequestClient(floor.requests_address, ring["seller-1"]) as one,
        RequestClient(floor.requests_address, ring["seller-2"]) as other,
    ):
        assert one.ask(requests.Stock("s", "1", "seller-1")).data["owner"] == "seller-1"
        assert other.ask(requests.Stock("s", "1", "seller-2")).data["owner"] == "seller-2"
        assert "not for the goods of others" in other.ask(requests.Stock("s", "2", "seller-1")).text
        advice = requests.Advise("s", "3", "seller-1", "A-1", [requests.NoticeLine("none", 1)])
        assert "seller-1 has no such SKU" in one.ask(advice).text or "has no docks" in one.ask(advice).text
        assert "not for the goods of others" in other.ask(advice).text
        assert not other.ask(requests.Pause("s", "4")).ok
        assert not floor.link.floor_paused


def test_a_revoked_robot_is_out_within_seconds(floor: Served, ring: KeyRing) -> None:
    """Its session ends, what it is granted stays its own, it can't come back; the one beside it notices nothing."""
    with driving(floor.robots, [0], ring.folder), Client(floor.robots, ring.robot(1)) as robot:
        welcome = robot.welcome(hello(1))
        robot.say(position(welcome.sess, term=welcome.term))
        wait_until(lambda: floor.link.sessions[0].online and floor.link.sessions[1].online)
        kept = floor.link.reservations.held(1)
        revoke_key(ring.folder, "robot-1")
        wait_until(lambda: not floor.link.sessions[1].online)
        heard: list[object] = []
        wait_until(
            lambda: any(isinstance(message, Reject) for message in heard),
            lambda: heard.extend(robot.received(100)),
        )
        robot.say(position(welcome.sess, n=2, term=welcome.term))
        robot.say(hello(1))
        time.sleep(0.3)
        assert not floor.link.sessions[1].online
        assert floor.link.sessions[1].sess == 0
        assert floor.link.reservations.held(1)[: len(kept)] == kept
        wait_until(lambda: floor.link.sessions[0].online)


def test_an_agent_whose_key_is_revoked_stops(floor: Served, ring: KeyRing) -> None:
    with driving(floor.robots, [0, 1], ring.folder) as agents:
        wait_until(lambda: agents.connected == 2)
        revoke_key(ring.folder, "robot-1")
        wait_until(lambda: agents.connected == 1)
        time.sleep(1.0)
        wait_until(lambda: [pilot.connected for pilot in agents.pilots] == [True, False])


def test_a_revoked_viewer_sees_nothing_more(floor: Served, ring: KeyRing) -> None:
    """While it is looking on; another one sees on. A slow floor may be silent for a while: silence counts beside the other."""
    from controller.link.key_folder import add_key

    def only_the_other_sees() -> bool:
        gone.receive(0)
        wait_until(lambda: here.receive(20)[0])
        wait_until(lambda: here.receive(20)[0])
        return not gone.receive(0)[0]

    add_key(ring.folder, "viewer-2")
    with (
        FrameSubscriber(floor.view, key=ring["viewer"]) as gone,
        FrameSubscriber(floor.view, key=ring["viewer-2"]) as here,
    ):
        wait_until(lambda: gone.receive(20)[0])
        wait_until(lambda: here.receive(20)[0])
        revoke_key(ring.folder, "viewer")
        wait_until(only_the_other_sees)
        for _ in range(3):
            assert only_the_other_sees()


def test_a_revoked_operator_is_not_heard_any_more(floor: Served, ring: KeyRing) -> None:
    """Neither over the connection that is open nor over a new one."""
    key = ring["operator"]
    with RequestClient(floor.requests_address, key, wait_s=0.5, tries=2) as operator:
        assert operator.ask(requests.Status("o", "1")).ok
        revoke_key(ring.folder, "operator")
        time.sleep(1.5)
        with pytest.raises(InputError, match="no answer"):
            operator.ask(requests.Pause("o", "2"))
    with (
        RequestClient(floor.requests_address, key, wait_s=0.3, tries=1) as again,
        pytest.raises(InputError, match="no answer"),
    ):
        again.ask(requests.Pause("o", "3"))
    assert not floor.link.floor_paused


def test_case_12_a_plain_client_changes_nothing_for_the_others(floor: Served, ring: KeyRing) -> None:
    """Fifty clients without keys, which try again and again: refused and counted; robots drive, the desk answers."""
    with (
        driving(floor.robots, [0, 1, 2], ring.folder) as agents,
        RequestClient(floor.requests_address, ring["operator"]) as operator,
        ExitStack() as outside,
    ):
        wait_until(lambda: agents.connected == 3)
        strangers = [outside.enter_context(Client(floor.robots)) for _ in range(50)]
        for stranger in strangers:
            stranger.say(hello(1))
        wait_until(lambda: refused(floor) >= 50)
        assert operator.ask(requests.Status("o", "1")).ok
        wait_until(lambda: agents.connected == floor.link.connected == 3)
        assert not any(stranger.socket.poll(0) for stranger in strangers)
        assert not any(session.flags & FLAG_PAUSED for session in floor.link.sessions)


def test_a_session_that_never_was_is_asked_who_it_is(floor: Served, ring: KeyRing) -> None:
    """POS out of the blue, with the right key: WHO, and no robot is online by it."""
    with Client(floor.robots, find_robot_keys(ring.folder, [0])[0]) as robot:
        robot.say(position(77, term=floor.link.term))
        assert robot.received(PATIENCE_MS) == [Who(floor.link.term, 77)]
        assert floor.link.connected == 0
