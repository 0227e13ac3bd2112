"""The editor, driven by the events that SDL would send."""

from pathlib import Path

import pygame
import pytest

from layout.errors import InputError
from layout.formats.floor_file import FloorFile
from tests.support.window.editor_user import HALL, Draughtsman
from tests.support.window.pixels import colours_in
from visualizer.editor.keys import BINDINGS
from visualizer.editor.paint.draft import PALETTE
from visualizer.editor.tools import INKS, SHAPE_KEYS, Shape
from visualizer.editor.window import EditorWindow
from visualizer.editor.workspace import Workspace
from visualizer.style.palette import Ground
from visualizer.view.camera import fit


def colour(surface: pygame.Surface, pos: tuple[int, int]) -> tuple[int, ...]:
    return tuple(surface.get_at(pos))[:3]


def test_it_opens_with_the_whole_floor_and_its_faults(user: Draughtsman) -> None:
    """The drawing fills its part, and the check has been made."""
    surface = user.see()
    assert colour(surface, (user.pixel(0, 0)[0] + 5, user.pixel(0, 0)[1] + 5)) == PALETTE.ground[Ground.WALL]
    assert user.messages == []
    assert user.window.workspace.check.findings.sound


def test_a_drag_paints_and_shows_before_it_is_done(user: Draughtsman) -> None:
    """Under the pointer the stroke is seen at once; the drawing has it when the button is up."""
    user.type("#")
    user.press(user.pixel(1, 1))
    user.move(user.pixel(1, 4), (1, 0), 1)
    before = colour(user.see(), user.pixel(1, 3))
    assert before not in (PALETTE.ground[Ground.WALL], PALETTE.ground[Ground.AISLE])  # veiled
    assert user.rows[1] == "#........#"
    user.release(user.pixel(1, 4))
    assert user.rows[1] == "#####....#"
    assert colour(user.see(), user.pixel(1, 3)) == PALETTE.ground[Ground.WALL]


def test_escape_or_the_other_button_leaves_a_stroke(user: Draughtsman) -> None:
    """Nothing is painted."""
    user.press(user.pixel(1, 1))
    user.key(pygame.K_ESCAPE)
    user.release(user.pixel(1, 1))
    user.press(user.pixel(1, 1))
    user.press(user.pixel(1, 1), 3)
    user.release(user.pixel(1, 1), 3)
    user.release(user.pixel(1, 1))
    assert not user.window.workspace.draft.can_undo


def test_whole_strokes_are_undone_and_redone(user: Draughtsman) -> None:
    """Control and Z, control and Y, and the buttons."""
    user.drag((1, 1), (1, 8))
    user.drag((4, 1), (4, 4))
    user.ctrl(pygame.K_z)
    assert (user.rows[1], user.rows[4]) == ("##########", "#....o...#")
    user.ctrl(pygame.K_z)
    assert user.rows[1] == "#........#"
    user.ctrl(pygame.K_y)
    assert user.rows[1] == "##########"
    user.key(pygame.K_z, "", pygame.KMOD_CTRL | pygame.KMOD_SHIFT)
    assert user.rows[4] == "#####o...#"
    user.button("undo")
    user.button("undo")
    user.button("redo")
    assert (user.rows[1], user.rows[4]) == ("##########", "#....o...#")


def test_the_right_button_erases(user: Draughtsman) -> None:
    """Whatever is held, it leaves aisle."""
    user.drag((2, 2), (2, 4), button=3)
    assert user.rows[2] == "#......C.#"


@pytest.mark.parametrize("ink", INKS.values(), ids=lambda ink: ink.sign)
def test_every_ink_has_a_key_and_a_button(user: Draughtsman, ink: object) -> None:
    """Glyphs are typed as they are written in the file."""
    sign, key = ink.sign, ink.key  # type: ignore[attr-defined]
    user.type(key)
    assert user.window.workspace.drafting.ink == sign
    user.window.workspace.drafting.ink = ""
    user.button("take_ink", sign)
    assert user.window.workspace.drafting.ink == sign
    user.drag((1, 4))
    expected = sign if len(sign) == 1 else {"lane": ">", "queue": "r"}[sign]
    assert user.rows[1][4] == expected


@pytest.mark.parametrize("key", SHAPE_KEYS)
def test_every_shape_has_a_key_and_a_button(user: Draughtsman, key: str) -> None:
    """The digits."""
    user.type(key)
    assert user.window.workspace.drafting.shape is SHAPE_KEYS[key]
    user.window.workspace.drafting.shape = Shape.BRUSH
    user.button("take_shape", SHAPE_KEYS[key].value)
    assert user.window.workspace.drafting.shape is SHAPE_KEYS[key]


def test_shapes_of_strokes(user: Draughtsman) -> None:
    """A line, a frame, a box and a fill; beyond the grid they end at its edge."""
    user.type("2P")
    user.drag((1, 5), (2, 8))
    assert user.rows[1] == "#....PPPP#"
    user.type("3a")
    user.drag((1, 5), (3, 8))
    assert [row[5:9] for row in user.rows[1:4]] == [">>>v", "^.Cv", "^<<<"]
    user.type("4#")
    user.drag((5, 7), (30, 30))
    assert [row[7:] for row in user.rows[5:]] == ["###", "###"]
    user.type("5C")
    user.drag((2, 2))
    assert [row[2:5] for row in user.rows[2:4]] == ["CCC", "CCC"]


def test_a_queue_lane_is_drawn_onto_its_station(user: Draughtsman) -> None:
    """One drag from the aisle to the station makes a lane that the check takes."""
    user.type("K")
    user.drag((4, 7))
    user.type("q")
    user.drag((1, 8), (4, 8), (4, 7))
    assert [row[7:9] for row in user.rows[1:5]] == [".d", "Cd", ".d", "Kl"]
    user.rest()
    assert user.window.workspace.check.findings.readable


def test_faults_are_told_while_drawing_and_marked(user: Draughtsman) -> None:
    """The messages of the check appear by themselves, and their cells wear the colour of alarms."""
    user.type("#")
    user.drag((1, 7), (1, 8), (2, 8))
    user.drag((2, 6))
    user.drag((3, 7))
    user.rest()
    assert user.messages == ["can be neither reached nor left by a loaded robot"]
    surface = user.see()
    x, y = user.pixel(2, 7)
    half = round(user.window.camera.scale / 2)
    assert PALETTE.alarm in colours_in(surface, pygame.Rect(x - half, y - half, 2 * half, 2 * half))
    user.ctrl(pygame.K_z)
    user.rest()
    assert user.window.workspace.check.findings.sound


def test_a_click_on_a_message_goes_to_its_cell(user: Draughtsman) -> None:
    """The cell comes to the middle, and near enough to see."""
    user.type("#")
    user.drag((4, 1), (4, 2))
    user.drag((5, 1))
    user.wheel(user.pixel(1, 8), -12)
    user.rest()
    user.see()
    number = next(i for i, what in enumerate(user.messages) if "no aisle leads to its queue's tail" in what)
    box = user.window.renderer.faults[number].box
    user.click((box.x + 20, box.y + 5))
    part = user.window.parts.floor
    assert user.window.workspace.fault == number
    assert user.window.cell_at((part.x + part.w // 2, part.y + part.h // 2)) == (5, 4)
    assert user.window.camera.scale >= 20


def test_n_goes_from_fault_to_fault(user: Draughtsman) -> None:
    """And round to the first."""
    user.type("#")
    user.drag((1, 1), (1, 8), (5, 8))
    user.drag((4, 1), (4, 8))
    user.rest()
    count = len(user.messages)
    assert count > 1
    seen = []
    for _ in range(count + 1):
        user.type("n")
        seen.append(user.window.workspace.fault)
    assert seen == [*range(count), 0]


def test_a_floor_that_cant_be_read_is_told(user: Draughtsman) -> None:
    """A queue lane into a wall is no floor; the message names the cell."""
    user.type("u")
    user.drag((1, 1))
    user.rest()
    assert user.messages == ["leads up into a wall"]
    assert not user.window.workspace.check.findings.readable


def test_stations_are_named_and_manned_in_the_table(user: Draughtsman, path: Path) -> None:
    """A click opens an entry, tab goes on, enter takes over; the file gets a table."""
    user.entry(0, "id")
    user.type("front")
    user.key(pygame.K_TAB)
    user.type("3")
    user.key(pygame.K_TAB)
    user.type("7,5")
    user.key(pygame.K_BACKSPACE)
    user.key(pygame.K_RETURN)
    assert user.window.workspace.drafting.selected == (5, 4)
    user.ctrl(pygame.K_s)
    assert '[[station]]\nat = [5, 4]\nid = "front"\npeople = 3\nservice_s = 7\n\n[robots]' in path.read_text()
    user.ctrl(pygame.K_z)
    assert user.window.workspace.rows[0].note.service_s == 0


def test_an_entry_that_cant_be_used_stays_open(user: Draughtsman) -> None:
    """It tells what would be right; escape leaves it as it was."""
    user.entry(0, "people")
    user.type("two")
    user.key(pygame.K_RETURN)
    field = user.window.workspace.entry.field
    assert field is not None
    assert field.fault == "“two” can't be used: a whole number from 1"
    user.drag((1, 1))
    user.ctrl(pygame.K_s)
    assert user.rows[1] == "#........#"
    user.key(pygame.K_ESCAPE)
    assert user.window.workspace.entry.field is None
    assert not user.window.workspace.draft.changed


def test_an_entry_whose_station_is_taken_back_closes(user: Draughtsman) -> None:
    """Undo works while one types."""
    user.type("K")
    user.drag((1, 8))
    user.entry(0, "people")
    user.ctrl(pygame.K_z)
    user.type("3")
    user.key(pygame.K_TAB)
    assert user.window.workspace.entry.field is None
    assert [row.at for row in user.window.workspace.rows] == [(5, 4)]


def test_delete_gives_a_station_its_defaults_back(user: Draughtsman) -> None:
    """The selected one, also by a click on the floor."""
    user.entry(0, "people")
    user.type("3")
    user.key(pygame.K_RETURN)
    user.key(pygame.K_ESCAPE)
    user.type("0")
    user.click(user.pixel(5, 4))
    assert user.window.workspace.drafting.selected == (5, 4)
    user.key(pygame.K_DELETE)
    assert user.window.workspace.rows[0].note.people == 0


def test_rows_and_columns_come_and_go(user: Draughtsman) -> None:
    """At the end, or at the selected cell; each is one step back."""
    user.ctrl(pygame.K_DOWN)
    user.ctrl(pygame.K_RIGHT)
    assert user.window.workspace.draft.shape == (8, 11)
    user.button("remove_row")
    user.button("remove_column")
    assert user.window.workspace.draft.shape == (7, 10)
    user.type("0")
    user.click(user.pixel(3, 2))
    user.button("add_row")
    user.button("add_column")
    assert user.rows[2:5] == ["#..PPP..C.#", "#..PPP....#", "#..PPP....#"]
    assert user.window.workspace.drafting.selected == (4, 3)
    user.ctrl(pygame.K_UP)
    user.ctrl(pygame.K_LEFT)
    assert user.window.workspace.draft.shape == (7, 10)
    for _ in range(8):
        user.ctrl(pygame.K_z)
    assert user.rows == HALL.split('"""')[1].split()


def test_the_eye_dropper_takes_what_is_under_the_pointer(user: Draughtsman) -> None:
    """I, and one draws with it."""
    user.move(user.pixel(2, 7))
    user.type("i")
    assert user.window.workspace.drafting.ink == "C"


def test_zoom_pan_and_fit(user: Draughtsman) -> None:
    """The wheel zooms at the cursor, the middle button and the select tool move the floor, F shows all of it."""
    start = user.window.camera
    pos = user.pixel(2, 3)
    user.wheel(pos, 2)
    assert user.window.camera.scale > start.scale
    assert user.window.cell_at(pos) == (2, 3)
    near = user.window.camera
    user.press(pos, 2)
    user.move((pos[0] + 30, pos[1] + 10), (30, 10), 2)
    user.release((pos[0] + 30, pos[1] + 10), 2)
    assert user.window.camera == near.panned(30, 10)
    user.type("0")
    user.press(pos)
    user.move((pos[0] - 30, pos[1] - 10), (-30, -10), 1)
    user.release((pos[0] - 30, pos[1] - 10))
    assert user.window.camera == near
    assert user.window.workspace.drafting.selected is None
    user.type("f")
    assert user.window.camera == start


def test_help_lists_every_key_and_closes(user: Draughtsman) -> None:
    """It lies over the drawing; any click or escape closes it."""
    plain = pygame.image.tobytes(user.see(), "RGB")
    user.type("?")
    assert user.window.workspace.help
    assert pygame.image.tobytes(user.see(), "RGB") != plain
    user.click(user.pixel(1, 1))
    assert not user.window.workspace.help
    assert not user.window.workspace.draft.can_undo


def test_every_key_does_something_of_its_own() -> None:
    """No key is bound twice, and each action is there."""
    keys = [key for binding in BINDINGS for key in binding.keys]
    keys += [ink.key for ink in INKS.values()] + list(SHAPE_KEYS)
    assert len(keys) == len(set(keys))
    assert all(hasattr(EditorWindow, binding.action) or hasattr(Workspace, binding.action) for binding in BINDINGS)


def test_lists_scroll(path: Path) -> None:
    """The wheel over the table of stations shows the ones further down, a click on a station its row."""
    rows = ["#" + "K" * 8 + "#"] * 5
    path.write_text('[floor]\ngrid = """\n' + "\n".join(rows) + '\n"""\n')
    user = Draughtsman(path, (640, 500))
    user.see()
    box = user.window.parts.stations
    user.wheel((box.x + 9, box.y + 40), -3)
    user.see()
    assert user.window.renderer.stations[0].row == 3
    user.type("0")
    user.click(user.pixel(0, 1))
    user.see()
    assert user.window.renderer.stations[0].row == 0
    box = user.window.parts.faults
    user.wheel((box.x + 9, box.y + 40), -2)
    user.see()
    assert user.window.renderer.faults[0].row == 2
    user.window.close()


def test_the_window_resizes(user: Draughtsman) -> None:
    """Parts find their places again, down to a size at which all tools are in view."""
    pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, w=300, h=200, size=(300, 200)))
    assert user.see().get_size() == (640, 500)
    tools = user.window.parts.tools
    assert all(button.box.y + button.box.h <= tools.h for button in user.window.parts.buttons)


def test_a_floor_that_nobody_has_zoomed_fits_the_resized_window(user: Draughtsman) -> None:
    """The desktop has made the surface larger before the event comes; the floor is as large as it can be."""
    pygame.display.set_mode((1800, 1000), pygame.RESIZABLE)
    pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, w=1800, h=1000, size=(1800, 1000)))
    user.see()
    part = user.window.parts.floor
    assert user.window.camera == fit((7, 10), (part.w, part.h))


def test_it_draws_only_when_something_has_changed(user: Draughtsman, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that nobody touches costs nothing."""
    drawn = []
    monkeypatch.setattr(user.window, "_draw", lambda: drawn.append(1))
    for _ in range(5):
        user.window.turn(0.1)
    assert drawn == []
    user.type("#")
    assert drawn == [1]


def test_without_a_display_it_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, with a way out."""
    for name in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match=r"use --picture for a picture without a display"):
        EditorWindow(FloorFile.open(path))
