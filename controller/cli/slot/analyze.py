"""`podfleet slot analyze`: report the figures of an order history."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import AsJson, note, print_document, say
from controller.cli.shared.scenario_options import load
from controller.cli.shared.terminal import status
from controller.cli.slot.plan import Items, Layout, MaxLines, Orders, left_out
from robots.wording.formatting import count, share

if TYPE_CHECKING:
    from controller.slotting.documents import Ages, OrderAnalysis


@takes_order_file
def analyze(
    layout: Layout,
    *,
    orders: Orders,
    items: Items = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Write analysis.html and analysis.json there, or one by its ending."),
    ] = None,
    max_lines: MaxLines = 30,
    as_json: AsJson = False,
    form: OrderForm,
) -> None:
    """Report how demand is spread over SKUs, orders and time, which SKUs are bought together, and the bins that demand
    needs.
    """
    from controller.slotting.analysis import figures
    from controller.slotting.documents import analysis_of
    from controller.slotting.input import read_history
    from controller.slotting.items import read_items
    from controller.slotting.page import FILES, write_analysis
    from layout.files.outputs import outputs

    if out is not None:
        outputs(out, FILES)
    scenario = load(layout, form.settings())
    with status(f"Reading {orders.name}…"):
        known = read_items(items, scenario.orders.items_form) if items is not None else {}
        history, skipped = read_history(scenario, orders, max_lines, known)
        result = figures(scenario, history, skipped, orders, known)
        written = write_analysis(out, result) if out is not None else ()
    for line in _lines(analysis_of(result)):
        say(line)
    for path in written:
        note(f"analysis  {path}")
    if as_json:
        print_document(result)


def _change(ages: "Ages") -> str:
    """Report new and dying SKUs, if there are enough orders to tell them from slow ones."""
    if ages.too_few:
        recent = f"{count(ages.recent_orders, 'order')} since {ages.recent_from}"
        return f"change    {recent}: too few to identify new or dying SKUs"
    return (
        f"change    {ages.new:,} new SKUs since {ages.recent_from}: {share(ages.new_share_of_recent_lines)} of the "
        f"lines since, {ages.dying:,} not ordered since"
    )


def _lines(result: "OrderAnalysis") -> list[str]:
    space, ages, sizes = result.space, result.ages, result.lines_per_order
    classes = ", ".join(
        f"{row.name} {count(row.skus, 'SKU')} ({share(row.share_of_skus)}) with {share(row.share_of_lines)} of lines"
        for row in result.abc
    )
    hours = [sum(day[hour] for day in result.profile) for hour in range(24)]
    lines = [
        f"orders    {result.orders:,} from {result.first_day} to {result.last_day}, {count(result.lines, 'line')}, "
        f"{count(result.units, 'unit')}, {count(result.skus_ordered, 'SKU')}",
        f"an order  {sizes.mean:.2f} lines (median {sizes.p50:g}), {result.units_per_order.mean:.1f} units, "
        f"{share(result.one_line)} have one line",
        f"classes   {classes}",
        f"hours     most orders from {hours.index(max(hours))}:00, {share(max(hours) / max(1, sum(hours)))} of them",
        f"bins      {space.bins_needed:,} for {space.cover_days:g} days of cover at "
        f"{count(space.bin_units, 'unit')} a bin, "
        f"{share(space.share_of_bins)} of the {space.bins:,} there are",
        _change(ages),
    ]
    for row in result.pairs[:3]:
        often = "too few to tell" if row.lift is None else f"{row.lift:.1f} × as often as at random"
        lines.append(f"together  {row.sku} and {row.other} in {count(row.orders, 'order')}, {often}")
    if result.left_out:
        lines.append(f"left out  {left_out(result.left_out)}")
    return lines
