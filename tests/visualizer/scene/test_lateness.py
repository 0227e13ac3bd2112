"""Why an order is late."""

import pytest

from layout.floor import Floor
from robots.histories.order_stages import Stage
from robots.recording import events as ev
from robots.recording.events import AnyEvent
from tests.support.window.eye_order import ORDER
from tests.support.window.panel_lines import OrderSource, Panel
from visualizer.scene.scene import Selection, Thing


@pytest.fixture
def panel(floor: Floor) -> Panel:
    return Panel(OrderSource(), floor)


@pytest.mark.parametrize("tick", [2, 10, 41, 72, 75, 200])
def test_stages_add_up_to_the_order_s_whole_time(panel: Panel, tick: int) -> None:
    """The sum is the time up to now, or to the order's end."""
    order = panel.history.order(ORDER, tick)
    assert order is not None
    assert sum(order.stages(tick).values()) == min(tick, 75) - 2


def test_an_order_that_goes_back_is_in_the_backlog_twice(floor: Floor) -> None:
    """Its times in the backlog are added up."""
    panel = Panel(
        OrderSource(ev.OrderWithdrawn(10, ORDER, "station closed"), ev.OrderReleased(16, ORDER, 0, "")), floor
    )
    order = panel.history.order(ORDER, 18)
    assert order is not None
    assert order.stages(18) == {Stage.BACKLOG: 7, Stage.PICK: 9}


def test_the_longest_wait_for_a_pod_is_found(panel: Panel) -> None:
    """Nothing was picked from tick 20 to tick 40; at tick 39 the pod of the next pick isn't known yet."""
    for tick, length, ended_by in ((80, 20, (1, 12)), (39, 19, None)):
        order = panel.history.order(ORDER, tick)
        assert order is not None
        gap = order.longest_gap(tick)
        assert (gap.since, gap.ticks) == (20, length)
        assert (gap.pick and (gap.pick.event.pod, gap.pick.task)) == ended_by


def sentence(panel: Panel, number: int, tick: int) -> tuple[str, Selection | None]:
    lines = panel.under("why late", Thing.ORDER, number, tick)
    return (lines[0].text, lines[0].link) if lines else ("", None)


def test_an_order_in_time_has_no_excuse(panel: Panel) -> None:
    """At tick 60 it is due, and not late."""
    assert sentence(panel, ORDER, 60) == ("", None)


def test_the_longest_stage_is_told(panel: Panel) -> None:
    """At tick 61 it is picking, and within it the wait for pod 1, which is a link."""
    words, link = sentence(panel, ORDER, 61)
    assert words == "Of 59 s it was 37 s being picked (63 %), 20 s of it waiting for pod 1."
    assert link == Selection(Thing.POD, 1)


def order_7(*events: AnyEvent) -> OrderSource:
    return OrderSource(ev.OrderReceived(100, 7, "A-7", [(0, 1)], 120), *events)


def test_an_order_that_waits_in_the_backlog_says_so(floor: Floor) -> None:
    """An order without a station has spent all its time in the backlog."""
    assert sentence(Panel(order_7(), floor), 7, 160)[0] == "Of 1 min it was 1 min in the backlog (100 %) and still is."


def test_an_order_that_was_sent_back_tells_why(floor: Floor) -> None:
    """The reason of the withdrawal belongs to the time in the backlog."""
    events = ev.OrderReleased(101, 7, 0, ""), ev.OrderWithdrawn(102, 7, "pick-1 closed")
    assert sentence(Panel(order_7(*events), floor), 7, 160)[0].endswith("in the backlog (98 %): pick-1 closed.")


def test_an_order_that_waits_for_a_pod_tells_how_long(floor: Floor) -> None:
    """No pod has come so far."""
    words = sentence(Panel(order_7(ev.OrderReleased(101, 7, 0, "")), floor), 7, 160)[0]
    assert words == "Of 1 min it was 59 s being picked (98 %); it has waited 59 s for a pod by now."


def test_a_pod_that_nobody_was_sent_for_is_the_cause(floor: Floor) -> None:
    """If its task was created only in the second half of the wait, the sentence says so."""
    events = [
        ev.OrderReleased(101, 7, 0, ""),
        ev.TaskCreated(141, 30, "pick", 2, 0, "1 open line"),
        ev.TaskAssigned(141, 30, 1, ""),
        ev.VisitStarted(150, 30, 0, 1),
        ev.Picked(151, 7, 0, 0, 1, 2, 0),
    ]
    words = sentence(Panel(order_7(*events), floor), 7, 155)[0]
    assert "50 s of it waiting for pod 2" in words
    assert words.endswith("which no robot was sent for in the first 40 s.")
