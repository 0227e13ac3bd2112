"""The window, driven by the events that SDL would send."""

from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from layout.errors import InputError
from layout.floor import Floor
from robots.recording.view_commands import Pause, Speed, Step
from robots.units.lifecycle import RobotState
from tests.support.window.eye_floor import CARRYING, TICKS, cell, eye_frame, eye_header
from tests.support.window.fake_floor import FakeSubscriber
from tests.support.window.pixels import colour_at, pixel_of
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import LiveSource, RecordSource, floor_of
from visualizer.style.palette import STATE_COLOURS
from visualizer.view.camera import fit
from visualizer.view.keys import BINDINGS
from visualizer.window.display import screen_scale
from visualizer.window.window import Window

SIZE = (1280, 720)


class User:
    """A person at the window: everything goes through pygame's event queue."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def see(self) -> pygame.Surface:
        self.window.turn(0.0)
        return pygame.display.get_surface()

    def wait(self, seconds: float) -> None:
        self.window.turn(seconds)

    def key(self, key: int, text: str = "") -> None:
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=text, mod=0))
        self.window.turn(0.0)

    def move(self, pos: tuple[int, int], rel: tuple[int, int] = (0, 0), held: bool = False) -> None:
        buttons = (int(held), 0, 0)
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=pos, rel=rel, buttons=buttons))
        self.window.turn(0.0)

    def press(self, pos: tuple[int, int], button: int = 1) -> None:
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=pos, button=button))
        self.window.turn(0.0)

    def release(self, pos: tuple[int, int], button: int = 1) -> None:
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=pos, button=button))
        self.window.turn(0.0)

    def click(self, pos: tuple[int, int]) -> None:
        self.press(pos)
        self.release(pos)

    def click_cell(self, row: int, col: int) -> None:
        self.click(pixel_of(self.see(), self.window.camera, row + 0.5, col + 0.5))

    def wheel(self, pos: tuple[int, int], notches: int) -> None:
        self.move(pos)
        pygame.event.post(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=notches, flipped=False))
        self.window.turn(0.0)


@pytest.fixture
def user(source: RecordSource, floor: Floor) -> Iterator[User]:
    window = Window(source, floor, SIZE)
    window.turn(0.0)
    yield User(window)
    window.close()


def test_it_opens_with_the_whole_floor(user: User) -> None:
    """The floor fits, and the first tick is shown."""
    assert user.window.camera == fit((7, 10), (user.window.parts.floor.w, user.window.parts.floor.h))
    surface = user.see()
    assert colour_at(surface, user.window.camera, 1.25, 1.4) == tuple(STATE_COLOURS[RobotState.FETCHING])


def test_space_pauses_and_plays(user: User) -> None:
    """A replay runs by itself, stands after space, and goes on after another."""
    user.wait(0.5)
    assert user.window.player.position == 2.0
    user.key(pygame.K_SPACE, " ")
    user.wait(5.0)
    assert user.window.player.position == 2.0
    user.key(pygame.K_SPACE, " ")
    user.wait(0.25)
    assert user.window.player.position == 3.0


def test_single_steps(user: User) -> None:
    """The full stop and the right arrow go a tick on, comma and left arrow a tick back; all of them pause."""
    for key, text in ((pygame.K_PERIOD, "."), (pygame.K_RIGHT, ""), (pygame.K_COMMA, ","), (pygame.K_RIGHT, "")):
        user.key(key, text)
    assert user.window.player.position == 2.0
    user.key(pygame.K_LEFT)
    assert (user.window.player.position, user.window.player.paused) == (1.0, True)


def test_speed(user: User) -> None:
    """Plus doubles and minus halves, within ×0.25 and ×64, on the main keys and the keypad."""
    user.key(pygame.K_EQUALS, "+")
    user.wait(0.5)
    assert user.window.player.position == 4.0
    for _ in range(10):
        user.key(pygame.K_KP_MINUS, "-")
    assert "×0.25" in user.window.player.describe()
    for _ in range(10):
        user.key(pygame.K_KP_PLUS, "+")
    assert "×64" in user.window.player.describe()


def test_home_and_end(user: User) -> None:
    """End goes to the last tick, home to the first."""
    user.key(pygame.K_END)
    assert user.window.player.position == TICKS - 1
    user.key(pygame.K_HOME)
    assert user.window.player.position == 0.0


def test_the_timeline_seeks(user: User) -> None:
    """A click in the middle of the timeline goes to the middle of the record."""
    line = user.window.parts.timeline
    user.press((line.w // 2, line.y + 2))
    assert user.window.player.position == pytest.approx(TICKS / 2, abs=1.0)


def test_wheel_zooms_at_the_cursor(user: User) -> None:
    """The point under the cursor stays under it; off the floor's part the wheel does nothing."""
    before, part = user.window.camera, user.window.parts.floor
    pos = (300, 400)
    under = before.point(pos[0] - part.x, pos[1] - part.y)
    user.wheel(pos, 1)
    after = user.window.camera
    assert after.scale > before.scale
    assert after.point(pos[0] - part.x, pos[1] - part.y) == pytest.approx(under, abs=0.02)
    user.wheel((10, 10), 1)
    assert user.window.camera == after


def test_dragging_moves_the_floor(user: User) -> None:
    """The floor follows the mouse by as many pixels, and nothing is selected by it."""
    before = user.window.camera
    user.press((300, 300))
    user.move((330, 320), rel=(30, 20), held=True)
    user.release((330, 320))
    assert (user.window.camera.left - before.left, user.window.camera.top - before.top) == (30, 20)
    assert user.window.selection is None


def test_f_fits_the_floor_again(user: User) -> None:
    """After zooming and dragging F shows the whole floor."""
    whole = user.window.camera
    user.wheel((300, 300), 5)
    user.key(pygame.K_f, "f")
    assert user.window.camera == whole


def test_clicks_select_what_is_there(user: User) -> None:
    """A robot, a pod, a station, a cell; and off the floor nothing."""
    for where, selected in (
        ((4, 1), Selection(Thing.ROBOT, CARRYING)),
        ((2, 2), Selection(Thing.POD, 1)),
        ((5, 7), Selection(Thing.STATION, 1)),
        ((4, 4), Selection(Thing.CELL, cell(4, 4))),
    ):
        user.click_cell(*where)
        assert user.window.selection == selected
    user.click((4, 300))
    assert user.window.selection is None


def test_a_second_click_selects_what_is_beneath(user: User) -> None:
    """Under robot 1 there is its cell, and after that it is the robot's turn again."""
    user.click_cell(4, 1)
    user.click_cell(4, 1)
    assert user.window.selection == Selection(Thing.CELL, cell(4, 1))
    user.click_cell(4, 1)
    assert user.window.selection == Selection(Thing.ROBOT, CARRYING)


def test_a_small_robot_can_be_hit_nearby(user: User) -> None:
    """When cells are few pixels wide, a click some pixels beside a robot still selects it."""
    user.wheel((400, 400), -16)
    x, y = pixel_of(user.see(), user.window.camera, 4.5, 1.5)
    user.click((x - 4, y + 2))
    assert user.window.selection == Selection(Thing.ROBOT, CARRYING)


def test_help_opens_and_closes(user: User) -> None:
    """The question mark shows the keys, another one or escape hides them."""
    plain = pygame.image.tobytes(user.see(), "RGB")
    user.key(pygame.K_SLASH, "?")
    assert user.window.help
    assert pygame.image.tobytes(user.see(), "RGB") != plain
    user.key(pygame.K_ESCAPE)
    assert not user.window.help
    assert pygame.image.tobytes(user.see(), "RGB") == plain


def test_escape_closes_one_thing_at_a_time(user: User) -> None:
    """First the help, then the selection, then the window."""
    user.click_cell(4, 1)
    user.key(pygame.K_F1)
    user.key(pygame.K_ESCAPE)
    assert user.window.selection is not None
    user.key(pygame.K_ESCAPE)
    assert user.window.selection is None
    assert user.window.running
    user.key(pygame.K_ESCAPE)
    assert not user.window.running


@pytest.mark.parametrize("way", ["q", "close button"])
def test_it_quits(user: User, way: str) -> None:
    """Q and the window's own button end the loop."""
    if way == "q":
        user.key(pygame.K_q, "q")
    else:
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        user.see()
    assert not user.window.running


def _resize(user: User, width: int, height: int) -> None:
    """As a desktop does it: SDL has made the surface as large before the event comes."""
    pygame.display.set_mode((width, height), pygame.RESIZABLE)
    pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, size=(width, height), w=width, h=height))
    user.see()


@pytest.mark.parametrize("size", [(1900, 1100), (1000, 500), (640, 900)])
def test_a_floor_that_nobody_has_zoomed_fits_the_window_after_each_resize(user: User, size: tuple[int, int]) -> None:
    """Larger, smaller or of another shape: the whole floor is in view, as large as it can be."""
    _resize(user, *size)
    assert user.see().get_size() == size
    assert user.window.camera == fit((7, 10), user.window.view)
    _resize(user, *SIZE)
    assert user.window.camera == fit((7, 10), user.window.view)


@pytest.mark.parametrize("way", ["wheel", "drag"])
def test_resizing_keeps_the_middle_once_the_user_has_zoomed_or_moved_the_floor(user: User, way: str) -> None:
    """The middle of the floor's part stays in the middle at the same scale; F fits the floor again."""
    if way == "wheel":
        user.wheel((300, 300), 3)
    else:
        user.press((300, 300))
        user.move((330, 320), rel=(30, 20), held=True)
        user.release((330, 320))
    scale, middle = user.window.camera.scale, _middle(user.window)
    _resize(user, 1000, 600)
    assert user.window.camera.scale == scale
    assert _middle(user.window) == pytest.approx(middle, abs=0.02)
    user.key(pygame.K_f, "f")
    _resize(user, 1400, 900)
    assert user.window.camera == fit((7, 10), user.window.view)


def _middle(window: Window) -> tuple[float, float]:
    part = window.parts.floor
    return window.camera.point(part.w / 2, part.h / 2)


def test_nothing_is_drawn_twice(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that stands costs nothing: it is drawn when something has changed."""
    user.key(pygame.K_SPACE, " ")
    monkeypatch.setattr(user.window.renderer, "draw", lambda *_: pytest.fail("was drawn"))
    user.wait(1.0)


def test_every_binding_has_its_action(user: User) -> None:
    """Each key of the table is known to pygame and does something the window can do."""
    for binding in BINDINGS:
        assert callable(getattr(user.window, binding.action))
        for key in binding.keys:
            name = key.removeprefix("alt+").removeprefix("shift+")
            assert len(name) == 1 or pygame.key.key_code(name)


def test_a_number_of_pictures_can_be_asked_for(user: User) -> None:
    """The loop ends by itself after so many, with the window still wanted."""
    user.window.run(pictures=3)
    assert user.window.running


@pytest.fixture
def subscriber() -> FakeSubscriber:
    fake = FakeSubscriber(controls=True)
    fake.coming = [eye_frame(0)]
    return fake


@pytest.fixture
def live(subscriber: FakeSubscriber) -> Iterator[User]:
    source = LiveSource(subscriber, "tcp://here", wait_s=0.0)  # type: ignore[arg-type]
    window = Window(source, floor_of(source.header, source.name), SIZE)
    window.turn(0.0)
    yield User(window)
    window.close()


def test_live_keys_go_to_the_floor(live: User, subscriber: FakeSubscriber) -> None:
    """Pause, step and speed are sent to the floor, not played locally."""
    live.key(pygame.K_SPACE, " ")
    live.key(pygame.K_PERIOD, ".")
    live.key(pygame.K_EQUALS, "+")
    assert subscriber.sent == [Pause(), Step(), Speed(2.0)]


@pytest.mark.parametrize("way", ["escape", "q", "close button"])
def test_the_window_of_a_run_asks_before_it_ends_the_run(live: User, way: str) -> None:
    """Escape once too often costs nothing: escape again or a click beside the card leaves the run running."""
    for answer in ("escape", "click"):
        _close(live, way)
        assert live.window.control.asks_to_end
        if answer == "escape":
            live.key(pygame.K_ESCAPE)
        else:
            live.click((5, live.window.parts.floor.y + 5))
        assert not live.window.control.open
        assert live.window.running


@pytest.mark.parametrize("answer", ["enter", "button", "close button"])
def test_a_yes_ends_the_run(live: User, answer: str) -> None:
    """By Enter, by the card's first button, or by the window's own button pressed once more."""
    live.key(pygame.K_ESCAPE)
    live.see()
    if answer == "enter":
        live.key(pygame.K_RETURN, "\r")
    elif answer == "button":
        live.click(next(box.center for box, spot in live.window.renderer.control.spots if spot.yes))
    else:
        _close(live, answer)
    assert not live.window.running


def _close(user: User, way: str) -> None:
    if way == "escape":
        user.key(pygame.K_ESCAPE)
    elif way == "q":
        user.key(pygame.K_q, "q")
    else:
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        user.see()


def test_a_window_that_only_looks_on_closes_at_once(live: User, subscriber: FakeSubscriber) -> None:
    """Without a control address the floor runs on when the window closes, so there is nothing to ask."""
    subscriber.controls = False
    live.key(pygame.K_ESCAPE)
    assert not live.window.running


def test_live_shows_the_newest_frame(live: User, subscriber: FakeSubscriber) -> None:
    """As frames come the robot moves on, without a key."""
    subscriber.coming = [eye_frame(1), eye_frame(2), eye_frame(3)]
    live.wait(1.0)
    live.wait(5.0)
    colour = colour_at(live.see(), live.window.camera, 1.25, 4.4)
    assert colour == tuple(STATE_COLOURS[RobotState.FETCHING])


def test_another_run_is_looked_at_anew(live: User, subscriber: FakeSubscriber) -> None:
    """When another run begins at the address, the window shows its floor, with nothing selected."""
    live.click_cell(4, 1)
    other = eye_header().floor.replace('name = "eye"', 'name = "other"')
    subscriber.header = eye_header(floor=other)
    subscriber.coming = [eye_frame(0)]
    live.see()
    assert live.window.renderer.scene.floor.name == "other"
    assert live.window.selection is None


def test_without_a_display_there_is_one_line(
    source: RecordSource, floor: Floor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a machine without a display the message says what to do instead."""
    monkeypatch.delenv("SDL_VIDEODRIVER")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(InputError, match=r"display: no window can be opened: .* \(use --headless"):
        Window(source, floor, SIZE)


def test_without_a_display_the_size_of_the_screen_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """SDL would print a line of its own, before ours."""
    for name in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("pygame.display.init", lambda: pytest.fail("SDL looks for a display"))
    assert screen_scale() == 1.0
