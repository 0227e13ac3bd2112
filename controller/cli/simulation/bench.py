"""`podfleet bench`: problems of the League of Robot Runners under the league's rules."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.output import INTERRUPTED, AsJson, fail, note, print_document, print_table
from controller.cli.shared.terminal import check_writable, cores, status
from controller.cli.simulation.bench_runs import counted, errors_in, figures_of, free_flow_figures, played
from robots.wording.formatting import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.lorr.bench import BenchResult
    from controller.lorr.compare import PlannerRow
    from controller.lorr.own import OwnNames
    from controller.lorr.planner import PlannerParams
    from layout.formats.lorr import LorrProblem

bench_app = typer.Typer(no_args_is_help=True, help="Measure the planner on public problems.")
_BROKEN = 1
_THREADS = (
    "Planning threads. Default 0: one per core, so that the result depends on the machine. A given number with --rounds "
    "is repeatable; without --rounds no number is."
)


_PLANNER = "lns: improve until time runs out. epibt: one pass. Or your own planner as module:Class."
_SCHEDULER = "best: built-in matching. Or your own scheduler as module:Class."


@bench_app.callback()
def bench() -> None:
    """Measure the planner on public problems."""


@bench_app.command()
def lorr(
    problem: Annotated[Path, typer.Argument(metavar="PROBLEM.json", help="Problem of the League of Robot Runners.")],
    steps: Annotated[int, typer.Option(min=1, help="Steps to run.")] = 500,
    step_ms: Annotated[int, typer.Option(min=1, help="Time to plan a step; with a late plan all robots wait.")] = 1000,
    planner: Annotated[str, typer.Option(help=_PLANNER)] = "lns",
    scheduler: Annotated[str, typer.Option(help=_SCHEDULER)] = "best",
    threads: Annotated[int, typer.Option(min=0, help=_THREADS)] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 0,
    rounds: Annotated[
        int, typer.Option(min=0, help="Search rounds per step instead of a time limit: repeatable. 0: by time.")
    ] = 0,
    robots: Annotated[
        int,
        typer.Option(min=0, help="Number of robots; additional ones start in random free cells. 0: as in the problem."),
    ] = 0,
    guide: Annotated[
        Path | None, typer.Option(help="Guide of the map. Default: MAP.guide.toml beside it, if there is one.")
    ] = None,
    no_guide: Annotated[bool, typer.Option("--no-guide", help="Ignore the guide beside the map.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the run in the league's result format.")] = None,
    limit: Annotated[bool, typer.Option("--free-flow/--no-free-flow", help="Compute the share of free flow.")] = True,
    as_json: AsJson = False,
) -> None:
    """Run a league problem and check it independently.

    Exit 0: no errors; 1: rules broken, or tasks that no robot can reach; 2: bad input.
    """
    from dataclasses import replace

    from controller.lorr.bench import PLANNERS, read
    from controller.lorr.compare import replay
    from controller.lorr.results.result import league_result
    from controller.lorr.results.result_format import write_result
    from controller.lorr.synthetic import with_robots
    from controller.lorr.tuning.guide_file import read_guide
    from controller.provenance import environment
    from layout.errors import InputError
    from layout.files.outputs import check_ending

    loaded = read(problem)
    if robots:
        loaded = with_robots(loaded, robots, seed)
    if out is not None:
        check_ending(out, (".json",))
        check_writable(out)
    if guide is not None and no_guide:
        raise InputError.single("--guide, --no-guide", "", "can't be given together", "leave out one of them")
    own = _own(planner, scheduler, guide)
    guided = None if no_guide or own.planner else guide or _beside(problem)
    params = replace(PLANNERS["lns" if own.planner else planner], threads=threads or cores(), seed=seed)
    if guided is not None:
        params = read_guide(guided, params)
    if rounds and params.rounds is None:
        params = replace(params, rounds=rounds)
    lost = _warn_of_lost_tasks(problem.stem, loaded)
    outcome = played(loaded, problem.stem, steps, step_ms, params, own)
    made_with = {"environment": environment(params.threads).as_dict()}
    result = league_result(outcome.league, loaded) | made_with
    if out is not None:
        write_result(result, out)
    with status("Checking the run independently…"):
        found = replay(loaded if robots else problem, result)
    figures = figures_of(problem.stem, guided, outcome, len(found)) | {"tasks_out_of_reach": lost}
    _show(figures)
    if limit and outcome.league.step_number == steps:
        figures |= free_flow_figures(loaded, problem.stem, steps, outcome.league.finished)
        _show({key: figures[key] for key in ("free_flow_tasks", "share_of_free_flow")})
    if as_json:
        print_document(figures | made_with)
    errors = errors_in(outcome, len(found))
    if found or lost or errors:
        fail("failed", [*(f"validator: {error}" for error in found), _ending(errors, lost)], _BROKEN)
    _end_if_stopped(outcome.league.step_number, figures, steps)


def _own(planner: str, scheduler: str, guide: Path | None) -> "OwnNames":
    """Return the names of the user's own classes. InputError if a name is unknown and cannot be used."""
    from controller.lorr.bench import PLANNERS
    from controller.lorr.own import OwnNames
    from layout.errors import InputError
    from layout.files.tables import suggestion

    for option, name, ours in (("--planner", planner, list(PLANNERS)), ("--scheduler", scheduler, ["best"])):
        if name not in ours and ":" not in name:
            instead = f"{suggestion(name, ours)}, or name one of your own as module:Class"
            raise InputError.single(f"{option} {name}", "", "is not known", instead)
    own = OwnNames(planner if ":" in planner else "", scheduler if ":" in scheduler else "")
    own.check()
    if own.planner and guide is not None:
        raise InputError.single("--guide", "", "is for the built-in planners", "leave it out with your own planner")
    return own


def _end_if_stopped(done: int, figures: dict[str, object], steps: int) -> None:
    """Raise typer.Exit if Ctrl-C has ended the run, or the count after it."""
    if done < steps:
        fail("interrupted", [f"stopped after {done:,} of {steps:,} steps"], INTERRUPTED)
    if figures.get("free_flow_tasks", 0) is None:
        fail("interrupted", ["the count of the free flow was stopped; the run is whole"], INTERRUPTED)


@bench_app.command()
def planners(
    problems: Annotated[
        list[Path] | None, typer.Argument(metavar="[PROBLEM.json]…", help="Default: a small warehouse.")
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps to run.")] = 200,
    step_ms: Annotated[int, typer.Option(min=1, help="Time to plan a step; with a late plan all robots wait.")] = 100,
    seeds: Annotated[
        int, typer.Option(min=1, help="Number of random orders of starts and tasks; the first is the problem's.")
    ] = 2,
    as_json: AsJson = False,
) -> None:
    """Compare all planners on the same problems, each with the first.

    Exit 0: no errors; 1: rules broken, or tasks that no robot can reach; 2: bad input.
    """
    rows: list[PlannerRow] = []
    lost, interrupted = 0, False
    try:
        for name, (problem, guide) in _loaded(problems or []).items():
            lost += _warn_of_lost_tasks(name, problem)
            rows.extend(_compared(name, problem, guide, (steps, step_ms, seeds)))
    except KeyboardInterrupt:
        interrupted = True
    _show_rows(rows, as_json)
    if errors := lost + sum(row.errors for row in rows):
        fail("failed", [_ending(errors - lost, lost)], _BROKEN)
    if interrupted:
        fail("interrupted", [f"stopped after {count(len(rows), 'planner')}"], INTERRUPTED)


def _compared(
    name: str, problem: "LorrProblem", guide: Path | None, how: tuple[int, int, int]
) -> "Iterator[PlannerRow]":
    """Yield a row for each planner as it finishes. how: steps, milliseconds of a step, seeds."""
    from dataclasses import replace
    from functools import partial

    from controller.lorr.bench import PLANNERS
    from controller.lorr.bench import planners as variants
    from controller.lorr.compare import compare
    from controller.lorr.tuning.guide_file import read_guide

    steps, step_ms, seeds = how
    tuned = None if guide is None else read_guide(guide, PLANNERS["lns"])
    all_cores = {name_: replace(params, threads=cores()) for name_, params in variants(problem, tuned).items()}
    run = partial(_run_variant, name, steps, step_ms)
    return compare(name, problem, all_cores, steps, seeds, run, lambda drawn, steps: counted(drawn, name, steps))


def _warn_of_lost_tasks(name: str, problem: "LorrProblem") -> int:
    """Report on standard error the tasks that no robot can do; return their number."""
    from controller.lorr.reach import complaint, out_of_reach

    lost = out_of_reach(problem)
    if lost:
        note(f"{name}: {complaint(problem, lost)}")
    return len(lost)


def _ending(errors: int, lost: int) -> str:
    """Return why a run ends with exit status 1."""
    return f"this run has failed: {count(errors, 'error')}, {count(lost, 'task')} out of reach"


def _run_variant(
    name: str, steps: int, step_ms: int, problem: "LorrProblem", planner: str, params: "PlannerParams"
) -> "BenchResult":
    outcome = played(problem, f"{name}: {planner}", steps, step_ms, params)
    if outcome.league.step_number < steps:
        raise KeyboardInterrupt
    return outcome


def _loaded(files: list[Path]) -> "dict[str, tuple[LorrProblem, Path | None]]":
    """Return problems by name, with the guides beside their maps; a small warehouse if no files are given."""
    from controller.lorr.bench import read
    from controller.lorr.synthetic import draw_problem, site_of, warehouse

    if not files:
        return {"warehouse": (draw_problem(site_of(warehouse()), 200, 1000, 0), None)}
    alike = len({file.stem for file in files}) < len(files)
    return {str(file) if alike else file.stem: (read(file), _beside(file)) for file in files}


def _beside(problem: Path) -> Path | None:
    """Return the guide beside a problem's map, if there is one."""
    from controller.lorr.tuning.guide_file import guide_beside
    from layout.formats.lorr import map_of

    guide = guide_beside(map_of(problem))
    return guide if guide.exists() else None


def _show(figures: dict[str, object]) -> None:
    from rich.table import Table

    table = Table(show_header=False, box=None)
    for key, value in figures.items():
        table.add_row(key.replace("_", " "), f"{value:,}" if isinstance(value, int | float) else str(value or "none"))
    print_table(table)


def _show_rows(rows: "list[PlannerRow]", as_json: bool) -> None:
    from rich.table import Table

    from controller.provenance import environment

    table = Table(box=None)
    table.add_column("problem")
    table.add_column("planner")
    for column in ("tasks", "of free flow", "ratio", "p99 ms", "late", "errors"):
        table.add_column(column, justify="right")
    for row in rows:
        half = "" if row.low is None or row.high is None else f" ± {(row.high - row.low) / 2:.3f}"
        table.add_row(
            row.problem,
            row.planner,
            f"{row.tasks:,.1f}",
            f"{row.share_of_free_flow:.1%}",
            f"{row.ratio:.3f}{half}",
            f"{row.p99_ms:,.1f}",
            str(row.late),
            str(row.errors),
        )
    print_table(table)
    if as_json:
        made_with = {"environment": environment(cores()).as_dict()}
        print_document([row.figures() | made_with for row in rows])


if __name__ == "__main__":
    bench_app()
