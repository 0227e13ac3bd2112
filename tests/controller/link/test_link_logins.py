"""Logins at the controller: which hold, which are refused with what reason, and what an old session still counts for."""

from typing import Any

import pytest
from msgspec import structs

from controller.link.reports import OFFLINE_S
from controller.link.sessions import Sender
from robots.link.messages import VERSION, Reject, Welcome, Who
from robots.wording.formatting import cell_at
from tests.support.link.link_messages import ROBOT, forward, kinds_of, sent
from tests.support.link.link_rig import WIDTH, hello, log_in, paper_link, position


def test_a_login_holds_once_a_position_confirms_it() -> None:
    link = paper_link([3])
    link.handle(ROBOT, hello(0, 3), 0.0)
    (welcome,) = sent(link)
    assert isinstance(welcome, Welcome)
    assert (welcome.robot, welcome.boot, welcome.cell, welcome.width, welcome.term) == (0, 1, 3, WIDTH, 1)
    assert link.connected == 0
    link.handle(ROBOT, position(welcome.sess), 0.1)
    assert link.connected == 1


def test_a_body_that_is_nowhere_is_told_where_it_stands() -> None:
    link = paper_link([37])
    link.handle(ROBOT, hello(0), 0.0)
    (welcome,) = sent(link)
    assert isinstance(welcome, Welcome)
    assert (welcome.cell, welcome.battery) == (37, 400.0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"robot": 1}, "unknown"),
        ({"at_rest": False}, "moving"),
        ({"cell": 1 << 30}, "place"),
    ],
)
def test_a_login_that_does_not_hold_is_refused_with_the_reason(changes: dict[str, int], code: str) -> None:
    link = paper_link([0])
    fields = {"robot": 0, "cell": 0} | changes
    link.handle(ROBOT, hello(**fields), 0.0)  # type: ignore[arg-type]
    (reject,) = sent(link)
    assert isinstance(reject, Reject)
    assert reject.code == code
    assert link.counts["refused"] == 1


def test_another_version_is_refused_for_good() -> None:
    link = paper_link([0])
    link.handle(ROBOT, structs.replace(hello(0), v=VERSION + 1), 0.0)
    (reject,) = sent(link, Reject)
    assert reject.code == "version"  # type: ignore[attr-defined]


def test_a_robot_of_an_earlier_version_is_answered_in_its_own() -> None:
    """It goes on working when the controller is brought up to date."""
    link = paper_link([0])
    link.handle(ROBOT, structs.replace(hello(0), v=1), 0.0)
    (welcome,) = sent(link, Welcome)
    assert welcome.v == 1  # type: ignore[attr-defined]


def test_a_robot_that_was_never_here_may_stand_in_any_free_cell_and_later_only_where_it_may_be() -> None:
    """Else it is held, with an alarm, once."""
    link = paper_link([0, 5])
    log_in(link, 0, cell=42)
    assert link.reservations.held(0) == [42]
    assert link.reservations.free(0)
    link.sessions[0].online = False
    for _ in range(2):
        link.handle(ROBOT, hello(0, 43), 9.0)
    rejects: list[Any] = sent(link, Reject)
    assert [reject.code for reject in rejects] == ["place", "place"]
    place = cell_at(42, WIDTH)
    assert rejects[0].text == f"cell 43 isn't its: put it back in {place}, cell 42, or have an operator confirm it"
    assert kinds_of(link) == ["held"]
    assert link.troubles() == {0: f"it reports itself in {cell_at(43, WIDTH)}, where it can't be"}
    log_in(link, 0, cell=42)
    assert not link.sessions[0].held


def test_who_says_again_and_again_that_it_stands_outside_the_floor_is_one_alarm() -> None:
    link = paper_link([0])
    for number in range(20):
        link.handle(ROBOT, hello(0, 1 << 20), 2.0 * number)
    assert kinds_of(link) == ["held"]


def test_a_robot_does_not_log_in_on_another_one() -> None:
    link = paper_link([0, 5])
    link.handle(ROBOT, hello(0, 5), 0.0)
    (reject,) = sent(link, Reject)
    text = f"cell 5 is a wall or another's: put it in a free one, as its start, {cell_at(0, WIDTH)}, cell 0"
    assert (reject.code, reject.text) == ("place", text)  # type: ignore[attr-defined]


def test_a_second_robot_of_a_number_is_refused_while_the_first_is_at_work() -> None:
    """And let in when that one is silent; the first one's words count for nothing then."""
    link = paper_link([0])
    first = log_in(link, 0, cell=0, boot=1)
    other = Sender(b"other")
    link.handle(other, hello(0, 0, boot=2), 1.0)
    assert [message.code for _, message in link.take_immediate() if isinstance(message, Reject)] == ["double"]
    assert "security" in kinds_of(link)
    link.beat(OFFLINE_S + 0.1)
    assert link.connected == 0
    link.handle(other, hello(0, 0, boot=2), 4.0)
    (welcome,) = [message for _, message in link.take_immediate() if isinstance(message, Welcome)]
    link.handle(other, position(welcome.sess), 4.1)
    assert link.connected == 1
    link.handle(ROBOT, position(first.sess, n=9), 4.2)
    assert sent(link, Who) == [Who(1, first.sess)]
    assert link.sessions[0].sess == welcome.sess


def test_a_session_belongs_to_a_key_as_well_as_to_a_connection() -> None:
    """A connection that changes its key is not accepted for the robot, neither to confirm the login nor afterwards."""
    link = paper_link([0])
    mine, other = Sender(b"r0", "robot-0", {0}), Sender(b"r0", "robot-1", {0})
    link.handle(mine, hello(0, 0), 0.0)
    (welcome,) = sent(link, Welcome)
    assert isinstance(welcome, Welcome)
    link.handle(other, position(welcome.sess), 0.1)
    assert link.connected == 0
    link.handle(mine, position(welcome.sess), 0.2)
    assert link.connected == 1
    link.handle(other, position(welcome.sess, n=2, battery=1.0), 0.3)
    assert (link.sessions[0].battery, link.counts["security"], link.counts["refused"]) == (400.0, 2, 2)


def test_open_logins_of_a_robot_are_few() -> None:
    link = paper_link([0])
    for _ in range(100):
        link.handle(ROBOT, hello(0, 0), 0.0)
    assert len(link.logins.by_sess) == len(link.sessions[0].pending) == 4


def test_an_old_term_or_session_is_asked_who_it_is() -> None:
    link = paper_link([0], term=5)
    welcome = log_in(link, 0)
    for pos in (position(welcome.sess, term=4), position(77, term=5)):
        link.handle(ROBOT, pos, 0.0)
    assert sent(link, Who) == [Who(5, welcome.sess), Who(5, 77)]
    assert link.counts["refused"] == 2


def test_a_robot_that_logs_in_again_keeps_only_the_cell_where_it_stands() -> None:
    link = paper_link([0])
    welcome = log_in(link, 0)
    for _ in range(3):
        forward(link)
    link.handle(ROBOT, position(welcome.sess, 1, 3, n=2, plan=1), 0.1)
    again = log_in(link, 0, cell=2)
    assert again.sess > welcome.sess
    assert (link.reservations.held(0), link.reservations.routes[0].idx) == ([2], 0)
