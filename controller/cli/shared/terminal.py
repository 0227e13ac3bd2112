"""Checks before long commands, and their progress display."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from controller.cli.shared.output import console_for_people
from layout.escaping import in_a_line
from layout.files.writing import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, ProgressColumn, Task


def cores() -> int:
    return os.cpu_count() or 1


def check_writable(out: Path) -> None:
    """Raise InputError before a long run rather than after it. A new file is not left behind empty."""
    exists = out.exists()
    with writing(out):
        out.open("ab").close()
        if not exists:
            out.unlink()


@contextmanager
def status(text: str) -> "Iterator[Callable[[str], None]]":
    """Show the present activity on standard error. Yields a function that takes the next text."""
    from rich.text import Text

    with console_for_people(stderr=True).status(Text(in_a_line(text))) as shown:
        yield lambda next_text: shown.update(Text(in_a_line(next_text)))


def progress_bar(per_second: float = 4) -> "Progress":
    """Return a bar for standard error: finished of total, and the remaining time."""
    from rich.progress import MofNCompleteColumn

    return _bar(MofNCompleteColumn(), per_second)


def share_bar(per_second: float = 4) -> "Progress":
    """Return a bar for standard error that shows the finished share."""
    from rich.progress import TaskProgressColumn

    return _bar(TaskProgressColumn(), per_second)


def _bar(amount: "ProgressColumn", per_second: float) -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Description(TextColumn):
        def render(self, task: "Task") -> Text:
            return Text(in_a_line(task.description))

    columns = (Description(""), BarColumn(), amount, TimeRemainingColumn())
    return Progress(*columns, console=console_for_people(stderr=True), refresh_per_second=per_second)
