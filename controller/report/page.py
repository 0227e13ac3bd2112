"""The report as one self-contained page, built from the figures in report.json and the plots."""

from collections.abc import Mapping

from controller.provenance import words
from controller.report.css import CSS
from controller.report.document import Report, RunFigures
from controller.report.html import Column, Markup, bar, joined, key, section, table, tag, text
from controller.report.sections.energy import energy_section
from controller.report.sections.supply_chain_tables import chain_sections
from controller.report.spans import in_spans
from controller.report.style import BLUE, SKY
from controller.report.tables import (
    baseline_section,
    incidents_section,
    skipped_section,
    slowest_section,
    stations_table,
    worst_cells,
)
from robots.wording.formatting import NOTHING, counted, number, share, span


def page(report: Report, plots: Mapping[str, str], map_uri: str) -> str:
    """Return the whole HTML. plots: SVG by name; map_uri: the congestion map as a data URI."""
    svg = {name: Markup(drawing) for name, drawing in plots.items()}
    body = joined(
        (
            _header(report),
            tag("main", _verdict(report), _cards(report), *_sections(report, svg, map_uri), _footer()),
        )
    )
    title = text(f"{report.run.scenario} – podfleet report")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{CSS}</style></head>\n<body>{body}</body></html>\n"
    )


def _header(report: Report) -> Markup:
    run = report.run
    ran = span(run.ticks * run.tick_s)
    policies = ", ".join(f"{name} {choice}" for name, choice in run.policies.items())
    facts = (
        f"{run.start} to {run.end}: {ran} in {number(run.ticks)} ticks of {run.tick_s:g} s · "
        f"{counted(run.robots, 'robot')} · {counted(run.pods, 'pod')} · seed {run.seed}"
    )
    lines = [
        tag("div", "podfleet · run report", css="brand"),
        tag("h1", run.scenario),
        tag("p", facts),
    ]
    if policies:
        lines.append(tag("p", f"Policies: {policies}"))
    lines.append(tag("p", "Digest: ", tag("code", run.digest or NOTHING)))
    if run.environment:
        lines.append(tag("p", f"Scenario {run.scenario_hash}, made with {words(run.environment)}."))
    return tag("header", tag("div", *lines))


def _verdict(report: Report) -> Markup:
    answers = (tag("div", tag("b", item.question), tag("span", item.answer), css=item.state) for item in report.verdict)
    return tag("div", *answers, css="verdict")


def _cards(report: Report) -> Markup:
    summary, per_line, orders = report.summary, report.per_line, report.orders
    turnover = orders.turnover_s
    hours = sum(report.hours.covered_s) / 3600
    shipped_an_hour = summary.orders_shipped / hours if hours else None
    cards = (
        (
            number(summary.orders_shipped),
            "orders shipped",
            f"of {number(summary.orders_received)} received",
        ),
        (share(summary.on_time), "on time", f"{counted(orders.due, 'order was', 'orders were')} due in the run"),
        (
            number(shipped_an_hour),
            "orders shipped an hour",
            f"{number(summary.orders_open)} open at the end",
        ),
        (number(summary.lines_picked), "lines picked", f"{counted(summary.units_picked, 'unit')}"),
        (number(summary.units_per_station_hour), "units a pick-station hour", "station open"),
        (number(summary.pile_on, 2), "pile-on", "units a pod visit"),
        (share(summary.station_utilisation), "pick stations at work", "of the time they had work"),
        (share(summary.robot_utilisation), "robots at work", "not idle, parking or charging"),
        (
            span(turnover.p50 if turnover else None),
            "median turnover",
            f"95 %: {span(turnover.p95 if turnover else None)}",
        ),
        (
            number(per_line.distance_m, 1, "m"),
            "driven a line",
            number(summary.distance_m / 1000, 1, "km in all"),
        ),
        (number(per_line.energy_wh, 2, "Wh"), "energy a line", _energy(summary)),
        (
            number(summary.planner_ms_mean, 2, "ms"),
            "planner a tick",
            f"99 %: {number(summary.planner_ms_p99, 2, 'ms')}",
        ),
    )
    return tag("div", *(_card(*card) for card in cards), css="cards")


def _energy(summary: RunFigures) -> str:
    energy = summary.energy_wh
    return number(None if energy is None else energy / 1000, 2, "kWh in all")


def _card(figure: str, label: str, note: str) -> Markup:
    return tag("div", tag("b", figure), tag("span", label), tag("small", note), css="card")


def _sections(report: Report, svg: Mapping[str, Markup], map_uri: str) -> list[Markup]:
    sections = [baseline_section(report)] if report.baseline else []
    image = Markup(f'<img alt="Congestion map of the floor" src="{map_uri}">')
    return [
        *sections,
        section(
            "Throughput",
            "Orders received and shipped by hour, or by several hours in a long run.",
            svg["orders_by_hour"],
            _hours(report),
        ),
        section(
            "Stations",
            "Utilisation is people at work ÷ people present, over the time in which "
            "the station was open and had work; a pick station has work while it has orders or there is "
            "a backlog. Pile-on is units a visit.",
            svg["stations"],
            stations_table(report),
        ),
        section(
            "Turnover and lateness",
            "Turnover (receipt to parcel) and lateness (due time to parcel) of the orders shipped.",
            svg["times"],
            _quantiles(report),
        ),
        slowest_section(report),
        section(
            "Robots",
            "Use of the fleet's time, and distance driven.",
            svg["robot_time"],
            _distance(report),
        ),
        section(
            "Queues",
            "Robots in the queue cells of each station, including its service cell; one sample a minute.",
            svg["queues"],
        ),
        energy_section(report.energy),
        section("Battery", "Dead robots are left out; one sample a minute.", svg["battery"]),
        section(
            "Congestion",
            "Cells where robots stood before reaching their goal without turning, and cells they drove through.",
            image,
            worst_cells(report),
        ),
        *chain_sections(report, svg),
        incidents_section(report),
        skipped_section(report),
    ]


def _hours(report: Report) -> Markup:
    names = ("received", "shipped", "cancelled", "withdrawn", "open", "lines", "units")
    by_hour = {name: getattr(report.hours, name) for name in ("covered_s", *names)}
    _, starts, hours = in_spans(report.hours.start, by_hour)
    columns = [
        Column("From"),
        Column("Lasted", True),
        *(Column(name.capitalize(), True) for name in names),
    ]
    rows = [
        [start, span(hours["covered_s"][index]), *(number(hours[name][index]) for name in names)]
        for index, start in enumerate(starts)
    ]
    return table(columns, rows, "The run had no tick.")


def _quantiles(report: Report) -> Markup:
    names = {
        "least": "Least",
        "p25": "25 %",
        "p50": "Median",
        "p75": "75 %",
        "p90": "90 %",
        "p95": "95 %",
    }
    names |= {"p99": "99 %", "most": "Most", "mean": "Mean"}
    columns = [Column(""), *(Column(title, True) for title in names.values())]
    rows = [
        [title, *(span(getattr(found, name)) for name in names)]
        for title, found in (("Turnover", report.orders.turnover_s), ("Lateness", report.orders.lateness_s))
        if found
    ]
    return table(columns, rows, "No order shipped.")


def _distance(report: Report) -> Markup:
    time, summary, per_line = report.robot_time, report.summary, report.per_line
    loaded, empty = time.distance_loaded_m, time.distance_empty_m
    part = loaded / (loaded + empty) if loaded + empty else None
    rows = [
        [key(BLUE, "Driven loaded"), number(loaded / 1000, 2, "km"), share(part)],
        [key(SKY, "Driven empty"), number(empty / 1000, 2, "km"), share(None if part is None else 1 - part)],
        ["Driven a line picked", number(per_line.distance_m, 1, "m"), ""],
        ["Energy", number(summary.energy_wh, 0, "Wh"), ""],
        ["Energy a line picked", number(per_line.energy_wh, 2, "Wh"), ""],
    ]
    picture = bar(((part or 0, BLUE), (0 if part is None else 1 - part, SKY)), "driven loaded and empty")
    columns = [Column("Distance and energy"), Column("", True), Column("Share", True)]
    return joined((picture, table(columns, rows, "")))


def _footer() -> Markup:
    return tag("footer", "The same numbers are in report.json beside this page. Times are times of day on the floor.")
