"""`podfleet slot`: assign SKUs to pods and pods to places, and measure the gain."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import INTERRUPTED, AsJson, fail, note, print_document, print_table, say
from controller.cli.shared.scenario_options import load
from controller.cli.shared.terminal import status
from controller.cli.simulation.variants import variants
from controller.cli.slot.analyze import analyze
from controller.cli.slot.heat import heat
from controller.cli.slot.moves import moves
from controller.cli.slot.plan import plan
from controller.cli.slot.prove import prove
from layout.errors import InputError
from robots.wording.formatting import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from controller.slotting.compare import Contest, PolicyRow

slot_app = typer.Typer(no_args_is_help=True, help="Optimise slotting from order history, and report the gain.")
slot_app.command("analyze")(analyze)
slot_app.command("heat")(heat)
slot_app.command("layout", hidden=True)(variants)
slot_app.command("moves")(moves)
slot_app.command("plan")(plan)
slot_app.command("prove")(prove)


@slot_app.callback()
def slot() -> None:
    """Optimise slotting from order history, and report the gain."""


@slot_app.command()
@takes_order_file
def compare(
    layout: Annotated[Path, typer.Argument(metavar="LAYOUT", help="Scenario or layout file (TOML).")],
    orders: Annotated[Path, typer.Option(metavar="CSV", help="Order lines; .gz and .xz are read too.")],
    items: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Bins, weight and SKUs to keep apart, by SKU.")
    ] = None,
    policies: Annotated[
        str, typer.Option(metavar="NAMES", help="Separated by commas; random, turnover and null are always included.")
    ] = "random,abc,turnover,coi,affinity,integrated,scattered,null",
    train: Annotated[float, typer.Option(help="Share of the orders, the older ones, to train on.")] = 0.8,
    batch: Annotated[int, typer.Option(min=1, help="Orders that are picked at once.")] = 1,
    max_lines: Annotated[int, typer.Option(min=1, help="Longer orders are left out.")] = 30,
    pods: Annotated[int | None, typer.Option(min=1, help="Default: as many as the floor holds.")] = None,
    bins: Annotated[int | None, typer.Option(min=1, max=1_000, help="Bins of a pod. Default: the scenario's.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 1,
    as_json: AsJson = False,
    *,
    form: OrderForm,
) -> None:
    """Judge policies on orders newer than their training orders: pod visits, travel, units per visit, balance, moves.

    Ctrl-C shows the policies judged so far, and ends with 130.
    """
    from controller.slotting.compare import Terms, contest, notes, policies_of, table

    if not 0 < train < 1:
        raise InputError.single("--train", "", f"is {train:g}", "a share between 0 and 1, like 0.8")
    terms = Terms(policies_of(policies), train, batch, max_lines, pods, bins, seed)
    scenario = load(layout, form.settings())
    with status(f"Reading {orders.name}…") as show:
        tried = contest(scenario, orders, items, terms)
        rows, interrupted = _judged(tried, show)
    note(_trained_on(tried))
    print_table(table(rows))
    for line in notes(rows):
        say(line)
    if as_json:
        print_document(rows)
    if interrupted:
        judged = f"{len(rows)} of {count(len(terms.policies), 'policy', 'policies')}"
        fail("interrupted", [f"stopped after {judged}; the table is partial"], INTERRUPTED)


def _judged(tried: "Contest", show: "Callable[[str], object]") -> "tuple[list[PolicyRow], bool]":
    """Return (rows of the policies judged, whether the user interrupted)."""
    from controller.slotting.compare import rows_of

    names = tried.terms.policies
    of_all = f"of {count(len(names), 'policy', 'policies')}"
    rows: list[PolicyRow] = []
    try:
        return rows_of(tried, lambda name: show(f"{name} ({names.index(name) + 1} {of_all})…"), rows), False
    except KeyboardInterrupt:
        if not rows:
            fail("interrupted", [f"stopped after 0 {of_all}"], INTERRUPTED)
        return rows, True


def _trained_on(tried: "Contest") -> str:
    left_out = "".join(f"; left out {count:,} × {kind}" for kind, count in tried.skipped.items())
    space = tried.space
    return (
        f"{count(len(tried.history.names), 'SKU')} in {count(space.pods, 'pod')} of {count(space.bins, 'bin')}"
        f"{_of_floor(tried)}; "
        f"trained on {count(tried.old.orders, 'order')}, judged on {tried.new.orders:,}{left_out}"
    )


def _of_floor(tried: "Contest") -> str:
    return "" if tried.terms.pods else ", all that the floor holds"
