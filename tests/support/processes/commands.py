"""Commands of podfleet as users type them, each in a process of its own.

A Python that starts anew spends seconds on its imports and on loading kernels, and tests type hundreds of commands. So one
process loads all that once, see loaded.py, and each command begins as a fork of it. Where there is no fork it starts anew.
"""

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path

from tests.support.processes.patience import PATIENCE_S

ROOT = Path(__file__).parents[3]


Main = Callable[[], object]


def podfleet_main() -> None:
    from controller.cli.app import main

    main()


def environment() -> dict[str, str]:
    """Variables of a user without a display."""
    return {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYTHONPATH": str(ROOT), "COLUMNS": "120"}


class Command:
    """`podfleet` with some words, running. out, err: files that it writes to, which may be the same."""

    def __init__(
        self,
        words: tuple[str, ...],
        out: Path,
        err: Path,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
        main: Main = podfleet_main,
    ) -> None:
        variables = dict(environment() if env is None else env)
        self._process = _context().Process(target=_run, args=(main, words, str(cwd), variables, str(out), str(err)))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit status, None while it runs; less than 0: the signal that has ended it."""
        return self._process.exitcode

    def wait(self) -> int:
        self._process.join(PATIENCE_S)
        status = self.poll()
        assert status is not None, "it doesn't end"
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def podfleet(
    *words: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Type a command, and wait for its end."""
    typed = tuple(map(str, words))
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        command = Command(typed, out, err, cwd, env)
        try:
            status = command.wait()
        finally:
            command.kill()
        return subprocess.CompletedProcess(typed, status, out.read_text("utf-8"), err.read_text("utf-8"))


@cache
def _context() -> ForkServerContext | SpawnContext:
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.processes.loaded"])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    forkserver.ensure_running()
    atexit.register(forkserver._forkserver._stop)  # waits for its end
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before
    return context


def _fork_workers() -> None:
    """Its own workers are forks of it, too, where that is safe; tests of controller.experiments.processes begin them anew."""
    if sys.platform != "linux":
        return
    from controller.experiments import processes

    fork = multiprocessing.get_context("fork")
    multiprocessing.get_context = processes.get_context = lambda _: fork  # type: ignore[assignment]


def _run(main: Main, words: tuple[str, ...], cwd: str, variables: dict[str, str], out: str, err: str) -> None:
    """In the command's own process."""
    _fork_workers()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background may ignore it
    for number, path in ((1, out), (2, err)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(cwd)
    sys.argv = ["podfleet", *words]
    main()
