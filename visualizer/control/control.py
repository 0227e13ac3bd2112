"""Operator commands in the window: a menu of commands, a card that asks for confirmation, a notification of the result.

    menu    →  card                     →  sent  →  result shown and kept
    menu    →  asked what will be lost  →  card  →  sent  →  result shown and kept        (commands in two steps)

This module doesn't know pygame: keys come by name, and everything to be shown is in a View.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec

from robots.requests import requests
from visualizer.control.commands import END_OF_RUN, Command, FloorStatus, Group
from visualizer.control.connection import Connection, Reply
from visualizer.control.view import Card, Done, Menu, Spot, Toast, Tone, View

_SEEN_S = {True: 6.0, False: 12.0}
"""Seconds that a notification is shown: of a command that was carried out, and of one that was not."""
_MOST_TOASTS = 3
_KEPT, _SHOWN = 200, 4
"""Number of past commands that are kept, and number of them shown below the menu."""
NO_DESK = "This window can't send commands: podfleet view ADDRESS --desk ADDRESS connects it to the floor."
NO_FLOOR = "This is a record: a finished run takes no commands."
_PAST = " The picture shows an earlier tick; the command is carried out now."


AvailableCommands = Callable[[FloorStatus], Sequence[Group]]
"""Returns the commands that the menu offers, given the floor's status."""


class Control:
    """State of the menu and its card. connection: None if there is none; why_not: the reason, shown in the menu."""

    def __init__(self, connection: Connection | None = None, why_not: str = NO_DESK) -> None:
        self._connection, self._why_not = connection, "" if connection is not None else why_not
        self._tick = 0
        self._menu: Menu | None = None
        self._card: Card | None = None
        self._available: AvailableCommands = lambda _: ()
        self._past = ""
        self._toasts: list[tuple[Toast, float]] = []
        self._sent: dict[str, Command | None] = {}
        """Commands that wait for an answer, by request id; None for the request of the floor's status."""
        self.done: deque[Done] = deque(maxlen=_KEPT)

    @property
    def view(self) -> View:
        return View(self._menu, self._card, tuple(toast for toast, _ in self._toasts))

    @property
    def open(self) -> bool:
        """True if keys and clicks go to the menu or the card."""
        return self._menu is not None or self._card is not None

    @property
    def waits(self) -> bool:
        """True if a request waits for its answer."""
        return bool(self._sent)

    def open_menu(
        self, available: AvailableCommands, pixel: tuple[int, int] | None = None, *, past: bool = False
    ) -> None:
        """Open the menu, and request the floor's status; when the answer arrives, commands that are not possible say
        why.

        past: the picture is not the newest of the floor.
        """
        self._card, self._available, self._past = None, available, _PAST if past else ""
        done = tuple(reversed(self.done))[:_SHOWN]
        self._menu = _chosen(
            Menu(tuple(available(FloorStatus())), 0, pixel, self._why_not, done, brief=bool(self._why_not)), 1
        )
        if self._connection is not None:
            self._send(requests.Status("window", "-"), None)

    def ask_to_end(self, act: Callable[[], None]) -> None:
        """Open the card that asks whether to end the run. act: called if the answer is yes."""
        self._menu = None
        self._card = Card(END_OF_RUN, END_OF_RUN.warning, yes="End the run", no="Let it run", act=act)

    @property
    def asks_to_end(self) -> bool:
        return self._card is not None and self._card.command is END_OF_RUN

    def close(self) -> None:
        """Close menu and card. Requests that were sent are not withdrawn."""
        self._menu = self._card = None

    def hang_up(self) -> None:
        """Close the connection. Nothing is sent or received afterwards."""
        if self._connection is not None:
            self._connection.close()

    def turn(self, seconds: float, tick: int) -> None:
        """Take the answers that have arrived. tick: newest tick of the floor."""
        self._tick = tick
        for reply in self._connection.replies() if self._connection is not None else ():
            self._take(reply)
        self._toasts = [(toast, left - seconds) for toast, left in self._toasts if left > seconds]

    def press(self, key: str) -> None:
        """Act on a key while menu or card is open; keys have pygame's names."""
        if self._card is not None:
            if key in ("return", "enter"):
                self.accept()
            elif key == "escape":
                self.close()
        elif self._menu is not None:
            self._press_menu(self._menu, key)

    def choose(self, number: int) -> None:
        """Choose an entry of the menu, which opens its card. An entry that is not possible cannot be chosen."""
        if self._menu is None or not self._menu.can(number):
            return
        command = self._menu.commands[number]
        self._menu, self._card = None, Card(command, command.warning + self._past, ready=not command.in_two_steps)
        if command.in_two_steps:
            self._send(command.request, command)

    def click(self, spot: Spot | None) -> None:
        """Act on a click while menu or card is open; a click beside them (None) closes them."""
        if spot is None or spot.no:
            self.close()
        elif spot.yes:
            self.accept()
        elif spot.entry >= 0:
            self.choose(spot.entry)

    def accept(self) -> None:
        """Answer yes to the card."""
        card = self._card
        if card is None or not card.ready:
            return
        if card.act is not None:
            card.act()
            return
        request = card.command.request
        self._send(msgspec.structs.replace(request, confirm=card.code) if card.code else request, card.command)
        self._notify(Toast(card.command.label, Tone.ASKED), float("inf"))
        self._card = None

    def _press_menu(self, menu: Menu, key: str) -> None:
        if key in ("escape", "a"):
            self.close()
        elif key in ("up", "down"):
            self._menu = _chosen(menu, 1 if key == "down" else -1, moved=True)
        elif key in ("return", "enter"):
            self.choose(menu.chosen)
        elif key.isdigit() and key != "0":
            self.choose(int(key) - 1)

    def _send(self, request: requests.Request, command: Command | None) -> None:
        assert self._connection is not None  # without a connection no entry can be chosen
        self._sent[self._connection.send(request).msg] = command

    def _take(self, reply: Reply) -> None:
        if reply.request.msg not in self._sent:
            return
        command = self._sent.pop(reply.request.msg)
        if command is None:
            self._take_status(reply)
        elif command.in_two_steps and isinstance(reply.request, requests.Remove) and not reply.request.confirm:
            self._take_warning(reply, command)
        else:
            self._take_end(reply, command)

    def _take_status(self, reply: Reply) -> None:
        if self._menu is None:
            return
        if reply.result is None:
            self._menu = _without(self._menu, f"The floor doesn't answer: {reply.fault}.")
        elif reply.result.ok:
            groups = tuple(self._available(FloorStatus.of(reply.result.data)))
            self._menu = _chosen(replace(self._menu, groups=groups), 1)
        else:
            self._menu = _without(self._menu, f"The floor refuses: {reply.result.text}.")

    def _take_warning(self, reply: Reply, command: Command) -> None:
        """Show what a command in two steps will do, unless its card has been closed meanwhile."""
        if self._card is None or self._card.command != command:
            return
        code = str(reply.result.data.get("confirm", "")) if reply.result is not None and reply.result.ok else ""
        if reply.result is None or not code:
            self._card = None
            self._take_end(reply, command)
        else:
            text = _sentence(reply.result.text.partition(": say so with code")[0])
            self._card = Card(command, text + self._past, code=code)

    def _take_end(self, reply: Reply, command: Command) -> None:
        if reply.result is None:
            text = f"{reply.fault}; it is not known whether the command was carried out"
            toast = Toast(command.label, Tone.UNKNOWN, text)
        else:
            toast = Toast(command.label, Tone.DONE if reply.result.ok else Tone.REFUSED, reply.result.text)
        self._notify(toast, _SEEN_S[toast.tone is Tone.DONE])
        self.done.append(Done(self._tick, toast))

    def _notify(self, toast: Toast, seconds: float) -> None:
        """Show a notification in place of an earlier one about the same command."""
        others = [(shown, left) for shown, left in self._toasts if shown.label != toast.label]
        self._toasts = [*others, (toast, seconds)][-_MOST_TOASTS:]


def _chosen(menu: Menu, step: int, *, moved: bool = False) -> Menu:
    """Return the menu with an entry chosen that is possible: the next one in a direction if `moved`, else from the
    present one on.
    """
    count = len(menu.commands)
    start = max(menu.chosen, 0) + (step if moved else 0)
    numbers = [(start + step * away) % count for away in range(count)] if count else []
    return replace(menu, chosen=next((number for number in numbers if menu.can(number)), -1))


def _without(menu: Menu, note: str) -> Menu:
    """Return the menu with no entry possible, and the reason."""
    return replace(menu, note=note, brief=True, chosen=-1)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
