"""Navigation: jumps to things and moments, place history, following a robot, and the window's keys for them."""

from collections.abc import Callable

from robots.wording.formatting import clock
from visualizer.history import Mark
from visualizer.paint.renderer import Renderer
from visualizer.scene.layers import Layer, Layers
from visualizer.scene.scene import Selection, Thing
from visualizer.view.arrangement import Arrangement
from visualizer.view.camera import Camera
from visualizer.view.minimap import Minimap
from visualizer.view.place_history import Place, PlaceHistory, brought_near, in_middle, moved
from visualizer.view.search import Hit
from visualizer.view.timeline import Timeline
from visualizer.window.playback import Player


class Navigation:
    """Navigation of the window, which provides camera, selection and player. note: result of the last jump in a few
    words.
    """

    camera: Camera
    selection: Selection | None
    player: Player
    renderer: Renderer
    layers: Layers
    scale: float

    def __init__(self) -> None:
        self.note = ""
        self.followed: Selection | None = None
        self._places = PlaceHistory()

    @property
    def parts(self) -> Arrangement:
        """The parts of the window; provided by the window."""
        raise NotImplementedError

    @property
    def view(self) -> tuple[int, int]:
        """Width and height of the floor's part in pixels."""
        return self.parts.floor.w, self.parts.floor.h

    @property
    def following(self) -> str:
        if self.followed is None:
            return ""
        if self.followed.thing is Thing.ORDER:
            return f"following {self.renderer.history.order_words(self.followed.number)}"
        return f"following {self.followed.thing} {self.followed.number}"

    def pointed(self, x: int, y: int) -> int | None:
        """Return the pixel column of the timeline under the mouse, None if the mouse is elsewhere."""
        return x if self.parts.timeline.holds(x, y) else None

    def grab(self, x: int, y: int) -> Callable[[int, int], None] | None:
        """Start a drag on the timeline or the minimap, and act on the press itself. Return the action of moving the
        mouse, None elsewhere.
        """
        part, line = self.parts.floor, self._line
        if line.box.holds(x, y):
            self.leave()
            self.player.seek(line.aimed(self.renderer.history.marks, x))
            return lambda x, _: self.player.seek(self._line.tick(x))
        minimap = Minimap.over(self.renderer.scene.shape, self.view, self.camera, self.scale)
        if minimap is None or not self.layers.has(Layer.MINIMAP) or not minimap.box.holds(x - part.x, y - part.y):
            return None
        shown = minimap

        def drag(x: int, y: int) -> None:
            self._move(in_middle(self.camera, shown.point(x - part.x, y - part.y), self.view))

        self.leave()
        self.stay()
        drag(x, y)
        return drag

    @property
    def tick(self) -> int:
        return int(self.player.position)

    @property
    def place(self) -> Place:
        return Place(self.camera, self.selection, None if self.player.newest else self.tick)

    def leave(self) -> None:
        """Add the present place to the history. Call before going to another place."""
        self._places.leave(self.place)

    def select(self, selection: Selection) -> None:
        """Select a thing and bring it into view, if it is anywhere."""
        self.leave()
        self._show(selection)

    def take(self, hit: Hit) -> None:
        """Go to a hit of a search."""
        self.leave()
        if hit.tick is not None:
            self.player.stand(hit.tick)
        if hit.selection is not None:
            self._show(hit.selection)

    def go_back(self) -> None:
        self._arrive(self._places.back(self.place), "there is no earlier place")

    def go_forward(self) -> None:
        self._arrive(self._places.forward(self.place), "there is no later place")

    def follow(self) -> None:
        """Keep the selection in the middle, or stop doing so."""
        if self.followed is not None:
            self.stay()
        elif self.selection is not None and self.selection.thing in (Thing.ROBOT, Thing.POD):
            self.followed = self.selection
        else:
            self.note = "select a robot or a pod to follow it"

    def stay(self) -> None:
        """Stop following: moving the floor means looking somewhere else."""
        self.followed = None

    def pan(self, direction: int) -> None:
        self.stay()
        self._move(moved(self.camera, direction, self.view))

    def next_mark(self) -> None:
        self._go_to_mark(self.renderer.history.marks.after(self.tick), "later")

    def last_mark(self) -> None:
        self._go_to_mark(self.renderer.history.marks.before(self.tick), "earlier")

    def next_event(self) -> None:
        self._go_to_event(later=True)

    def last_event(self) -> None:
        self._go_to_event(later=False)

    def _keep_up(self) -> None:
        """Move the camera with the followed thing, as long as it is selected. Called once per turn."""
        if self.followed is None:
            return
        if self.followed != self.selection:
            self.stay()
        elif point := self.renderer.point_of(self.player.position, self.followed):
            self._move(in_middle(self.camera, point, self.view))

    def _go_to_mark(self, mark: Mark | None, where: str) -> None:
        first, last = self.renderer.history.span
        if mark is None or not first <= mark.tick <= last:
            self.note = f"no {where} alarm{self._so_far}"
            return
        self.leave()
        self.player.stand(mark.tick)
        if mark.robot >= 0:
            self._show(Selection(Thing.ROBOT, mark.robot))
        elif mark.cell >= 0:
            self._show(Selection(Thing.CELL, mark.cell))
        others = len(self.renderer.history.marks.between(mark.tick, mark.tick)) - 1
        self.note = f"{mark.kind}  {mark.text}" + f" and {others} more at this tick" * (others > 0)

    def _go_to_event(self, *, later: bool) -> None:
        if self.selection is None:
            self.note = "select something to go through its events"
            return
        history, subject = self.renderer.history, (self.selection.thing.value, self.selection.number)
        events = [history.following(subject, self.tick)] if later else history.newest(subject, self.tick - 1, 1)
        first, last = history.span
        event = events[0] if events else None
        if event is None or not first <= event.t <= last:
            self.note = f"no {'later' if later else 'earlier'} event{self._so_far}"
            return
        self.leave()
        self.player.stand(event.t)
        self._show(self.selection)
        headline = self.renderer.scene.words.headline(event, history.order_words)
        self.note = f"{clock(self.renderer.scene.header, event.t)}  {headline}"

    @property
    def _line(self) -> Timeline:
        return Timeline(*self.renderer.history.span, self.parts.timeline, self.scale)

    @property
    def _so_far(self) -> str:
        history = self.renderer.history
        return (
            "" if history.progress >= 1.0 else f" up to tick {max(history.read_to, 0):,}, up to which events are read"
        )

    def _show(self, selection: Selection) -> None:
        self.selection = selection
        if point := self.renderer.point_of(self.player.position, selection):
            self._move(brought_near(self.camera, point, self.view))

    def _arrive(self, place: Place | None, nowhere: str) -> None:
        if place is None:
            self.note = nowhere
            return
        self.stay()
        self._move(place.camera)
        self.selection = place.selection
        self.player.seek(self.renderer.history.span[1] if place.tick is None else place.tick)

    def _move(self, camera: Camera) -> None:
        self.camera = camera.kept(self.renderer.scene.shape, self.view)
