"""`podfleet slot plan`: write a policy's plan, and report its expected saving."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import convert

from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import AsJson, print_document, say
from controller.cli.shared.scenario_options import load
from controller.cli.shared.terminal import check_writable, status
from robots.wording.formatting import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from controller.slotting.documents import Effort, PlanFigures

Layout = Annotated[Path, typer.Argument(metavar="LAYOUT", help="Scenario or layout file (TOML).")]
Orders = Annotated[Path, typer.Option(metavar="CSV", help="Order lines.")]
Items = Annotated[Path | None, typer.Option(metavar="CSV", help="SKUs with bins, weight, name, apart group.")]
MaxLines = Annotated[int, typer.Option(min=1, help="Longer orders are left out and counted.")]


@takes_order_file
def plan(
    layout: Layout,
    *,
    orders: Orders,
    out: Annotated[Path, typer.Option(metavar="CSV", help="Plan to write.")],
    items: Items = None,
    current: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Current plan: its stock is kept, its pods are moved.")
    ] = None,
    policy: Annotated[
        str, typer.Option(help="Slotting policy; podfleet slot compare shows the gain of each.")
    ] = "integrated",
    max_moves: Annotated[
        int | None, typer.Option(min=0, help="Largest number of moves from --current; the most profitable are kept.")
    ] = None,
    cover_days: Annotated[
        float, typer.Option(min=0.1, max=1_000, help="Days of demand to stock without --current, as bins allow.")
    ] = 7.0,
    max_lines: MaxLines = 30,
    pods: Annotated[
        int | None, typer.Option(min=1, help="Default: as many as the floor holds, or those of --current.")
    ] = None,
    bins: Annotated[int | None, typer.Option(min=1, max=1_000, help="Bins of a pod. Default: the scenario's.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 1,
    as_json: AsJson = False,
    form: OrderForm,
) -> None:
    """Write a plan made from the older 80 % of the orders, and report its gain on the newer 20 %."""
    from controller.slotting.documents import PlanFigures
    from controller.slotting.plan import PlanOptions, check_policy, planned, read_inputs, summary
    from layout.errors import InputError
    from layout.files.outputs import check_ending
    from layout.slotting.plan_file import write_plan

    check_policy(policy)
    if max_moves is not None and current is None:
        raise InputError.single("--max-moves", "", "needs a current plan", "name it with --current")
    if pods is not None and current is not None:
        raise InputError.single("--pods, --current", "", "can't be given together", "the current plan has its pods")
    check_ending(out, (".csv",))
    check_writable(out)
    options = PlanOptions(policy, max_moves, max_lines, pods, bins, cover_days, seed)
    scenario = load(layout, form.settings())
    with status(f"Reading {orders.name}…") as show:
        inputs = read_inputs(scenario, orders, items, current, options)
        show(f"Slotting {count(len(inputs.history.names), 'SKU')} by {policy}…")
        result = planned(inputs, options)
    write_plan(out, result.plan)
    figures = summary(inputs, options, result, out)
    for line in _lines(convert(figures, PlanFigures)):
        say(line)
    if as_json:
        print_document(figures)


def percent(share: float | None) -> str:
    """Return a percentage such as +1.2 %, or a dash for None."""
    if share is None:
        return "–"
    return f"{round(100 * share, 1) or 0.0:+.1f} %".replace("-", "−")  # "or": no −0.0


def left_out(counted: dict[str, int]) -> str:
    return "; ".join(f"{count:,} × {kind}" for kind, count in counted.items())


def _lines(figures: "PlanFigures") -> list[str]:
    from controller.slotting.judged import half_words, warning

    before, after, source = figures.before, figures.after, figures.sources
    base = "as it is now" if figures.against == "current" else "random"
    lines = [
        f"plan      {figures.plan}: {count(figures.skus, 'SKU')}, {count(figures.units, 'unit')} in "
        f"{count(figures.bins_used, 'bin')} of {count(figures.pods, 'pod')}"
        f"{', all that the floor holds' * figures.pods_of_floor}, by {figures.policy}",
        f"trained   on {figures.orders_trained_on:,} older orders, judged on {figures.orders_judged_on:,} newer ones",
    ]
    if too_few := warning(figures.orders_judged_on):
        lines.append(too_few)
    if figures.left_out:
        lines.append(f"left out  {left_out(figures.left_out)}")
    for name, unit in (("visits", "pod visits"), ("travel", "m")):
        low, high, share = (getattr(figures, f"{name}_{part}") for part in ("low", "high", "change"))
        change = percent(share) + half_words(low, high)
        simple = percent(getattr(figures.turnover, f"{name}_change"))
        amounts = f"{getattr(before, name):.2f} → {getattr(after, name):.2f}"
        words = f"{amounts} {unit} an order against {base} (full turnover {simple})"
        lines.append(f"{name:<9} {change}  {words}")
    lines += _sources(source, before.travel, before.visits)
    if figures.moves is not None:
        scope = (
            f", of {figures.moves_needed:,} to the policy's whole plan" if figures.moves != figures.moves_needed else ""
        )
        lines.append(f"moves     {figures.moves:,}{scope}; podfleet slot moves lists them")
    return lines


def _sources(sources: "Mapping[str, Effort]", travel: float, visits: float) -> list[str]:
    """Return the sources of the gain, as shares of the value before."""

    def part(name: str, figure: str, total: float) -> str:
        return percent(-getattr(sources[name], figure) / total if total else None)

    causes = [f"{part(key, 'travel', travel)} by {key.replace('_', ' ')}" for key in ("fewer_visits", "nearer_places")]
    used = [
        f"{part(key, 'travel', travel)} travel and {part(key, 'visits', visits)} visits by {key}"
        for key in ("velocity", "affinity")
    ]
    return [f"travel    {', '.join(causes)}", f"of it     {', '.join(used)}"]
