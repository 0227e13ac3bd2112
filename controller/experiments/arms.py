"""Arms of an experiment: one run each on each seed, checked as by `run --check`, with the faults of broken runs."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from typing import TypeVar

from controller.kpis.summary import Summary
from controller.run import RunOptions, SimulatedRun, broken
from controller.scenario.scenario import Scenario
from layout.errors import InputError

Tell = Callable[[int, int], None]
"""Called with the number of finished runs, and of all runs."""
CHECKED = RunOptions(check=True)
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, slots=True)
class ArmOutcome:
    """Outcome of a run.

    arm: its number. summary: empty if the run failed with an exception. fault: "" for a sound run.
    """

    arm: int
    seed: int
    summary: Summary | None = None
    fault: str = ""


def run_arm(arm: int, scenario: Scenario) -> ArmOutcome:
    """Return the outcome of a whole run. InputError is passed on; any other exception breaks only this run."""
    return attempt(lambda: _ran(arm, scenario), lambda fault: ArmOutcome(arm, scenario.run.seed, fault=fault))


def attempt(play: Callable[[], _Outcome], failed: Callable[[str], _Outcome]) -> _Outcome:
    """Return what a run gives, or what `failed` makes of its fault if it raises an exception. InputError is passed on."""
    try:
        return play()
    except InputError:
        raise
    except Exception as error:  # planner and policies may be a user's own, and the other runs survive them
        return failed(crash(error))


def crash(error: Exception) -> str:
    """Return an exception as the fault of a run."""
    return f"it failed with {type(error).__name__}: {error}"


def _ran(arm: int, scenario: Scenario) -> ArmOutcome:
    with SimulatedRun(scenario, CHECKED) as run:
        while not run.done:
            run.step()
        summary = run.finish()
    return ArmOutcome(arm, scenario.run.seed, summary, ", ".join(broken(summary)))


def run_arms(
    arms: Sequence[Sequence[Scenario]], executor: Executor | None, tell: Tell, into: list[ArmOutcome]
) -> list[ArmOutcome]:
    """Return the outcomes of all arms on all seeds, arm by arm, whatever the number of workers. arms: [arm][seed].

    executor: None to run them here, one after the other. into: filled as runs end, in case of an interrupt. Runs seed
    by seed, so that all arms have the same seeds at an interrupt.
    """
    jobs = [(arm, scenarios[index]) for index in range(len(arms[0])) for arm, scenarios in enumerate(arms)]
    for done, outcome in enumerate(_ended(jobs, executor), 1):
        into.append(outcome)
        tell(done, len(jobs))
    into.sort(key=lambda one: (one.arm, one.seed))
    return into


def _ended(jobs: Sequence[tuple[int, Scenario]], executor: Executor | None) -> Iterable[ArmOutcome]:
    if executor is None:
        return (run_arm(*job) for job in jobs)
    futures: list[Future[ArmOutcome]] = [executor.submit(run_arm, *job) for job in jobs]
    return (future.result() for future in as_completed(futures))
