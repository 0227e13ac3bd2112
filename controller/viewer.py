"""The visualizer's programs, as `podfleet view` and `podfleet layout edit` run them."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn


def become(module: str, words: Sequence[str]) -> NoReturn:
    """Run a module of the visualizer in place of this process: signals reach it, and nothing is left when it ends.

    Windows can't replace a process: there it is a child that this one waits for. `--help-window` asks for its help.
    """
    command = [sys.executable, "-m", module, *("--help" if word == "--help-window" else word for word in words)]
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execv(sys.executable, command)
    import subprocess

    sys.exit(subprocess.call(command))
