"""Figures of the slot commands as their JSON has them, for what is printed and drawn. docs/reference/ defines the keys."""

from collections.abc import Mapping

from msgspec import Struct, convert, field, to_builtins


class AbcClass(Struct, frozen=True):
    """SKUs of a velocity class, and their shares from 0 to 1."""

    name: str = field(name="class")
    skus: int
    share_of_skus: float
    share_of_lines: float
    share_of_units: float


class Curve(Struct, frozen=True):
    """Points of the Pareto curve: share of SKUs, share of lines."""

    skus: list[float]
    lines: list[float]


class FastSku(Struct, frozen=True):
    """One of the SKUs with the most order lines."""

    sku: str
    name: str
    lines: int
    lines_a_day: float
    units: int
    share_of_lines: float


class LineSpread(Struct, frozen=True):
    """Order lines of an order. histogram: orders by number of lines, from 1."""

    mean: float
    p50: float
    histogram: list[int]


class UnitSpread(Struct, frozen=True):
    """Units of an order. least: lower ends of the ranges that are counted."""

    mean: float
    p50: float
    least: list[int] = field(name="from")
    count: list[int]


class BoughtTogether(Struct, frozen=True):
    """Two SKUs that are ordered together. lift: None where too few orders have both."""

    sku: str
    other: str = field(name="with")
    names: tuple[str, str]
    orders: int
    support: float
    lift: float | None


class BinDays(Struct, frozen=True):
    """Number of SKUs by the days that a full bin lasts."""

    edges: list[int]
    skus: list[int]


class BinNeed(Struct, frozen=True):
    """A SKU that needs many bins."""

    sku: str
    units_a_day: float
    bins: int


class SpaceNeed(Struct, frozen=True):
    """Units of the SKUs against the bins of the floor."""

    bin_units: int
    bins: int
    cover_days: float
    bins_needed: int
    share_of_bins: float
    bin_lasts_days: BinDays
    most_bins: list[BinNeed]


class AgedSku(Struct, frozen=True):
    """A new or dying SKU. first, last: days with an order of it."""

    sku: str
    name: str
    lines: int
    first: str
    last: str


class Ages(Struct, frozen=True):
    """New and dying SKUs. too_few: there are too few orders to tell them from slow ones."""

    recent_from: str
    recent_orders: int
    too_few: bool
    new: int
    dying: int
    new_share_of_recent_lines: float
    most_of_new: list[AgedSku]
    most_of_dying: list[AgedSku]


class OrderAnalysis(Struct, frozen=True):
    """The order history as `podfleet slot analyze` reports it. profile: orders by [weekday][hour]."""

    orders_file: str
    floor: str
    orders: int
    lines: int
    units: int
    skus_ordered: int
    first_day: str = field(name="from")
    last_day: str = field(name="to")
    days: float
    left_out: dict[str, int]
    abc: list[AbcClass]
    curve: Curve
    fastest: list[FastSku]
    lines_per_order: LineSpread
    units_per_order: UnitSpread
    singles: float
    one_line: float
    profile: list[list[int]]
    pairs: list[BoughtTogether]
    space: SpaceNeed
    ages: Ages


def analysis_of(document: Mapping[str, object]) -> OrderAnalysis:
    """Return the figures of an analysis.json that is about to be written."""
    return convert(to_builtins(document), OrderAnalysis)


class ListedMove(Struct, frozen=True):
    """A move of a pod, or of units of a SKU. step, gain, cumulative: None for moves that can't be made."""

    kind: str
    source: str = field(name="from")
    target: str = field(name="to")
    parked: bool
    pod: int | None = None
    sku: str | None = None
    units: int | None = None
    step: int | None = None
    gain: float | None = None
    cumulative: float | None = None


class MoveFigures(Struct, frozen=True):
    """The moves of `podfleet slot moves`. Savings are a day's, None without orders to judge by."""

    moves_needed: int
    moves: int
    of_skus: int
    of_pods: int
    brought: int
    taken: int
    parked: int
    stuck: list[ListedMove]
    best: int | None
    visits_saved: float | None
    travel_saved: float | None
    gain: float | None
    share_of_gain: float | None
    steps: list[ListedMove] = field(name="list")


class Effort(Struct, frozen=True):
    """Pod visits and metres of an order."""

    travel: float
    visits: float = 0.0


class Change(Struct, frozen=True):
    """Changes of pod visits and travel, as shares of the value before."""

    visits_change: float | None
    travel_change: float | None


class PlanFigures(Struct, frozen=True):
    """The plan of `podfleet slot plan`, before and after, and where its gain comes from."""

    plan: str
    policy: str
    against: str
    skus: int
    pods: int
    bins_used: int
    units: int
    orders_trained_on: int
    orders_judged_on: int
    left_out: dict[str, int]
    pods_of_floor: bool
    before: Effort
    after: Effort
    visits_change: float | None
    travel_change: float | None
    visits_low: float | None
    visits_high: float | None
    travel_low: float | None
    travel_high: float | None
    sources: dict[str, Effort] = field(name="from")
    turnover: Change
    moves_needed: int | None
    moves: int | None


class HeatRow(Struct, frozen=True):
    """Order lines of a plan by place. not_held, nearest_fifth: shares of the lines. trip_m: None without an order line."""

    plan: str
    pods: int
    lines_a_day: float
    not_held: float
    nearest_fifth: float | None
    trip_m: float | None
