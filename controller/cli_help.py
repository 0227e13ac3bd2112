"""Help texts as they are written: typer's renderer reads [floor.generate] as markup and would print nothing for it."""

import re
from typing import Any

from typer.core import TyperGroup

_TAG = re.compile(r"\[(?=[a-z#/@][^\[\]]*\])")
"""The bracket that begins what rich takes for a tag."""


class VerbatimHelp(TyperGroup):
    """The root of a command tree whose help shows square brackets."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        _escape(self)


def _escape(command: Any) -> None:
    """Escape the help of a command, its parameters and all below it."""
    for entry in (command, *command.params):
        if getattr(entry, "help", None):
            entry.help = _TAG.sub(r"\\[", entry.help)
    for below in getattr(command, "commands", {}).values():
        _escape(below)
