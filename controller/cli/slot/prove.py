"""`podfleet slot prove`: run several plans on the real floor, on the same days and seeds, and compare them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import INTERRUPTED, AsJson, fail, print_document, say
from controller.cli.shared.scenario_options import load, settings_of
from controller.cli.shared.terminal import cores, progress_bar, status
from layout.errors import InputError
from robots.wording.formatting import count

if TYPE_CHECKING:
    from controller.experiments.slotting_trials import Finding, SlottingTrial, TrialOutcome
    from controller.slotting.training_days import Training

_BROKEN = 1
_PLANS = "Plans to run; the others are compared with the first. random redistributes the stock of the first file."


@takes_order_file
def prove(
    layout: Annotated[Path, typer.Argument(metavar="LAYOUT", help="Scenario or layout file (TOML).")],
    *,
    plans: Annotated[list[str], typer.Option(metavar="A.csv,B.csv[,random]", help=_PLANS)],
    orders: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Order lines. Default: the scenario's orders.")
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, max=1_000, help="Days, or seeds, on which each plan is run.")
    ] = 10,
    from_day: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD", help="First day of orders, preferably one that the plans were not made from."
        ),
    ] = None,
    ticks: Annotated[int | None, typer.Option(min=1, help="Length of each run. Default: the scenario's.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes. Default: one for each core.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the first replication.")] = None,
    max_lines: Annotated[int, typer.Option(min=1, help="Longer orders are left out and counted.")] = 30,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override, e.g. robots.count=20.")
    ] = None,
    as_json: AsJson = False,
    form: OrderForm,
) -> None:
    """Run the floor with each plan on the same days and seeds.

    Exit 0: finished; 1: an invariant was violated; 2: bad input; 130: stopped, with the replications done so far.
    """
    from controller.experiments.slotting_trials import findings, trials_of
    from controller.slotting.training_days import training_of
    from layout.formats.toml_format import quoted

    names = _names(plans)
    words = [f"orders.max_lines={max_lines}", *(set_ or [])]
    words += [f"orders.day={quoted(from_day)}"] if from_day is not None else []
    scenario = load(layout, form.settings() | settings_of(words, ticks=ticks, seed=seed, orders=orders, robots=None))
    with status("Reading plans and orders…"):
        trials = trials_of(scenario, names, replications)
    training = training_of(trials)
    outcomes, interrupted = _run(trials, names, workers or cores())
    rows = findings(outcomes, names)
    warnings = [warning for overlap in training if (warning := overlap.words())]
    for line in [*_lines(rows, outcomes, scenario.run.ticks * scenario.run.tick_s / 3600), *warnings]:
        say(line)
    replications_done = len(outcomes) // len(names)
    if as_json:
        print_document(_document(replications_done, rows, outcomes, training))
    if interrupted:
        progress = f"stopped after {count(replications_done, 'replication')} of {replications}"
        fail("interrupted", [f"{progress}; the figures are partial"], INTERRUPTED)
    if any(outcome.broken for outcome in outcomes):
        raise typer.Exit(_BROKEN)


def _document(
    replications: int, rows: "Sequence[Finding]", outcomes: "Sequence[TrialOutcome]", training: "Sequence[Training]"
) -> dict[str, object]:
    from controller.experiments.statistics import CONFIDENCE, OVER_SEEDS
    from controller.provenance import environment

    return {
        "replications": replications,
        "method": OVER_SEEDS,
        "confidence": CONFIDENCE,
        "differences": [row.as_dict() for row in rows],
        "runs": _runs(outcomes),
        "training": [overlap.figures() for overlap in training],
        "environment": environment().as_dict(),
    }


def _names(words: Sequence[str]) -> list[str]:
    from controller.experiments.slotting_trials import RANDOM

    names = [name for word in words for part in word.split(",") if (name := part.strip())]
    if len(names) < 2:
        raise InputError.single("--plans", "", "names fewer than two plans", "A.csv,B.csv or A.csv,random")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError.single("--plans", "", f"names {twice} twice", "each plan once")
    if set(names) == {RANDOM}:
        raise InputError.single("--plans", "", "names no file", "random takes its stock from a plan, e.g. A.csv,random")
    return names


def _run(trials: "Sequence[SlottingTrial]", plans: Sequence[str], processes: int) -> "tuple[list[TrialOutcome], bool]":
    """Run the trials; return the outcomes and whether the user interrupted, then only those of complete replications."""
    from controller.experiments.processes import workers
    from controller.experiments.slotting_trials import run_all, whole_replications

    ended: list[TrialOutcome] = []
    try:
        with (
            progress_bar() as progress,
            workers(min(processes, len(trials))) as pool,
        ):
            bar = progress.add_task("runs of the floor", total=len(trials))
            return run_all(trials, pool, lambda finished: progress.update(bar, completed=finished), ended), False
    except KeyboardInterrupt:
        complete = whole_replications(ended, plans)
    if not complete:
        fail("interrupted", ["stopped before a replication was done with every plan"], INTERRUPTED)
    return complete, True


def _lines(rows: "Sequence[Finding]", outcomes: "Sequence[TrialOutcome]", hours: float) -> list[str]:
    from controller.experiments.slotting_trials import FIGURES

    number = len({outcome.replication for outcome in outcomes})
    days = [outcome.day for outcome in outcomes if outcome.day]
    period = f" from {min(days)} to {max(days)}" if days else ""
    lines = [f"{count(number, 'replication')} of {hours:.2f} h{period}, paired; intervals are 95 %"]
    figures = {figure.name: figure for figure in FIGURES}
    plan = None
    for row in rows:
        if row.plan != plan:
            plan = row.plan
            lines.append(f"{plan} against {row.against}")
        lines.append(f"  {figures[row.figure].words:<28} {_numbers(row)}{row.verdict}")
    if len(rows) > 1:
        shown = sum(row.excludes_0 for row in rows)
        lines.append(f"{shown} of {len(rows)} differences are significant; about one in twenty would be at random")
    for outcome in outcomes:
        if outcome.broken:
            lines.append(
                f"left out: replication {outcome.replication} with {outcome.plan_name}: {', '.join(outcome.broken)}"
            )
    return lines


def _numbers(row: "Finding") -> str:
    found = row.statistic
    if found.first is None or found.second is None or found.difference is None:
        return ""
    scale, unit = (100.0, "%") if not row.unit else (1.0, row.unit)
    part = f", {100 * found.change:+.1f} %" if found.change is not None else ""
    low, high = found.low, found.high
    span = "" if low is None or high is None else f" [{scale * low:+.2f}, {scale * high:+.2f}]"
    means = f"{scale * found.first:,.2f} → {scale * found.second:,.2f} {unit}"
    return f"{means}: {scale * found.difference:+.2f}{span}{part}; ".replace("-", "−")


def _runs(outcomes: "Sequence[TrialOutcome]") -> list[dict[str, object]]:
    return [
        {
            "plan": outcome.plan_name,
            "replication": outcome.replication,
            "seed": outcome.seed,
            "day": outcome.day,
            "orders_received": outcome.orders_received,
            "orders_shipped": outcome.orders_shipped,
            **outcome.figures,
            "failed": list(outcome.broken),
            "digest": outcome.digest,
        }
        for outcome in outcomes
    ]
