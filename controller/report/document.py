"""The report's numbers as they stand in report.json, for the page and its plots. docs/reference/report.md defines each."""

from collections.abc import Mapping

from msgspec import Struct, convert, to_builtins

from controller.kpis.summary import (
    ChainSummary,
    DeliverySummary,
    EnergyBalance,
    InboundSummary,
    MoneySummary,
    PromiseSummary,
    ReturnSummary,
    Trouble,
)
from robots.histories.order_stages import Stage


class RunFacts(Struct, frozen=True):
    """Settings and origin of a run."""

    scenario: str
    seed: int
    robots: int
    pods: int
    ticks: int
    tick_s: float
    start: str
    end: str
    policies: dict[str, str]
    digest: str | None
    scenario_hash: str | None
    environment: dict[str, str | int] | None


class RunFigures(Struct, frozen=True):
    """Figures of a run's summary that are shown and judged. Summaries of earlier versions lack some of them."""

    orders_received: int = 0
    orders_shipped: int = 0
    orders_open: int = 0
    lines_picked: int = 0
    units_picked: int = 0
    units_per_station_hour: float | None = None
    pile_on: float | None = None
    on_time: float | None = None
    without_picks_s: float | None = None
    station_utilisation: float | None = None
    robot_utilisation: float | None = None
    distance_m: float = 0.0
    planner_ms_mean: float | None = None
    planner_ms_p99: float | None = None
    energy_wh: float | None = None
    energy: EnergyBalance | None = None
    ticks: int = 0
    collisions: int | None = None
    stock_errors: int | None = None
    order_errors: int | None = None
    chain_errors: int | None = None
    stuck_robots: int | None = None
    refused_plans: int | None = None
    planner_failures: int | None = None
    first_planner_fault: str | None = None
    policy_failures: int | None = None
    first_policy_fault: str | None = None
    trouble: Trouble | None = None
    orders_left_out: dict[str, int] | None = None
    units_left_out: int | None = None
    orders_after_end: int | None = None
    checked: bool | None = None
    environment: dict[str, str | int] | None = None
    chain: dict[str, object] | None = None

    @property
    def supply_chain(self) -> ChainSummary | None:
        """The supply chain's figures by part, None where there is no chain."""
        chain = self.chain
        if chain is None:
            return None
        return ChainSummary(
            promises=convert(chain, PromiseSummary),
            backlog_most=convert(chain.get("backlog_most", 0), int),
            inbound=convert(chain, InboundSummary),
            delivery=convert(chain, DeliverySummary),
            returns=convert(chain, ReturnSummary),
            money=convert(chain, MoneySummary),
        )


def run_figures(summary: Mapping[str, object]) -> RunFigures:
    """Return the figures of a summary that is read from a record or a report, or given as a map."""
    known = {name: value for name, value in summary.items() if value is not None}
    return convert(to_builtins(known), RunFigures)


class PerLine(Struct, frozen=True):
    """Metres and Wh for each line picked."""

    distance_m: float | None
    energy_wh: float | None


class Hours(Struct, frozen=True):
    """Columns by hour of the run. covered_s: seconds of the hour that the run lasted."""

    start: list[str]
    covered_s: list[float]
    received: list[int]
    shipped: list[int]
    cancelled: list[int]
    withdrawn: list[int]
    open: list[int]
    lines: list[int]
    units: list[int]


class StationRow(Struct, frozen=True):
    """Work of one station. Utilisations are shares from 0 to 1."""

    id: str
    kind: str
    open_h: float
    lines: int
    units: int
    lines_per_hour: float | None
    units_per_hour: float | None
    utilisation: float | None
    busy_of_open: float | None
    visits: int
    pile_on: float | None
    queue_mean: float | None
    queue_most: int


class Quantiles(Struct, frozen=True):
    """Distribution of a quantity, in its unit."""

    count: int
    mean: float
    least: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    p95: float
    p99: float
    most: float


class Histogram(Struct, frozen=True):
    """Counts between edges in seconds."""

    edges_s: list[float]
    count: list[int]


class SlowOrder(Struct, frozen=True):
    """One of the slowest orders, and where its time went."""

    name: str
    received: str
    due: str
    shipped: str | None
    turnover_s: float
    stages_s: dict[Stage, float]
    reason: str
    notes: list[str]


class OrderPart(Struct, frozen=True):
    """Turnover and lateness of the orders."""

    due: int
    lines_withdrawn: int
    units_withdrawn: int
    turnover_s: Quantiles | None
    lateness_s: Quantiles | None
    turnover_histogram: Histogram
    lateness_histogram: Histogram
    stages_mean_s: dict[Stage, float]
    slowest: list[SlowOrder]


class RobotTime(Struct, frozen=True):
    """Shares of robot time by state, and metres driven."""

    share: dict[str, float | None]
    distance_loaded_m: float
    distance_empty_m: float


class Samples(Struct, frozen=True):
    """Columns over time, a sample a minute. time_s: seconds after midnight of day 1."""

    time_s: list[float]
    backlog: list[int]
    queue: dict[str, list[float]]
    battery: dict[str, list[float]]
    robot_ticks: dict[str, list[int]]


class WorstCell(Struct, frozen=True):
    """A cell in which robots waited long."""

    row: int
    col: int
    kind: str
    waited_s: float
    entered: int


class Congestion(Struct, frozen=True):
    """Cells with the longest waits."""

    worst: list[WorstCell]


class IncidentRow(Struct, frozen=True):
    """A fault or an alarm."""

    time: str
    kind: str
    where: str
    text: str


class Incidents(Struct, frozen=True):
    """Faults and alarms by kind, and the first of them."""

    counts: dict[str, int]
    first: list[IncidentRow]


class ChainHours(Struct, frozen=True):
    """Orders promised and parcels delivered, by hour."""

    promised: list[int]
    delivered: list[int]
    delivered_late: list[int]


class DisruptionRow(Struct, frozen=True):
    """A disruption. begin_s, end_s: seconds after midnight of day 1."""

    kind: str
    text: str
    begin: str
    end: str | None
    begin_s: float
    end_s: float


class Answer(Struct, frozen=True):
    """Part of the verdict. state: good, bad or unknown."""

    question: str
    answer: str
    state: str


class ComparedRow(Struct, frozen=True):
    """A figure beside the baseline's. better: None where that can't be said."""

    label: str
    unit: str
    value: int | float | None
    baseline: int | float | None
    change_percent: float | None
    better: bool | None


class Against(Struct, frozen=True):
    """The run beside its baseline."""

    differs: list[str]
    rows: list[ComparedRow]


class Report(Struct, frozen=True):
    """All numbers that the page shows."""

    run: RunFacts
    summary: RunFigures
    per_line: PerLine
    hours: Hours
    stations: list[StationRow]
    orders: OrderPart
    robot_time: RobotTime
    energy: EnergyBalance | None
    samples: Samples
    congestion: Congestion
    skipped_rows: dict[str, int]
    orders_left_out: dict[str, int]
    units_left_out: int
    orders_after_end: int
    incidents: Incidents
    verdict: list[Answer]
    baseline: Against | None
    chain: ChainHours | None = None
    disruptions: list[DisruptionRow] = []


def report_of(document: Mapping[str, object]) -> Report:
    """Return the numbers of a report.json that was read, or is about to be written."""
    return convert(to_builtins(document), Report)
