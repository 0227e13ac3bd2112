"""View state of the operator commands: menu, confirmation card, notifications."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from visualizer.control.commands import Command, Group


class Tone(Enum):
    """Result of a command."""

    ASKED = auto()
    DONE = auto()
    REFUSED = auto()
    UNKNOWN = auto()
    """No answer arrived."""


@dataclass(frozen=True, slots=True)
class Toast:
    """Notification of a command's result, shown for some seconds. text: answer of the floor."""

    label: str
    tone: Tone
    text: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Past command of this window, with the tick of the floor and the result."""

    tick: int
    toast: Toast


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu of commands.

    chosen: index among all commands of the groups, -1 if none is possible. at: pixel of the click, None for the middle.

    note: reason why no command is possible, "" if some are. done: past commands of this window, the latest first.
    brief: entries are shown without their reasons.
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
    """Confirmation card. text: effect of the command. ready: it can be answered with yes. code: confirmation code of
    the floor.

    yes, no: labels of the buttons. act: called in the window after a yes; None if the command is sent to the floor.
    """

    command: Command
    text: str
    ready: bool = True
    code: str = ""
    yes: str = "Do it"
    no: str = "Cancel"
    act: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Everything that is shown of the operator commands."""

    menu: Menu | None = None
    card: Card | None = None
    toasts: tuple[Toast, ...] = ()


class Spot(NamedTuple):
    """Effect of a click. entry: of the menu, -1 for none. yes, no: answer to the card. Without any, the click has no
    effect.
    """

    entry: int = -1
    yes: bool = False
    no: bool = False


NOTHING = View()
