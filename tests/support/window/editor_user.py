"""A user of the editor: all input goes through pygame's event queue."""

from pathlib import Path

import pygame

from layout.drawing.edit import drawn_text
from layout.formats.floor_file import FloorFile
from visualizer.editor.window import EditorWindow

HALL = '''# our hall
[floor]
name = "hall"
grid = """
##########
#........#
#.PPP..C.#
#.PPP....#
#....o...#
#.rrK....#
##########
"""

[robots]
count = 1  # for now
'''


class Draughtsman:
    def __init__(self, path: Path, size: tuple[int, int] = (1280, 720)) -> None:
        self.window = EditorWindow(FloorFile.open(path), size)
        self.rest()

    @property
    def rows(self) -> list[str]:
        return drawn_text(self.window.workspace.draft.glyphs).splitlines()

    @property
    def messages(self) -> list[str]:
        return [fault.problem.what for fault in self.window.workspace.check.findings.faults]

    def see(self) -> pygame.Surface:
        self.window.turn(0.0)
        return pygame.display.get_surface()

    def rest(self) -> None:
        """Wait without input until the check is done."""
        for _ in range(2000):
            self.window.turn(0.1)
            if self.window.workspace.check.findings.revision == self.window.workspace.draft.revision:
                return
            pygame.time.wait(1)
        raise AssertionError("the check doesn't end")

    def key(self, key: int, text: str = "", mod: int = 0) -> None:
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=text, mod=mod))
        self.window.turn(0.0)

    def type(self, text: str) -> None:
        for sign in text:
            self.key(ord(sign.lower()), sign)

    def ctrl(self, key: int) -> None:
        self.key(key, "", pygame.KMOD_CTRL)

    def move(self, pos: tuple[int, int], rel: tuple[int, int] = (0, 0), button: int = 0) -> None:
        buttons = tuple(int(number == button) for number in (1, 2, 3))
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=pos, rel=rel, buttons=buttons))
        self.window.turn(0.0)

    def press(self, pos: tuple[int, int], button: int = 1) -> None:
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=pos, button=button))
        self.window.turn(0.0)

    def release(self, pos: tuple[int, int], button: int = 1) -> None:
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=pos, button=button))
        self.window.turn(0.0)

    def click(self, pos: tuple[int, int], button: int = 1) -> None:
        self.press(pos, button)
        self.release(pos, button)

    def wheel(self, pos: tuple[int, int], notches: int) -> None:
        self.move(pos)
        pygame.event.post(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=notches, flipped=False))
        self.window.turn(0.0)

    def drag(self, *cells: tuple[int, int], button: int = 1) -> None:
        """Drag from cell to cell."""
        self.press(self.pixel(*cells[0]), button)
        for cell in cells[1:]:
            self.move(self.pixel(*cell), (1, 1), button)
        self.release(self.pixel(*cells[-1]), button)

    def pixel(self, row: float, col: float) -> tuple[int, int]:
        """Return the pixel in the middle of a cell."""
        part = self.window.parts.floor
        x, y = self.window.camera.at(row + 0.5, col + 0.5)
        return round(part.x + x), round(part.y + y)

    def button(self, action: str, argument: str = "") -> None:
        """Click a button of the tools."""
        for button in self.window.parts.buttons:
            if (button.action, button.argument) == (action, argument):
                self.click((button.box.x + 3, button.box.y + 3))
                return
        raise AssertionError(f"no button {action} {argument}")

    def entry(self, row: int, column: str) -> None:
        """Click a field of the table of stations."""
        self.see()
        for target in self.window.renderer.stations:
            if (target.row, target.column) == (row, column):
                self.click((target.box.x + 5, target.box.y + 5))
                return
        raise AssertionError(f"no entry {row} {column}")
