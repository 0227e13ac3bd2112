"""What commands that run for long ask of the machine first, and how they show that they go on."""

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
    """InputError before a long run rather than after it. A file that wasn't there is not left behind empty."""
    exists = out.exists()
    with writing(out):
        out.open("ab").close()
        if not exists:
            out.unlink()


@contextmanager
def status(text: str) -> "Iterator[Callable[[str], None]]":
    """Show on standard error what is being done, while it is. What it gives takes the next text."""
    from rich.text import Text

    with console_for_people(stderr=True).status(Text(in_a_line(text))) as shown:
        yield lambda next_text: shown.update(Text(in_a_line(next_text)))


def progress_bar(per_second: float = 4) -> "Progress":
    """Return a bar for standard error: how many of how many are done, and how long the rest takes."""
    from rich.progress import MofNCompleteColumn

    return _bar(MofNCompleteColumn(), per_second)


def share_bar(per_second: float = 4) -> "Progress":
    """Return a bar for standard error that shows the share that is done."""
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
