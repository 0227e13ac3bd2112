"""Runs of league problems for `podfleet bench`, each with a progress bar, and their figures."""

from pathlib import Path
from typing import TYPE_CHECKING

from controller.cli.shared.output import INTERRUPTED, fail
from controller.cli.shared.terminal import progress_bar
from layout.signals import noted_signals

if TYPE_CHECKING:
    from controller.lorr.bench import BenchResult
    from controller.lorr.own import OwnNames
    from controller.lorr.planner import PlannerParams
    from layout.formats.lorr import LorrProblem


def played(
    problem: "LorrProblem", name: str, steps: int, step_ms: int, params: "PlannerParams", own: "OwnNames | None" = None
) -> "BenchResult":
    """Run a problem with a progress bar. own: the user's planner and scheduler.

    Ctrl-C ends it after the current step; typer.Exit if there is none yet.
    """
    from controller.lorr.bench import OURS, play

    with progress_bar(per_second=2) as progress, noted_signals() as stopped:
        bar = progress.add_task("preparing (the first run compiles)", total=steps)
        outcome = play(
            problem,
            steps,
            step_ms / 1000,
            params,
            lambda done: progress.update(bar, completed=done, description=name),
            stopped,
            own or OURS,
        )
    if not outcome.league.step_number:
        fail("interrupted", ["stopped before the first step was done"], INTERRUPTED)
    return outcome


def counted(problem: "LorrProblem", name: str, steps: int) -> int:
    """Count the tasks finished if no robot blocks another, with a progress bar: on large maps it takes longer than the
    run.
    """
    from controller.lorr.free_flow import free_flow

    with progress_bar(per_second=2) as progress:
        bar = progress.add_task(f"{name}: free flow, the limit to measure against", total=steps)
        return free_flow(problem, steps, lambda done: progress.update(bar, completed=done))


def free_flow_figures(problem: "LorrProblem", name: str, steps: int, finished: int) -> dict[str, object]:
    """Return the limit and the share of it that was reached; None for both if Ctrl-C ended the count."""
    try:
        limit = counted(problem, name, steps)
    except KeyboardInterrupt:
        return {"free_flow_tasks": None, "share_of_free_flow": None}
    return {"free_flow_tasks": limit, "share_of_free_flow": round(finished / max(limit, 1), 4)}


def errors_in(outcome: "BenchResult", invalid: int) -> int:
    """Return the number of wrong plans and schedules, and of errors that the replay found."""
    log = outcome.league.log
    return len(log.errors) + len(log.schedule_errors) + invalid


def figures_of(name: str, guide: Path | None, outcome: "BenchResult", invalid: int) -> dict[str, object]:
    """Return the figures of a run, without its provenance."""
    import resource

    import numpy as np

    league = outcome.league
    ms = np.array(league.log.seconds) * 1000
    return {
        "problem": name,
        "guide": guide.name if guide else None,
        "robots": league.robots,
        "steps": league.step_number,
        "tasks_finished": league.finished,
        "tasks_per_step": round(league.finished / league.step_number, 4),
        "planning_mean_ms": round(float(ms.mean()), 2),
        "planning_p50_ms": round(float(np.percentile(ms, 50)), 2),
        "planning_p99_ms": round(float(np.percentile(ms, 99)), 2),
        "planning_max_ms": round(float(ms.max()), 2),
        "late_steps": league.log.late,
        "errors": errors_in(outcome, invalid),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "preparation_s": round(outcome.preparation, 2),
    }
