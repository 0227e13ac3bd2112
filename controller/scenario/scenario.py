"""The scenario: everything a run depends on. Defaults are the trade's figures, with their sources.

Every section has defaults for all its keys, so that the shortest scenario is just a floor.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from controller.plugins import OWN_NAME
from controller.scenario.supply_chain import Chain
from controller.scenario.value_types import (
    AtLeastOne,
    Clock,
    Count,
    DateForm,
    Day,
    Decimal,
    Encoding,
    Hours,
    NumberBy,
    Seconds,
    Separator,
    Share,
    Some,
)
from layout.files.tables import PathText
from layout.floor import Floor, StationKind
from layout.tabular.form import Form
from layout.time_units import DAY_S

POLICY_NAMES: dict[str, tuple[str, ...]] = {
    "release": ("podmatch", "fcfs", "random"),
    "pods": ("demand", "nearest", "random", "foresight"),
    "storage": ("turnover", "nearest", "random"),
    "dispatch": ("assignment", "nearest"),
    "charging": ("thresholds", "opportunity"),
    "idle": ("wait", "preposition"),
    "planner": ("epibt", "pibt"),
}
"""Built-in policies by kind, the default first; others are named as module:Class."""


def _policy_name(kind: str) -> Meta:
    """Return the constraints on a policy's name: a built-in one, or "module:Name"."""
    names = POLICY_NAMES[kind]
    return Meta(
        pattern=rf"^({'|'.join(names)}|{OWN_NAME})\Z",
        description=f"{', '.join(names)}, or one of your own as module:Class",
        examples=list(names),
    )


class RunSettings(Struct, frozen=True):
    """[run] – length, start and random seed."""

    ticks: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 14_400
    tick_s: Annotated[float, Meta(ge=0.05, le=60)] = 1.0
    """Seconds per tick: about one 1 m cell or one 90° turn."""
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 1
    start: Clock = "08:00"


class RobotSettings(Struct, frozen=True):
    """[robots] – the drive units and their batteries."""

    count: Annotated[int, Meta(ge=0, le=100_000)] = 0
    """Number of robots; 0: eight per pick station (RAWSim-O) plus 15 % for charging (Zou 2018), but at most one per
    pod.
    """
    lift_s: Annotated[float, Meta(gt=0, le=600)] = 3.0
    """Seconds for a lift and for a set-down (RAWSim-O)."""
    per_station: AtLeastOne = 8
    """Largest number of robots that work for one station (RAWSim-O: median 8)."""
    battery_wh: Annotated[float, Meta(ge=1, le=1_000_000)] = 500.0
    charge_w: Annotated[float, Meta(ge=1, le=1_000_000)] = 900.0
    battery_start: Some = 0.8
    """Upper end of the charge at tick 0, which is spread evenly from 0.4."""
    charge_at: Share = 0.35
    """Level below which a free robot goes to charge (Zou 2018); it must at `charge_must` and leaves at `charge_until`.
    """
    charge_must: Share = 0.20
    charge_until: Some = 0.80
    action_tries: Annotated[int, Meta(ge=1, le=100)] = 3
    """Failures in a row after which a lift, set-down, charge or drive is abandoned, and people have to check."""


class PodSettings(Struct, frozen=True):
    """[pods] – the mobile shelves."""

    fill: Share = 0.85
    """Share of the storage places with a pod (RAWSim-O: 85 %)."""
    bins: Annotated[int, Meta(ge=1, le=1_000)] = 24
    bin_units: Annotated[int, Meta(ge=1, le=100_000)] = 16
    """Units of one SKU that fit into a bin."""


class StockSettings(Struct, frozen=True):
    """[stock] – contents of the pods at the start, and their replenishment."""

    skus: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    """Number of SKUs; 0: 1,000, or one per four bins with stock if that is fewer.

    With `csv`, the file determines it.
    """
    fill: Some = 0.7
    """Share of all bins with stock at the start."""
    seller_share: Share = 0.2
    """Share of SKUs that belong to third-party sellers; the rest is own stock."""
    reorder_at: Share = 0.65
    """Share of its starting stock below which stock plus arrivals of a SKU trigger a reorder (replenish below 65–70 %).
    """
    lead_s: Seconds = 7_200.0
    """Seconds from reorder to the stow station's dock."""
    slotting: PathText = ""
    """Plan to start from and to keep to, pods included, relative to the scenario file; default: random stow."""
    moves: PathText = ""
    """Moves that change the slotting during the run, done by robots and stations with no other work."""


class OrderSettings(Struct, frozen=True):
    """[orders] – demand: a generator, or a CSV of order lines."""

    per_station_hour: Annotated[float, Meta(ge=0, le=100_000)] = 160.0
    """Orders per hour and pick station (RAWSim-O: 160, 210 at peak)."""
    profile: Hours = (
        0.45, 0.35, 0.3, 0.3, 0.35, 0.5, 0.7, 0.85, 1.0, 1.0, 1.0, 1.0,
        1.0, 0.95, 0.95, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.75, 0.6,
    )  # fmt: skip
    """Rate by hour of day, 1.0 = per_station_hour."""
    backlog: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """Orders already waiting at tick 0."""
    singles: Share = 0.65
    """Share of orders with one unit; the mean order has 1.6 units (Amazon estimate)."""
    mean_units: Annotated[float, Meta(ge=1, le=1_000)] = 1.6
    max_units: Annotated[int, Meta(ge=1, le=1_000)] = 12
    skew: Annotated[float, Meta(ge=0, le=2)] = 0.85
    """Exponent of the Zipf demand over SKUs: at 0.85 about a fifth of 1,000 SKUs make 70 % of the units."""
    rush: Share = 0.2
    """Share of orders due in `rush_s`, the rest in `due_s` (RAWSim-O)."""
    rush_s: Seconds = 1_800.0
    due_s: Seconds = 7_200.0
    cut_offs: tuple[Clock, ...] = ()
    """Carriers' CPTs. If given, an order is due at the first one at least `rush_s` after it arrived."""
    csv: PathText = ""
    """Order lines to run instead of the generator, relative to the scenario file; may be .xz or .gz."""
    columns: dict[Literal["order_id", "sku", "quantity", "timestamp", "time", "customer"], list[str]] = {}
    """Names of the CSV's columns if they are not recognised; the first one present is used."""
    encoding: Encoding = ""
    """Encoding of the CSV, such as cp1252; default: UTF-8, or UTF-16 if the file is marked so."""
    separator: Separator = ""
    """Column separator of the CSV; default: by its head line."""
    decimal: Decimal = ""
    """Decimal sign of the CSV; default: numbers that may be thousands or decimals are refused."""
    timestamp: DateForm = ""
    """Form of dates, such as "%m/%d/%Y %H:%M", or epoch_s, epoch_ms, dayfirst or monthfirst."""
    number_by: NumberBy = ""
    """"day": order numbers start again each day, so that a number and a day identify an order."""
    negative: Literal["refuse", "return"] = "refuse"
    """Meaning of a negative quantity in an order with other lines: a fault, or a return to leave out."""
    fee_pattern: str = ""
    """Regular expression of codes that are not items (postage, bank charges): these rows are counted and skipped."""
    day: Day = ""
    """First day of the CSV to run (YYYY-MM-DD); default: the first in the file."""
    max_quantity: AtLeastOne = 1_000
    """Largest quantity of a line; orders with a larger one are counted and left out: it is a pallet, not a pick."""
    max_lines: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """Largest number of lines; orders of the CSV with more are counted and left out as wholesale. 0: no limit."""

    @property
    def form(self) -> Form:
        """Return the format of the CSV."""
        return Form(self.encoding, self.separator, self.decimal, self.timestamp, "[orders]", options=True, named=True)

    @property
    def items_form(self) -> Form:
        """Return the format of an items file beside the CSV."""
        return Form(self.encoding, self.separator, self.decimal, section="[orders]", options=True)


class Stations(Struct, frozen=True):
    """[stations] – people's work at stations that set no values of their own."""

    pick_s: Seconds = 10.0
    """Mean seconds for the first unit of a line (RAWSim-O)."""
    pick_more_s: Seconds = 3.0
    """Mean seconds for each further unit of the line: the part at the bin (RAWSim-O)."""
    stow_s: Seconds = 11.0
    """Mean seconds for the first unit of an item (quota of about 327/h); further units take `stow_more_s`."""
    stow_more_s: Seconds = 2.0
    pack_s: Seconds = 25.0
    """Mean seconds per parcel and packer."""
    packers: AtLeastOne = 6
    """People at a pack station that sets no number: three pick stations' orders at 25 s each."""
    spread: Annotated[float, Meta(ge=0, le=5)] = 0.3
    """Coefficient of variation of the lognormal times."""
    open_orders: AtLeastOne = 12
    """Largest number of open orders at a pick station (RAWSim-O)."""
    shifts: tuple[tuple[Clock, Clock], ...] = ()
    """Times when people are present, e.g. [["06:00", "22:00"]]; default: always."""
    totes: AtLeastOne = 6
    """Largest number of totes a robot takes to packing in one trip."""
    tote_wait_s: Seconds = 90.0
    """Waiting time of the oldest tote after which a trip starts with fewer totes."""


class Policies(Struct, frozen=True):
    """[policies] – decisions of the floor by name; docs/reference/policies.md describes each."""

    release: Annotated[str, _policy_name("release")] = "podmatch"
    pods: Annotated[str, _policy_name("pods")] = "demand"
    storage: Annotated[str, _policy_name("storage")] = "turnover"
    dispatch: Annotated[str, _policy_name("dispatch")] = "assignment"
    charging: Annotated[str, _policy_name("charging")] = "thresholds"
    idle: Annotated[str, _policy_name("idle")] = "wait"
    planner: Annotated[str, _policy_name("planner")] = "epibt"
    max_wait_s: Seconds = 1_200.0
    """Time within which a free pod is fetched, whatever a policy makes of its worth."""


class InjectedFault(Struct, frozen=True):
    """[[faults]] – at `tick`, `robot` dies, or for `ticks` ticks it stops or an action fails."""

    robot: Annotated[Count | Literal["any"], Meta(description="0 to 1,000,000,000, whole, or any")]
    """Number of the robot; for lift, set-down and charge also "any": the pod or charger is at fault."""
    tick: Count
    kind: Literal["stop", "die", "lift", "set-down", "charge", "drive"]
    ticks: AtLeastOne = 60
    pod: Annotated[int, Meta(ge=-1, le=1_000_000_000)] = -1
    """For lift and set-down: this pod only. -1: every pod."""
    charger: Annotated[str, Meta(pattern=r"^([0-9]{1,5},[0-9]{1,5})?\Z", description="row,col")] = ""
    """For charge: this charger only, as row,col. Empty: every charger."""


class Disruption(Struct, frozen=True):
    """[[disruption]] – a temporary disruption."""

    kind: Literal["demand", "supplier-late", "supplier-gone", "lane-closed", "fuel-price", "labour", "robots", "power"]
    begin_s: Annotated[float, Meta(ge=0, le=1_000_000_000)] = 0.0
    """Seconds since the start of the run."""
    for_s: Seconds = DAY_S
    factor: Annotated[float, Meta(ge=0, le=1_000)] = 1.0
    """Factor on demand, fuel price, people at work, the chargers' power, or a supplier's lead time."""
    name: str = ""
    """Name of the supplier or lane."""
    robots: tuple[Count, ...] = ()
    """Robots that are stopped."""


class Scenario(Struct, frozen=True):
    name: str
    file: str
    floor: Floor
    run: RunSettings
    robots: RobotSettings
    pods: PodSettings
    stock: StockSettings
    orders: OrderSettings
    stations: Stations
    policies: Policies
    faults: tuple[InjectedFault, ...]
    disruptions: tuple[Disruption, ...] = ()
    chain: Chain | None = None
    """Supply chain around the floor, if there is one."""

    @property
    def folder(self) -> Path:
        """Return the folder of the scenario's file."""
        return Path(self.file).parent

    def beside(self, name: str) -> Path:
        """Return a file that the scenario names; a relative path is relative to its own."""
        return self.folder / name

    def tick_at(self, moment: datetime, first: datetime) -> int:
        """Return the tick of a moment; below 0 if it was before `first`, the moment of tick 0."""
        return int((moment - first).total_seconds() // self.run.tick_s)

    def ticks(self, seconds: float) -> int:
        """Return the whole ticks that `seconds` take, at least one."""
        return max(1, round(seconds / self.run.tick_s))

    @property
    def start_s(self) -> float:
        """Return the time of day at tick 0, seconds after midnight."""
        return clock_seconds(self.run.start)

    def on_shift(self, clock_s: float) -> bool:
        """Return whether people are at the stations at a time of day, seconds after midnight."""
        shifts = self.stations.shifts
        return not shifts or any(in_hours(clock_s, begin, end) for begin, end in shifts)


def clock_seconds(clock: str) -> float:
    """Return "08:30" as seconds after midnight."""
    hours, minutes = clock.split(":")
    return 3600.0 * int(hours) + 60.0 * int(minutes)


def end_seconds(clock: str) -> float:
    """Return the end of a span within a day as seconds; "00:00" is the midnight at the end of the day."""
    return clock_seconds(clock) or DAY_S


def in_hours(clock_s: float, begin: Clock, end: Clock) -> bool:
    """Return whether a time of day, seconds after midnight, lies in a span, which may go over midnight."""
    first, last = clock_seconds(begin), clock_seconds(end)
    return first <= clock_s < last if first <= last else clock_s >= first or clock_s < last


def pod_count(scenario: Scenario) -> int:
    return round(scenario.pods.fill * len(scenario.floor.storage))


def stocked_bins(scenario: Scenario) -> int:
    """Return the bins with stock at the start."""
    return int(scenario.stock.fill * pod_count(scenario) * scenario.pods.bins)


def sku_count(scenario: Scenario) -> int:
    """Return the SKUs of generated demand: as set, or few enough that each lies in several pods."""
    return scenario.stock.skus or max(1, min(1_000, stocked_bins(scenario) // 4))


def fleet_size(scenario: Scenario) -> int:
    """Return the robots of the run: as set, or by the trade's rule of thumb."""
    stations = len(scenario.floor.of_kind(StationKind.PICK))
    by_rule = round(1.15 * scenario.robots.per_station * stations)
    return scenario.robots.count or max(1, min(by_rule, pod_count(scenario)))


def with_faults(scenario: Scenario, faults: Iterable[InjectedFault]) -> Scenario:
    """Return the scenario with other injected faults."""
    return msgspec.structs.replace(scenario, faults=tuple(faults))
