"""What commands that run for long ask of the machine first."""

import os
from pathlib import Path

from layout.errors import InputError


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
