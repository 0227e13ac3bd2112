"""Processes for work that is cut into independent parts, as a concurrent.futures.Executor: a cluster's fits in its place."""

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from signal import SIG_IGN, SIGINT, signal

from layout.errors import InputError


@contextmanager
def workers(count: int) -> Iterator[Executor]:
    """So many processes, each started anew (spawn). An exception, Ctrl-C too, ends them in the middle of their work.

    InputError if one of them dies.
    """
    others = set(active_children())
    # Ctrl-C reaches all processes: those that work leave it to this one
    pool = ProcessPoolExecutor(count, get_context("spawn"), signal, (SIGINT, SIG_IGN))
    try:
        yield pool
    except BaseException as error:
        for process in set(active_children()) - others:
            process.terminate()
        pool.shutdown(cancel_futures=True)
        if isinstance(error, BrokenExecutor):
            what = "a process has died, of too little memory most likely"
            raise InputError.single("--workers", "", what, "use fewer") from error
        raise
    pool.shutdown()
