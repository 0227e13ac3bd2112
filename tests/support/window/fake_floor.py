"""Stand-ins for the sources of the window: a source to fill in, and a subscriber without a network."""

from collections.abc import Iterator

from robots.recording.chunk import Moves, Part, Tally
from robots.recording.events import AnyEvent, encode_events
from robots.recording.frames import Frame, Header
from robots.recording.view_commands import AnyCommand
from tests.support.window.eye_floor import eye_frame, eye_header
from visualizer.scene.sources import moves_of


class FakeSubscriber:
    """Stands in for FrameSubscriber of the live stream: the test sets what it receives, and what is sent is kept."""

    def __init__(self, controls: bool = True) -> None:
        self.header: Header | None = eye_header()
        self.controls = controls
        self.sent: list[AnyCommand] = []
        self.coming: list[Frame] = []
        self.events: list[AnyEvent] = []

    def receive(self, wait_ms: int = 0) -> tuple[list[Frame], list[AnyEvent]]:
        frames, self.coming = self.coming, []
        events, self.events = self.events, []
        return frames, events

    def send(self, command: AnyCommand) -> bool:
        self.sent.append(command)
        return self.controls

    def close(self) -> None:
        pass


class FakeSource:
    """Stands in for visualizer.scene.sources.Source with all its methods; a test overrides those that it is about."""

    name = "fake"
    first_tick = 0
    last_tick = 0
    known_from = 0

    def __init__(self, *events: AnyEvent) -> None:
        self.header = eye_header()
        self.told = list(events)

    def refresh(self) -> bool:
        return False

    def frame(self, tick: int) -> Frame:
        return eye_frame(tick)

    def events(self, first: int, last: int) -> list[AnyEvent]:
        return [event for event in self.told if first <= event.t <= last]

    def tally(self, tick: int) -> Tally:
        frame = self.frame(tick)
        return Tally(frame.tick, frame.stations, frame.counts)

    def moves(self, tick: int) -> Moves:
        return moves_of(self.frame(tick))

    def prepare_moves(self, tick: int) -> bool:
        return False

    def parts(self, first: int) -> Iterator[Part]:
        yield Part([encode_events(event) for event in self.events(first, self.last_tick)], self.last_tick)

    def close(self) -> None:
        pass
