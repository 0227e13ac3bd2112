"""A user who reads the side panel and clicks in it through pygame's events; keys and clicks are counted."""

import pygame

from visualizer.inspector.highlights import Highlights
from visualizer.inspector.inspector import Tab
from visualizer.inspector.page_lines import Line, Style
from visualizer.paint.panels.side import Target
from visualizer.scene.scene import Selection
from visualizer.window.window import Window


class PanelUser:
    def __init__(self, window: Window) -> None:
        self.window = window
        self.done = 0

    def see(self) -> pygame.Surface:
        self.window.turn(0.0)
        return pygame.display.get_surface()

    def settle(self) -> None:
        """Wait until the window has read everything."""
        while self.window.renderer.history.progress < 1:
            self.see()
        self.see()

    def key(self, key: int, text: str = "") -> None:
        self.done += 1
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=text, mod=0))
        if text.isprintable() and text:
            pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=text))
        self.see()

    def type(self, text: str) -> None:
        for letter in text:
            self.key(pygame.key.key_code("space" if letter == " " else letter), letter)

    def click(self, pos: tuple[int, int]) -> None:
        self.done += 1
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, pos=pos, button=1))
        self.see()

    def wheel(self, pos: tuple[int, int], notches: int) -> None:
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=pos, rel=(0, 0), buttons=(0, 0, 0)))
        pygame.event.post(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=notches, flipped=False))
        self.see()

    def click_on(self, link: Selection | None = None, tick: int = -1, tab: Tab | None = None) -> None:
        """Click a link of the panel, which must be in view."""
        matching = [target for target in self.targets if (target.link, target.tick, target.tab) == (link, tick, tab)]
        self.click(matching[0].box.center)

    def scroll_to(self, link: Selection) -> None:
        """Scroll the page until a link is in view."""
        part = self.window.parts.side
        while link not in [target.link for target in self.targets]:
            before = self.window.panel_scroll.scroll
            self.wheel((part.x + 50, part.y + 60), -1)
            assert self.window.panel_scroll.scroll > before

    @property
    def targets(self) -> tuple[Target, ...]:
        return self.window.renderer.side.targets

    @property
    def lines(self) -> list[Line]:
        """The lines of the panel."""
        frame = self.window.renderer.frame_at(self.window.player.position)
        assert frame is not None
        assert self.window.selection is not None
        return self.window.renderer.inspector.lines(frame, self.window.selection, self.window.panel_scroll.tab)

    @property
    def title(self) -> str:
        return self.lines[0].text

    def under(self, heading: str) -> list[str]:
        """Return the texts below a heading."""
        lines = self.lines
        begin = next(n for n, line in enumerate(lines) if line.style is Style.HEAD and line.text == heading) + 1
        end = next((n for n in range(begin, len(lines)) if lines[n].style is Style.HEAD), len(lines))
        return [line.text for line in lines[begin:end]]

    @property
    def highlights(self) -> Highlights:
        frame = self.window.renderer.frame_at(self.window.player.position)
        assert frame is not None
        assert self.window.selection is not None
        return self.window.renderer.highlights(frame, self.window.selection)
