"""The figures on the strip and in the station list."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.floor import Floor
from robots.recording.frames import Frame
from tests.support.window.eye_floor import eye_frame, eye_header
from tests.support.window.fake_floor import FakeSource
from visualizer.scene.figures import (
    BUSY_TICKS,
    Utilisation,
    figures,
    on_time,
    rates,
    rates_since,
    state_counts,
    station_rows,
)
from visualizer.scene.scene import Scene
from visualizer.scene.sources import RecordSource


@pytest.fixture
def scene(floor: Floor) -> Scene:
    return Scene(eye_header(), floor)


def test_the_cards_say_what_the_frame_says(scene: Scene) -> None:
    """Counts as they are, with thousands apart; rates per hour since the earlier frame."""
    cards = figures(scene, eye_frame(200), eye_frame(0))
    assert [(card.value, card.caption) for card in cards] == [
        ("1,000", "orders open"),
        ("3,600", "lines/h"),
        ("99.5 %", "on time"),
        ("1", "late"),
        ("–", "picking"),
        ("1", "in queues"),
        ("0.0 ms", "planning, of 1,000 ms"),
        ("200", "shipped"),
        ("1,800", "units/station-hour"),
        ("1,200", "received"),
    ]


def test_late_orders_are_an_alarm(scene: Scene) -> None:
    """No late order, no alarm."""
    cards = figures(scene, eye_frame(200), eye_frame(0))
    assert [card.caption for card in cards if card.alarm] == ["on time", "late"]
    assert not any(card.alarm for card in figures(scene, eye_frame(10), eye_frame(0)))


@pytest.mark.parametrize(
    ("late", "shown", "alarm"),
    [
        (0, "100 %", False),
        (1, "99.9 %", True),
        (40, "99.6 %", True),
        (2000, "80 %", True),
        (9999, "0.1 %", True),
        (10_000, "0 %", True),
    ],
)
def test_all_and_nothing_are_said_of_all_and_nothing_only(scene: Scene, late: int, shown: str, alarm: bool) -> None:
    """One late order of ten thousand is no 100 %, nor is one in time 0 %; and what is 100 % is no alarm."""
    told = {"orders_late": late, "orders_due": 10_000, "orders_shipped": 1}
    cards = figures(scene, replace(eye_frame(200), counts=told), eye_frame(0))
    card = next(card for card in cards if card.caption == "on time")
    assert (card.value, card.alarm) == (shown, alarm)


def test_without_time_there_is_no_rate(scene: Scene) -> None:
    """On the first tick rates are a dash, not a division by nothing."""
    assert rates(scene, eye_frame(0), eye_frame(0)) == (None, None)
    assert {card.caption for card in figures(scene, eye_frame(0), eye_frame(0)) if card.value == "–"} >= {
        "lines/h",
        "on time",
    }


@given(st.integers(0, 100_000), st.integers(0, 500))
def test_rates_are_those_of_ten_to_fifteen_minutes(tick: int, first: int) -> None:
    """The window of the rates is 600 to 900 s long, or all there is."""
    span = tick - rates_since(eye_header(), tick, first)
    assert 600 <= span < 900 or rates_since(eye_header(), tick, first) == first


def test_robots_are_counted_by_state() -> None:
    """One robot each fetches, carries, charges and is dead; one is stopped by a fault, counted besides."""
    counted = {count.name: count.robots for count in state_counts(eye_frame(150)) if count.robots}
    assert counted == {"fetching": 1, "carrying": 1, "charging": 1, "dead": 1, "stopped": 1}


def test_a_station_row_says_what_is_there(scene: Scene) -> None:
    """Name, kind, share of time at work, and open / queue / done."""
    row, _ = station_rows(scene, eye_frame(200), np.array([0.5, 0.0]))
    assert (row.name, row.kind, row.busy, row.text) == ("pick-1", "pick", 0.5, "3 / 1 / 100")


def naive_share(frames: list[Frame], tick: int) -> float:
    seen = [frames[at] for at in range(max(0, tick - BUSY_TICKS + 1), tick + 1)]
    return sum(bool(frame.stations["working"][0]) for frame in seen) / len(seen)


@settings(max_examples=25)
@given(ticks=st.lists(st.integers(0, 249), min_size=1, max_size=8))
def test_utilisation_is_the_same_however_one_gets_there(ticks: list[int]) -> None:
    """Playing, jumping forth or back: the share of the last hundred ticks is what counting them gives."""
    utilisation = Utilisation(_SOURCE, _Stations())  # type: ignore[arg-type]
    for tick in ticks:
        assert utilisation.at(tick)[0] == pytest.approx(naive_share(_SOURCE.frames, tick))


class _Frames(FakeSource):
    frames = [eye_frame(tick) for tick in range(250)]  # noqa: RUF012

    def frame(self, tick: int) -> Frame:
        return self.frames[tick]


class _Stations:
    stations = (0, 1)


_SOURCE = _Frames()


def test_figures_come_from_a_record_too(source: RecordSource, floor: Floor) -> None:
    """Frames read from a record give the same cards as those that were written."""
    scene = Scene(source.header, floor)
    read, written = (
        [(card.value, card.caption, card.alarm) for card in figures(scene, frame(240), frame(10))]
        for frame in (source.frame, eye_frame)
    )
    assert read == written


def test_picking_is_the_mean_of_the_pick_stations(scene: Scene) -> None:
    """The pack station's share of time at work doesn't count."""
    cards = figures(scene, eye_frame(200), eye_frame(0), np.array([0.5, 1.0]))
    assert next(card.value for card in cards if card.caption == "picking") == "50 %"


def test_a_planner_over_its_budget_is_an_alarm(scene: Scene) -> None:
    """It has as long as a tick lasts."""
    slow = replace(eye_frame(200), planner_ms=1200.0)
    card = next(card for card in figures(scene, slow, eye_frame(0)) if card.caption.startswith("planning"))
    assert (card.value, card.alarm) == ("1,200 ms", True)


def test_on_time_is_the_share_of_what_was_due_by_now() -> None:
    """200 orders due, one of them late; none due is nothing, and so is what records from before it was kept say."""
    assert on_time(eye_frame(200).counts) == pytest.approx(199 / 200)
    assert on_time(eye_frame(0).counts) is None
    assert on_time({"orders_late": 3, "orders_shipped": 9}) is None
