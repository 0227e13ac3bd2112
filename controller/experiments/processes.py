"""Processes for independent pieces of work, as a concurrent.futures.Executor, which a cluster's executor can replace."""

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from signal import SIG_IGN, SIGINT, signal

from layout.errors import InputError


@contextmanager
def workers(count: int) -> Iterator[Executor]:
    """Provide this number of processes, each newly started (spawn).

    An exception, including Ctrl-C, ends them in the middle of their work. InputError if one of them dies.
    """
    others = set(active_children())
    # Ctrl-C reaches all processes: the workers leave it to this one
    pool = ProcessPoolExecutor(count, get_context("spawn"), signal, (SIGINT, SIG_IGN))
    try:
        yield pool
    except BaseException as error:
        for process in set(active_children()) - others:
            process.terminate()
        pool.shutdown(cancel_futures=True)
        if isinstance(error, BrokenExecutor):
            fault = "a process has died, most likely of too little memory"
            raise InputError.single("--workers", "", fault, "use fewer") from error
        raise
    pool.shutdown()
