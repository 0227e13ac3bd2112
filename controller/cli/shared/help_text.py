"""Help texts as written: typer's renderer would read [floor.generate] as markup and print nothing for it."""

import re
from collections.abc import Callable
from typing import Any

from typer.core import TyperGroup

_TAG = re.compile(r"\[(?=[a-z#/@][^\[\]]*\])")
"""Opening bracket of what rich takes for a tag."""


class VerbatimHelp(TyperGroup):
    """Root of a command tree whose help shows square brackets."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        _escape(self)


def _plain(help_option: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the builder of a command's --help, which is a flag, too."""

    def made(context: Any) -> Any:
        option = help_option(context)
        if option is not None:
            option.metavar = ""
        return option

    return made


def _escape(command: Any) -> None:
    """Escape the help of a command, its parameters and all subcommands; flags are shown without a value type."""
    for entry in (command, *command.params):
        if getattr(entry, "help", None):
            entry.help = _TAG.sub(r"\\[", entry.help)
        if getattr(entry, "is_flag", False):
            entry.metavar = ""
    command.get_help_option = _plain(command.get_help_option)
    for below in getattr(command, "commands", {}).values():
        _escape(below)
