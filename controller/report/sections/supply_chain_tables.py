"""Sections of the report on the supply chain: promises, inbound, the last mile and returns, money, and disruptions."""

from collections.abc import Mapping, Sequence

from controller.kpis.summary import (
    DeliverySummary,
    ForecastFigures,
    InboundSummary,
    MoneySummary,
    PromiseSummary,
    ReturnSummary,
)
from controller.report.document import Report
from controller.report.html import Column, Markup, joined, section, table, tag
from robots.wording.formatting import counted, number, share, span

_EURO = 100
"""Cents of the unit in which larger amounts are shown."""


def chain_sections(report: Report, svg: Mapping[str, Markup]) -> list[Markup]:
    """Return the sections; for a run without a chain only its disruptions."""
    wrong = [_disruptions(report)] if report.disruptions else []
    chain = report.summary.supply_chain
    if chain is None:
        return wrong
    return [
        *wrong,
        _promises(chain.promises, svg),
        _goods_in(chain.inbound),
        _doors(chain.delivery),
        _returns(chain.returns),
        _money(chain.money, svg, report.summary.orders_shipped),
    ]


def _disruptions(report: Report) -> Markup:
    rows = [[row.kind, row.begin, row.end or "continues", row.text] for row in report.disruptions]
    columns = [Column(title) for title in ("Kind", "From", "To", "What")]
    return section("Disruptions", "Disruptions set by the scenario.", table(columns, rows, ""))


def _promises(chain: PromiseSummary, svg: Mapping[str, Markup]) -> Markup:
    rows = [
        [
            name,
            *(
                number(getattr(counts, key))
                for key in ("wanted", "promised", "delivered", "late", "undeliverable", "overdue")
            ),
            share(counts.on_time),
        ]
        for name, counts in chain.promises.items()
    ]
    titles = ("Wanted", "Promised", "Delivered", "Late", "Undeliverable", "On their way", "On time")
    causes = [[cause, number(count), chain.late_reasons[cause]] for cause, count in chain.late_causes.items()]
    boxes = [[box, number(count)] for box, count in chain.boxes.items()]
    facts = (
        f"{share(chain.made_cpt)} of the parcels left with the promised trailer. Boxes are "
        f"{share(chain.void_share)} air; {counted(chain.slam_faults, 'parcel was', 'parcels were')} opened and "
        "packed again for their weight."
    )
    return section(
        "Promises and parcels",
        "On time is the share of orders delivered in time, of those delivered or due by the end of the run. "
        "Undeliverable parcels are late; cancelled orders are left out.",
        svg["promises"],
        svg["waiting"],
        table([Column("Promise"), *(Column(title, True) for title in titles)], rows, "Nothing was promised."),
        tag(
            "p",
            f"A delivery was attempted in time for {share(chain.tried_in_time)} of the orders.",
        ),
        tag("h3", "Missed trailers and promises"),
        table([Column("Cause"), Column("Parcels", True), Column("Latest example")], causes, "None."),
        tag("h3", "Boxes"),
        tag("p", facts),
        table([Column("Box"), Column("Used", True)], boxes, "None was packed."),
    )


def _goods_in(chain: InboundSummary) -> Markup:
    scores = [
        [
            name,
            number(score.orders),
            number(score.units),
            number(score.arrived),
            share(score.in_time),
            number(score.late_h, 1, "h"),
            share(score.fill),
            share(score.defects),
        ]
        for name, score in chain.scorecard.items()
    ]
    titles = ("Orders", "Units", "Arrived", "In time", "Late by", "Filled", "Defects")
    states = _listed(chain.purchase_orders)
    received = _listed(chain.received_units)
    trailers = _listed(chain.trailers)
    fill_rates = ", ".join(f"{name} {share(value)}" for name, value in chain.found_share.items())
    facts = [
        ["Purchase orders by state", states],
        ["Units checked at the dock", received],
        ["Trailers unloaded or dispatched", trailers],
        ["Units from the dock", _listed(chain.dock_units)],
        ["Dock to pod, half of the units", span(chain.dock_to_stock_s_p50)],
        ["Dock to pod, 95 %", span(chain.dock_to_stock_s_p95)],
        ["Dock to reserve, 95 %", span(chain.dock_to_reserve_s_p95)],
        ["Order lines short of stock", number(chain.stockout_lines)],
        ["Units ordered that were in stock, by class", fill_rates],
    ]
    return section(
        "Suppliers and stock",
        "Filled is the share of ordered units that a supplier sent, in the purchase orders that have arrived; in time "
        "is by the day agreed. Dock to stock is from the dock door into a pod; a good warehouse takes less than 3.5 h (WERC).",
        table([Column("Supplier"), *(Column(title, True) for title in titles)], scores, "Nothing was ordered."),
        _facts(facts),
        tag("h3", "Forecasts"),
        tag("p", "Errors on days not used to choose the model. Bias is forecast less sold, over sold."),
        _forecasts(chain.forecasts),
    )


def _forecasts(chosen: Mapping[str, ForecastFigures]) -> Markup:
    rows = [
        [
            name,
            forecast.model,
            number(forecast.mase, 2),
            number(forecast.naive_mase, 2),
            share(forecast.bias),
            "yes" if forecast.better_than_naive else "no: not better on these days",
        ]
        for name, forecast in chosen.items()
    ]
    titles = ("MASE", "Seasonal naive", "Bias")
    columns = [
        Column("Class"),
        Column("Model"),
        *(Column(title, True) for title in titles),
        Column("Better than naive"),
    ]
    return table(columns, rows, "No forecast was made.")


def _doors(chain: DeliverySummary) -> Markup:
    rows = [
        [
            kind,
            number(kind_figures.routes),
            number(kind_figures.stops),
            number(kind_figures.stops_a_route, 1),
            number(kind_figures.km, 1, "km"),
            number(kind_figures.cents_a_parcel, 1),
        ]
        for kind, kind_figures in chain.routes.items()
    ]
    titles = ("Routes", "Parcels", "A route", "Driven", "Cents a parcel")
    facts = (
        f"{counted(chain.deliveries_on_routes, 'parcel was', 'parcels were')} delivered on routes, "
        f"{number(chain.failed_attempts)} attempts found nobody at home: "
        f"{share(chain.first_time_share)} of the attempts were deliveries."
    )
    return section(
        "Last mile",
        "Routes of vans and drivers; without [last_mile] carriers deliver, and there are no routes.",
        table([Column("Vehicle"), *(Column(title, True) for title in titles)], rows, "No route was planned."),
        tag("p", facts) if rows else "",
    )


def _returns(chain: ReturnSummary) -> Markup:
    units = sum(chain.dispositions.values())
    rows = [[name, number(count), share(count / units)] for name, count in chain.dispositions.items()]
    days = number(chain.days_to_refund, 1, "days")
    facts = [
        ["Returns requested", number(chain.returns)],
        ["Closed", number(chain.returns_closed)],
        ["On their way, by state", _listed(chain.returns_open)],
        ["Time from request to refund", days],
    ]
    columns = [Column("Disposition"), Column("Units", True), Column("Share", True)]
    return section("Returns", "Returned units and their disposition.", _facts(facts), table(columns, rows, "None yet."))


def _money(chain: MoneySummary, svg: Mapping[str, Markup], orders: int) -> Markup:
    costs = [
        [cause, number(cents / _EURO, 2), number(cents / orders if orders else None, 1)]
        for cause, cents in chain.costs_cents.items()
    ]
    balances = [
        [words, number(getattr(chain, key) / _EURO, 2)]
        for words, key in (
            ("Sales of own stock", "sales_cents"),
            ("Refunds", "refunds_cents"),
            ("Goods sold, at cost", "goods_sold_cents"),
            ("Fees of sellers", "fees_cents"),
            ("Stock at the end, at cost", "stock_cents"),
            ("Owed to suppliers", "payable_cents"),
        )
    ]
    sellers = [[name, number(cents / _EURO, 2)] for name, cents in chain.owed_to_sellers_cents.items()]
    air, drawn = chain.co2e_g_by_cause, chain.energy_wh_by_cause
    energy = [[name, number(drawn[name] / 1000, 1), number(air[name] / 1000, 1)] for name in drawn]
    per_order, per_unit = (number(cents, 1) for cents in (chain.cost_per_order_cents, chain.cost_per_unit_cents))
    grams = number(chain.co2e_g_per_order, 0, "g")
    return section(
        "Money and energy",
        f"An order shipped costs {per_order} cents, a unit picked {per_unit} cents, and an order makes {grams} of CO2e: "
        "people, robots, boxes and transport; the cost of goods sold is separate.",
        svg["costs"],
        table([Column("Cost"), Column("Total", True), Column("Cents an order", True)], costs, "There were no costs."),
        tag("h3", "Energy"),
        table([Column("Consumer"), Column("kWh", True), Column("CO2e, kg", True)], energy, "No energy was consumed."),
        tag("h3", "Accounts"),
        table([Column("Account"), Column("At the end", True)], balances, ""),
        tag("h3", "Owed to sellers"),
        table([Column("Seller"), Column("At the end", True)], sellers, "There are none."),
    )


def _facts(rows: Sequence[Sequence[object]]) -> Markup:
    return table([Column(""), Column("", True)], rows, "")


def _listed(counts: Mapping[str, int]) -> Markup:
    return joined((f"{name} {number(count)}" for name, count in counts.items() if count), ", ") or Markup("none")
