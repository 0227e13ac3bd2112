"""`podfleet bench`: problems of the League of Robot Runners under the league's rules."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from controller.league.bench import Outcome
    from controller.league.planner import PlannerParams
    from layout.lorr import LorrProblem

bench_app = typer.Typer(no_args_is_help=True, help="Measure the planner on public problems.")
_BROKEN = 1


class PlannerName(StrEnum):
    LNS = "lns"
    EPIBT = "epibt"


@bench_app.callback()
def bench() -> None:
    """Measure the planner on public problems."""


@bench_app.command()
def lorr(
    problem: Annotated[Path, typer.Argument(metavar="PROBLEM.json", help="Problem of the League of Robot Runners.")],
    steps: Annotated[int, typer.Option(min=1, help="Steps to run.")] = 500,
    step_ms: Annotated[int, typer.Option(min=1, help="Time to plan a step; late plans make everybody wait.")] = 1000,
    planner: Annotated[
        PlannerName, typer.Option(help="lns: improve until the time is up. epibt: one pass.")
    ] = PlannerName.EPIBT,
    threads: Annotated[int, typer.Option(min=0, help="Threads that plan. 0: one for each core.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 0,
    rounds: Annotated[
        int, typer.Option(min=0, help="Rounds of the search a step instead of by time: repeatable. 0: by time.")
    ] = 0,
    out: Annotated[Path | None, typer.Option(help="Write the run in the league's result format.")] = None,
    limit: Annotated[bool, typer.Option("--free-flow/--no-free-flow", help="Work out the share of free flow.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Run a league problem and check it independently. Exit 0: no errors; 1: errors or rules broken; 2: bad input."""
    from dataclasses import replace

    from controller.league.bench import PLANNERS, read
    from controller.league.result import league_result, write_result
    from controller.league.validator import validate

    loaded = read(problem)
    _check_writable(out)
    params = replace(PLANNERS[planner.value], threads=threads or _cores(), seed=seed)
    if rounds and params.rounds is None:
        params = replace(params, rounds=rounds)
    outcome = _play(loaded, problem.stem, steps, step_ms, params)
    result = league_result(outcome.league, loaded)
    if out is not None:
        write_result(result, out)
    found = validate(problem, json.loads(json.dumps(result)))
    figures = _figures(problem.stem, outcome, len(found))
    if limit:
        from controller.league.free_flow import free_flow

        free = free_flow(loaded, steps)
        figures |= {"free_flow_tasks": free, "share_of_free_flow": round(outcome.league.finished / max(free, 1), 4)}
    _show(figures, as_json)
    for error in found:
        typer.echo(f"validator: {error}", err=True)
    if found or figures["errors"]:
        raise typer.Exit(_BROKEN)


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def _check_writable(out: Path | None) -> None:
    """Before a long run rather than after it."""
    from layout.errors import InputError

    if out is None:
        return
    try:
        out.open("ab").close()
    except OSError as error:
        raise InputError.single(str(out), "", f"can't be written to: {error.strerror}") from error


def _play(problem: "LorrProblem", name: str, steps: int, step_ms: int, params: "PlannerParams") -> "Outcome":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from controller.league.bench import play

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=2) as progress:
        bar = progress.add_task("preparing (the first run compiles)", total=steps)
        return play(
            problem,
            steps,
            step_ms / 1000,
            params,
            lambda done: progress.update(bar, completed=done, description=name),
        )


def _figures(name: str, outcome: "Outcome", invalid: int) -> dict[str, Any]:
    import resource

    import numpy as np

    league = outcome.league
    ms = np.array(league.log.seconds) * 1000
    return {
        "problem": name,
        "robots": league.robots,
        "steps": league.step_number,
        "tasks_finished": league.finished,
        "tasks_per_step": round(league.finished / league.step_number, 4),
        "planning_mean_ms": round(float(ms.mean()), 2),
        "planning_p50_ms": round(float(np.percentile(ms, 50)), 2),
        "planning_p99_ms": round(float(np.percentile(ms, 99)), 2),
        "planning_max_ms": round(float(ms.max()), 2),
        "late_steps": league.log.late,
        "errors": len(league.log.errors) + len(league.log.schedule_errors) + invalid,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "preparation_s": round(outcome.preparation, 2),
    }


def _show(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(figures))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    for key, value in figures.items():
        table.add_row(key.replace("_", " "), f"{value:,}" if isinstance(value, int | float) else str(value))
    Console().print(table)


if __name__ == "__main__":
    bench_app()
