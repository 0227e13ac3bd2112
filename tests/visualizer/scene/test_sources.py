"""Records and running floors as sources of frames."""

from pathlib import Path

import pytest

from layout.errors import InputError
from robots.recording.events import AnyEvent, encode_events
from robots.recording.record import RecordWriter
from tests.support.window.eye_floor import TICKS, eye_events, eye_frame, eye_header, write_eye_record
from tests.support.window.fake_floor import FakeSubscriber
from visualizer.scene import sources
from visualizer.scene.sources import LiveSource, RecordSource, floor_of


def live(subscriber: FakeSubscriber) -> LiveSource:
    return LiveSource(subscriber, "tcp://here", wait_s=0.0)  # type: ignore[arg-type]


def test_a_record_is_a_source(source: RecordSource) -> None:
    """Header, ticks, frames and events of a record are read as they were written."""
    assert (source.header, source.first_tick, source.last_tick) == (eye_header(), 0, TICKS - 1)
    assert (source.frame(120).robots == eye_frame(120).robots).all()
    assert source.events(0, 1) == eye_events(0) + eye_events(1)


def test_a_growing_record_is_read_on(tmp_path: Path) -> None:
    """Ticks that are written while a record is open appear after a refresh."""
    with RecordWriter(tmp_path / "grows.pfr", eye_header()) as writer:
        source = RecordSource(tmp_path / "grows.pfr")
        assert source.last_tick < source.first_tick
        for tick in range(100):
            writer.add(eye_frame(tick), [])
        assert source.refresh()
        assert source.last_tick == 99
        assert not source.refresh()
        source.close()


def test_the_floor_comes_from_the_header(source: RecordSource) -> None:
    """The header carries the layout file, so a record needs no other file."""
    floor = floor_of(source.header, source.name)
    assert (floor.name, floor.grid.height, floor.grid.width) == ("eye", 7, 10)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[floor", "run.pfr: floor: is not valid TOML"),
        ("", "run.pfr: has no floor"),
        ('[floor]\ngrid = "?"', 'run.pfr: grid line 1, column 1: "[?]" is not a glyph'),
    ],
)
def test_a_header_with_a_bad_floor_is_refused(text: str, told: str) -> None:
    """A fault of the floor in a header is reported with the source's name."""
    with pytest.raises(InputError, match=told):
        floor_of(eye_header(floor=text), "run.pfr")


def test_a_floor_that_does_not_answer_is_told() -> None:
    """Without a header in time there is one line and no window."""
    subscriber = FakeSubscriber()
    subscriber.header = None
    with pytest.raises(InputError, match="tcp://here: no floor answers within 0 s"):
        live(subscriber)


def test_the_wait_for_a_first_frame_ends_without_one() -> None:
    """A run sends no frame before its own window is open."""
    source = live(FakeSubscriber())
    source.wait(20)
    assert source.last_tick < source.first_tick


def test_a_running_floor_is_followed() -> None:
    """Frames and events can be looked up by tick as soon as they have come."""
    subscriber = FakeSubscriber()
    source = live(subscriber)
    with pytest.raises(IndexError):
        source.frame(0)
    subscriber.coming = [eye_frame(0), eye_frame(1)]
    subscriber.events = [*eye_events(0), *eye_events(1)]
    assert source.refresh()
    assert (source.first_tick, source.last_tick) == (0, 1)
    assert source.frame(1).tick == 1
    assert source.events(1, 1) == eye_events(1)


def test_events_come_in_parts_from_a_running_floor() -> None:
    """Up to its last frame, from any tick on; events whose frame is still to come wait for it."""
    subscriber = FakeSubscriber()
    source = live(subscriber)
    subscriber.coming = [eye_frame(0), eye_frame(1)]
    subscriber.events = [*eye_events(0), *eye_events(1), *eye_events(2)]
    source.refresh()
    parts = list(source.parts(0))
    assert [raw for part in parts for raw in part.events] == list(map(encode_events, eye_events(0) + eye_events(1)))
    assert parts[-1].through == 1
    assert [len(part.events) for part in source.parts(1)] == [1, 0]


@pytest.mark.parametrize(
    ("tick", "events", "heard"), [(0, eye_events(0), 0), (0, [], 1), (40, [], 41), (2, eye_events(2), 2)]
)
def test_a_source_knows_since_when_it_has_heard(tick: int, events: list[AnyEvent], heard: int) -> None:
    """It knows from its first frame's tick if that tick's events came too, else from the next; a later jump changes
    nothing.
    """
    subscriber = FakeSubscriber()
    source = live(subscriber)
    for number in (tick, tick + 1, tick + 9):
        subscriber.coming, subscriber.events = [eye_frame(number)], events if number == tick else []
        source.refresh()
    assert source.known_from == heard


def test_tallies_are_those_of_the_frames(source: RecordSource) -> None:
    """This holds for a record and for a running floor."""
    subscriber = FakeSubscriber()
    subscriber.coming = [eye_frame(120)]
    running = live(subscriber)
    running.refresh()
    for tally in (source.tally(120), running.tally(120)):
        assert (tally.tick, tally.counts) == (120, eye_frame(120).counts)
        assert (tally.stations == eye_frame(120).stations).all()


def test_lost_frames_leave_the_one_before() -> None:
    """If a frame was lost on the way, the newest one before it is used."""
    subscriber = FakeSubscriber()
    subscriber.coming = [eye_frame(3), eye_frame(7)]
    source = live(subscriber)
    source.refresh()
    assert source.frame(6).tick == 3


def test_memory_is_bounded_and_old_frames_are_thinned_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of 5,000 ticks' frames are kept, a few of the older ones, and no more."""
    monkeypatch.setattr(sources, "_KEPT_FRAMES", 50)
    subscriber = FakeSubscriber()
    source = live(subscriber)
    for tick in range(5000):
        subscriber.coming, subscriber.events = [eye_frame(tick)], []
        source.refresh()
    assert (source.first_tick, source.last_tick) == (4950, 4999)
    assert source.frame(4000).tick in range(3940, 4001)
    assert source.frame(0).tick > 1000
    assert len(source._recent) + len(source._sparse) <= 114


def test_events_are_kept_for_a_while() -> None:
    """Reasons are looked up over a thousand ticks; older events go."""
    subscriber = FakeSubscriber()
    source = live(subscriber)
    for tick in range(3000):
        subscriber.events = [type(event)(tick, *_rest(event)) for event in eye_events(1)]
        source.refresh()
    assert len(source.events(2000, 2999)) == 1000
    assert source.events(0, 1000) == []


def _rest(event: object) -> list[object]:
    return [getattr(event, name) for name in event.__struct_fields__[1:]]  # type: ignore[attr-defined]


def test_a_run_that_begins_anew_is_followed() -> None:
    """When the tick goes back, it is another run, and frames of the old one are dropped."""
    subscriber = FakeSubscriber()
    source = live(subscriber)
    subscriber.coming = [eye_frame(900)]
    source.refresh()
    subscriber.coming = [eye_frame(0), eye_frame(1)]
    source.refresh()
    assert (source.first_tick, source.last_tick) == (0, 1)


def test_another_header_is_another_run() -> None:
    """After a new header the old frames are gone, so that they are never drawn on the new floor."""
    subscriber = FakeSubscriber()
    source = live(subscriber)
    subscriber.coming = [eye_frame(900)]
    source.refresh()
    subscriber.header = eye_header(scenario="other")
    source.refresh()
    assert source.header.scenario == "other"
    assert source.last_tick < source.first_tick


def test_finished_records_are_not_read_again(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record with its summary can't grow, so refreshing costs nothing."""
    source = RecordSource(record)
    monkeypatch.setattr(source._record, "refresh", lambda: pytest.fail("was read"))
    assert not source.refresh()
    source.close()


def test_a_torn_record_shows_its_whole_chunks(tmp_path: Path) -> None:
    """A record without an end, as a crash leaves it, can be watched up to its last whole chunk."""
    path = write_eye_record(tmp_path / "torn.pfr", finish=False)
    path.write_bytes(path.read_bytes()[:-10])
    source = RecordSource(path)
    assert source.last_tick == 199
    source.close()
