"""`podfleet slot moves`: list the moves from one plan to another, the most profitable first."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import convert

from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import AsJson, print_document, say
from controller.cli.shared.scenario_options import load
from controller.cli.shared.terminal import check_writable, status
from controller.cli.slot.plan import MaxLines
from robots.wording.formatting import count

if TYPE_CHECKING:
    from controller.slotting.documents import ListedMove, MoveFigures

_SHOWN = 20


@takes_order_file
def moves(
    *,
    first: Annotated[Path, typer.Option("--from", metavar="CSV", help="Current plan.")],
    second: Annotated[Path, typer.Option("--to", metavar="CSV", help="Target plan.")],
    layout: Annotated[Path | None, typer.Option(metavar="LAYOUT", help="Scenario or layout file (TOML).")] = None,
    orders: Annotated[Path | None, typer.Option(metavar="CSV", help="Order lines, to value each move.")] = None,
    budget: Annotated[int | None, typer.Option(min=0, help="Most moves to list. Default: all.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="CSV", help="Write the moves.")] = None,
    max_lines: MaxLines = 30,
    as_json: AsJson = False,
    form: OrderForm,
) -> None:
    """List moves in an order in which each step pays; the floor stays workable after any number of them."""
    from controller.slotting.documents import MoveFigures
    from controller.slotting.moves import listed, read_pair, summary, within
    from layout.errors import InputError
    from layout.files.outputs import check_ending
    from layout.slotting.moves.move_file import write_moves

    if orders is not None and layout is None:
        raise InputError.single("--orders", "", "needs the floor's distances", "name the floor with --layout")
    if out is not None:
        check_ending(out, (".csv",))
        check_writable(out)
    scenario = None if layout is None else load(layout, form.settings())
    with status("Ordering moves…"):
        pair = read_pair(first, second, scenario)
        move_list = listed(scenario, orders, pair, (first, second), max_lines)
    cell_m = 1.0 if scenario is None else scenario.floor.cell_m
    if out is not None:
        write_moves(out, within(move_list, budget), cell_m)
    figures = summary(move_list, budget, cell_m)
    for line in _lines(convert(figures, MoveFigures)):
        say(line)
    if as_json:
        print_document(figures)


def _lines(figures: "MoveFigures") -> list[str]:
    if not figures.moves_needed and not figures.stuck:
        return ["the plans are the same: nothing to move"]
    lines = [
        f"{figures.moves:,} of {count(figures.moves_needed, 'move')}: {figures.of_skus:,} from bin to bin, "
        f"{figures.of_pods:,} of pods, {count(figures.brought, 'unit')} brought, "
        f"{figures.taken:,} taken; {figures.parked:,} only make room"
    ]
    if figures.gain is not None:
        part = "" if figures.share_of_gain is None else f", {figures.share_of_gain:.0%} of what all of them save"
        lines.append(
            f"they save {figures.visits_saved:,.1f} pod visits and {figures.travel_saved:,.0f} m of travel a day{part}"
        )
        if figures.best is not None and figures.best < figures.moves_needed:
            lines.append(f"the first {figures.best:,} save most; the later ones cost more than they save")
    lines += [_step(step) for step in figures.steps[:_SHOWN]]
    if figures.moves > _SHOWN:
        lines.append(f"… and {figures.moves - _SHOWN:,} more; --out writes them all")
    if figures.stuck:
        lines.append(
            f"{count(len(figures.stuck), 'move goes', 'moves go')} in a circle without a free bin or place, and left out"
            " (--layout makes free places known):"
        )
        lines += [_step(step) for step in figures.stuck[:_SHOWN]]
    return lines


def _step(step: "ListedMove") -> str:
    item = f"pod {step.pod}" if step.kind == "pod" else f"{step.units} × {step.sku}"
    saved = "" if step.gain is None else f"  {step.gain:+,.1f} m a day, {step.cumulative:+,.1f} in all"
    number = f"{step.step:>4}  " if step.step is not None else "      "
    return f"{number}{item} from {step.source} to {step.target}{' (parked)' if step.parked else ''}{saved}"
