"""Requests that wait at the desk, on paper: whose turn it is, what is too much, and which answers are kept."""

import pytest

from controller.link import request_queue
from controller.link.request_queue import Answers, ReceivedRequest, RequestQueue
from robots.requests.requests import Status, Submit, WantedLine, WantedOrder


def asked(
    key: str, number: int = 0, role: str = "orders", frame: bytes = b"frame", routing_id: bytes = b"route"
) -> ReceivedRequest:
    return ReceivedRequest(routing_id, role, key, Status("c", f"{number}"), frame)


def filled(queue: RequestQueue, key: str, count: int, role: str = "orders") -> None:
    for number in range(count):
        if queue.has_room(b"route", key, 5):
            queue.put(asked(key, number, role))


def turns(queue: RequestQueue, count: int) -> list[str]:
    return [one.key + one.request.msg for _, one in zip(range(count), queue.in_turn(), strict=False)]


def test_each_key_has_its_turn_and_a_crowd_waits_behind_itself() -> None:
    queue = RequestQueue()
    filled(queue, "a", 50)
    filled(queue, "b", 2)
    filled(queue, "c", 1)
    assert turns(queue, 6) == ["a0", "b0", "c0", "a1", "b1", "a2"]


def test_an_operator_is_first_in_each_tick_and_then_in_turn() -> None:
    queue = RequestQueue()
    filled(queue, "a", 50)
    filled(queue, "operator-2", 3, role="operator")
    assert turns(queue, 4) == ["operator-20", "a0", "operator-21", "a1"]
    assert turns(queue, 2)[0] == "operator-22"


def test_where_a_tick_has_no_more_time_the_next_goes_on() -> None:
    """Nobody is begun with again and again."""
    queue = RequestQueue()
    for key in "abc":
        filled(queue, key, 5)
    served = [turns(queue, 1)[0] for _ in range(6)]
    assert served == ["a0", "b0", "c0", "a1", "b1", "c1"]


def test_what_waits_of_one_key_has_a_bound() -> None:
    """Requests and bytes are limited; other clients have room meanwhile, and there is room again after a request is
    taken.
    """
    queue = RequestQueue()
    filled(queue, "a", 10_000)
    assert len(queue) == 64
    assert not queue.has_room(b"", "a", 5)
    assert queue.has_room(b"", "b", 5)
    turns(queue, 2)
    assert queue.has_room(b"", "a", 5)
    queue.put(asked("b", frame=bytes(1 << 19)))
    assert not queue.has_room(b"", "b", 5)


def test_without_keys_each_connection_has_a_line_and_there_are_so_many() -> None:
    queue = RequestQueue()
    for number in range(1000):
        routing_id = number.to_bytes(4)
        if queue.has_room(routing_id, "", 5):
            queue.put(asked("", number, "", routing_id=routing_id))
    assert len(queue) == 256
    assert queue.has_room((0).to_bytes(4), "", 5)
    assert not queue.has_room((999).to_bytes(4), "", 5)
    assert len(list(queue.in_turn())) == 256
    assert (queue._queues, queue._bytes) == ({}, {})


def test_answers_that_are_kept_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """One key's refusals push out its own and nobody else's, and never what was carried out."""
    monkeypatch.setattr(request_queue, "_ANSWERS", 50)
    answers = Answers()
    answers.keep(asked("b", 7), b"refused", changed=False)
    answers.keep(asked("a", 1), b"done", changed=True)
    for number in range(1000, 2000):
        answers.keep(asked("a", number), b"no", changed=False)
    assert answers.of(asked("a", 1)) == b"done"
    assert answers.of(asked("b", 7)) == b"refused"
    assert (answers.of(asked("a", 1000)), answers.of(asked("a", 1999))) == (None, b"no")
    for number in range(100):
        answers.keep(asked("a", number), b"done", changed=True)
    assert len(answers._done) == 50
    assert sum(map(len, answers._refused.values())) == 101


def test_a_submission_counts_by_its_bytes() -> None:
    """Few long ones are as much as many short ones."""
    order = WantedOrder("o", [WantedLine("s", 1)])
    one = ReceivedRequest(b"", "orders", "a", Submit("c", "m", [order]), bytes(60_000))
    queue = RequestQueue()
    count = 0
    while queue.has_room(b"", "a", len(one.frame)):
        queue.put(one)
        count += 1
    assert count == 8
