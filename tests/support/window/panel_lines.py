"""Content of the side panel, taken apart for tests, and a source with the events of eye_order."""

from layout.floor import Floor
from robots.recording.events import AnyEvent
from robots.recording.frames import Frame
from tests.support.window.eye_floor import eye_frame, eye_header
from tests.support.window.eye_order import ORDER_EVENTS, SKUS
from tests.support.window.fake_floor import FakeSource
from visualizer.history import RunHistory
from visualizer.inspector.highlights import Highlights
from visualizer.inspector.inspector import Inspector, Tab
from visualizer.inspector.page_lines import Line, Style
from visualizer.scene.scene import Scene, Selection, Thing
from visualizer.scene.sources import Source


class Panel:
    """The pages of a source that is read to its end."""

    def __init__(self, source: Source, floor: Floor) -> None:
        self.source, self.scene, self.history = source, Scene(source.header, floor), RunHistory(source)
        self.history.read(float("inf"))
        self.inspector = Inspector(source, self.scene, self.history)

    def lines(self, thing: Thing, number: int, tick: int = 130, tab: Tab = Tab.NOW) -> list[Line]:
        return self.inspector.lines(self.source.frame(tick), Selection(thing, number), tab)

    def facts(self, thing: Thing, number: int, tick: int = 130) -> dict[str, str]:
        return {line.name: line.text for line in self.lines(thing, number, tick) if line.style is Style.FACT}

    def texts(self, style: Style, thing: Thing, number: int, tick: int = 130) -> list[str]:
        return [line.text for line in self.lines(thing, number, tick) if line.style is style]

    def words(self, thing: Thing, number: int, tick: int = 130) -> list[tuple[str, str]]:
        """Return headlines with the reasons below them."""
        lines = self.lines(thing, number, tick)
        pairs = zip(lines, [*lines[1:], Line(Style.FACT, "")], strict=True)
        return [(a.text, b.text if b.style is Style.WHY else "") for a, b in pairs if a.style is Style.WHEN]

    def under(self, heading: str, thing: Thing, number: int, tick: int = 130) -> list[Line]:
        """Return the lines below a heading up to the next one."""
        lines = self.lines(thing, number, tick)
        begin = next((n for n, line in enumerate(lines) if line.style is Style.HEAD and line.text == heading), None)
        if begin is None:
            return []
        rest = lines[begin + 1 :]
        end = next((n for n, line in enumerate(rest) if line.style is Style.HEAD), len(rest))
        return rest[:end]

    def highlights(self, thing: Thing, number: int, tick: int = 130) -> Highlights:
        return self.inspector.highlights(self.source.frame(tick), Selection(thing, number))


class OrderSource(FakeSource):
    """The frames of eye_floor with the events of eye_order: robot 1 carries pod 0 for task 11."""

    last_tick = 5000

    def __init__(self, *more: AnyEvent) -> None:
        super().__init__(*sorted((*ORDER_EVENTS, *more), key=lambda event: event.t))
        self.header = eye_header(skus=SKUS)

    def frame(self, tick: int) -> Frame:
        frame = eye_frame(tick)
        frame.robots["task"] = [-1, 11, -1, -1]
        frame.stations["orders"] = [1, 0]
        frame.stations["inbound"] = [1, 0]
        frame.stations["queue"] = [0, 0]
        return frame
