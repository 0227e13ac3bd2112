"""The visualizer's programs, as `podfleet view` and `podfleet layout edit` run them."""

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

PASSED_ON: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Settings of a command whose words, `--help` among them, are all for the visualizer: it knows its options, not this side."""


def become(module: str, words: Sequence[str]) -> NoReturn:
    """Run a module of the visualizer in place of this process: signals reach it, and nothing is left when it ends.

    Windows can't replace a process: there it is a child that this one waits for.
    """
    command = [sys.executable, "-m", module, *words]
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execv(sys.executable, command)
    import subprocess

    sys.exit(subprocess.call(command))
