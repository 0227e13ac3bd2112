"""The desk's client against a small ROUTER in a thread that answers, keeps silent, or talks nonsense."""

import threading
from pathlib import Path

import pytest

from layout.errors import InputError
from robots.link.messages import encode
from robots.requests import client as client_module
from robots.requests.client import RequestClient
from robots.requests.requests import Pause, Request, Result, Status, busy
from tests.support.link.request_router import router
from tests.support.processes.patience import PATIENCE_S


def done(request: Request, text: str = "done") -> bytes:
    return encode(Result(request.client, request.msg, True, text, {"tick": 7}))


def test_an_answer_comes_back() -> None:
    """One request, one result, and the next over the same socket."""
    with (
        router(lambda _, request: [done(request)]) as there,
        RequestClient(there.address, wait_s=PATIENCE_S) as client,
    ):
        assert client.ask(Pause("me", "1")) == Result("me", "1", True, "done", {"tick": 7})
        assert client.ask(Status("me", "2")).msg == "2"
        assert there.asked == [Pause("me", "1"), Status("me", "2")]


def test_a_request_is_sent_again_with_the_same_id() -> None:
    """The first two are lost on the way; the third is answered."""
    with (
        router(lambda before, request: [done(request)] if before == 2 else []) as there,
        RequestClient(there.address, wait_s=0.2, tries=1000) as client,
    ):
        assert client.ask(Pause("me", "1")).ok
        assert len(there.asked) >= 3
        assert set(there.asked) == {Pause("me", "1")}


def test_other_answers_and_garbage_are_passed_over() -> None:
    """A late answer to an earlier request, somebody else's, and no message at all."""

    def noise(_: int, request: Request) -> list[bytes]:
        late = encode(Result(request.client, "0", False, "late"))
        foreign = encode(Result("other", request.msg, False, "foreign"))
        return [late, b"\xc1garbage", foreign, done(request)]

    with router(noise) as there, RequestClient(there.address, wait_s=PATIENCE_S) as client:
        assert client.ask(Pause("me", "1")).text == "done"
        assert client.refused == 1


def test_a_desk_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    """Nobody is there at first: the request goes out when somebody is."""
    address = f"ipc://{tmp_path / 'desk'}"  # a port could be another test's by then
    with RequestClient(address, wait_s=0.5, tries=1000) as client:
        heard: list[Result] = []
        asking = threading.Thread(target=lambda: heard.append(client.ask(Pause("me", "1"))))
        asking.start()
        with router(lambda _, request: [done(request)], address):
            asking.join(PATIENCE_S)
        assert [result.text for result in heard] == ["done"]


@pytest.mark.parametrize("listens", [True, False])
def test_it_gives_up_with_a_clear_word(listens: bool) -> None:
    """This holds for a silent server and for none at all."""
    with router(lambda _, request: []) as there:
        if listens:
            _give_up(there.address)
            assert len(there.asked) == 3
    if not listens:
        _give_up(there.address)


def _give_up(address: str) -> None:
    with RequestClient(address, wait_s=0.1, tries=3) as client, pytest.raises(InputError) as caught:
        client.ask(Pause("me", "1"))
    assert f"{address}: no answer in 3 tries of 0.1 s" in str(caught.value)
    assert "podfleet serve" in str(caught.value)


def test_an_address_that_makes_no_sense_is_an_input_error() -> None:
    """Told with an address that would be right."""
    with pytest.raises(InputError, match=r"tcp://127\.0\.0\.1:5600"):
        RequestClient("nowhere")


def test_a_request_that_no_desk_could_read_is_not_sent() -> None:
    """It would never be answered, for whoever can't read it doesn't know whom to answer."""
    with RequestClient("tcp://127.0.0.1:9", tries=1) as client, pytest.raises(InputError, match="can't be sent"):
        client.ask(Status("me", "1", "x" * 101))


def test_a_busy_desk_is_asked_again_when_it_says_and_the_user_is_told() -> None:
    """The answer is that of the desk once it has room."""
    request = Status("c", "m")
    done = Result("c", "m", True, "fine")
    told: list[str] = []

    def answers(number: int, _: Request) -> list[bytes]:
        return [encode(busy(encode(request), 0.01) if number < 3 else done)]

    with router(answers) as there, RequestClient(there.address, tell=told.append) as client:
        assert client.ask(request) == done
    assert len(told) == 3
    assert all(line.startswith("the controller is busy; asking again in 0.0") for line in told)
    assert there.asked == [request] * 4


def test_a_desk_that_stays_busy_is_given_up_with_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "BUSY_TRIES", 2)
    request = Status("c", "m")
    with router(lambda *_: [encode(busy(encode(request), 0.01))]) as there, RequestClient(there.address) as client:
        result = client.ask(request)
    assert not result.ok
    assert result.text.startswith("busy: too many requests of this key wait already; nothing was done, ask again in")
    assert len(there.asked) == 2


def test_the_end_of_a_desk_is_waited_for() -> None:
    """It is there until its socket is closed; a desk that stays is waited for as long as told."""
    with RequestClient("tcp://127.0.0.1:1") as client:
        assert client.wait_for_end(0.0)
    with router(lambda _, request: [done(request)]) as there, RequestClient(there.address) as client:
        client.ask(Pause("me", "1"))
        assert not client.wait_for_end(0.05)
        there.close()
        assert client.wait_for_end(PATIENCE_S)
