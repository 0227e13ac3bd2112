"""The timeline of all ticks."""

from hypothesis import given
from hypothesis import strategies as st

from robots.recording import events as ev
from visualizer.history import MarkKind
from visualizer.history.marks import Marks
from visualizer.view.arrangement import Box
from visualizer.view.timeline import Timeline, mark_texts

LINE = Timeline(0, 999, Box(0, 700, 100, 12))
"""About ten ticks a pixel."""


def marks(*events: ev.Event) -> Marks:
    found = Marks()
    for event in events:
        found.follow(event)
    return found


def alarm(tick: int) -> ev.Alarm:
    return ev.Alarm(tick, "stuck", f"at {tick}", 5, 3)


def fault(tick: int) -> ev.RobotFault:
    return ev.RobotFault(tick, 3, 5, "stop")


def test_its_ends_are_the_ends_of_the_run() -> None:
    """The first pixel is the first tick, the last the last; beside the timeline, the nearest end."""
    assert [LINE.tick(x) for x in (-9, 0, 99, 200)] == [0, 0, 999, 999]
    assert (LINE.x(0), LINE.x(999)) == (0, 99)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 4000), st.floats(0, 1))
def test_a_pixel_and_its_tick_belong_together(first: int, span: int, width: int, share: float) -> None:
    """The tick at a tick's pixel is no more than the half of a pixel away from it."""
    line = Timeline(first, first + span, Box(0, 0, width, 12))
    tick = first + round(span * share)
    assert abs(line.tick(line.x(tick)) - tick) <= max(span, 1) / max(width - 1, 1) / 2 + 1


@given(st.lists(st.integers(0, 999), max_size=200).map(sorted))
def test_every_mark_has_its_pixel(ticks: list[int]) -> None:
    """Each pixel column with a mark is told once, from left to right, and no other."""
    columns = [x for x, _ in LINE.columns(marks(*(alarm(tick) for tick in ticks)))]
    wanted = sorted({LINE.x(tick) for tick in ticks})
    assert all(any(abs(x - shown) <= 1 for shown in columns) for x in wanted)
    assert set(columns) <= set(wanted)
    assert columns == sorted(set(columns))


def test_the_gravest_of_a_column_is_shown() -> None:
    """An alarm is shown in place of a fault on the same pixel."""
    assert list(LINE.columns(marks(fault(500), alarm(501), fault(700)))) == [(50, MarkKind.ALARM), (69, MarkKind.FAULT)]


def test_marks_out_of_the_span_are_left_out() -> None:
    """A live window that has forgotten the first ticks doesn't show their marks."""
    line = Timeline(100, 200, LINE.box)
    assert [x for x, _ in line.columns(marks(alarm(50), alarm(150), alarm(300)))] == [50]


def test_a_mark_near_the_mouse_is_aimed_at() -> None:
    """Three pixels beside it still count, the nearest wins; farther off it is the tick there."""
    there = marks(alarm(500), alarm(520))
    assert LINE.aimed(there, 47.5) == 500
    assert LINE.aimed(there, 53) == 520
    assert LINE.aimed(there, 60) == LINE.tick(60)


def test_what_is_pointed_at_is_told_shortly() -> None:
    """Three marks are listed in words, and the number of the others."""
    lines = mark_texts(marks(*(alarm(tick) for tick in range(500, 505))).between(0, 999))
    assert lines == ["alarm  stuck: at 500", "alarm  stuck: at 501", "alarm  stuck: at 502", "and 2 more"]
