"""`podfleet compare`: two scenarios on the same seeds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.output import INTERRUPTED, AsJson, fail, print_document, print_table, say
from controller.cli.shared.scenario_options import load, settings_of, warn_of_deprecated
from controller.cli.shared.terminal import cores, progress_bar
from robots.wording.formatting import count

if TYPE_CHECKING:
    from controller.experiments.arms import ArmOutcome
    from controller.scenario.scenario import Scenario

_BROKEN = 1
Pair = tuple["Scenario", "Scenario"]


def compare(
    first: Annotated[Path, typer.Argument(help="Scenario to compare with.")],
    second: Annotated[Path, typer.Argument(help="Scenario to compare.")],
    ticks: Annotated[int | None, typer.Option(min=1, help="How long each runs.")] = None,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Paired runs: both scenarios with seeds 1 … N.")] = 3,
    set_first: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="Override in the first.")] = None,
    set_second: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="Override in the second.")] = None,
    workers: Annotated[
        int, typer.Option(min=0, max=512, help="Processes; they change no figure. 0: one for each core.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Run two scenarios on the same seeds, checked at every tick, and report their differences.

    Exit 0: all runs were sound; 1: broken runs were left out; 2: bad input; 130: interrupted, with the finished runs.
    """
    from controller.experiments.compare import comparison, names_of, notes, table

    def scenario_at(path: Path, extra: list[str] | None, seed: int) -> "Scenario":
        return load(path, settings_of(extra or [], ticks=ticks, seed=seed, orders=None, robots=None))

    pairs = [
        (scenario_at(first, set_first, seed), scenario_at(second, set_second, seed)) for seed in range(1, seeds + 1)
    ]
    warn_of_deprecated(*pairs[0])
    outcomes, interrupted = _watched(pairs, workers or cores())
    result = comparison(*pairs[0], outcomes)
    if result.seeds:
        print_table(table(result.figures, names_of(*pairs[0], result.differs)))
    for line in notes(result):
        say(line)
    if as_json:
        print_document(result.as_dict())
    left_out = [f"left out: seed {entry.seed}, {entry.arm}: {entry.why}" for entry in result.left_out]
    if interrupted:
        fail("interrupted", [*left_out, f"stopped after {count(len(outcomes), 'run')}"], INTERRUPTED)
    if left_out:
        fail("failed", left_out, _BROKEN)


def _watched(pairs: list[Pair], processes: int) -> "tuple[list[ArmOutcome], bool]":
    """Return the finished runs, and whether the user interrupted them."""
    from controller.experiments.arms import run_arms
    from controller.experiments.processes import workers

    arms = list(zip(*pairs, strict=True))
    processes = min(processes, 2 * len(pairs))
    outcomes: list[ArmOutcome] = []
    try:
        with progress_bar() as progress:
            bar = progress.add_task(f"{count(len(pairs), 'seed')}, two runs each", total=2 * len(pairs))

            def tell(done: int, _: int) -> None:
                progress.update(bar, completed=done)

            if processes == 1:
                run_arms(arms, None, tell, outcomes)
            else:
                with workers(processes) as pool:
                    run_arms(arms, pool, tell, outcomes)
    except KeyboardInterrupt:
        return outcomes, True
    return outcomes, False
