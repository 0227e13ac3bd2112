"""Trends of the figures over the last hour."""

import msgspec
import numpy as np
import pytest

from tests.support.window.eye_floor import eye_frame
from tests.support.window.walks import Walks
from visualizer.scene.scene import Scene
from visualizer.scene.sources import floor_of
from visualizer.scene.trends import KEYS, SAMPLES, Trends, column, groups
from visualizer.style.palette import GROUPS


@pytest.fixture
def walks() -> Walks:
    return Walks(1, 1000)


@pytest.fixture
def trends(walks: Walks) -> Trends:
    return Trends(walks, Scene(walks.header, floor_of(walks.header, "walks")))


def test_a_sample_a_minute_as_the_frames_say(walks: Walks, trends: Trends) -> None:
    """At tick 700 there are samples of ticks 0, 60 … 660."""
    trends.read(700, 1e9)
    past = trends.past(700)
    assert column(past, "orders_shipped").tolist() == [float(tick) for tick in range(0, 661, 60)]
    assert column(past, "planner_ms") == pytest.approx(np.arange(0, 661, 60) / 10)
    assert groups(past).shape == (12, len(GROUPS))
    assert (groups(past).sum(axis=1) == walks.header.robots).all()


def test_it_is_read_backwards(trends: Trends) -> None:
    """With no time each call adds one sample, the newest first; the others are gaps until then."""
    known = []
    while trends.read(700, 0.0):
        known.append(np.isfinite(column(trends.past(700), "orders_open")).tolist())
    assert known[0] == [False] * 11 + [True]
    assert known[-1] == [True] * 12
    assert [sum(row) for row in known] == list(range(1, 13))


def test_an_hour_is_all_there_is() -> None:
    """However long the run, there are SAMPLES samples of KEYS and groups."""
    walks = Walks(2, 4000)
    trends = Trends(walks, Scene(walks.header, floor_of(walks.header, "walks")))
    trends.read(3999, 1e9)
    assert trends.past(3999).shape == (SAMPLES, len(KEYS) + len(GROUPS))


def test_a_large_floor_is_not_decoded_for_its_past(walks: Walks) -> None:
    """With thousands of robots only tallies are read; states and the planner's time come from frames that are shown."""
    scene = Scene(walks.header, floor_of(walks.header, "walks"))
    walks.header = msgspec.structs.replace(walks.header, robots=5000)
    trends = Trends(walks, scene)
    trends.read(300, 1e9)
    assert np.isnan(column(trends.past(300), "planner_ms")).all()
    assert np.isfinite(column(trends.past(300), "queued")).all()
    trends.show(eye_frame(300))
    assert np.isfinite(column(trends.past(300), "planner_ms")[-1])
