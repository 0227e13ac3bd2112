"""The figures of a run that one can check by eye, and the same from its record."""

from pathlib import Path

import numpy as np
import pytest

from controller.kpis import Kpis, recompute
from controller.kpis.incidents import KEPT
from controller.kpis.orders import SLOWEST
from controller.kpis.stations import StationFigures
from layout.floor import StationKind
from robots.recording import events as ev
from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame, StationInfo
from robots.units.lifecycle import RobotState
from tests.support.floor.small_run import (
    TICKS,
    WAITING,
    small_floor,
    small_frame,
    small_header,
    small_kpis,
    write_small_record,
)


@pytest.fixture(scope="module")
def kpis() -> Kpis:
    return small_kpis()


def test_orders_are_counted_by_what_became_of_them(kpis: Kpis) -> None:
    """Five came: two left, one was cancelled, two are open."""
    summary = kpis.summary()
    assert [getattr(summary, f"orders_{name}") for name in ("received", "shipped", "open", "cancelled")] == [
        5,
        2,
        2,
        1,
    ]
    assert kpis.orders.withdrawn == 1


def test_orders_are_counted_by_hour(kpis: Kpis) -> None:
    """Columns are received, shipped, cancelled, withdrawn; an hour has 60 ticks."""
    assert kpis.orders.by_hour.table().tolist() == [[4, 1, 1, 1], [1, 1, 0, 0]]
    assert kpis.orders.open_by_hour(3).tolist() == [2, 2, 2]


def test_what_was_picked_for_a_withdrawn_order_counts_when_it_is_picked_again(kpis: Kpis) -> None:
    """A-1 has two lines of 3 units, A-2 one line of 3 units whose tote was lost."""
    assert kpis.summary().lines_picked == 3
    assert kpis.summary().units_picked == 6
    assert (kpis.orders.lines_withdrawn, kpis.orders.units_withdrawn) == (1, 3)


def test_a_line_counts_when_its_last_unit_is_picked(kpis: Kpis) -> None:
    """Pick-1 completed four lines in the first hour; pack-1 packs a parcel an hour, stow-1 stows five."""
    assert kpis.stations.lines.table(2).tolist() == [[4, 0, 0], [0, 0, 0]]
    assert kpis.stations.units.table(2).tolist() == [[9, 1, 0], [0, 1, 5]]


def test_pile_on_is_units_a_visit_to_a_pick_station(kpis: Kpis) -> None:
    """Three visits gave 2, 4 and 3 units."""
    assert kpis.summary().pile_on == 3.0


def test_turnover_and_lateness_are_kept_of_shipped_orders(kpis: Kpis) -> None:
    """A-1 took 40 ticks and was 10 early, A-2 took 65 and was 10 late."""
    assert list(kpis.orders.turnover) == [40, 65]
    assert list(kpis.orders.lateness) == [-10, 10]


def test_stages_add_up_to_the_turnover(kpis: Kpis) -> None:
    """A-2 was in the backlog twice: 1 + 10 ticks."""
    late = next(order for order in kpis.orders.slowest(kpis.last_tick) if order.name == "A-2")
    assert late.spent == (11, 29, 17, 8)
    assert sum(late.spent) == late.turnover
    assert kpis.orders.spent.tolist() == [2 + 11, 18 + 29, 10 + 17, 10 + 8]


def test_the_slowest_orders_include_open_ones_and_their_reasons(kpis: Kpis) -> None:
    """A-4 waits since tick 50, longer than any other took."""
    slowest = kpis.orders.slowest(kpis.last_tick)
    assert [order.name for order in slowest] == ["A-4", "A-2", "A-5", "A-1"]
    assert (slowest[0].order, slowest[0].ended, slowest[0].stage) == (WAITING, None, "backlog")
    assert slowest[1].reasons == (
        (6, "released: due first"),
        (35, "withdrawn: its tote was lost with robot 2"),
        (45, "released: late first"),
    )


def test_an_open_order_past_due_is_late_and_a_cancelled_one_is_not_counted(kpis: Kpis) -> None:
    """Due by the last tick: A-1 in time, A-2 late, A-4 open."""
    assert kpis.orders.due_by(kpis.last_tick) == (3, 1)
    assert kpis.summary().on_time == pytest.approx(1 / 3)


def test_an_order_shipped_before_its_due_time_counts_when_that_has_come(kpis: Kpis) -> None:
    """A-1 left at tick 40, but its due time came at tick 50."""
    assert kpis.orders.due_by(49) == (0, 0)
    assert kpis.orders.due_by(50) == (1, 1)


def test_a_pick_station_has_work_while_it_is_open_with_orders_or_a_backlog(kpis: Kpis) -> None:
    """Open for 100 ticks, orders in 68 and a backlog in 10 more, at work in 50 of them."""
    stations = kpis.stations
    assert stations.open_ticks.tolist() == [100, 120, 120]
    assert stations.work_ticks.tolist() == [78, 18, 5]
    assert stations.busy_ticks.tolist() == [50, 8, 1]
    assert kpis.summary().station_utilisation == pytest.approx(50 / 78)
    assert kpis.summary().units_per_station_hour == pytest.approx(6 / (100 / 60))


def test_queues_are_sampled_once_a_minute(kpis: Kpis) -> None:
    """A tick is a minute here, so each tick is a sample."""
    assert kpis.stations.queue_table().shape == (TICKS, 3)
    assert kpis.stations.queue_ticks.tolist() == [120, 0, 0]
    assert kpis.stations.queue_most.tolist() == [2, 0, 0]


def test_samples_are_a_minute_apart_at_any_length_of_a_tick() -> None:
    """At half a second a tick, 120 ticks are a minute."""
    short = Kpis(small_header(tick_s=0.5), small_floor())
    for tick in range(241):
        short.fold(small_frame(tick), ())
    assert list(short.sampled) == [0, 120, 240]
    assert short.robots.state_table().sum() == 3 * 241


def test_robot_ticks_are_counted_by_state(kpis: Kpis) -> None:
    """Two robots work all the time, one is idle and then dead."""
    ticks = kpis.robots.state_ticks
    assert ticks[RobotState.FETCHING] == ticks[RobotState.CARRYING] == 120
    assert (ticks[RobotState.IDLE], ticks[RobotState.DEAD]) == (35, 85)
    assert kpis.summary().robot_utilisation == pytest.approx(240 / 360)


def test_distance_is_cells_that_changed_split_by_load(kpis: Kpis) -> None:
    """Robot 0 drives five cells empty, robot 1 two with a pod."""
    assert (kpis.robots.cells_empty, kpis.robots.cells_loaded) == (5, 2)
    assert kpis.summary().distance_m == 7.0


def test_waiting_is_standing_short_of_a_goal_without_a_turn(kpis: Kpis) -> None:
    """Robot 1 stands at cell 8 in ticks 1 to 9 and turns in tick 3; at its goal it doesn't wait."""
    assert np.flatnonzero(kpis.robots.waited).tolist() == [8]
    assert kpis.robots.waited[8] == 8
    assert kpis.robots.entered.sum() == 7
    assert kpis.robots.occupied.sum() == 3 * TICKS


def test_battery_shares_leave_out_dead_robots(kpis: Kpis) -> None:
    """Batteries are 90, 60 and 30; the robot at 30 dies at tick 35."""
    shares = kpis.robots.battery_table()
    assert shares[0].tolist() == [30, 30, 60, 90]
    assert shares[-1].tolist() == [60, 60, 60, 90]


def test_incidents_are_told_in_order_and_counted_by_kind(kpis: Kpis) -> None:
    """A death with what it caused, a pause, an alarm."""
    assert [incident.kind for incident in kpis.incidents.first] == [
        "robot fault: die",
        "cell closed",
        "task failed",
        "station paused",
        "alarm: refused-plan",
    ]
    assert kpis.incidents.counts["cell closed"] == 1


def test_a_flood_of_alarms_is_counted_but_not_kept() -> None:
    """The number of incidents kept in words is limited."""
    flooded = Kpis(small_header(), small_floor())
    flooded.fold_events([ev.Alarm(t, "stuck", "robot 1 waits") for t in range(KEPT + 50)])
    assert len(flooded.incidents.first) == KEPT
    assert flooded.incidents.counts["alarm: stuck"] == KEPT + 50


def test_only_the_slowest_shipped_orders_are_kept() -> None:
    """Order n takes n ticks: the last ones stay, and nothing of the others."""
    many = Kpis(small_header(), small_floor())
    for number in range(100):
        many.fold_events([ev.OrderReceived(0, number, str(number), [(0, 1)], 9), ev.OrderShipped(number, number, 1, 0)])
    slowest = many.orders.slowest(100)
    assert [order.turnover for order in slowest] == list(range(99, 99 - SLOWEST, -1))
    assert not many.orders.open


def test_a_run_without_orders_visits_or_robots_has_figures_that_say_nothing() -> None:
    """Figures are None if there is nothing to divide by."""
    nothing = Kpis(small_header(robots=0), small_floor())
    empty = np.zeros(0, ROBOT_DTYPE)
    closed = np.zeros(3, STATION_DTYPE)
    closed["state"] = 2
    nothing.fold(Frame(0, empty, closed, np.zeros(8, np.int32), {}), ())
    undefined = {name for name, value in nothing.summary().as_dict().items() if value is None}
    assert undefined == {
        "units_per_station_hour",
        "pile_on",
        "on_time",
        "station_utilisation",
        "robot_utilisation",
    }


def test_events_of_orders_nobody_has_heard_of_are_passed_over() -> None:
    """A record that begins in the middle of a day still folds."""
    kpis = Kpis(small_header(), small_floor())
    kpis.fold_events(
        [
            ev.OrderReleased(1, 9, 0, "r"),
            ev.Picked(2, 9, 0, 0, 1, 5, 0),
            ev.OrderShipped(3, 9, 1, 0),
            ev.OrderCancelled(4, 9, "r"),
        ]
    )
    assert kpis.summary().orders_shipped == 0
    assert kpis.summary().units_picked == 1


@pytest.mark.parametrize("summary", [None, {"digest": "ab"}])
def test_a_record_gives_the_same_figures_as_the_run(
    kpis: Kpis, tmp_path: Path, summary: dict[str, object] | None
) -> None:
    """Both for a finished record and for one torn off by a crash."""
    with write_small_record(tmp_path / "run.pfr", summary) as record:
        again = recompute(record, small_floor())
    assert again.summary() == kpis.summary()
    for ours, theirs in ((again, kpis), (kpis, again)):
        assert ours.orders.slowest(119) == theirs.orders.slowest(119)
    assert np.array_equal(again.robots.waited, kpis.robots.waited)
    assert np.array_equal(again.robots.battery_table(), kpis.robots.battery_table())
    assert np.array_equal(again.stations.queue_table(), kpis.stations.queue_table())
    assert again.planner_ms == kpis.planner_ms
    assert again.incidents.first == kpis.incidents.first


def test_who_has_not_come_to_work_is_not_there() -> None:
    """Three packers at work of the three that came are all of them, though six are usual; a seventh on a busy day counts."""
    figures = StationFigures(small_header(stations=[StationInfo("pack-1", "pack", 4, 6)]))
    table = np.zeros(1, STATION_DTYPE)
    table["orders"], table["working"], table["people"] = 1, 3, 3
    figures.fold(table, 0)
    assert figures.utilisation_of(StationKind.PACK) == 1.0
    table["working"], table["people"] = 6, 12
    figures.fold(table, 0)
    assert figures.utilisation_of(StationKind.PACK) == 0.75


def test_utilisation_is_people_at_work_of_people_there() -> None:
    """Three of six packers at work are half, not the whole of it; more than there are on a normal day are no more than all."""
    stations = [StationInfo("pick-1", "pick", 1), StationInfo("pack-1", "pack", 4, 6)]
    figures = StationFigures(small_header(stations=stations))
    table = np.zeros(2, STATION_DTYPE)
    table["orders"], table["working"] = 1, [1, 3]
    figures.fold(table, 0)
    assert figures.busy_ticks.tolist() == figures.busy_work_ticks.tolist() == [1.0, 0.5]
    table["working"] = [2, 0]
    figures.fold(table, 0)
    assert figures.busy_ticks.tolist() == [2.0, 0.5]
    table["orders"], table["working"] = 0, [0, 3]
    figures.fold(table, 0)
    assert (
        figures.utilisation_of(StationKind.PACK) == 1 / 3
    )  # half, none and half, the last with nothing left on the table
