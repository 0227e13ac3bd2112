"""A tiny floor that runs tick by tick with its operations API on loopback, and an operator at a window."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pygame

from controller.run import header_of
from controller.serving.window_requests import WindowRequests
from controller.site.site import Site
from controller.tick import tick
from robots.recording.events import Event
from robots.recording.live_stream import FramePublisher, FrameSubscriber
from tests.support.floor.tiny_site import tiny_site
from tests.support.processes.patience import PATIENCE_S, wait_until
from tests.support.window.pixels import pixel_of
from visualizer.control.connection import DeskConnection
from visualizer.control.control import Control
from visualizer.control.view import Toast, Tone
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import LiveSource, floor_of
from visualizer.window.window import Window

TOKEN = "secret"


class SteeredFloor:
    """A real floor and its request handler. It runs only for a given number of ticks, but answers requests all the
    time.
    """

    def __init__(self, publisher: FramePublisher, site: Site, requests: WindowRequests) -> None:
        self.publisher, self.site, self.requests = publisher, site, requests
        self.answers = True
        self.told: list[Event] = []

    def run(self, ticks: int = 1) -> None:
        for _ in range(ticks):
            frame, events = tick(self.site)
            self.told += events
            self.publisher.publish(frame, events)

    def turn(self) -> None:
        self.publisher.commands()
        if self.answers:
            self.requests.answer()


class Operator:
    """An operator at the window of a floor."""

    def __init__(self, window: Window, floor: SteeredFloor) -> None:
        self.window, self.floor = window, floor

    def await_(self, done: Callable[[], object]) -> None:
        """Let window and floor run until a condition holds."""

        def turn() -> None:
            self.floor.turn()
            self.window.turn(0.02)
            time.sleep(0.001)

        wait_until(done, turn)

    def see(self) -> pygame.Surface:
        self.window.turn(0.0)
        return pygame.display.get_surface()

    def press(self, key: int, text: str = "") -> None:
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=text, mod=0))
        self.window.turn(0.0)

    def click_at(self, pos: tuple[int, int], button: int = 1) -> None:
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, pos=pos, button=button))
        self.window.turn(0.0)

    def cell(self, cell: int) -> tuple[int, int]:
        """Return the pixel in the middle of a cell."""
        row, col = self.floor.site.grid.at(cell)
        return pixel_of(pygame.display.get_surface(), self.window.camera, row + 0.5, col + 0.5)

    def select(self, thing: Thing, number: int) -> None:
        self.window.selection = Selection(thing, number)
        self.window.turn(0.0)

    def open_menu(self) -> None:
        """Open the menu with key A, and wait until the floor has sent its status."""
        self.press(pygame.K_a, "a")
        self.await_(lambda: not self.window.control.waits)

    def labels(self) -> dict[str, str]:
        """Return the commands of the open menu with the reasons why they are not possible."""
        menu = self.window.control.view.menu
        assert menu is not None
        return {command.label: command.why_not for command in menu.commands}

    def choose(self, label: str) -> None:
        """Choose a command of the menu by its digit."""
        digit = str(list(self.labels()).index(label) + 1)
        self.press(pygame.key.key_code(digit), digit)

    def do(self, label: str) -> Toast:
        """Open the menu, choose a command, confirm it, and return its notification."""
        self.open_menu()
        self.choose(label)
        self.await_(lambda: self.window.control.view.card is None or self.window.control.view.card.ready)
        self.press(pygame.K_RETURN, "\r")
        return self.outcome()

    def outcome(self) -> Toast:
        """Return the last notification, once the floor has answered or the wait for an answer has ended."""
        self.await_(lambda: self.toasts and self.toasts[-1].tone is not Tone.ASKED)
        return self.toasts[-1]

    @property
    def toasts(self) -> tuple[Toast, ...]:
        return self.window.control.view.toasts


@contextmanager
def steered(
    size: tuple[int, int] = (1280, 720), *, ticks: int = 8, token: str = TOKEN, wait_s: float = PATIENCE_S
) -> Iterator[Operator]:
    """Yield an operator. token: the window's. wait_s: longest wait for an answer."""
    site = tiny_site(orders={"backlog": 30})
    with FramePublisher(header_of(site), TOKEN) as publisher, WindowRequests(site, TOKEN) as requests:
        floor = SteeredFloor(publisher, site, requests)
        subscriber = FrameSubscriber(publisher.address, publisher.control, TOKEN)
        while subscriber.header is None:
            publisher.commands()
            subscriber.receive(5)
        source = LiveSource(subscriber, "tiny", PATIENCE_S)
        control = Control(DeskConnection(requests.address, token=token, wait_s=wait_s, tries=2))
        window = Window(source, floor_of(source.header, "tiny"), size, 1.0, control)
        operator = Operator(window, floor)
        try:
            floor.run(ticks)
            operator.await_(lambda: source.last_tick == ticks - 1)
            yield operator
        finally:
            window.close()
            control.hang_up()
            source.close()
