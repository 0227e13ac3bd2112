"""`podfleet layout guide`: tunes the planner for a map and writes its guide."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.output import INTERRUPTED, fail, note, say
from controller.cli.shared.terminal import check_writable, cores, share_bar
from layout.files.writing import write_whole
from robots.wording.formatting import count

if TYPE_CHECKING:
    from controller.lorr.planner import PlannerParams
    from controller.lorr.synthetic import ProblemSite
    from controller.lorr.tuning.tuning import Tuned, TuningTrial

_CELLS, _MOST = 8, 1000
"""Free cells per robot, and largest number of robots, for a map without a team."""


def guide(
    file: Annotated[Path, typer.Argument(metavar="MAP", help="MovingAI .map, or a League PROBLEM.json for its map.")],
    *,
    robots: Annotated[
        int,
        typer.Option(
            min=0, help="Number of robots. 0: the problem's team, or one per eight free cells, at most 1,000."
        ),
    ] = 0,
    seconds: Annotated[int, typer.Option(min=1, help="How long to search.")] = 300,
    trials: Annotated[
        int, typer.Option(min=0, help="Number of simulations instead of a time limit: repeatable. 0: by time.")
    ] = 0,
    steps: Annotated[int, typer.Option(min=0, help="Steps of a simulation. 0: as many as take some seconds.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the candidates.")] = 0,
    out: Annotated[Path | None, typer.Option(help="File to write. Default: MAP.guide.toml beside the map.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Find by simulation how to plan on a map, for `bench lorr`. Ctrl-C keeps the best so far, and ends with 130."""
    from controller.lorr.tuning.guide_file import dump_guide, guide_beside
    from controller.lorr.tuning.tuning import portfolio, rules_choice, steps_for, trial_of
    from layout.errors import InputError
    from layout.files.outputs import check_ending

    map_path, site, team = _site(file)
    robots = robots or team or min(max(1, len(site.room) // _CELLS), _MOST)
    out = out or guide_beside(map_path)
    check_ending(out, (".toml",))
    if out.exists() and not force:
        raise InputError.single(str(out), "", "exists already", "name another file or add --force")
    check_writable(out)
    candidates = portfolio(rules_choice(site, robots), seed)
    steps = steps or steps_for(robots)
    note(f"{map_path.name}: {count(robots, 'robot')}, simulations of {count(steps, 'step')}")
    tuned = _watched(trial_of(site, robots, steps), trial_of(site, robots, 2), candidates, seconds, trials or None)
    verdict = _verdict(tuned)
    remarks = f"Tuned by `podfleet layout guide` for {count(robots, 'robot')} on {map_path.name}:\n{verdict}."
    write_whole(out, dump_guide(tuned.params, remarks))
    say(verdict, f"{out}: written")
    if tuned.cut:
        fail("interrupted", ["interrupted: the best so far is kept"], INTERRUPTED)


def _site(file: Path) -> "tuple[Path, ProblemSite, int]":
    """Return the map, its cells for random problems, and the robots of a problem (0 for a map alone)."""
    from controller.lorr.bench import read
    from controller.lorr.synthetic import site_of_map
    from layout.errors import InputError
    from layout.formats.lorr import map_of

    if file.suffix == ".map":
        return file, site_of_map(file), 0
    if file.suffix != ".json":
        raise InputError.single(str(file), "", "is no map", "name a .map or a League .json")
    problem, map_path = read(file), map_of(file)
    return map_path, site_of_map(map_path, [len(task) for task in problem.tasks]), len(problem.starts)


def _watched(
    trial: "TuningTrial", short: "TuningTrial", candidates: "list[PlannerParams]", seconds: int, trials: int | None
) -> "Tuned":
    """Tune on all cores with a progress bar.

    short: a simulation by which each process compiles before the clock starts.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from signal import SIG_IGN, SIGINT, signal

    from controller.lorr.tuning.tuning import Budget, tune

    workers = cores()
    # Ctrl-C reaches all processes: the simulating ones leave it to this one
    with (
        ProcessPoolExecutor(workers, get_context("spawn"), signal, (SIGINT, SIG_IGN)) as pool,
        share_bar() as progress,
    ):
        bar = progress.add_task("preparing (the first run compiles)", total=1.0)
        list(pool.map(short, candidates[:workers], range(workers)))
        return tune(
            trial,
            candidates,
            pool,
            workers,
            Budget(seconds, trials),
            lambda share, words: progress.update(bar, completed=share, description=words),
        )


def _verdict(found: "Tuned") -> str:
    from controller.experiments.statistics import CONFIDENCE, OVER_SEEDS

    gain = found.gain
    if gain is None:
        return f"nothing better than the planner's own choice in {count(found.trials, 'simulation')}"
    tasks = f"tasks against the planner's own choice on {count(found.problems, 'random problem')}"
    if gain.half is None:
        return f"{gain.mean:+.1%} {tasks}: no interval"
    shown = "" if gain.excludes_0 else "; not significant, because it includes 0"
    return f"{gain.mean:+.1%} ± {gain.half:.1%} {tasks} ({CONFIDENCE:.0%} interval, {OVER_SEEDS}{shown})"
