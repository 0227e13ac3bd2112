"""Which moment is shown."""

import pytest

from robots.recording.view_commands import Pause, Resume, Speed, Step
from tests.support.window.eye_floor import TICKS, eye_frame
from tests.support.window.fake_floor import FakeSubscriber
from visualizer.scene.sources import LiveSource, RecordSource
from visualizer.window.playback import FASTEST, SLOWEST, Live, Replay


@pytest.fixture
def replay(source: RecordSource) -> Replay:
    return Replay(source, speed=4.0)


def test_a_replay_moves_with_time(replay: Replay) -> None:
    """Half a second at four times real time is two ticks of a second."""
    replay.advance(0.5)
    assert replay.position == 2.0


def test_a_paused_replay_stands(replay: Replay) -> None:
    """Time passes, the position doesn't; and it goes on where it was."""
    replay.toggle()
    replay.advance(10.0)
    assert (replay.position, replay.describe()) == (0.0, "paused  ×4")
    replay.toggle()
    replay.advance(0.25)
    assert replay.position == 1.0


def test_a_step_pauses_at_a_whole_tick(replay: Replay) -> None:
    """Between two ticks a step goes to the next one, a step back to the one before."""
    replay.advance(0.6)
    replay.step(1)
    assert (replay.paused, replay.position) == (True, 3.0)
    replay.position = 2.4
    replay.step(-1)
    assert replay.position == 2.0


def test_speed_has_bounds(replay: Replay) -> None:
    """Speed doubles and halves between ×0.25 and ×64."""
    replay.faster(1)
    assert replay.speed == 8.0
    replay.faster(20)
    assert replay.speed == FASTEST == 64.0
    replay.faster(-40)
    assert replay.speed == SLOWEST == 0.25


def test_a_replay_stays_within_the_record(replay: Replay) -> None:
    """Whatever is asked for, the position is one that can be shown; at the end it says so and plays from the start."""
    replay.seek(10_000)
    assert replay.position == TICKS - 1
    replay.advance(5.0)
    assert (replay.position, replay.describe()) == (TICKS - 1, "end of record  ×4")
    replay.toggle()
    assert (replay.position, replay.paused) == (0.0, False)
    replay.seek(-5)
    assert replay.position == 0.0


def floor(controls: bool, ticks: int = 3) -> tuple[FakeSubscriber, Live]:
    subscriber = FakeSubscriber(controls)
    source = LiveSource(subscriber, "tcp://here", wait_s=0.0)  # type: ignore[arg-type]
    player = Live(source)
    for tick in range(ticks):
        subscriber.coming = [eye_frame(tick)]
        player.advance(0.1)
    return subscriber, player


def test_live_glides_to_the_newest_frame() -> None:
    """With a frame each tenth of a second the picture is never more than a tick behind, and gets there."""
    subscriber, player = floor(controls=False, ticks=30)
    subscriber.coming = [eye_frame(30)]
    player.advance(0.05)
    assert 29.0 <= player.position < 30.0
    for _ in range(10):
        player.advance(0.05)
    assert player.position == 30.0


def test_a_floor_that_runs_fast_is_not_lagged_behind() -> None:
    """When ten ticks come at once, the picture jumps to the last but one at least."""
    subscriber, player = floor(controls=False)
    subscriber.coming = [eye_frame(tick) for tick in range(3, 13)]
    player.advance(0.016)
    assert player.position >= 11.0


def test_pause_step_and_resume_go_to_the_floor() -> None:
    """With a control address the floor itself stands, takes single ticks and goes on."""
    subscriber, player = floor(controls=True)
    player.toggle()
    assert player.paused
    player.step(1)
    player.toggle()
    assert subscriber.sent == [Pause(), Step(), Resume()]
    assert not player.paused


def test_speed_goes_to_the_floor() -> None:
    """Speed is doubled from what the floor was asked for last."""
    subscriber, player = floor(controls=True, ticks=40)
    player.faster(1)
    player.faster(1)
    first, second = subscriber.sent
    assert isinstance(first, Speed)
    assert first.ticks_per_s == pytest.approx(16.0)
    assert second == Speed(32.0)


def test_without_control_the_picture_is_held() -> None:
    """The floor runs on, the picture stands and says how far behind it is, and catches up."""
    subscriber, player = floor(controls=False)
    player.toggle()
    position = player.position
    subscriber.coming = [eye_frame(tick) for tick in range(3, 23)]
    player.advance(1.0)
    assert player.position == position
    assert player.describe() == f"held  {22 - int(position)} ticks behind"
    player.faster(1)
    assert subscriber.sent == []
    player.toggle()
    player.advance(0.1)
    assert player.position >= 21.0


def test_looking_back_does_not_stop_the_floor() -> None:
    """A step back holds the picture only; going to the last tick follows the floor again."""
    subscriber, player = floor(controls=True)
    player.step(-1)
    assert player.paused
    assert subscriber.sent == []
    player.seek(2)
    assert not player.paused


def test_a_silent_floor_is_told() -> None:
    """When no frame comes for longer than usual, the window says for how long."""
    _, player = floor(controls=False)
    player.advance(12.0)
    assert player.describe() == "live  no frame for 12 s"
