"""Navigation in the window, by the events that SDL would send."""

from collections.abc import Iterator

import pygame
import pytest

from layout.floor import Floor
from tests.support.window.eye_floor import CARRYING, CHARGING, DEAD, FETCHING, TICKS, cell, eye_frame, eye_header
from tests.support.window.fake_floor import FakeSubscriber
from tests.support.window.pixels import colours_in
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import LiveSource, RecordSource, floor_of
from visualizer.style.palette import DAY
from visualizer.view.place_history import in_middle
from visualizer.window.display import screen_scale
from visualizer.window.window import Window

SIZE = (1280, 720)


class Traveller:
    """A person at the window."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def see(self, seconds: float = 0.0) -> pygame.Surface:
        self.window.turn(seconds)
        return pygame.display.get_surface()

    def send(self, kind: int, **values: object) -> None:
        pygame.event.post(pygame.event.Event(kind, **values))
        self.window.turn(0.0)

    def key(self, key: int, text: str = "", mod: int = 0) -> None:
        self.send(pygame.KEYDOWN, key=key, unicode=text, mod=mod)

    def write(self, text: str) -> None:
        """Send text as SDL does: the key, and the text that it makes."""
        for sign in text:
            self.send(pygame.KEYDOWN, key=ord(sign), unicode=sign, mod=0)
            self.send(pygame.TEXTINPUT, text=sign)

    def press(self, x: int, y: int) -> None:
        self.send(pygame.MOUSEBUTTONDOWN, pos=(x, y), button=1)

    def drag(self, x: int, y: int) -> None:
        self.send(pygame.MOUSEMOTION, pos=(x, y), rel=(1, 1), buttons=(1, 0, 0))

    def point(self, x: int, y: int) -> None:
        self.send(pygame.MOUSEMOTION, pos=(x, y), rel=(1, 1), buttons=(0, 0, 0))

    def release(self, x: int, y: int) -> None:
        self.send(pygame.MOUSEBUTTONUP, pos=(x, y), button=1)

    def zoom(self, notches: int) -> None:
        part = self.window.parts.floor
        self.point(part.x + part.w // 2, part.y + part.h // 2)
        self.send(pygame.MOUSEWHEEL, x=0, y=notches, flipped=False)

    @property
    def place(self) -> tuple[object, ...]:
        return self.window.camera, self.window.selection, int(self.window.player.position)


@pytest.fixture
def user(source: RecordSource, floor: Floor) -> Iterator[Traveller]:
    window = Window(source, floor, SIZE, scale=1.0)
    window.toggle()
    window.turn(0.0)
    yield Traveller(window)
    window.close()


def robot(number: int) -> Selection:
    return Selection(Thing.ROBOT, number)


def test_next_and_last_alarm(user: Traveller) -> None:
    """The key goes from tick 0 to the dead robot, to the stopped one, back, and no further at the ends; each is
    selected.
    """
    user.key(pygame.K_n, "n")
    assert (user.window.player.position, user.window.selection) == (2, robot(DEAD))
    user.key(pygame.K_n, "n")
    assert (user.window.player.position, user.window.selection) == (100, robot(CHARGING))
    assert user.window.note == "fault  robot 3 stopped by a fault"
    user.key(pygame.K_n, "n")
    assert (user.window.player.position, user.window.note) == (100, "no later alarm")
    user.key(pygame.K_n, "N", pygame.KMOD_SHIFT)
    assert user.window.player.position == 2
    assert user.window.player.paused


def test_next_and_last_event_of_the_selection(user: Traveller) -> None:
    """Robot 1 is given its task at tick 1; pod 0 has a place chosen at tick 120."""
    user.key(pygame.K_PAGEDOWN)
    assert user.window.note == "select something to go through its events"
    user.window.selection = robot(CARRYING)
    user.key(pygame.K_PAGEDOWN)
    assert user.window.player.position == 1
    user.window.selection = Selection(Thing.POD, 0)
    user.key(pygame.K_PAGEDOWN)
    assert user.window.player.position == 120
    user.key(pygame.K_PAGEUP)
    assert user.window.player.position == 0
    user.key(pygame.K_PAGEUP)
    assert user.window.note == "no earlier event"


def test_the_timeline_is_scrubbed(user: Traveller) -> None:
    """Press a quarter of the way, drag to three quarters, beyond the end, and away from the line."""
    line = user.window.parts.timeline
    user.press(line.w // 4, line.y + 2)
    assert user.window.player.position == pytest.approx(TICKS / 4, abs=1)
    user.drag(3 * line.w // 4, line.y - 300)
    assert user.window.player.position == pytest.approx(3 * TICKS / 4, abs=1)
    user.drag(line.w + 50, line.y)
    assert user.window.player.position == TICKS - 1
    user.release(line.w, line.y)
    user.drag(10, line.y)
    assert user.window.player.position == TICKS - 1


def test_a_press_beside_a_mark_goes_to_the_mark(user: Traveller) -> None:
    """Two pixels beside the fault of tick 100 it is tick 100."""
    line = user.window.parts.timeline
    user.press(round(line.w * 100 / (TICKS - 1)) + 2, line.y + 2)
    assert user.window.player.position == 100


def test_marks_are_on_the_timeline_and_told_when_pointed_at(user: Traveller) -> None:
    """There is a mark at the fault's pixel; pointing at it shows a card over the floor, and leaving hides it."""
    line = user.window.parts.timeline
    x = round(line.w * 100 / (TICKS - 1))
    before = user.see().copy()
    assert DAY.ink in colours_in(before, pygame.Rect(x - 3, line.y, 6, line.h))
    assert DAY.ink not in colours_in(before, pygame.Rect(x + 20, line.y, 100, line.h))
    above = pygame.Rect(x - 60, line.y - 50, 120, 40)
    user.point(x, line.y + 4)
    assert DAY.ink in colours_in(user.see(), above)
    user.send(pygame.WINDOWLEAVE)
    assert pygame.image.tobytes(user.see(), "RGB") == pygame.image.tobytes(before, "RGB")


@pytest.mark.parametrize(
    ("text", "selection", "tick"),
    [
        ("robot 2", robot(DEAD), 0),
        ("pick-1", Selection(Thing.STATION, 0), 0),
        ("4,6", Selection(Thing.CELL, cell(4, 6)), 0),
        ("tick 77", None, 77),
        ("09:02", None, 120),
    ],
)
def test_a_search_selects_and_goes_there(user: Traveller, text: str, selection: Selection | None, tick: int) -> None:
    """Slash, words, return; letters that are keys otherwise are only letters then."""
    user.write("/" + text)
    assert user.window.search_line.shown is not None
    assert user.window.search_line.shown.text == text
    user.key(pygame.K_RETURN, "\r")
    assert user.window.search_line.shown is None
    assert (user.window.selection, user.window.player.position) == (selection, tick)
    assert user.window.running


def test_a_search_centres_what_is_hidden(user: Traveller) -> None:
    """With a near view of one corner of the floor, the other corner comes to the middle of the view."""
    user.window.camera = in_middle(user.window.camera.zoomed(9, 0, 0), (1.0, 1.0), user.window.view)
    user.write("/robot 2")
    user.key(pygame.K_RETURN)
    x, y = user.window.camera.at(4.5, 8.5)
    assert (x, y) == pytest.approx((user.window.view[0] / 2, user.window.view[1] / 2), abs=2)


def test_a_mistake_keeps_the_line_open(user: Traveller) -> None:
    """The window says what is wrong, in the alarm's colour, and nothing else has changed."""
    before = user.place
    user.write("/order 99999")
    user.key(pygame.K_RETURN)
    assert user.window.search_line.shown is not None
    assert user.window.search_line.shown.answer.miss == f"no order 99999 by tick {TICKS - 1}"
    part = user.window.parts.floor
    assert DAY.alarm in colours_in(user.see(), pygame.Rect(part.x + 14, part.y + 54, 300, 40))
    assert user.place == before


def test_escape_closes_the_line_only(user: Traveller) -> None:
    """The selection stays."""
    user.window.selection = robot(DEAD)
    user.write("/q")
    user.key(pygame.K_ESCAPE)
    assert user.window.search_line.shown is None
    assert user.window.selection == robot(DEAD)
    assert user.window.running


def test_what_is_offered_can_be_clicked(user: Traveller) -> None:
    """The third of the robots; a click elsewhere closes the line."""
    user.write("/robot ")
    part = user.window.parts.floor
    user.press(part.x + 60, part.y + 14 + 40 + 4 + 2 * 25 + 10)
    assert user.window.selection == robot(2)
    user.write("/")
    user.press(part.x + 700, part.y + 400)
    assert user.window.search_line.shown is None


def test_back_and_forward(user: Traveller) -> None:
    """Brackets, and alt with the arrows, restore camera, selection and tick together."""
    start = user.place
    user.write("/robot 2")
    user.key(pygame.K_RETURN)
    user.write("/tick 50")
    user.key(pygame.K_RETURN)
    end = user.place
    user.key(pygame.K_LEFTBRACKET, "[")
    assert user.place == (start[0], robot(2), 0)
    user.key(pygame.K_LEFT, "", pygame.KMOD_LALT)
    assert user.place == start
    user.key(pygame.K_LEFTBRACKET, "[")
    assert user.window.note == "there is no earlier place"
    user.key(pygame.K_RIGHT, "", pygame.KMOD_LALT)
    user.key(pygame.K_RIGHTBRACKET, "]")
    assert user.place == end


def test_following_keeps_a_robot_in_the_middle(user: Traveller) -> None:
    """Robot 0 drives east along row 1, and stays in the middle of the view."""
    user.zoom(2)
    user.key(pygame.K_g, "g")
    assert user.window.note == "select a robot or a pod to follow it"
    user.window.selection = robot(FETCHING)
    user.key(pygame.K_g, "g")
    for tick, col in ((0, 1.5), (4, 5.5)):
        user.window.player.seek(tick)
        user.see()
        middle = user.window.view[0] / 2, user.window.view[1] / 2
        assert user.window.camera.at(1.5, col) == pytest.approx(middle, abs=2)


@pytest.mark.parametrize("way", ["drag", "key", "fit", "again", "another", "back"])
def test_following_ends(user: Traveller, way: str) -> None:
    """It ends by any movement of the floor, by the same key, and when something else is selected."""
    user.window.selection = robot(FETCHING)
    user.key(pygame.K_g, "g")
    assert user.window.following == "following robot 0"
    if way == "drag":
        user.press(300, 300)
        user.drag(340, 340)
    elif way == "another":
        user.window.selection = robot(DEAD)
        user.see()
    else:
        keys = {"key": pygame.K_UP, "fit": pygame.K_f, "again": pygame.K_g, "back": pygame.K_LEFTBRACKET}
        user.window.leave()
        user.window.player.seek(5)
        user.key(keys[way], mod=pygame.KMOD_LSHIFT if way == "key" else 0)
    assert user.window.following == ""


def test_keys_move_the_floor(user: Traveller) -> None:
    """Shift and right looks further right, so the floor goes left; the arrow alone is still a tick."""
    before = user.window.camera
    user.key(pygame.K_RIGHT, "", pygame.KMOD_LSHIFT)
    assert user.window.camera.left < before.left
    assert user.window.player.position == 0.0
    user.key(pygame.K_RIGHT)
    assert user.window.player.position == 1.0


def test_the_minimap_moves_the_view(user: Traveller) -> None:
    """It comes when the floor no longer fits; a press on it looks there, and dragging goes along."""
    user.zoom(4)
    part = user.window.parts.floor
    right, bottom = part.x + part.w - 14, part.y + part.h - 14
    assert DAY.accent in colours_in(user.see(), pygame.Rect(right - 200, bottom - 140, 200, 140))
    user.press(right - 100, bottom - 70)
    middle = user.window.camera.point(user.window.view[0] / 2, user.window.view[1] / 2)
    assert middle == pytest.approx((3.5, 5.0), abs=0.1)
    user.drag(right - 160, bottom - 70)
    middle = user.window.camera.point(user.window.view[0] / 2, user.window.view[1] / 2)
    assert middle == pytest.approx((3.5, 2.0), abs=0.1)
    assert user.window.selection is None


def test_live_catches_up(floor: Floor) -> None:
    """Held by a pause the picture falls behind; L goes to the newest tick and goes on with the floor."""
    subscriber = FakeSubscriber(controls=False)
    subscriber.coming = [eye_frame(0)]
    source = LiveSource(subscriber, "tcp://here", wait_s=0.0)  # type: ignore[arg-type]
    window = Window(source, floor_of(eye_header(), "eye"), SIZE, scale=1.0)
    user = Traveller(window)
    user.key(pygame.K_SPACE, " ")
    subscriber.coming = [eye_frame(tick) for tick in range(1, 30)]
    user.see(1.0)
    assert (window.player.position, window.player.describe()) == (0, "held  29 ticks behind")
    user.key(pygame.K_l, "l")
    subscriber.coming = [eye_frame(30)]
    user.see(1.0)
    user.see(5.0)
    assert window.player.position == 30
    user.key(pygame.K_LEFTBRACKET, "[")
    assert window.player.position == 0
    user.key(pygame.K_RIGHTBRACKET, "]")
    assert window.player.newest
    window.close()


def test_a_fine_screen_has_larger_panels(source: RecordSource, floor: Floor) -> None:
    """At two pixels a unit all parts are twice as large, and so is the window if it isn't told its size."""
    window = Window(source, floor, scale=2.0)
    window.turn(0.0)
    assert pygame.display.get_surface().get_size() == (2560, 1440)
    assert window.parts.side.w == 632
    assert window.parts.timeline.h == 24
    window.close()


@pytest.mark.parametrize(
    ("height", "scale"), [(768, 1.0), (1080, 1.0), (1440, 1.0), (1620, 1.5), (2160, 2.0), (9000, 4.0)]
)
def test_the_screen_tells_the_scale(monkeypatch: pytest.MonkeyPatch, height: int, scale: float) -> None:
    """The scale depends on the screen's height in pixels, in halves, and is at least 1."""
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [(2 * height, height)])
    assert screen_scale() == scale
