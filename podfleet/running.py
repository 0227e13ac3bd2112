"""A run of simulated robots, whole or tick by tick. Equal scenarios and seeds give equal runs, bit for bit."""

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Self

from controller.kpis.summary import Summary
from controller.run import RunOptions, SimulatedRun
from podfleet.scenario import Scenario, Value
from robots.recording.event import Event
from robots.recording.frames import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """One tick of a floor. frame: the state after it, as numpy columns. events: what happened in it, in order."""

    tick: int
    frame: Frame
    events: tuple[Event, ...]


class Floor:
    """A floor that is stepped tick by tick; use it in a `with` block. Iterating steps it until the run is over.

    seed, ticks: instead of the scenario's. record: a .pfr file to write. check: verify every tick independently.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int | None = None,
        ticks: int | None = None,
        record: str | PathLike[str] | None = None,
        check: bool = False,
    ) -> None:
        self.scenario = _changed(scenario, seed, ticks)
        self._run = SimulatedRun(self.scenario.settings, RunOptions(Path(record) if record else None, check))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Tick]:
        while not self.done:
            yield self.step()

    @property
    def tick(self) -> int:
        """Number of ticks that have been stepped."""
        return self._run.site.tick

    @property
    def done(self) -> bool:
        """True once the floor has run for as many ticks as the scenario has."""
        return self._run.done

    def step(self) -> Tick:
        """Advance the floor by one tick."""
        frame, events = self._run.step()
        return Tick(frame.tick, frame, tuple(events))

    def summary(self) -> Summary:
        """Return the figures of the run up to now."""
        return self._run.summary()

    def finish(self) -> Summary:
        """Return the figures of the run, and write them to the end of the record if there is one."""
        return self._run.finish()

    def close(self) -> None:
        """Close the record. Leaving the `with` block does it."""
        self._run.__exit__()


def run(
    scenario: Scenario,
    *,
    seed: int | None = None,
    ticks: int | None = None,
    record: str | PathLike[str] | None = None,
    check: bool = False,
) -> Summary:
    """Run a scenario to its end and return its figures. seed, ticks, record, check: as for `Floor`."""
    with Floor(scenario, seed=seed, ticks=ticks, record=record, check=check) as floor:
        while not floor.done:
            floor.step()
        return floor.finish()


def _changed(scenario: Scenario, seed: int | None, ticks: int | None) -> Scenario:
    values = {"run__seed": seed, "run__ticks": ticks}
    overrides: dict[str, Value] = {key: value for key, value in values.items() if value is not None}
    return scenario.with_overrides(**overrides) if overrides else scenario
