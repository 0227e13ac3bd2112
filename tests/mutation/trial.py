"""Runs one module's mutants against the tests near it, each in a forked process with everything loaded already.

A mutant's code replaces that of the existing functions, so nothing is imported again. Only the tests that call the
changed function are run, the fastest first, until one fails.
"""

import gc
import json
import os
import resource
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Never

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import Mutant, mutants

Key = tuple[str, str, str]
CAUGHT, SURVIVED = 1, 0
_MEMORY = 3 << 30


@dataclass(eq=False)
class Trial:
    """Plugin for pytest that tries mutants instead of running tests. known: outcomes of an earlier run, by key."""

    file: Path
    processes: int
    known: dict[Key, int]
    outcomes: dict[Key, int] = field(default_factory=dict)
    is_whole: bool = False
    cpu_s: float = 0.0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        gc.unfreeze()  # objects frozen by an earlier trial aren't found
        source = self.file.read_text(encoding="utf-8")
        functions = [
            one
            for one in gc.get_objects()
            if isinstance(one, FunctionType) and Path(one.__code__.co_filename) == self.file
        ]
        reach = self._reach(session.items)
        gc.freeze()
        running: dict[int, Mutant] = {}
        try:
            for mutant in mutants(source, str(self.file)):
                if self.known.get(mutant.key) == CAUGHT:
                    self.outcomes[mutant.key] = CAUGHT
                    continue
                if len(running) == self.processes:
                    self._wait(running)
                costs = reach[mutant.where]
                items = [session.items[place] for place in sorted(costs, key=lambda one: costs[one])]
                pid = os.fork()
                if not pid:
                    _in_child(lambda: _attempt(mutant, functions, items, sum(costs.values())))  # noqa: B023
                running[pid] = mutant
            while running:
                self._wait(running)
            self.is_whole = True
        finally:
            for pid in running:
                _end(pid)
                os.waitpid(pid, 0)
        return True

    def _reach(self, items: list[pytest.Item]) -> dict[str, dict[int, float]]:
        """Return {function: {index of a test that calls it: CPU seconds}}; "" for all tests. All tests have to pass."""
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            _in_child(lambda: _measure(self.file, items, writing))
        os.close(writing)
        with open(reading, encoding="utf-8") as pipe:
            rows = json.loads(pipe.read() or "[]")
        _, status, usage = os.wait4(pid, 0)
        if status:
            raise pytest.UsageError(f"the tests near {self.file.name} fail without a mutant")
        self.cpu_s += usage.ru_utime + usage.ru_stime
        reach: dict[str, dict[int, float]] = defaultdict(dict)
        for place, (seconds, names) in enumerate(rows):
            for name in ("", *names):
                reach[name][place] = seconds
        return reach

    def _wait(self, running: dict[int, Mutant]) -> None:
        pid, status, usage = os.wait4(-1, 0)
        _end(pid)  # objects that the tests left behind
        mutant = running.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        if code not in (SURVIVED, CAUGHT, -signal.SIGXCPU, -signal.SIGALRM, -signal.SIGSEGV, -signal.SIGABRT):
            raise RuntimeError(f"{mutant.key} could not be tried: exit {code}")
        self.outcomes[mutant.key] = CAUGHT if code else SURVIVED
        self.cpu_s += usage.ru_utime + usage.ru_stime
        survived = sum(one == SURVIVED for one in self.outcomes.values())
        progress = f"{self.file.name}: {len(self.outcomes)} tried, {survived} survived"
        print(f"\r{progress}", end="", file=sys.stderr, flush=True)


def _end(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _in_child(work: Callable[[], int]) -> Never:
    """Run a function in a silent process, and process group, that never returns into the parent's loop."""
    code = 3
    try:
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        code = work()
    finally:
        os._exit(code)


def _measure(file: Path, items: list[pytest.Item], writing: int) -> int:
    rows = []
    for item in items:
        names: set[str] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename == str(file):
                names.add(_outermost(code))  # noqa: B023

        begin = time.process_time()
        threading.setprofile(note)
        sys.setprofile(note)
        reports = runtestprotocol(item, nextitem=None, log=False)
        sys.setprofile(None)
        rows.append((time.process_time() - begin, sorted(names)))
        if any(report.failed for report in reports):
            return CAUGHT
    with open(writing, "w", encoding="utf-8") as pipe:
        json.dump(rows, pipe)
    return SURVIVED


def _attempt(mutant: Mutant, functions: list[FunctionType], items: list[pytest.Item], seconds: float) -> int:
    most = int(5 + 5 * seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 60))  # SIGXCPU at the first limit
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    signal.alarm(60 + 10 * most)  # for tests that would wait forever
    if not _is_planted(mutant, functions):
        return CAUGHT
    for item in items:
        if any(report.failed for report in runtestprotocol(item, nextitem=None, log=False)):
            return CAUGHT
    return SURVIVED


def _is_planted(mutant: Mutant, functions: list[FunctionType]) -> bool:
    """Put a fault into the loaded module; return False if the module could not be imported with it."""
    if not mutant.where:
        try:
            exec(mutant.code, functions[0].__globals__)
        except Exception:
            return False
        return True
    codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(mutant.code)}
    for function in functions:
        old = function.__code__
        if _outermost(old) == mutant.where:
            function.__code__ = codes[old.co_qualname, old.co_firstlineno]
    return True


def _outermost(code: CodeType) -> str:
    return code.co_qualname.partition(".<locals>")[0]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from _codes(const)
