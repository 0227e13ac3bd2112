"""Figures of a run as frozen values. docs/reference/report.md defines each; a figure is None if nothing measures it."""

from msgspec import Struct, field, to_builtins


class SummaryFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Set of figures that can be written as JSON. Parts that a floor does not have are left out there."""

    def as_dict(self) -> dict[str, object]:
        """Return the figures as maps, lists, strings and numbers, by the keys of docs/reference/report.md."""
        figures: dict[str, object] = to_builtins(self, enc_hook=float)
        return figures


class PromiseTotals(SummaryFigures, frozen=True, kw_only=True):
    """Orders of one promise, such as same-day. on_time: share from 0 to 1 of the orders that are settled."""

    promised: int
    wanted: int
    delivered: int
    late: int
    undeliverable: int
    overdue: int
    on_time: float | None


class SupplierScore(SummaryFigures, frozen=True, kw_only=True):
    """Deliveries of one supplier. in_time, fill, defects: shares from 0 to 1. late_h: mean delay of late ones, hours."""

    orders: int
    units: int
    arrived: int
    in_time: float | None
    late_h: float | None
    fill: float | None
    defects: float | None


class ForecastFigures(SummaryFigures, frozen=True, kw_only=True):
    """Forecast chosen for a velocity class, with its scaled errors (1.0: as good as the naive forecast within the sample)."""

    model: str
    mase: float | None
    naive_mase: float | None
    bias: float
    better_than_naive: bool


class RouteFigures(SummaryFigures, frozen=True, kw_only=True):
    """Routes driven by one kind of vehicle: distance in km, costs in cents."""

    routes: int
    stops: int
    stops_a_route: float | None
    km: float
    cents: int
    cents_a_parcel: float | None


class PromiseSummary(SummaryFigures, frozen=True, kw_only=True):
    """Promises to customers. Shares are 0 to 1; order_to_door is in ticks; void_share: empty share of the boxes' volume."""

    orders_promised: int
    delivered: int
    on_time_promise: float | None
    tried_in_time: float | None
    promises: dict[str, PromiseTotals]
    made_cpt: float | None
    late_causes: dict[str, int]
    late_reasons: dict[str, str]
    order_to_door_ticks_p50: float | None
    void_share: float | None
    boxes: dict[str, int]
    slam_faults: int


class InboundSummary(SummaryFigures, frozen=True, kw_only=True):
    """Purchase orders, suppliers, docks and stock-outs. Keys with _s are seconds; scorecard and forecasts go by name."""

    purchase_orders: dict[str, int]
    scorecard: dict[str, SupplierScore]
    received_units: dict[str, int]
    dock_to_stock_s_p50: float | None
    dock_to_stock_s_p95: float | None
    dock_to_reserve_s_p95: float | None
    dock_units: dict[str, int]
    trailers: dict[str, int]
    stockout_lines: int
    found_share: dict[str, float | None]
    forecasts: dict[str, ForecastFigures]


class DeliverySummary(SummaryFigures, frozen=True, kw_only=True):
    """Routes of the last mile by kind of vehicle, and attempts at the door. first_time_share: 0 to 1."""

    routes: dict[str, RouteFigures]
    deliveries_on_routes: int
    failed_attempts: int
    first_time_share: float | None


class ReturnSummary(SummaryFigures, frozen=True, kw_only=True):
    """Returns by state, units by disposition, and the mean days until a refund.

    units_unmatched: units of the returns file without a matching delivery.
    """

    returns: int
    returns_open: dict[str, int]
    returns_closed: int
    dispositions: dict[str, int]
    days_to_refund: float | None
    units_unmatched: int = 0


class MoneySummary(SummaryFigures, frozen=True, kw_only=True):
    """Journal totals in cents, energy in Wh and emissions in grams of CO2e. books_balance_cents is 0 in sound books."""

    sales_cents: int
    refunds_cents: int
    goods_sold_cents: int
    fees_cents: int
    stock_cents: int
    payable_cents: int
    owed_to_sellers_cents: dict[str, int]
    costs_cents: dict[str, int]
    cost_per_order_cents: float | None
    cost_per_unit_cents: float | None
    energy_wh_by_cause: dict[str, int]
    co2e_g_by_cause: dict[str, int]
    co2e_g_per_order: float | None
    books_balance_cents: int


class ChainSummary(SummaryFigures, frozen=True, kw_only=True):
    """Figures of the supply chain by part; in JSON all their keys are in one map.

    backlog_most: largest sampled backlog, in orders.
    """

    promises: PromiseSummary
    backlog_most: int
    inbound: InboundSummary
    delivery: DeliverySummary
    returns: ReturnSummary
    money: MoneySummary

    def as_dict(self) -> dict[str, object]:
        """Return the figures of all parts in one map, by the keys of docs/reference/report.md."""
        parts = (self.inbound, self.delivery, self.returns, self.money)
        figures = self.promises.as_dict() | {"backlog_most": self.backlog_most}
        return figures | {key: value for part in parts for key, value in part.as_dict().items()}


class FloorFigures(SummaryFigures, frozen=True, kw_only=True):
    """Figures of a floor given by frames and events. Shares are 0 to 1, planner_ms milliseconds, distance_m metres."""

    orders_received: int
    orders_shipped: int
    orders_open: int
    orders_cancelled: int
    lines_picked: int
    units_picked: int
    units_per_station_hour: float | None
    pile_on: float | None
    on_time: float | None
    without_picks_s: float
    station_utilisation: float | None
    robot_utilisation: float | None
    distance_m: float
    planner_ms_mean: float | None
    planner_ms_p99: float | None
    chain: ChainSummary | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the figures as maps, lists, strings and numbers, by the keys of docs/reference/report.md."""
        figures = super().as_dict()
        return figures if self.chain is None else figures | {"chain": self.chain.as_dict()}


class EnergyBalance(SummaryFigures, frozen=True, kw_only=True):
    """Energy of simulated robots in Wh, and the work that the chargers allow.

    of_bound: units picked by the number that energy and orders allow. robots_kept: robots that the chargers can keep at work.
    """

    chargers: int
    chargers_wh: float
    charged_wh: float
    driven_wh: float
    stood_wh: float
    start_wh: float
    end_wh: float
    driven_wh_per_unit: float | None
    units_allowed: float | None
    units_asked: int
    of_bound: float | None
    robots: int = 0
    robot_at_work_w: float | None
    robots_kept: float | None


class Trouble(SummaryFigures, frozen=True, kw_only=True, omit_defaults=False):
    """Hindrances at the end of a run; all counts are 0 on a floor that works.

    stations_closed: station ids. out_of_service: names of things that wait for people. quarantined: numbers of the
    pods, the first hundred. orders_stranded: {reason: orders}. robots: size of the fleet. Summaries of earlier versions
    lack some of these.
    """

    robots: int = 0
    robots_flat: int = 0
    robots_dead: int = 0
    robots_stopped: int = 0
    robots_offline: int = 0
    stations_closed: list[str] = field(default_factory=list)
    out_of_service: list[str] = field(default_factory=list)
    pods_quarantined: int = 0
    quarantined: list[int] = field(default_factory=list)
    orders_stranded: dict[str, int] = field(default_factory=dict)


class Environment(SummaryFigures, frozen=True, kw_only=True):
    """Versions and machine that produced a result. commit: "" if unknown. threads: those that computed it."""

    version: str
    commit: str
    python: str
    numpy: str
    numba: str
    processor: str
    cores: int
    threads: int


_RUN = ("scenario", "seed", "ticks", "tick_s", "robots")
"""Keys that come first in JSON."""


class Summary(FloorFigures, frozen=True, kw_only=True):
    """Figures of a run: those of the floor, its energy, the faults that were noticed, and its provenance.

    tick_s, wall_s: seconds. energy_wh: Wh drawn, None for robots on the network. digest: hash of all events and robots,
    equal for equal runs. peak_rss_mb: peak memory of the process, MB.
    """

    scenario: str
    seed: int
    ticks: int
    tick_s: float
    robots: int
    energy_wh: float | None
    energy: EnergyBalance | None
    collisions: int
    stock_errors: int
    order_errors: int
    chain_errors: int | None = None
    stuck_robots: int
    refused_plans: int
    planner_failures: int = 0
    first_planner_fault: str = ""
    policy_failures: int = 0
    first_policy_fault: str = ""
    trouble: Trouble
    moves_left: int | None = None
    rows_skipped: dict[str, int]
    orders_left_out: dict[str, int]
    units_left_out: int
    orders_after_end: int
    checked: bool
    digest: str
    scenario_hash: str
    environment: Environment
    wall_s: float
    ticks_per_s: float | None
    peak_rss_mb: float | None

    def as_dict(self) -> dict[str, object]:
        """Return the figures as maps, lists, strings and numbers: the document of `podfleet run --json`."""
        figures = super().as_dict()
        return {name: figures[name] for name in _RUN} | figures


class Connections(SummaryFigures, frozen=True, kw_only=True):
    """Connections of a served floor. grant_ms: milliseconds to grant cells. term: how often its store was opened."""

    robots_connected: int
    late_ticks: int
    grant_ms_p50: float
    grant_ms_p99: float
    messages: int
    messages_refused: int
    keys_refused: int
    security_events: int
    rings_refused: int
    term: int


class ServedSummary(Summary, frozen=True, kw_only=True):
    """Figures of a served floor: those of its run, and of the connections."""

    connections: Connections

    def as_dict(self) -> dict[str, object]:
        """Return the figures of run and connections in one map: the document of `podfleet serve --json`."""
        figures = super().as_dict()
        del figures["connections"]
        return figures | self.connections.as_dict()
