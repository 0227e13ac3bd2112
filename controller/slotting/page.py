"""The page of `podfleet slot analyze`: one self-contained HTML in the style of the report."""

import json
from collections.abc import Mapping
from pathlib import Path

from controller.report.css import CSS
from controller.report.html import Column, Markup, joined, section, table, tag, text
from controller.slotting.documents import AgedSku, Ages, OrderAnalysis, analysis_of
from layout.escaping import drawn
from layout.files.outputs import outputs
from layout.files.writing import make_folder, write_whole
from robots.wording.formatting import counted, number, share

FILES = ("analysis.html", "analysis.json")


def write_analysis(out: Path, report: Mapping[str, object]) -> list[Path]:
    """Write analysis.html and analysis.json into the folder `out`, or only the one that `out` names. Raises InputError
    if not possible.
    """
    paths = outputs(out, FILES)
    make_folder(paths[0].parent)
    for path in reversed(paths):
        numbers = path.suffix.lower() == ".json"
        write_whole(path, json.dumps(report, ensure_ascii=False, allow_nan=False) if numbers else _html(report))
    return paths


def _html(report: Mapping[str, object]) -> str:
    from controller.slotting.plots import plots

    return page(analysis_of(report), plots(analysis_of(drawn(report))))


def page(report: OrderAnalysis, plots: Mapping[str, str]) -> str:
    """Return the whole HTML. plots: SVG by name."""
    svg = {name: Markup(drawing) for name, drawing in plots.items()}
    body = joined((_header(report), tag("main", Markup("<br>"), _cards(report), *_sections(report, svg), _footer())))
    title = text(f"{Path(report.orders_file).name} – podfleet order analysis")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{CSS}</style></head>\n<body>{body}</body></html>\n"
    )


def _header(report: OrderAnalysis) -> Markup:
    facts = (
        f"{report.first_day} to {report.last_day} · {counted(report.orders, 'order')} · {counted(report.lines, 'line')} · "
        f"{counted(report.units, 'unit')} · {counted(report.skus_ordered, 'SKU')}"
    )
    return tag(
        "header",
        tag(
            "div",
            tag("div", "podfleet · order analysis", css="brand"),
            tag("h1", Path(report.orders_file).name),
            tag("p", facts),
            tag("p", f"Floor: {report.floor}"),
        ),
    )


def _cards(report: OrderAnalysis) -> Markup:
    a_class, space, ages = report.abc[0], report.space, report.ages
    a_day = report.orders / report.days
    best = report.pairs[0] if report.pairs else None
    cards = (
        (number(a_day), "orders a day", f"over {number(report.days, 0)} days, closed ones too"),
        (number(report.lines_per_order.mean, 2), "lines an order", f"{share(report.one_line)} have one"),
        (number(report.units_per_order.mean, 1), "units an order", f"{share(report.singles)} are singles"),
        (
            share(a_class.share_of_skus),
            "of the SKUs are A",
            f"they make {share(a_class.share_of_lines)} of the lines",
        ),
        (
            share(space.share_of_bins),
            "of the bins needed",
            f"for {space.cover_days:g} days of cover: {number(space.bins_needed)} of {number(space.bins)}",
        ),
        *_changed(ages),
        (
            number(best.lift, 1) if best and best.lift is not None else "too few",
            "lift of the top pair",
            f"in {counted(best.orders if best else 0, 'order')}",
        ),
    )
    return tag("div", *(_card(*card) for card in cards), css="cards")


def _changed(ages: Ages) -> list[tuple[str, str, str]]:
    """Return the cards of new and dying SKUs, without a figure if there are too few orders to tell them from slow ones."""
    since = ages.recent_from
    if ages.too_few:
        note = f"{number(ages.recent_orders)} orders after {since}"
        return [("too few", "orders to tell new SKUs", note), ("too few", "orders to tell dying SKUs", note)]
    return [
        (number(ages.new), "new SKUs", f"first ordered after {since}"),
        (number(ages.dying), "dying SKUs", f"not ordered after {since}"),
    ]


def _card(figure: str, label: str, note: str) -> Markup:
    return tag("div", tag("b", figure), tag("span", label), tag("small", note), css="card")


def _sections(report: OrderAnalysis, svg: Mapping[str, Markup]) -> list[Markup]:
    return [
        section(
            "Demand",
            "Velocity is measured in order lines, because each is a pick. "
            "A SKUs make the first 80 % of the lines, B SKUs those up to 95 %.",
            svg["demand"],
            _abc(report),
            tag("h3", "The fastest SKUs"),
            _fastest(report),
        ),
        section(
            "Orders",
            "Orders with more lines gain more from SKUs that share a pod.",
            svg["order_sizes"],
        ),
        section(
            "Bought together",
            "Support is the share of all orders that contain both SKUs; lift is its ratio to the share expected at random. "
            "Slotting by affinity pays where pairs with high lift are in many orders.",
            _pairs(report),
        ),
        section("When orders come", "Times as given in the file.", svg["times_of_orders"]),
        section(
            "Stock against bins",
            "Days that a full bin lasts at the mean demand of the whole period; SKUs whose bin is soon empty need several.",
            svg["bins"],
            _bins(report),
        ),
        section(
            "New and dying SKUs",
            "New: first ordered in the newest fifth of the period; dying: not ordered in it. New SKUs have "
            f"{share(report.ages.new_share_of_recent_lines)} of the newest lines, "
            "which no slotting by history can foresee.",
            tag("h3", "New"),
            _ages(report.ages.most_of_new),
            tag("h3", "Dying"),
            _ages(report.ages.most_of_dying),
        ),
        section(
            "Left out",
            "Rows and orders that were not used, by reason.",
            table(
                [Column("Why"), Column("Count", True)],
                [[kind, number(count)] for kind, count in report.left_out.items()],
                "Nothing.",
            ),
        ),
    ]


def _abc(report: OrderAnalysis) -> Markup:
    columns = [
        Column("Class"),
        *(Column(title, True) for title in ("SKUs", "Of the SKUs", "Of the lines", "Of the units")),
    ]
    keys = ("share_of_skus", "share_of_lines", "share_of_units")
    rows = [[row.name, number(row.skus), *(share(getattr(row, key)) for key in keys)] for row in report.abc]
    return table(columns, rows, "")


def _fastest(report: OrderAnalysis) -> Markup:
    columns = [
        Column("SKU"),
        Column("Name"),
        *(Column(title, True) for title in ("Lines", "Lines a day", "Of the lines", "Units")),
    ]
    rows = [
        [
            row.sku,
            row.name,
            number(row.lines),
            number(row.lines_a_day, 2),
            share(row.share_of_lines),
            number(row.units),
        ]
        for row in report.fastest
    ]
    return table(columns, rows, "No SKU was ordered.")


def _pairs(report: OrderAnalysis) -> Markup:
    columns = [Column("SKU"), Column("with"), *(Column(title, True) for title in ("Orders", "Support", "Lift"))]
    rows = [
        [
            joined((row.sku, tag("small", row.names[0]))),
            joined((row.other, tag("small", row.names[1]))),
            number(row.orders),
            f"{100 * row.support:.2f} %",
            "too few" if row.lift is None else number(float(row.lift), 1),
        ]
        for row in report.pairs
    ]
    return table(columns, rows, "No two SKUs were ever in one order.")


def _bins(report: OrderAnalysis) -> Markup:
    columns = [
        Column("SKU"),
        Column("Units a day", True),
        Column(f"Bins for {report.space.cover_days:g} days", True),
    ]
    rows = [[row.sku, number(row.units_a_day, 1), number(row.bins)] for row in report.space.most_bins]
    return table(columns, rows, "No SKU was ordered.")


def _ages(rows: list[AgedSku]) -> Markup:
    columns = [Column("SKU"), Column("Name"), Column("Lines", True), Column("First"), Column("Last")]
    shown = [[row.sku, row.name, number(row.lines), row.first, row.last] for row in rows]
    return table(columns, shown, "None.")


def _footer() -> Markup:
    return tag("footer", "The same numbers are in analysis.json beside this page.")
