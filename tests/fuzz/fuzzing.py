"""Runs targets on many changed inputs, in a child process with little memory and a watchdog, and returns each outcome.

In the child an input may take LONGEST_S seconds, then an alarm ends it; a child that ignores the alarm is ended by the
parent.
"""

import json
import os
import resource
import select
import signal
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fuzz.target import Target, difference, plain
from tests.support.mutations import at_most, checked_refusal

LONGEST_S = 10
MEMORY_BYTES = 4 << 30


@dataclass
class Found:
    """Outcomes of a target. failed: (seed, traceback). changed: inputs that are read with another meaning, by place.
    examples: a seed of each.
    """

    tries: int = 0
    refused: int = 0
    same: int = 0
    failed: list[tuple[int, str]] = field(default_factory=list)
    changed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, str]] = field(default_factory=dict)

    def take(self, seed: int, kind: str, text: str) -> None:
        self.tries += 1
        if kind == "failed":
            self.failed.append((seed, text))
        elif kind == "changed":
            place = text.partition(":")[0]
            self.changed[place] += 1
            self.examples.setdefault(place, (seed, text))
        else:
            self.refused += kind == "refused"
            self.same += kind == "same"

    def lines(self, name: str) -> Iterator[str]:
        read = f"{self.same} mean the same, {self.changed.total()} something else"
        yield f"{name}: {self.tries} inputs, {self.refused} refused, {read}"
        for place, times in self.changed.most_common():
            seed, text = self.examples[place]
            yield f"    {times} × {text[len(place) + 2 :] or text} at {place or 'the whole'}, as seed {seed}"


def outcome(target: Target, seed: int, folder: Path) -> tuple[str, str]:
    """Return ("refused", ""), ("same", "") or ("changed", place) for an input. Any other exception is a fault."""
    written(folder, target.files(seed))
    try:
        with at_most(LONGEST_S):
            value = target.read(folder)
    except target.refused as error:
        checked_refusal(error)
        return "refused", ""
    found = difference(_meaning(target, seed % len(target.goods), folder), plain(value))
    return ("changed", found) if found else ("same", "")


_meanings: dict[tuple[int, int], Any] = {}


def _meaning(target: Target, number: int, folder: Path) -> Any:
    """Return the meaning of a target's valid files."""
    key = id(target), number
    if key not in _meanings:
        written(folder, target.goods[number])
        _meanings[key] = plain(target.read(folder))
    return _meanings[key]


def written(folder: Path, files: Any) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


def fuzz(target: Target, first: int, tries: int) -> Found:
    """Try seeds `first` … `first + tries - 1`, in as many child processes as needed."""
    found, seed, last = Found(), first, first + tries
    while seed < last:
        for kind, text in _in_child(target, seed, last):
            found.take(seed, kind, text)
            seed += 1
    return found


def _in_child(target: Target, first: int, last: int) -> Iterator[tuple[str, str]]:
    """Yield outcomes until all seeds are tried or the child is dead, which is then the last outcome."""
    readable, writable = os.pipe()
    if not (child := os.fork()):
        os.close(readable)
        _be_child(target, range(first, last), writable)
    os.close(writable)
    try:
        with os.fdopen(readable, encoding="utf-8") as lines:
            for _ in range(first, last):
                ready, _, _ = select.select([lines], [], [], 3 * LONGEST_S)
                line = lines.readline() if ready else ""
                if not line:
                    yield "failed", "the process died" if ready else f"still busy after {3 * LONGEST_S} s"
                    return
                kind, text = json.loads(line)
                yield kind, text
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _be_child(target: Target, seeds: range, writable: int) -> None:
    """Run the child; never returns."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    warnings.simplefilter("ignore")
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    with tempfile.TemporaryDirectory() as folder, os.fdopen(writable, "w", encoding="utf-8", buffering=1) as out:
        for seed in seeds:
            try:
                told = outcome(target, seed, Path(folder))
            except BaseException:
                told = "failed", traceback.format_exc()
            out.write(json.dumps(told) + "\n")
    os._exit(0)
