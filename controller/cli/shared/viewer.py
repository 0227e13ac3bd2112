"""Programs of the visualizer, as run by `podfleet view` and `podfleet layout edit`."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

PASSED_ON: dict[str, object] = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Settings of a command that passes all its arguments, `--help` included, to the visualizer, which knows its options.
"""


def become(module: str, words: Sequence[str]) -> NoReturn:
    """Replace this process by a module of the visualizer, so that signals reach it, and nothing is left when it ends.

    Windows cannot replace a process: there it is a child for which this one waits.
    """
    command = [sys.executable, "-m", module, *words]
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execv(sys.executable, command)
    import subprocess

    sys.exit(subprocess.call(command))
