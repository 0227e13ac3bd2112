"""`podfleet experiment`: settings times seeds on a scenario, into one CSV and a paired table."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.output import INTERRUPTED, fail, print_table, say
from controller.cli.shared.scenario_options import warn_of_deprecated
from controller.cli.shared.terminal import check_writable, cores, progress_bar
from robots.wording.formatting import count

if TYPE_CHECKING:
    from controller.experiments.factors import Experiment
    from controller.experiments.runs import RunRow

_BROKEN = 1


def experiment(
    factors: Annotated[Path, typer.Argument(metavar="FACTORS.toml", help="Scenario, factors and seeds.")],
    out: Annotated[Path, typer.Option(help="CSV of the runs. Runs that it already has are not run again.")] = Path(
        "experiment.csv"
    ),
    workers: Annotated[
        int, typer.Option(min=0, max=512, help="Processes; they change no figure. 0: one for each core.")
    ] = 0,
) -> None:
    """Run every combination of some settings on several seeds, checked at every tick.

    Writes one CSV row per run and prints how much each combination differs from the baseline. The warm-up is left out
    of all figures. Exit 0: all runs were sound; 1: broken runs have no figures; 2: bad input; 130: interrupted, with
    all finished runs in the CSV.
    """
    from controller.experiments.factors import in_words, read_factors
    from controller.experiments.paired_table import table
    from controller.experiments.runs import known_rows
    from controller.experiments.statistics import CONFIDENCE, OVER_SEEDS
    from layout.files.outputs import check_ending

    check_ending(out, (".csv",))
    plan = read_factors(factors)
    warn_of_deprecated(*(row[0] for row in plan.scenarios))
    rows = known_rows(plan, out)
    check_writable(out)
    if rows:
        say(f"{count(len(rows), 'run')} of {out} kept")
    interrupted = _run(plan, rows, out, workers or cores())
    print_table(table(plan, rows))
    say(f"baseline: {in_words(plan.arms[0])}")
    say(f"± {CONFIDENCE:.0%} interval of the paired change, {OVER_SEEDS}; ≈ not distinguishable from no change")
    say(f"{count(len(rows), 'run')} in {out}")
    if interrupted:
        fail("interrupted", [f"stopped after {count(len(rows), 'run')}; the same command runs the rest"], INTERRUPTED)
    if left_out := [f"seed {row.seed}, {in_words(plan.arms[row.arm])}: {row.fault}" for row in rows if row.fault]:
        fail("failed", left_out, _BROKEN)


def _run(plan: "Experiment", rows: "list[RunRow]", out: Path, processes: int) -> bool:
    """Run what is missing and append it to rows and file; return whether the user interrupted it."""
    from controller.experiments.processes import workers
    from controller.experiments.runs import run_all, write_head, write_row

    total = len(plan.arms) * len(plan.seeds)
    with out.open("w", encoding="utf-8", newline="") as file, progress_bar() as progress:
        write_head(plan, rows, file)
        file.flush()
        bar = progress.add_task(
            f"{count(len(plan.arms), 'combination')} × {count(len(plan.seeds), 'seed')}", total=total
        )
        progress.update(bar, completed=len(rows))

        def ended(row: "RunRow") -> None:
            rows.append(row)
            write_row(plan, row, file)
            progress.update(bar, completed=len(rows))

        try:
            with workers(min(processes, max(1, total - len(rows)))) as pool:
                run_all(plan, list(rows), pool, ended)
        except KeyboardInterrupt:
            return True
    return False
