"""Tables of the report: stations, slowest orders, worst cells, incidents, skipped rows, the baseline."""

from controller.report.document import Against, ComparedRow, OrderPart, Report, SlowOrder, StationRow
from controller.report.html import Column, Markup, bar, joined, key, section, table, tag
from controller.report.plots.orders import STAGE_COLOURS, STAGE_LABELS
from robots.histories.order_stages import STAGE_WORDS, STAGES
from robots.wording.formatting import NOTHING, count, counted, number, share, span

_SHOWN_STATIONS = 30
"""Number of stations above which their table can be folded."""
_NOTABLE = 1.0
"""Change in per cent from which a figure is called better or worse."""


def stations_table(report: Report) -> Markup:
    columns = [
        Column("Station"),
        Column("Kind"),
        *(
            Column(title, True)
            for title in (
                "Open",
                "Utilisation",
                "At work, of open",
                "Lines",
                "Lines/h",
                "Units",
                "Units/h",
                "Visits",
                "Pile-on",
                "Queue, mean",
                "Most",
            )
        ),
    ]
    rows = [_station(row) for row in report.stations]
    stations = joined((table(columns, rows, "The floor has no station."), _withdrawn(report.orders)))
    if len(rows) <= _SHOWN_STATIONS:
        return stations
    return Markup(f"<details open><summary>All {count(len(rows), 'station')}</summary>{stations}</details>")


def _withdrawn(orders: OrderPart) -> Markup:
    if not orders.units_withdrawn:
        return Markup()
    lines, units = counted(orders.lines_withdrawn, "line"), counted(orders.units_withdrawn, "unit")
    return tag(
        "p",
        f"{lines} and {units} of these were picked for orders that then had to start again.",
    )


def _station(row: StationRow) -> list[object]:
    picks = row.kind == "pick"
    return [
        row.id,
        row.kind,
        span(3600 * row.open_h),
        share(row.utilisation),
        share(row.busy_of_open),
        number(row.lines) if picks else "",
        number(row.lines_per_hour) if picks else "",
        number(row.units),
        number(row.units_per_hour),
        number(row.visits),
        number(row.pile_on, 2),
        number(row.queue_mean, 1),
        row.queue_most,
    ]


def slowest_section(report: Report) -> Markup:
    columns = [
        Column("Order"),
        Column("Received"),
        Column("Due"),
        Column("Shipped"),
        Column("Turnover", True),
        Column("Where the time went"),
    ]
    rows = [_slow(order) for order in report.orders.slowest]
    keys = [key(STAGE_COLOURS[stage], STAGE_LABELS[stage]) for stage in STAGES]
    words = "Longest time from receipt to parcel or, for open orders, to the end of the run. "
    return section("Slowest orders", joined((words, *keys)), table(columns, rows, "No order came in."))


def _slow(order: SlowOrder) -> list[object]:
    stages, turnover = order.stages_s, order.turnover_s or 1
    spent = ", ".join(f"{span(stages[stage])} {STAGE_WORDS[stage]}" for stage in STAGES)
    return [
        order.name,
        order.received,
        order.due,
        order.shipped or "open",
        span(order.turnover_s),
        joined(
            (
                bar(((stages[stage] / turnover, STAGE_COLOURS[stage]) for stage in STAGES), spent),
                tag("small", order.reason),
                *(tag("small", note) for note in order.notes),
            )
        ),
    ]


def worst_cells(report: Report) -> Markup:
    columns = [
        Column("Cell (row, column)"),
        Column("Kind"),
        Column("Waited there", True),
        Column("Robots that drove in", True),
        Column("Waited a passage", True),
    ]
    rows = [
        [
            f"({cell.row}, {cell.col})",
            cell.kind,
            span(cell.waited_s),
            number(cell.entered),
            number(cell.waited_s / cell.entered if cell.entered else None, 1, "s"),
        ]
        for cell in report.congestion.worst
    ]
    return joined((tag("h3", "Cells with the longest waits"), table(columns, rows, "No robot had to wait.")))


def incidents_section(report: Report) -> Markup:
    incidents = report.incidents
    total = sum(incidents.counts.values())
    counts = table(
        [Column("Kind"), Column("Count", True)],
        [[kind, number(count)] for kind, count in incidents.counts.items()],
        "No fault and no alarm.",
    )
    if not total:
        return section("Faults and alarms", "Events that needed attention.", counts)
    rows = [[item.time, item.kind, item.where, item.text] for item in incidents.first]
    more = f"The first {number(len(rows))} of {number(total)}" if total > len(rows) else "All of them"
    columns = [Column("Time"), Column("Kind"), Column("Where"), Column("What")]
    return section(
        "Faults and alarms",
        "Events that needed attention.",
        counts,
        tag("h3", f"{more}, in order"),
        table(columns, rows, ""),
    )


def skipped_section(report: Report) -> Markup:
    """Return the section on rows and orders of the order file that are not in the run: by kind, by reason, and after
    the end.
    """
    rows, orders = (
        [[kind, number(count)] for kind, count in counts.items()]
        for counts in (report.skipped_rows, report.orders_left_out)
    )
    lost = f" Their readable rows contain {counted(report.units_left_out, 'unit')}." if orders else ""
    if after := report.orders_after_end:
        orders.append(["after the end of the run", number(after)])
    return section(
        "Skipped rows of the order file",
        "Rows that are in no order, by kind, and orders left out. An order with an unusable row is left "
        f"out whole.{lost}",
        table([Column("Kind"), Column("Rows", True)], rows, "No row was skipped."),
        table([Column("Why"), Column("Orders", True)], orders, "No order was left out."),
    )


def baseline_section(report: Report) -> Markup:
    comparison = report.baseline or Against([], [])
    differs = "; ".join(comparison.differs)
    columns = [
        Column("Figure"),
        *(Column(title, True) for title in ("This run", "Baseline", "Change")),
        Column(""),
    ]
    words = f"What differs, baseline → this run: {differs}." if differs else "Both runs have the same settings."
    rows = [_compared(row) for row in comparison.rows]
    return section("Against the baseline", words, table(columns, rows, "The baseline has no figures."))


def _compared(row: ComparedRow) -> list[object]:
    change = row.change_percent
    sign = "+" if change and change > 0 else ""
    labels = {None: "", True: tag("span", "better", css="better"), False: tag("span", "worse", css="worse")}
    return [
        row.label,
        _value(row.value, row.unit),
        _value(row.baseline, row.unit),
        NOTHING if change is None else f"{sign}{number(float(change))} %",
        labels[row.better if change is None or abs(change) >= _NOTABLE else None],
    ]


def _value(value: float | None, unit: str) -> str:
    if unit == "share":
        return share(value)
    if unit == "s":
        return span(value)
    digits = 0 if value is not None and abs(value) >= 1000 else 2
    return number(value, digits, unit)
