"""The window's connection to the floor's operations API, and the options for it."""

import time
from pathlib import Path

import pytest

from layout.errors import InputError
from robots.link.messages import encode
from robots.requests import requests
from robots.requests.requests import Result
from tests.support.link.key_ring import KeyRing
from tests.support.link.request_router import router
from tests.support.processes.patience import PATIENCE_S, wait_until
from visualizer.__main__ import main
from visualizer.control.commands import Command, Group
from visualizer.control.connection import DeskConnection, Reply
from visualizer.control.control import NO_DESK, NO_FLOOR, Control
from visualizer.control.options import control_of
from visualizer.control.view import Tone

STATUS = requests.Status("window", "-")


def answers_of(connection: DeskConnection, count: int = 1) -> list[Reply]:
    found: list[Reply] = []

    def replies() -> bool:
        found.extend(connection.replies())
        return len(found) >= count

    wait_until(replies)
    return found


def test_answers_come_by_themselves() -> None:
    """`send` returns at once with the request as it is sent; the answer arrives some time later."""
    with router(lambda _, request: [encode(Result(request.client, request.msg, True, "fine"))]) as there:
        connection = DeskConnection(there.address)
        sent = [connection.send(STATUS), connection.send(requests.Pause("window", "-"))]
        replies = answers_of(connection, 2)
        connection.close()
    assert [one.request for one in replies] == sent
    assert len({request.msg for request in sent}) == 2
    assert {request.client for request in sent} == {"operator"}
    assert [one.result.text for one in replies if one.result] == ["fine", "fine"]


def test_a_lost_answer_is_asked_for_again_with_the_same_id() -> None:
    """The request is carried out once, whatever the network does."""

    def third_time(number: int, request: requests.Request) -> list[bytes]:
        return [encode(Result(request.client, request.msg, True, "done"))] if number == 2 else []

    with router(third_time) as there:
        connection = DeskConnection(there.address, wait_s=0.1)
        connection.send(STATUS)
        assert answers_of(connection)[0].result is not None
        connection.close()
    assert len({request.msg for request in there.asked}) == 1


def test_closing_doesnt_wait_for_an_answer() -> None:
    """A window closes at once, even if no answer has come."""
    connection = DeskConnection("tcp://127.0.0.1:9", wait_s=2 * PATIENCE_S)
    connection.send(STATUS)
    time.sleep(0.05)
    connection.close()
    wait_until(lambda: not connection._thread.is_alive())


@pytest.mark.parametrize(
    ("source", "at", "why_not"),
    [("run.pfr", "", NO_FLOOR), ("tcp://127.0.0.1:9", "", NO_DESK)],
)
def test_without_a_desk_the_menu_says_why(source: str, at: str, why_not: str) -> None:
    """A record has no operations API, and that of a floor has to be named."""
    control = control_of(source, at, None, "")
    control.open_menu(lambda _: [Group("the floor", (Command("pause", "", requests.Pause("w", "-")),))])
    assert control.view.menu is not None
    assert control.view.menu.note == why_not
    assert not control.view.menu.can(0)


def test_keys_without_an_operators_give_no_control(tmp_path: Path) -> None:
    """The menu names the missing file; if the file is beside the viewer's key, there is a connection."""
    ring = KeyRing(tmp_path / "keys")
    with_key = control_of("tcp://127.0.0.1:9", "tcp://127.0.0.1:9", ring.folder / "viewer.key", "")
    with_key.open_menu(lambda _: [])
    assert with_key.view.menu is not None
    assert with_key.view.menu.note == ""
    with_key.hang_up()
    (ring.folder / "operator.key").unlink()
    without = control_of("tcp://127.0.0.1:9", "tcp://127.0.0.1:9", ring.folder, "")
    without.open_menu(lambda _: [])
    assert without.view.menu is not None
    assert without.view.menu.note == f"Commands need an operator's key, and there is no {ring.folder / 'operator.key'}."


def test_bad_addresses_are_told(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An address that is not valid is an input error, and so is --desk for a record: exit status 2, one line."""
    with pytest.raises(InputError, match="is no address"):
        control_of("tcp://127.0.0.1:9", "there", None, "")
    assert main([str(record), "--desk", "tcp://127.0.0.1:9"]) == 2
    assert capsys.readouterr().err == "--desk: is for a running floor (a record takes no commands)\n"


def test_an_answer_to_what_was_turned_away_from_is_not_told() -> None:
    """If the card is closed while the floor is asked what will be lost, the answer is not shown."""

    class SlowConnection:
        def __init__(self) -> None:
            self.coming: list[Reply] = []

        def send(self, request: requests.Request) -> requests.Request:
            return request

        def replies(self) -> list[Reply]:
            found, self.coming = self.coming, []
            return found

        def close(self) -> None:
            pass

    connection = SlowConnection()
    control = Control(connection)
    request = requests.Remove("window", "1", 3)
    control.open_menu(lambda _: [Group("robot 3", (Command("remove robot 3", "", request),))])
    control.choose(0)
    control.close()
    connection.coming = [Reply(request, Result("window", "1", True, "would be lost", {"confirm": "abc"}))]
    control.turn(0.0, 5)
    assert not control.open
    assert control.view.toasts == ()
    control.open_menu(lambda _: [Group("robot 3", (Command("remove robot 3", "", request),))])
    control.choose(0)
    connection.coming = [Reply(request, Result("window", "1", False, "robot 3 is dead"))]
    control.turn(0.0, 5)
    assert [(toast.tone, toast.text) for toast in control.view.toasts] == [(Tone.REFUSED, "robot 3 is dead")]
