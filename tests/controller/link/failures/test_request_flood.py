"""A desk that is asked for far too much by one key, on real sockets: the others are answered, and nothing piles up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.link.key_folder import add_key
from robots.requests import requests
from robots.requests.client import RequestClient
from tests.support.link.key_ring import KeyRing
from tests.support.link.link_rig import Client, Served, served
from tests.support.processes.patience import wait_until

CROWD = 300


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def floor(ring: KeyRing, tmp_path: Path) -> Iterator[Served]:
    with served(ring.folder, store=tmp_path / "site.db") as floor:
        yield floor


def unknown(number: int) -> requests.Submit:
    """A hundred orders of what the floor hasn't."""
    orders = [requests.WantedOrder(f"{number}-{order}", [requests.WantedLine("nothing", 1)]) for order in range(100)]
    return requests.Submit("crowd", f"{number}", orders)


def test_who_asks_too_much_is_told_to_ask_later_and_the_others_are_answered(
    floor: Served, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crowd's requests are refused or find the desk busy; none of them is in the store, and ticks go on."""
    add_key(ring.folder, "orders-2")
    sku = floor.serve.run_.site.demand.catalogue.names[0]
    with (
        Client(floor.requests_address, ring["orders"]) as crowd,
        RequestClient(floor.requests_address, ring["operator"]) as operator,
        RequestClient(floor.requests_address, ring["orders-2"]) as shop,
    ):
        answers: list[requests.Result] = []

        def read(wait_ms: int = 100) -> None:
            if data := crowd.receive(wait_ms):
                answers.append(requests.read_result(data))

        waiting = floor.serve.server.requests
        with monkeypatch.context() as held:  # as where a tick has no time left, however fast the floor is
            held.setattr(waiting, "in_turn", lambda: iter(()))
            for number in range(CROWD):
                crowd.say(unknown(number))
                read(0)
            wait_until(lambda: floor.serve.server.turned_away, read)
        tick = floor.serve.run_.site.tick
        assert operator.ask(requests.Pause("o", "1", 0)).ok
        wanted = requests.WantedOrder("s-1", [requests.WantedLine(sku, 1)])
        assert shop.ask(requests.Submit("s", "1", [wanted])).data["taken"]
        wait_until(lambda: len(floor.serve.server.requests) == 0, read)
        wait_until(lambda: len(answers) > CROWD // 2, read)
        wait_until(lambda: floor.serve.run_.site.tick > tick + 3)
    busy = [answer for answer in answers if requests.again_s(answer) is not None]
    assert not any(answer.ok for answer in answers)
    assert 0 < len(busy) <= floor.serve.server.turned_away
    assert all(len(answer.data["refused"]) == 100 for answer in answers if answer not in busy)  # type: ignore[arg-type]
    store = floor.serve._store
    assert store is not None
    assert store.result("operator o", "1")
    assert store.result("orders s", "1")
    assert not any(store.result("orders crowd", f"{number}") for number in range(CROWD))


def test_what_was_carried_out_is_answered_the_same_after_any_crowd(floor: Served, ring: KeyRing) -> None:
    """The store knows it, however much was refused since."""
    sku = floor.serve.run_.site.demand.catalogue.names[0]
    request = requests.Submit("s", "1", [requests.WantedOrder("s-1", [requests.WantedLine(sku, 1)])])
    with RequestClient(floor.requests_address, ring["orders"]) as shop:
        first = shop.ask(request)
        for number in range(150):
            assert not shop.ask(requests.Cancel("s", f"no-{number}", "nobody's")).ok
        floor.serve._answers._done.clear()
        assert shop.ask(request) == first
