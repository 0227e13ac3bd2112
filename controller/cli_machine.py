"""What commands that run for long ask of the machine first, and how they show that they go on."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from layout.errors import InputError

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.status import Status


def cores() -> int:
    return os.cpu_count() or 1


def check_writable(out: Path) -> None:
    """InputError before a long run rather than after it. A file that wasn't there is not left behind empty."""
    exists = out.exists()
    try:
        out.open("ab").close()
        if not exists:
            out.unlink()
    except OSError as error:
        raise InputError.single(str(out), "", f"can't be written to: {error.strerror}") from error


def status(text: str) -> "Status":
    """What is being done, on stderr, while it is."""
    from rich.console import Console

    return Console(stderr=True).status(text)


def progress_bar(per_second: float = 4) -> "Progress":
    """How much of how many is done and how long the rest takes, on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), refresh_per_second=per_second)
