"""The editor's window: keys, mouse, and a new picture when something has changed."""

from collections.abc import Callable

import pygame

from layout.formats.floor_file import FloorFile
from visualizer.editor.arrangement import SMALLEST, Parts, arrange
from visualizer.editor.keys import BINDINGS
from visualizer.editor.paint.renderer import EditorRenderer, EditorState
from visualizer.editor.tools import INK_KEYS, SHAPE_KEYS, Shape
from visualizer.editor.workspace import Workspace
from visualizer.view.camera import Camera, fit, refit
from visualizer.window.display import due_pictures, open_display

_CLICK = 4
"""Pixels that the mouse may move between press and release of a click."""
_LEFT, _MIDDLE, _RIGHT = 1, 2, 3
_NEAR = 24.0
"""Smallest scale at which a fault is shown, in pixels per cell."""


class EditorWindow:
    """A window for one layout file. It opens when it is created; InputError if there is no display."""

    def __init__(self, file: FloorFile, size: tuple[int, int] = (1280, 720)) -> None:
        self._surface = open_display(size, "--picture")
        pygame.key.set_repeat(400, 40)
        self.renderer = EditorRenderer()
        self.workspace = Workspace(file)
        self.scrolled = {"stations": 0, "faults": 0}
        self.camera: Camera
        self.fit()
        self._fitted_in = self._view
        self._mouse, self._panned, self._panning = (0, 0), 0, False
        self._news = True
        self._keys = {key: self._action(binding.action) for binding in BINDINGS for key in binding.keys}
        self._handlers: dict[int, Callable[[pygame.event.Event], None]] = {
            pygame.QUIT: lambda _: self.workspace.quit(),
            pygame.KEYDOWN: self._key_down,
            pygame.MOUSEWHEEL: self._wheel,
            pygame.MOUSEBUTTONDOWN: self._button_down,
            pygame.MOUSEBUTTONUP: self._button_up,
            pygame.MOUSEMOTION: self._motion,
            pygame.VIDEORESIZE: self._resized,
            pygame.WINDOWEXPOSED: lambda _: None,
        }

    @property
    def parts(self) -> Parts:
        return arrange(*self._surface.get_size(), len(self.workspace.rows))

    def run(self, pictures: int | None = None) -> None:
        """Show pictures until the window is closed, or until `pictures` have been shown."""
        for seconds in due_pictures(lambda: self.workspace.running, pictures):
            self.turn(seconds)

    def turn(self, seconds: float) -> None:
        """Handle all waiting events, and draw a picture if something has changed."""
        for event in pygame.event.get():
            if event.type in self._handlers:
                self._handlers[event.type](event)
                self._news = True
        if self.workspace.advance(seconds) or self._news:
            self._news = False
            self._draw()

    def close(self) -> None:
        self.workspace.close()
        pygame.display.quit()

    def pick_up(self) -> None:
        if self.parts.floor.holds(*self._mouse):
            self.workspace.drafting.pick_up(self.cell_at(self._mouse))

    def next_fault(self) -> None:
        if self.workspace.check.findings.faults:
            self.show_fault((self.workspace.fault + 1) % len(self.workspace.check.findings.faults))

    def fit(self) -> None:
        self.camera = fit(self.workspace.draft.shape, self._view)

    @property
    def _view(self) -> tuple[int, int]:
        """Width and height of the floor's part in pixels."""
        part = arrange(*self._surface.get_size(), 0).floor
        return part.w, part.h

    def show_fault(self, number: int) -> None:
        """Mark a message, and move its first cell to the middle."""
        self.workspace.fault = number
        self.scrolled["faults"] = min(self.scrolled["faults"], number)
        if number not in {target.row for target in self.renderer.faults}:
            self.scrolled["faults"] = number
        cells = self.workspace.check.findings.faults[number].cells
        if cells:
            self._centre(divmod(cells[0], self.workspace.check.findings.shape[1]))

    def cell_at(self, pos: tuple[int, int]) -> tuple[int, int]:
        """Return (row, column) under a pixel, which may be off the grid."""
        part = self.parts.floor
        row, col = self.camera.point(pos[0] - part.x, pos[1] - part.y)
        return int(row // 1), int(col // 1)

    def _action(self, name: str) -> Callable[..., None]:
        """Return the method for a key or button, of the window or of the workspace."""
        action: Callable[..., None] = getattr(self, name, None) or getattr(self.workspace, name)
        return action

    def _draw(self) -> None:
        self.renderer.draw(self._surface, self._state())
        pygame.display.set_caption(f"podfleet – {self.workspace.file.path.name}{' *' * self.workspace.saving.unsaved}")
        pygame.display.flip()

    def _state(self) -> EditorState:
        parts, saving = self.parts, self.workspace.saving
        return EditorState(
            self.workspace.file.path.name,
            self.workspace.drafting,
            self.workspace.check.findings,
            self.camera,
            parts,
            self.workspace.rows,
            self.cell_at(self._mouse) if parts.floor.holds(*self._mouse) else None,
            self.workspace.entry.field,
            saving.question,
            self.workspace.help,
            self.workspace.fault,
            self.scrolled,
            saving.message,
            saving.alarm,
            saving.unsaved,
        )

    def _key_down(self, event: pygame.event.Event) -> None:
        name = pygame.key.name(event.key)
        ctrl = event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META) and not event.mod & pygame.KMOD_ALT  # AltGr is both
        if self.workspace.saving.question is not None:
            self._answer_key("return" if name == "enter" else name)
        elif ctrl:
            shift = "shift+" if event.mod & pygame.KMOD_SHIFT else ""
            self._keys.get(f"ctrl+{shift}{name}", lambda: None)()
        elif self.workspace.entry.field is not None:
            self._type(name, event.unicode)
        else:
            self._plain_key(name, event.unicode)

    def _plain_key(self, name: str, text: str) -> None:
        """Act on a plain key: a shape, an ink by its glyph, or an action."""
        ink = INK_KEYS.get(text) or INK_KEYS.get(text.upper())
        if text in SHAPE_KEYS:
            self.workspace.drafting.shape = SHAPE_KEYS[text]
        elif ink is not None:
            self.workspace.drafting.use(ink)
        else:
            self._keys.get(text, self._keys.get(name, lambda: None))()

    def _answer_key(self, name: str) -> None:
        question = self.workspace.saving.question
        for answer in question.answers if question else ():
            if answer.key == name:
                self.workspace.saving.answer(answer)
                return

    def _type(self, name: str, text: str) -> None:
        actions = {
            "return": self.workspace.entry.commit,
            "enter": self.workspace.entry.commit,
            "tab": self.workspace.entry.move_on,
            "escape": self.workspace.entry.cancel,
            "backspace": self.workspace.entry.backspace,
        }
        if name in actions:
            actions[name]()
        else:
            self.workspace.entry.type(text)

    def _wheel(self, event: pygame.event.Event) -> None:
        (x, y), parts = self._mouse, self.parts
        if parts.floor.holds(x, y):
            self._move(self.camera.zoomed(event.y, x - parts.floor.x, y - parts.floor.y))
        for name, box, count in (
            ("stations", parts.stations, len(self.workspace.rows)),
            ("faults", parts.faults, len(self.workspace.check.findings.faults)),
        ):
            if box.holds(x, y):
                self.scrolled[name] = min(max(self.scrolled[name] - event.y, 0), max(count - 1, 0))

    def _button_down(self, event: pygame.event.Event) -> None:
        self._mouse = event.pos
        if self.workspace.saving.question is not None:
            self._answer_click(event)
        elif self.workspace.help:
            self.workspace.help = False
        elif self.parts.floor.holds(*event.pos):
            if self.workspace.entry.commit():
                self._press(event)
        elif event.button == _LEFT:
            self._click_panel(event.pos)

    def _press(self, event: pygame.event.Event) -> None:
        """Start to draw, to erase, or to move the floor."""
        if self.workspace.drafting.stroke is not None:
            self.workspace.drafting.cancel()  # the other button cancels the stroke
        elif event.button == _MIDDLE or (event.button == _LEFT and self.workspace.drafting.shape is Shape.SELECT):
            self._panning, self._panned = True, 0
        elif event.button in (_LEFT, _RIGHT):
            self.workspace.drafting.press(self.cell_at(event.pos), erase=event.button == _RIGHT)

    def _answer_click(self, event: pygame.event.Event) -> None:
        question = self.workspace.saving.question
        for target in self.renderer.answers:
            if question is not None and event.button == _LEFT and target.box.holds(*event.pos):
                self.workspace.saving.answer(question.answers[target.row])
                return

    def _click_panel(self, pos: tuple[int, int]) -> None:
        """Act on a click on a button, a field or a message."""
        open_before = self.workspace.entry.field is not None
        if not self.workspace.entry.commit():
            return
        for button in self.parts.buttons:
            if button.box.holds(*pos):
                self._action(button.action)(*([button.argument] if button.argument else []))
        for target in self.renderer.stations:
            if target.box.holds(*pos):
                cell = self.workspace.rows[target.row].at
                self.workspace.drafting.selected = cell
                self.workspace.entry.begin(cell, target.column)
                self._show_cell(cell)
        for target in [] if open_before else self.renderer.faults:
            if target.box.holds(*pos) and target.row < len(self.workspace.check.findings.faults):
                self.show_fault(target.row)

    def _motion(self, event: pygame.event.Event) -> None:
        self._mouse = event.pos
        if self._panning:
            self._panned += abs(event.rel[0]) + abs(event.rel[1])
            if self._panned > _CLICK:
                self._move(self.camera.panned(*event.rel))
        self.workspace.drafting.drag(self.cell_at(event.pos))

    def _button_up(self, event: pygame.event.Event) -> None:
        if self._panning:
            self._panning = False
            if event.button == _LEFT and self._panned <= _CLICK:
                self.workspace.drafting.press(self.cell_at(event.pos))
                self._show_row()
        elif self.workspace.drafting.stroke is not None and event.button in (_LEFT, _RIGHT):
            self.workspace.drafting.release()

    def _resized(self, event: pygame.event.Event) -> None:
        """Adapt to a new size of the window. SDL may have resized the surface before it sends the event."""
        size = max(event.w, SMALLEST[0]), max(event.h, SMALLEST[1])
        self._surface = pygame.display.get_surface() or self._surface
        if self._surface.get_size() != size:
            self._surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        self.camera = refit(self.camera, self.workspace.draft.shape, self._fitted_in, self._view)
        self._fitted_in = self._view

    def _show_row(self) -> None:
        """Scroll to the selected station's row."""
        numbers = [
            number for number, row in enumerate(self.workspace.rows) if row.at == self.workspace.drafting.selected
        ]
        if numbers and numbers[0] not in {target.row for target in self.renderer.stations}:
            self.scrolled["stations"] = numbers[0]

    def _show_cell(self, cell: tuple[int, int]) -> None:
        """Move the floor so that a cell is visible, unless it is already."""
        part = self.parts.floor
        x, y = self.camera.at(cell[0] + 0.5, cell[1] + 0.5)
        if not (0 <= x < part.w and 0 <= y < part.h):
            self._centre(cell)

    def _centre(self, cell: tuple[int, int]) -> None:
        part = self.parts.floor
        camera = self.camera
        while camera.scale < _NEAR:
            camera = camera.zoomed(1, part.w / 2, part.h / 2)
        x, y = camera.at(cell[0] + 0.5, cell[1] + 0.5)
        self._move(camera.panned(round(part.w / 2 - x), round(part.h / 2 - y)))

    def _move(self, camera: Camera) -> None:
        part = self.parts.floor
        self.camera = camera.kept(self.workspace.draft.shape, (part.w, part.h))
