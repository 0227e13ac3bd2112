"""Reports of robots about themselves, and which of them are believed when the controller's picture may be wrong."""

import shutil
from pathlib import Path

import pytest

from controller.link.link import Link
from controller.link.reports import OFFLINE_S
from controller.link.sessions import LinkParams, Sender
from controller.persistence.store import Store
from robots.link.messages import FLAG_OFF_ROUTE, Cancel, Grant, Message, Welcome, Who
from tests.support.floor.tiny_site import tiny
from tests.support.link.link_messages import ROBOT, forward, kinds_of, sent
from tests.support.link.link_rig import FAST, WIDTH, hello, log_in, paper_link, position, reports, sent_messages
from tests.support.link.returning_robots import CARRIED, carried, later, silent


def test_a_cell_in_which_a_robot_says_it_stands_is_closed_to_all_others() -> None:
    """To plans and to grants, at once; whose way lay there is stopped and led round."""
    link = silent([0, 41])
    for _ in range(2):
        forward(link, 1)  # to 42, 43
    assert link.reservations.held(1) == [41, 42, 43]
    sent_messages(link)
    assert carried(link) == ["place"]
    forward(link, 1)
    assert link.reservations.routes[1].last == 43
    assert not link.reservations.free(CARRIED)
    assert kinds_of(link) == ["held"]
    assert "confirm-place 0 4,4" in link.alarms[0][1]


def test_grants_that_lead_there_already_are_taken_back_and_said_loudly() -> None:
    link = silent([0, 41, 47])
    for _ in range(3):
        forward(link, 1)
    sent_messages(link)
    link.handle(ROBOT, hello(0, CARRIED, boot=2), 10.0)
    heard = [message for routing_id, message in sent_messages(link) if routing_id == b"r1"]
    assert [type(message) for message in heard] == [Cancel]
    assert kinds_of(link) == ["held", "danger"]
    assert "robot 1 is in (4, 4), or has been granted it" in link.alarms[1][1]


def test_a_plan_that_is_not_granted_yet_is_taken_back_too() -> None:
    """Robot 2 waits behind robot 1 for its way through the cell."""
    link = silent([0, 42, 41])
    for _ in range(3):
        forward(link, 1, 2)
    assert 44 in [cell for cell, _ in link.reservations.routes[2].cells]
    carried(link)
    assert 44 not in [cell for cell, _ in link.reservations.routes[2].cells]


def test_the_planner_is_told_once_the_claim_has_stood_for_a_second() -> None:
    """Not before: each change costs new roads, and a robot that changes its mind must not have the floor busy with it."""
    link = silent([0, 47])
    carried(link, 10.0)
    link.beat(10.5)
    assert link.collect().elsewhere.tolist() == []
    link.beat(11.6)
    seen = link.collect()
    assert (seen.elsewhere.tolist(), bool(seen.stopped[0])) == ([0, CARRIED], True)
    for number in range(50):
        carried(link, 12.0 + number / 10, 44 + number % 2)
        link.beat(12.0 + number / 10)
        assert link.collect().elsewhere.tolist() in ([], [0, CARRIED])


def test_the_closed_cell_goes_with_the_robot() -> None:
    """Also while it is pushed along; and off the floor nothing is closed."""
    link = silent([0, 47])
    carried(link, 10.0)
    assert carried(link, 10.5, 54, at_rest=False) == ["moving"]
    assert (link.reservations.free(CARRIED), link.reservations.free(54)) == (True, False)
    link.claims.passable[64] = False
    assert carried(link, 11.0, 64) == ["place"]
    assert link.reservations.claims == {}
    assert carried(link, 11.5, 1 << 30) == ["place"]
    assert link.reservations.claims == {}


def test_a_robot_that_names_cell_after_cell_in_no_time_closes_one_at_a_time() -> None:
    """Each change has everybody's way looked at, so a key that floods is heard five times a second."""
    link = silent([0, 47])
    for number in range(1000):
        carried(link, 10.0 + number / 1000, number % 40 + 50)
    assert len(link.reservations.claims) == 1
    assert len(link.alarms) == 1
    carried(link, 12.0)
    assert link.reservations.claims == {0: CARRIED}


def test_it_ends_when_the_robot_logs_in_where_it_may() -> None:
    """With the POS that confirms it: an old HELLO alone opens nothing."""
    link = silent([0, 47])
    carried(link)
    link.handle(ROBOT, hello(0, 0, boot=2), 11.0)
    assert not link.reservations.free(CARRIED)
    log_in(link, 0, cell=0, boot=2, now=12.0)
    assert link.reservations.free(CARRIED)
    assert not link.collect().stopped[0]


def test_an_old_hello_of_a_robot_at_work_is_forgotten_when_it_is_heard_on() -> None:
    """It closes its cell for some seconds."""
    link = paper_link([0])
    welcome = log_in(link, 0)
    forward(link)
    link.handle(ROBOT, hello(0, CARRIED), 1.0)
    assert not link.reservations.free(CARRIED)
    link.handle(ROBOT, position(welcome.sess, 0, 1, n=2, plan=1), 1.5)
    assert not link.reservations.free(CARRIED)
    link.handle(ROBOT, position(welcome.sess, 1, 1, n=3, plan=1), 1.1 + OFFLINE_S)
    assert link.reservations.free(CARRIED)
    assert link.reservations.held(0) == [1]


def test_it_survives_a_crash_of_the_controller() -> None:
    link = silent([0, 47])
    carried(link)
    again = later(link, [0, 47])
    assert not again.reservations.free(CARRIED)
    log_in(again, 1)
    for _ in range(4):
        forward(again, 1)
    assert again.reservations.claims == {0: CARRIED}


# --- confirmed


def test_a_confirmed_robot_logs_in_there_and_what_was_kept_for_it_is_free() -> None:
    link = silent([0, 47])
    forward(link)
    carried(link)
    link.confirm_place(0, CARRIED)
    assert (link.reservations.held(0), link.reservations.owner(0), link.reservations.claims) == ([CARRIED], -1, {})
    log_in(link, 0, cell=CARRIED, boot=2, now=11.0)
    assert link.connected == 2
    assert int(link.collect().cell[0]) == CARRIED


def test_what_it_does_not_say_any_more_is_not_confirmed() -> None:
    link = silent([0, 47])
    carried(link)
    carried(link, 11.0, 54)
    link.confirm_place(0, CARRIED)
    assert (link.reservations.claims, link.reservations.held(0)) == ({0: 54}, [0])


@pytest.mark.parametrize("other", ["stands there", "was let in", "says so, too"])
def test_a_place_where_another_robot_may_be_is_not_confirmed(other: str) -> None:
    link = silent([0, CARRIED if other == "stands there" else 43, 90])
    if other == "was let in":
        forward(link, 1)
    carried(link)
    if other == "says so, too":
        link.sessions[2].online = False
        link.handle(Sender(b"r2"), hello(2, CARRIED, boot=2), 10.0)
    link.confirm_place(0, CARRIED)
    assert link.reservations.held(0) == [0]
    assert kinds_of(link)[-1] == "danger"


@pytest.mark.parametrize(("how", "code"), [("lost", "place"), ("removed", "removed")])
def test_a_robot_that_was_given_up_comes_back_only_when_confirmed(how: str, code: str) -> None:
    """Wherever it says that it stands, be it where it was: that cell is closed meanwhile, and opens with the removal."""
    link = silent([0, 47])
    if how == "lost":
        link.sessions[0].dead = True
    else:
        link.remove(0)
    for now, cell in ((10.0, CARRIED), (20.0, 0)):
        assert carried(link, now, cell) == [code]
        assert link.reservations.claims == {0: cell}
        assert not link.reservations.free(cell)
    link.remove(0)
    assert link.reservations.claims == {}
    assert carried(link, 70.0) == ["removed"]
    link.confirm_place(0, CARRIED)
    log_in(link, 0, cell=CARRIED, boot=2, now=71.0)
    seen = link.collect()
    assert (bool(seen.dead[0]), int(seen.cell[0]), link.connected) == (False, CARRIED, 2)


def test_a_simulated_body_that_was_given_up_comes_back_where_it_was() -> None:
    """It has no place of its own to tell of."""
    link = silent([0, 47])
    link.sessions[0].dead = True
    carried(link, cell=-1)
    assert link.reservations.claims == {0: 0}
    link.confirm_place(0, 0)
    log_in(link, 0, boot=2, now=11.0)
    assert link.connected == 2


# --- an older store


def older_copy(tmp_path: Path, *, companion: bool) -> list[tuple[int, bytes]]:
    """Rows of a store that was restored to what it was before robot 0 drove from 0 to 2, or has lost its -wal since."""
    link = paper_link([0, 47])
    for robot in (0, 1):
        log_in(link, robot)
    with Store(tmp_path / "site.db", tiny()) as store:
        store.write_rows(link.take(0.0)[0])
        if not companion:
            with store._lock:
                store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            shutil.copy(tmp_path / "site.db", tmp_path / "copy.db")
            shutil.copy(tmp_path / "site.db-wal", tmp_path / "copy.db-wal")
        for _ in range(2):
            forward(link)
        store.write_rows(link.take(0.0)[0])
        if not companion:
            shutil.copy(tmp_path / "site.db", tmp_path / "copy.db")
    with Store(tmp_path / "copy.db", tiny()) as store:
        return store.rows()


@pytest.mark.parametrize("companion", [True, False], ids=["an older copy", "without its -wal"])
def test_a_robot_stands_elsewhere_than_an_older_store_says(tmp_path: Path, companion: bool) -> None:
    """It drove on after the copy was made: its cell is closed, and it is not let in until confirmed."""
    link = Link(
        reports([0, 47]), WIDTH, paper_link([0]).claims.passable, 3, FAST, older_copy(tmp_path, companion=companion)
    )
    assert link.reservations.held(0) == [0]
    assert carried(link, cell=2) == ["place"]
    assert (link.reservations.claims, link.reservations.held(0)) == ({0: 2}, [0])
    link.confirm_place(0, 2)
    log_in(link, 0, cell=2, boot=2, now=11.0)
    assert link.reservations.held(0) == [2]


def test_nobody_drives_on_an_older_store_until_all_have_said_where_they_stand() -> None:
    """A robot that knows a later term than the store is the proof. Those not heard yet may stand anywhere."""
    link = paper_link([0, 47, 90], term=5)
    link.handle(ROBOT, position(3, term=9), 0.0)
    assert kinds_of(link) == ["store"]
    assert "2 haven't" not in link.alarms[0][1]
    for robot in (0, 1):
        log_in(link, robot, now=0.1)
    forward(link, 0)
    link.beat(0.5)
    assert link.reservations.held(0) == [0]
    link.remove(2)
    link.beat(0.8)
    assert link.reservations.held(0) == [0, 1]
    link.handle(ROBOT, position(3, term=9), 1.0)
    forward(link, 0)
    assert link.reservations.held(0) == [0, 1, 2]


def test_who_loses_the_key_by_which_it_doubted_the_store_holds_up_nobody() -> None:
    """The alarm says whose key it is, so that an operator can withdraw it."""
    link = paper_link([0, 47], term=5)
    log_in(link, 0)
    link.handle(Sender(b"r1", "robot-1"), position(3, term=9), 0.0)
    assert "the key robot-1 " in link.alarms[-1][1]
    forward(link, 0)
    assert link.reservations.held(0) == [0]
    link.revoke({"robot-1"})
    assert link.reservations.held(0) == [0, 1]


def test_another_heading_is_believed_and_planned_from() -> None:
    """A robot that was turned is driven on from its true heading, at a login and in a session."""
    link = silent([44])
    link.handle(ROBOT, hello(0, 44, boot=2, heading=1), 5.0)
    (welcome,) = sent(link, Welcome)
    link.handle(ROBOT, position(welcome.sess, heading=1), 5.1)  # type: ignore[attr-defined]
    assert int(link.collect().heading[0]) == 1
    forward(link)
    (grant,) = sent(link, Grant)
    assert grant.cells == [44, 54]  # type: ignore[attr-defined]
    link = paper_link([44])
    first = log_in(link, 0)
    link.handle(ROBOT, position(first.sess, n=2, heading=2), 1.0)
    seen = link.collect()
    assert (int(seen.heading[0]), bool(seen.behind[0])) == (0, True)
    link.beat(3.0)
    assert [message.face for message in sent(link, Grant)] == [0]  # type: ignore[attr-defined]


def test_no_battery_has_more_in_it_than_it_holds() -> None:
    link = paper_link([0], LinkParams(battery_wh=500.0))
    welcome = log_in(link, 0)
    for number, wh in enumerate((510.0, 1e6, 1e6), 2):
        link.handle(ROBOT, position(welcome.sess, n=number, battery=wh), 1.0)
        assert link.sessions[0].battery == 500.0
    assert kinds_of(link) == ["battery"]
    link.handle(ROBOT, hello(0, 0, battery=1e6), 2.0)
    (message,) = sent(link, Welcome)
    assert message.battery == 500.0  # type: ignore[attr-defined]


def test_a_robot_off_its_way_is_asked_where_it_stands() -> None:
    """Its POS has no cell: it logs in anew, and the cell that it names is closed. While it moves, it is let come to rest."""
    link = paper_link([0])
    welcome = log_in(link, 0)
    link.handle(ROBOT, position(welcome.sess, n=2, flags=FLAG_OFF_ROUTE, moving=True), 1.0)
    assert link.connected == 1
    link.handle(ROBOT, position(welcome.sess, n=3, flags=FLAG_OFF_ROUTE), 1.5)
    assert link.connected == 0
    asked: list[Message] = sent(link, Who)
    assert asked == [Who(1, welcome.sess)]
    link.handle(ROBOT, hello(0, CARRIED), 1.6)
    assert link.reservations.claims == {0: CARRIED}
    assert link.reservations.held(0) == [0]
