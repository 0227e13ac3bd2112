"""The scenario: everything a run depends on. Defaults are the trade's figures, their sources beside them.

Every section has defaults for all its keys, so that the shortest scenario is a floor.
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
"""Policies of ours by kind, the default first; others are named as module:Class."""


def _policy_name(kind: str) -> Meta:
    """Return the bounds of a policy's name: one of ours, or "module:Name"."""
    names = POLICY_NAMES[kind]
    return Meta(
        pattern=rf"^({'|'.join(names)}|{OWN_NAME})\Z",
        description=f"{', '.join(names)}, or one of your own as module:Class",
        examples=list(names),
    )


class RunSettings(Struct, frozen=True):
    """[run] – how long, from when, and the seed of all chance."""

    ticks: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 14_400
    tick_s: Annotated[float, Meta(ge=0.05, le=60)] = 1.0
    """Seconds a tick: about one 1 m cell or one 90° turn."""
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 1
    start: Clock = "08:00"


class RobotSettings(Struct, frozen=True):
    """[robots] – the drive units and their batteries."""

    count: Annotated[int, Meta(ge=0, le=100_000)] = 0
    """0: eight a pick station (RAWSim-O) plus 15 % for charging (Zou 2018), but no more than there are pods."""
    lift_s: Annotated[float, Meta(gt=0, le=600)] = 3.0
    """Lift and set down, each (RAWSim-O)."""
    per_station: AtLeastOne = 8
    """Robots that work for one station at most (RAWSim-O: median 8)."""
    battery_wh: Annotated[float, Meta(ge=1, le=1_000_000)] = 500.0
    charge_w: Annotated[float, Meta(ge=1, le=1_000_000)] = 900.0
    battery_start: Some = 0.8
    """Charge at tick 0 is spread evenly between 0.4 and this."""
    charge_at: Share = 0.35
    """Goes to charge when free (Zou 2018), must at `charge_must`, leaves at `charge_until`."""
    charge_must: Share = 0.20
    charge_until: Some = 0.80
    action_tries: Annotated[int, Meta(ge=1, le=100)] = 3
    """Failures in a row after which a lift, a set-down, a charge or a drive is given up, and people have to look."""


class PodSettings(Struct, frozen=True):
    """[pods] – the shelves."""

    fill: Share = 0.85
    """Share of the storage places with a pod (RAWSim-O: 85 %)."""
    bins: Annotated[int, Meta(ge=1, le=1_000)] = 24
    bin_units: Annotated[int, Meta(ge=1, le=100_000)] = 16
    """Units of one SKU that fit one bin."""


class StockSettings(Struct, frozen=True):
    """[stock] – what lies in the pods at the start, and how it is kept up."""

    skus: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    """0: 1,000, or one for every four bins with stock where these are fewer. With `csv` the file says."""
    fill: Some = 0.7
    """Share of all bins with stock at the start."""
    seller_share: Share = 0.2
    """Share of SKUs that belong to third-party sellers; the rest is the house's."""
    reorder_at: Share = 0.65
    """A SKU is ordered again when stock and arrivals fall under this share of its starting stock (replenish below 65–70 %)."""
    lead_s: Seconds = 7_200.0
    """From reorder to the stow station's dock."""
    slotting: PathText = ""
    """Plan to start from and to keep to, relative to the scenario file, with pods and all; default: random stow."""
    moves: PathText = ""
    """Moves that change the slotting while the floor runs, done by robots and stations that have nothing else to do."""


class OrderSettings(Struct, frozen=True):
    """[orders] – demand: a generator, or a CSV of order lines."""

    per_station_hour: Annotated[float, Meta(ge=0, le=100_000)] = 160.0
    """Orders an hour and pick station (RAWSim-O: 160, 210 at peak)."""
    profile: Hours = (
        0.45, 0.35, 0.3, 0.3, 0.35, 0.5, 0.7, 0.85, 1.0, 1.0, 1.0, 1.0,
        1.0, 0.95, 0.95, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.75, 0.6,
    )  # fmt: skip
    """Rate by hour of day, 1.0 = per_station_hour."""
    backlog: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """Orders that wait already at tick 0."""
    singles: Share = 0.65
    """Share of orders of one unit; the mean order has 1.6 units (Amazon estimate)."""
    mean_units: Annotated[float, Meta(ge=1, le=1_000)] = 1.6
    max_units: Annotated[int, Meta(ge=1, le=1_000)] = 12
    skew: Annotated[float, Meta(ge=0, le=2)] = 0.85
    """Exponent of the Zipf demand over SKUs: at 0.85 about a fifth of 1,000 SKUs make 70 % of the units."""
    rush: Share = 0.2
    """Share of orders due in `rush_s`, the rest in `due_s` (RAWSim-O)."""
    rush_s: Seconds = 1_800.0
    due_s: Seconds = 7_200.0
    cut_offs: tuple[Clock, ...] = ()
    """Carriers' CPTs. Where given, an order is due at the first one at least `rush_s` after it came."""
    csv: PathText = ""
    """Order lines to run instead of the generator, relative to the scenario file; may be .xz or .gz."""
    columns: dict[Literal["order_id", "sku", "quantity", "timestamp", "time", "customer"], list[str]] = {}
    """Names of the CSV's columns where they aren't known by themselves; the first that is there is taken."""
    encoding: Encoding = ""
    """Of the CSV, such as cp1252; default: UTF-8, or UTF-16 where the file is marked so."""
    separator: Separator = ""
    """Between the columns of the CSV; default: by its head line."""
    decimal: Decimal = ""
    """Decimal sign of the CSV; default: what may be thousands or decimals isn't read."""
    timestamp: DateForm = ""
    """How dates are written: a form such as "%m/%d/%Y %H:%M", or epoch_s, epoch_ms, dayfirst or monthfirst."""
    number_by: NumberBy = ""
    """"day": order numbers begin again each day, so that a number and a day are one order."""
    negative: Literal["refuse", "return"] = "refuse"
    """What a negative quantity in an order with other lines is: a fault, or a return to be left out."""
    fee_pattern: str = ""
    """Regular expression of codes that aren't items (postage, bank charges): these rows are counted and skipped."""
    day: Day = ""
    """First day of the CSV to run (YYYY-MM-DD); default: the first in the file."""
    max_quantity: AtLeastOne = 1_000
    """Orders with a larger line are counted and left out: it is a pallet, not a pick."""
    max_lines: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """Orders of the CSV with more lines are counted and left out: they are wholesale. 0: none is."""

    @property
    def form(self) -> Form:
        """How the CSV is written."""
        return Form(self.encoding, self.separator, self.decimal, self.timestamp, "[orders]", options=True, named=True)

    @property
    def items_form(self) -> Form:
        """How a file of items beside the CSV is written."""
        return Form(self.encoding, self.separator, self.decimal, section="[orders]", options=True)


class Stations(Struct, frozen=True):
    """[stations] – people's work, for stations that don't say otherwise."""

    pick_s: Seconds = 10.0
    """Mean seconds for the first unit of a line (RAWSim-O)."""
    pick_more_s: Seconds = 3.0
    """Mean seconds for each further unit of the line: the part at the bin (RAWSim-O)."""
    stow_s: Seconds = 11.0
    """First unit of an item (quota of about 327/h); further units of it `stow_more_s`."""
    stow_more_s: Seconds = 2.0
    pack_s: Seconds = 25.0
    """Mean seconds a parcel and packer."""
    packers: AtLeastOne = 6
    """People at a pack station that doesn't say otherwise: three pick stations' orders at 25 s each."""
    spread: Annotated[float, Meta(ge=0, le=5)] = 0.3
    """Coefficient of variation of the lognormal times."""
    open_orders: AtLeastOne = 12
    """Orders open at a pick station at once (RAWSim-O)."""
    shifts: tuple[tuple[Clock, Clock], ...] = ()
    """When people are there, e.g. [["06:00", "22:00"]]; default: always."""
    totes: AtLeastOne = 6
    """Totes a robot takes to packing in one trip."""
    tote_wait_s: Seconds = 90.0
    """A trip starts with fewer totes when the oldest has waited this long."""


class Policies(Struct, frozen=True):
    """[policies] – the floor's decisions by name; docs/reference/policies.md says what each does."""

    release: Annotated[str, _policy_name("release")] = "podmatch"
    pods: Annotated[str, _policy_name("pods")] = "demand"
    storage: Annotated[str, _policy_name("storage")] = "turnover"
    dispatch: Annotated[str, _policy_name("dispatch")] = "assignment"
    charging: Annotated[str, _policy_name("charging")] = "thresholds"
    idle: Annotated[str, _policy_name("idle")] = "wait"
    planner: Annotated[str, _policy_name("planner")] = "epibt"
    max_wait_s: Seconds = 1_200.0
    """What stands free is fetched within this time, whatever a policy makes of its worth."""


class InjectedFault(Struct, frozen=True):
    """[[faults]] – at tick `tick` robot `robot` dies, or for `ticks` ticks from then on it stops or an action fails."""

    robot: Annotated[Count | Literal["any"], Meta(description="0 to 1,000,000,000, whole, or any")]
    """Its number; for lift, set-down and charge also "any": the fault is the pod's or the charger's."""
    tick: Count
    kind: Literal["stop", "die", "lift", "set-down", "charge", "drive"]
    ticks: AtLeastOne = 60
    pod: Annotated[int, Meta(ge=-1, le=1_000_000_000)] = -1
    """For lift and set-down: of this pod only. -1: of every one."""
    charger: Annotated[str, Meta(pattern=r"^([0-9]{1,5},[0-9]{1,5})?\Z", description="row,col")] = ""
    """For charge: at this charger only, as row,col. Empty: at every one."""


class Disruption(Struct, frozen=True):
    """[[disruption]] – something goes wrong for a while."""

    kind: Literal["demand", "supplier-late", "supplier-gone", "lane-closed", "fuel-price", "labour", "robots", "power"]
    begin_s: Annotated[float, Meta(ge=0, le=1_000_000_000)] = 0.0
    """Since the begin of the run."""
    for_s: Seconds = DAY_S
    factor: Annotated[float, Meta(ge=0, le=1_000)] = 1.0
    """Of demand, fuel price, people at work, the chargers' power, or a supplier's lead time."""
    name: str = ""
    """Of the supplier or lane."""
    robots: tuple[Count, ...] = ()
    """That stand still."""


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
    """The supply chain around the floor, where there is one."""

    @property
    def folder(self) -> Path:
        """The folder of the scenario's file."""
        return Path(self.file).parent

    def beside(self, name: str) -> Path:
        """A file that the scenario names; a relative path is relative to its own."""
        return self.folder / name

    def tick_at(self, moment: datetime, first: datetime) -> int:
        """The tick in which a moment lies; below 0 if it was before `first`, that of tick 0."""
        return int((moment - first).total_seconds() // self.run.tick_s)

    def ticks(self, seconds: float) -> int:
        """Whole ticks that `seconds` take, at least one."""
        return max(1, round(seconds / self.run.tick_s))

    @property
    def start_s(self) -> float:
        """Time of day at tick 0, seconds after midnight."""
        return clock_seconds(self.run.start)

    def on_shift(self, clock_s: float) -> bool:
        """Whether people are at the stations at a time of day, seconds after midnight."""
        shifts = self.stations.shifts
        return not shifts or any(in_hours(clock_s, begin, end) for begin, end in shifts)


def clock_seconds(clock: str) -> float:
    """ "08:30" → seconds after midnight."""
    hours, minutes = clock.split(":")
    return 3600.0 * int(hours) + 60.0 * int(minutes)


def end_seconds(clock: str) -> float:
    """The same of a clock that something ends at within a day: "00:00" is the midnight after it."""
    return clock_seconds(clock) or DAY_S


def in_hours(clock_s: float, begin: Clock, end: Clock) -> bool:
    """Whether a time of day, seconds after midnight, lies between two; a span that ends before it begins goes over midnight."""
    first, last = clock_seconds(begin), clock_seconds(end)
    return first <= clock_s < last if first <= last else clock_s >= first or clock_s < last


def pod_count(scenario: Scenario) -> int:
    return round(scenario.pods.fill * len(scenario.floor.storage))


def stocked_bins(scenario: Scenario) -> int:
    """Bins with stock at the start."""
    return int(scenario.stock.fill * pod_count(scenario) * scenario.pods.bins)


def sku_count(scenario: Scenario) -> int:
    """SKUs of generated demand: as asked for, or few enough that each lies in several pods."""
    return scenario.stock.skus or max(1, min(1_000, stocked_bins(scenario) // 4))


def fleet_size(scenario: Scenario) -> int:
    """Robots of the run: as asked for, or by the trade's rule of thumb."""
    stations = len(scenario.floor.of_kind(StationKind.PICK))
    by_rule = round(1.15 * scenario.robots.per_station * stations)
    return scenario.robots.count or max(1, min(by_rule, pod_count(scenario)))


def with_faults(scenario: Scenario, faults: Iterable[InjectedFault]) -> Scenario:
    """The same scenario with other faults."""
    return msgspec.structs.replace(scenario, faults=tuple(faults))
