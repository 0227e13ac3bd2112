"""The scenario's sections of the supply chain. It is there when any of them is; then all parts work, with their defaults.

Without a [last_mile] parcels leave with carriers that deliver them after a lane's transit time.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from controller.scenario.value_types import (
    AtLeastOne,
    Clock,
    DateForm,
    Decimal,
    Encoding,
    Seconds,
    Separator,
    Share,
    Some,
)
from layout.files.tables import PathText
from layout.tabular.form import Form
from layout.time_units import DAY_S, HOUR_S

Days = Annotated[float, Meta(ge=0, le=1_000)]
Cents = Annotated[float, Meta(ge=0, le=1_000_000_000)]
Name = Annotated[str, Meta(pattern=r"^[^\x00-\x1f:]{1,60}\Z", description="a name")]
Vehicles = Annotated[int, Meta(ge=0, le=10_000)]
Km = Annotated[float, Meta(ge=-20_000, le=20_000)]
"""Nothing on earth is farther away."""
Weekdays = Annotated[
    tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(min_length=1, description="days of the week, 0 is Monday")
]


class CsvFile(Struct, frozen=True):
    """Keys of a table that names a CSV file."""

    csv: PathText = ""
    """Relative to the scenario file."""
    encoding: Encoding = ""
    """Default: UTF-8, or UTF-16 where the file is marked so."""
    separator: Separator = ""
    """Between columns; default: by the head line."""
    decimal: Decimal = ""
    """Decimal sign; default: what may be thousands or decimals isn't read."""


class Items(CsvFile, frozen=True):
    """[items] – what the SKUs are: prices, costs, sizes and weights by SKU; what the file doesn't say is made up."""

    @property
    def form(self) -> Form:
        """How the CSV is written."""
        return Form(self.encoding, self.separator, self.decimal, section="[items]")


class Supplier(Struct, frozen=True):
    """[[supplier]] – who sells to the house. Without any, three are made up."""

    name: Name
    share: Some = 1.0
    """Share of the house's SKUs that it sells."""
    price: Annotated[float, Meta(gt=0, le=100)] = 1.0
    """Its prices over the usual cost."""
    freight_cents: Cents = 4.0
    """Freight and duty a unit: with the price the landed cost."""
    moq: AtLeastOne = 12
    """Least units of a line."""
    pack: AtLeastOne = 6
    """Units come in packs of so many."""
    lead_days: Annotated[float, Meta(gt=0, le=365)] = 2.0
    lead_sd_days: Days = 0.5
    """From the order to the dock, the time until it is confirmed included: mean and standard deviation."""
    fill_rate: Share = 0.98
    """Share of ordered units that it sends."""
    defects: Share = 0.005
    """Share of sent units that arrive damaged."""
    days: Weekdays = (0, 1, 2, 3, 4)
    """When it ships."""
    payment_days: Days = 30.0


class Sourcing(CsvFile, frozen=True):
    """[sourcing] – purchase orders. csv: suppliers and what they sell, instead of [[supplier]]."""

    confirm_s: Seconds = 7_200.0
    """Until a supplier confirms."""
    reliability: Annotated[float, Meta(ge=0, le=100)] = 0.5
    """What a supplier's missing units and lateness weigh against its price when one is chosen."""
    share_forecast: bool = True
    """Suppliers see the forecast and have goods ready, so that their fill rate holds for larger orders too."""

    @property
    def form(self) -> Form:
        """How the CSV is written."""
        return Form(self.encoding, self.separator, self.decimal, section="[sourcing]")


class Receiving(CsvFile, frozen=True):
    """[receiving] – dock doors and what happens at them. csv: trailers that come besides those of purchase orders."""

    timestamp: DateForm = ""
    """How the CSV's dates are written."""
    doors: AtLeastOne = 4
    people: AtLeastOne = 6
    unload_s: Seconds = 2.0
    """A unit and person, check against the ASN included (cases of six to twelve; our own arithmetic)."""
    begin: Clock = "05:00"
    end: Clock = "22:00"
    """When there are appointments."""
    unknown: Share = 0.001
    """Share of lines that come with an item nobody ordered."""
    over: Share = 0.005
    """Share of lines that come with a pack too many."""
    problem_s: Seconds = 14_400.0
    """Until somebody has decided what is in the problem place."""

    @property
    def form(self) -> Form:
        """How the CSV is written."""
        return Form(self.encoding, self.separator, self.decimal, self.timestamp, "[receiving]")


class StockPolicy(Struct, frozen=True):
    """[inventory] – forecasts, reorder points, and what happens when stock runs out."""

    reorder: bool = True
    """Off: nothing is ordered, and the house lives on what it has."""
    review: Clock = "06:00"
    """When levels are worked out and purchase orders made up, every day."""
    service: tuple[Share, Share, Share] = (0.98, 0.95, 0.90)
    """Cycle service asked for, of A, B and C SKUs (z 2.054, 1.645, 1.282)."""
    model: Literal["auto", "sba", "tsb", "ses", "seasonal-naive"] = "auto"
    """auto: by class, whichever did best on the history."""
    library: Literal["own", "statsforecast"] = "own"
    """statsforecast: its models instead of ours; needs the extra `forecast`."""
    history_days: Annotated[int, Meta(ge=0, le=1_000)] = 56
    """Days of demand known at tick 0. With [orders] csv those before its `day`, else made up like the demand to come.

    Every model goes over all of them at the start and every day once more: a thousand take seconds, more would take minutes.
    """
    cover_days: Annotated[float, Meta(gt=0, le=365)] = 7.0
    """Demand that an order is for, beyond the time until the next review."""
    pods_days: Annotated[float, Meta(gt=0, le=365)] = 3.0
    """Demand that pods hold; what is received beyond it waits in the reserve."""
    fetch_s: Seconds = 900.0
    """From the reserve to the dock (a walk with a pallet truck; our own arithmetic)."""
    stockout: Literal["backorder", "cancel"] = "backorder"
    cancel_s: Seconds = 172_800.0
    """With cancel: how long an order waits for stock first."""


class Promising(Struct, frozen=True):
    """[promise] – what is promised to a customer at the moment of his order."""

    same_day: Share = 0.2
    next_day: Share = 0.5
    """What customers want; the rest is content with two days."""
    work_s: Seconds = HOUR_S
    """From an order to its parcel at the dock on a floor with no backlog."""
    margin_s: Seconds = 900.0
    """Kept free before a trailer leaves, for what nobody thought of."""
    use: Some = 0.85
    """Share of what people can do at most that is counted on (WERC: utilisation ≤ 85 %)."""
    day_ends: Clock = "22:00"
    """A day that is promised ends at."""


class Box(Struct, frozen=True):
    """[[box]] – a carton. Without any, five usual ones."""

    name: Name
    inside_mm: tuple[AtLeastOne, AtLeastOne, AtLeastOne]
    weight_g: AtLeastOne = 100
    holds_g: AtLeastOne = 20_000
    cents: Cents = 30.0


class Packing(Struct, frozen=True):
    """[packing] – boxes and SLAM (scan, label, apply, manifest)."""

    slam_s: Seconds = 4.0
    """A parcel and line."""
    slam_lines: AtLeastOne = 2
    fault: Share = 0.002
    """Share of parcels whose weight isn't what it should be; they are opened and packed again."""
    efficiency: Some = 0.75
    """Share of a box that goods of several units fill at most: what is between them is air (our own arithmetic)."""
    repack_s: Seconds = 120.0


class Lane(Struct, frozen=True):
    """[[lane]] – a way to customers with its departures. Without any, two for vans and one by air."""

    name: Name
    service: Literal["van", "air"] = "van"
    """air: parcels fly to an area far away and are delivered there by a partner."""
    departures: Annotated[tuple[Clock, ...], Meta(min_length=1, description="clocks, at least one")] = (
        "09:00",
        "13:00",
        "17:00",
    )
    """CPTs (critical pull times): when its trailers or vans leave with what is there."""
    center_km: tuple[Km, Km] = (0.0, 0.0)
    """Of its area, from the house."""
    radius_km: Annotated[float, Meta(gt=0, le=10_000)] = 12.0
    share: Share = 0.5
    """Of the customers."""
    transit_s: Seconds = HOUR_S
    """From departure to the first delivery, without [last_mile]; with it for air only."""
    rounds_s: Seconds = 14_400.0
    """From the first delivery of a departure to its last: what the promise reckons with (a driver's block of four hours)."""
    trailers: AtLeastOne = 1
    """That a departure may fill."""


class Shipping(Struct, frozen=True):
    """[shipping] – sorter, chutes and trailers."""

    sort_s: Seconds = 60.0
    """From SLAM to the chute."""
    chute_parcels: AtLeastOne = 300
    """A chute with so many is full: parcels go round until it has been emptied."""
    load_s: Seconds = 5.0
    """A parcel and person, chute to trailer."""
    load_people: AtLeastOne = 4
    trailer_parcels: AtLeastOne = 2_500
    """Loose in a trailer of 53 feet: 110 m³, 60 % of it filled, 25 l a parcel with its air (our own arithmetic)."""


class LastMile(Struct, frozen=True):
    """[last_mile] – delivery by vans and drivers, on routes of PyVRP (extra `routes`)."""

    diesel_vans: Vehicles = 2
    electric_vans: Vehicles = 3
    flex: Vehicles = 4
    """Drivers in their own cars, for a shift of four hours."""
    begin: Clock = "08:00"
    end: Clock = "22:00"
    """When there are deliveries. Who has hours of his own outside of these is served in his."""
    speed_kmh: Annotated[float, Meta(gt=0, le=200)] = 30.0
    """From door to door within an area (our own arithmetic); between areas and the house it is 50."""
    stop_s: Seconds = 120.0
    """At a door."""
    window_share: Share = 0.3
    """Share of customers who are in for some four hours of the day only."""
    failed: Share = 0.04
    """Share of attempts that find nobody in (2–8 % are usual)."""
    attempts: AtLeastOne = 3
    delays: Annotated[float, Meta(ge=0, le=5)] = 0.1
    """Spread of driving times."""
    iterations: AtLeastOne = 40
    """Of the route search: a count, so that the same scenario gives the same routes on any machine."""


class Returns(Struct, frozen=True):
    """[returns] – what comes back."""

    csv: PathText = ""
    """Returns to run instead of those by chance; its columns are those of [orders] csv, quantities may be negative."""
    rate: Annotated[float, Meta(ge=0, le=10)] = 1.0
    """Over the goods' usual share."""
    after_days: Days = 5.0
    """Mean time until a customer asks for it."""
    drop_off: Share = 0.8
    """Share handed in at a shop; the rest is fetched."""
    transit_s: Seconds = DAY_S
    people: AtLeastOne = 2
    inspect_s: Seconds = 90.0


class Sellers(Struct, frozen=True):
    """[sellers] – stock of third parties. Which SKUs are theirs says [stock] seller_share."""

    capacity: AtLeastOne = 20_000
    """Units a seller may keep here."""
    cover_days: Annotated[float, Meta(gt=0, le=365)] = 10.0
    """Demand that a seller's shipment is for, beyond the time until the next."""
    lead_days: Annotated[float, Meta(gt=0, le=365)] = 2.0
    lead_sd_days: Days = 0.5
    """From a seller's announcement to his trailer in the yard."""
    damaged: Share = 0.002
    """Share of sellers' units that arrive damaged."""
    storage_cents_l_month: Cents = 2.6
    aged_days: Days = 180.0
    aged_factor: Annotated[float, Meta(ge=1, le=100)] = 3.0
    """Storage of units that have been here for longer costs so many times as much."""
    pick_cents: Cents = 60.0
    pack_cents: Cents = 70.0
    ship_cents: Cents = 180.0
    return_cents: Cents = 120.0
    """All four are of a unit. A unit that is sent back to its seller costs him what that costs the house as well."""
    commission: Share = 0.12
    remove_days: Days = 365.0
    """Units that have been here for so long are sent back."""
    settle_days: Annotated[float, Meta(gt=0, le=365)] = 14.0


class Costs(Struct, frozen=True):
    """[costs] – prices of people, energy and ways. Sources in docs/reference/scenario.md."""

    wage_cents_hour: Cents = 2_200.0
    power_cents_kwh: Cents = 22.0
    power_g_kwh: Annotated[float, Meta(ge=0, le=5_000)] = 350.0
    diesel_cents_l: Cents = 165.0
    charger_loss: Annotated[float, Meta(ge=0, le=0.9)] = 0.1
    """Share of the grid's energy that doesn't get into a battery."""


class Chain(Struct, frozen=True):
    """All of it. A part that a scenario can leave out is None then."""

    items: Items = Items()
    suppliers: tuple[Supplier, ...] = ()
    sourcing: Sourcing = Sourcing()
    receiving: Receiving = Receiving()
    inventory: StockPolicy = StockPolicy()
    promise: Promising = Promising()
    packing: Packing = Packing()
    boxes: tuple[Box, ...] = ()
    shipping: Shipping = Shipping()
    lanes: tuple[Lane, ...] = ()
    last_mile: LastMile | None = None
    returns: Returns = Returns()
    sellers: Sellers = Sellers()
    costs: Costs = Costs()


TABLES: dict[str, type[Struct]] = {
    "items": Items,
    "sourcing": Sourcing,
    "receiving": Receiving,
    "inventory": StockPolicy,
    "promise": Promising,
    "packing": Packing,
    "shipping": Shipping,
    "last_mile": LastMile,
    "returns": Returns,
    "sellers": Sellers,
    "costs": Costs,
}
LISTS: dict[str, tuple[str, type[Struct]]] = {
    "supplier": ("suppliers", Supplier),
    "box": ("boxes", Box),
    "lane": ("lanes", Lane),
}
"""Tables that may come several times: {name in the file: (field of `Chain`, kind)}."""
