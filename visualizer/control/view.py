"""What is to be seen of the control: its menu, the card that asks before something is done, what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from visualizer.control.commands import Command, Group


class Tone(Enum):
    """What came of a deed."""

    ASKED = auto()
    DONE = auto()
    REFUSED = auto()
    UNKNOWN = auto()
    """Nobody has answered."""


@dataclass(frozen=True, slots=True)
class Toast:
    """A line that tells for a while what came of something. text: of the desk."""

    label: str
    tone: Tone
    text: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was asked for from here, at a tick of the floor, and what came of it."""

    tick: int
    toast: Toast


@dataclass(frozen=True, slots=True)
class Menu:
    """chosen: index among all deeds of the groups, -1 if none can be done. at: pixel of the click, None for the middle.

    note: why nothing can be done, "" if something can. done: from here, the latest first. brief: without what stands
    against the entries.
    """

    groups: tuple[Group, ...]
    chosen: int = -1
    at: tuple[int, int] | None = None
    note: str = ""
    done: tuple[Done, ...] = ()
    brief: bool = False

    @property
    def commands(self) -> list[Command]:
        return [command for group in self.groups for command in group.commands]

    def can(self, number: int) -> bool:
        return not self.note and 0 <= number < len(self.commands) and not self.commands[number].why_not


@dataclass(frozen=True, slots=True)
class Card:
    """What is about to be asked. text: what it does. ready: it can be said yes to. code: of the desk, to confirm it.

    yes, no: words of the buttons. act: what a yes does here, None where the desk is asked for the deed.
    """

    command: Command
    text: str
    ready: bool = True
    code: str = ""
    yes: str = "Do it"
    no: str = "Leave it"
    act: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen of the control."""

    menu: Menu | None = None
    card: Card | None = None
    toasts: tuple[Toast, ...] = ()


class Spot(NamedTuple):
    """What a click does. entry: of the menu, -1 for none. yes, no: to the card. On a card's ground nothing."""

    entry: int = -1
    yes: bool = False
    no: bool = False


NOTHING = View()
