"""A record (.pfr) of a run, read as events, frames or DataFrames."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Self

import numpy as np
from msgspec.structs import asdict

from robots.recording.events import AnyEvent
from robots.recording.frames import Frame, Header
from robots.recording.record import Record
from robots.units.lifecycle import RobotState

_LIBRARIES = ("pandas", "polars")


class RunRecord:
    """A record that is open for reading; use it in a `with` block. header: scenario, seed, stations and SKUs of the run."""

    def __init__(self, path: Path) -> None:
        self._record = Record(path)
        self.header: Header = self._record.header

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Leaving the `with` block does it."""
        self._record.close()

    @property
    def first_tick(self) -> int:
        """First tick of the record."""
        return self._record.first_tick

    @property
    def last_tick(self) -> int:
        """Last tick of the record; -1 for one without any."""
        return self._record.last_tick

    @property
    def summary(self) -> Mapping[str, object] | None:
        """Figures at the end of the run, by the keys of docs/reference/report.md; None if the run was cut off."""
        return self._record.summary

    def events(self, kind: type[AnyEvent] | None = None) -> Iterator[AnyEvent]:
        """Yield the events in order. kind: only those of a class of robots.recording.events."""
        for chunk in self._record.chunks():
            yield from (event for event in chunk.events if kind is None or isinstance(event, kind))

    def frames(self, every: int = 1) -> Iterator[Frame]:
        """Yield the frames of the first tick and of every `every`-th tick after it."""
        for chunk in self._record.chunks():
            yield from (frame for frame in chunk.frames() if (frame.tick - self.first_tick) % every == 0)

    def frame(self, tick: int) -> Frame:
        """Return the frame of a tick. Ticks outside the record give its first or last one; IndexError without any."""
        return self._record.frame(tick)

    def to_frames(self, every: int = 1, library: str | None = None) -> dict[str, object]:
        """Return DataFrames by name, of pandas or polars, whichever is installed.

        "robots": a row per robot and tick. "counts": a row per tick. Each event has a table by its name, such as
        "Picked", with its fields as columns. All have the column "tick". every: ticks between two frames. library:
        "pandas" or "polars". Raises ImportError if neither is installed.
        """
        made = _library(library)
        frames = list(self.frames(every))
        tables = {"robots": self._robots(frames), "counts": _counts(frames), **self._events()}
        return {name: made.DataFrame(columns) for name, columns in tables.items()}

    def _robots(self, frames: Sequence[Frame]) -> dict[str, Sequence[object]]:
        robots = self.header.robots
        columns: dict[str, Sequence[object]] = {
            "tick": np.repeat([frame.tick for frame in frames], robots).tolist(),
            "robot": list(range(robots)) * len(frames),
        }
        for name in frames[0].robots.dtype.names or () if frames else ():
            columns[name] = np.concatenate([frame.robots[name] for frame in frames]).tolist()
        if frames:
            columns["state"] = [RobotState(state).name for frame in frames for state in frame.robots["state"].tolist()]
        return columns

    def _events(self) -> dict[str, dict[str, list[object]]]:
        tables: dict[str, dict[str, list[object]]] = {}
        for event in self.events():
            fields = asdict(event)
            columns = tables.setdefault(type(event).__name__, {name: [] for name in ("tick", *list(fields)[1:])})
            for column, value in zip(columns.values(), fields.values(), strict=True):
                column.append(value)
        return tables


def read_record(path: str | PathLike[str]) -> RunRecord:
    """Open a record. Raises InputError if the file is missing or not a record."""
    return RunRecord(Path(path))


def _counts(frames: Sequence[Frame]) -> dict[str, list[int | None]]:
    names = {name: None for frame in frames for name in frame.counts}
    ticks: list[int | None] = [frame.tick for frame in frames]
    return {"tick": ticks, **{name: [frame.counts.get(name) for frame in frames] for name in names}}


def _library(name: str | None) -> ModuleType:
    names = _LIBRARIES if name is None else (name,)
    installed = next((known for known in names if known in _LIBRARIES and find_spec(known) is not None), None)
    if installed is None:
        raise ImportError(f"DataFrames need {' or '.join(names)}: pip install {names[0]}")
    return import_module(installed)
