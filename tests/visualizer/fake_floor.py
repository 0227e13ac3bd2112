"""A subscriber without a network: what it hands out is put in by the test, what it is sent is kept."""

from eye_floor import eye_header

from robots.events import AnyEvent
from robots.frames import Frame, Header
from robots.viewlink import AnyCommand


class FakeSubscriber:
    """Stands in for robots.viewlink.FrameSubscriber."""

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
