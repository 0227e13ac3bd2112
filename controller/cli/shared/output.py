"""Output of all commands.

Without `--json`, results go to standard output, and progress, notes and errors to standard error. With it, standard
output is one JSON document, everything for people goes to standard error, and an error is one JSON object there. Text
in square brackets stays text: no console here reads it as markup.
"""

import json
import math
import os
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

from layout.escaping import in_a_line
from layout.signals import INTERRUPTED as INTERRUPTED  # noqa: PLC0414 - commands that fail say it
from layout.signals import interrupted_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_DOCUMENT: ContextVar[TextIO | None] = ContextVar("document", default=None)
"""Target of the --json document while standard output is reserved for it; None without --json."""
_ASKED: ContextVar[bool] = ContextVar("asked", default=False)
"""True if the command has --json. It outlives the command, for errors that end it."""


def _keep_standard_output(context: typer.Context, asked: bool) -> bool:
    """Send output for people to standard error until the command ends."""
    _ASKED.set(asked)
    if asked:
        context.with_resource(_standard_output_kept())
    return asked


@contextmanager
def _standard_output_kept() -> "Iterator[None]":
    document = sys.stdout
    token = _DOCUMENT.set(document)
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = document
        _DOCUMENT.reset(token)


AsJson = Annotated[
    bool,
    typer.Option(
        "--json",
        is_eager=True,
        callback=_keep_standard_output,
        help="Print one JSON document on standard output; all else goes to standard error.",
    ),
]


def print_document(figures: object) -> None:
    """Print the document of --json on one line. Undefined figures (NaN, infinity) are null."""
    file = _DOCUMENT.get() or sys.stdout
    file.write(json_text(figures) + "\n")
    file.flush()


def json_text(figures: object, indent: int | None = None) -> str:
    """Return figures as JSON that every reader accepts. NaN and infinity, which JSON lacks, are null."""
    return json.dumps(_defined(figures), indent=indent, allow_nan=False)


def _defined(value: object) -> object:
    if isinstance(value, dict):
        return {key: _defined(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_defined(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def forget_json() -> None:
    """Forget the --json of an earlier command in this process."""
    _ASKED.set(False)


def json_is_asked() -> bool:
    """Return whether the present or last command has --json."""
    return _ASKED.get()


def has_json(parameters: Sequence[object], words: Sequence[str]) -> bool:
    """Return whether arguments that could not be parsed have --json as an option, not as a value or an argument."""
    takes_value = {
        name
        for parameter in parameters
        if not getattr(parameter, "is_flag", True)
        for name in getattr(parameter, "opts", ())
    }
    before = ""
    for word in words:
        if before not in takes_value and word in ("--json", "--"):
            return word == "--json"
        before = "" if before in takes_value else word
    return False


def fail(kind: str, messages: Sequence[str], status: int) -> NoReturn:
    """End a command with an error: its messages as lines, with --json as one object.

    Raises typer.Exit with `status`.
    """
    print_error(kind, messages, status, as_json=_DOCUMENT.get() is not None)
    raise typer.Exit(status)


def print_error(kind: str, messages: Sequence[str], status: int, *, as_json: bool) -> None:
    """Print an error on standard error. kind: "input", "usage", "refused", "failed" or "interrupted"."""
    if as_json:
        status = interrupted_status() if status == INTERRUPTED else status
        error = {"kind": kind, "messages": list(messages), "exit_status": status}
        messages = [json_text({"error": error})]
    for message in messages:
        note(message)


def say(*texts: object) -> None:
    """Print a line for each text on standard output, whatever the text is."""
    for text in texts:
        typer.echo(in_a_line(str(text)))


def note(*texts: object) -> None:
    """Print a line for each text on standard error, for people."""
    for text in texts:
        typer.echo(in_a_line(str(text)), err=True)


def print_table(table: "Table") -> None:
    """Print a table as wide as the terminal, or into a file as wide as the table, so that no figure is cut."""
    from rich.measure import Measurement

    for column in table.columns:
        column._cells = [_in_a_line(shown) for shown in column.cells]
    console = console_for_people()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        most = Measurement.get(console, console.options.update(max_width=1000), table).maximum
        console.width = max(console.width, most)
    console.print(table)


def _in_a_line(shown: object) -> "Text | str":
    """Return what a table's cell shows, as `say` prints texts."""
    from rich.text import Text

    return Text(in_a_line(shown.plain), shown.style) if isinstance(shown, Text) else in_a_line(str(shown))


def console_for_people(*, stderr: bool = False) -> "Console":
    """Return a console that prints square brackets as they are."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)
