"""Supply-chain sections of a scenario. If any is present, the whole supply chain runs with its defaults.

Without a [last_mile], parcels leave with carriers that deliver them after a lane's transit time.
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
"""Distance in km; nothing on earth is farther away."""
Weekdays = Annotated[
    tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(min_length=1, description="days of the week, 0 is Monday")
]


class CsvFile(Struct, frozen=True):
    """Keys of a table that names a CSV file."""

    csv: PathText = ""
    """Path relative to the scenario file."""
    encoding: Encoding = ""
    """Encoding; default: UTF-8, or UTF-16 if the file is marked so."""
    separator: Separator = ""
    """Column separator; default: by the head line."""
    decimal: Decimal = ""
    """Decimal sign; default: numbers that may be thousands or decimals are refused."""


class Items(CsvFile, frozen=True):
    """[items] – item master data: prices, costs, sizes and weights by SKU; missing values are synthetic."""

    @property
    def form(self) -> Form:
        """Return the format of the CSV."""
        return Form(self.encoding, self.separator, self.decimal, section="[items]")


class Supplier(Struct, frozen=True):
    """[[supplier]] – supplier of own stock. Without any, there are three default ones."""

    name: Name
    share: Some = 1.0
    """Share of the retailer's SKUs that it sells."""
    price: Annotated[float, Meta(gt=0, le=100)] = 1.0
    """Ratio of its prices to the usual cost."""
    freight_cents: Cents = 4.0
    """Freight and duty per unit; with the price, the landed cost."""
    moq: AtLeastOne = 12
    """Smallest number of units of a line."""
    pack: AtLeastOne = 6
    """Units per pack."""
    lead_days: Annotated[float, Meta(gt=0, le=365)] = 2.0
    lead_sd_days: Days = 0.5
    """Days from order to dock, time to confirmation included: mean and standard deviation."""
    fill_rate: Share = 0.98
    """Share of ordered units that it sends."""
    defects: Share = 0.005
    """Share of sent units that arrive damaged."""
    days: Weekdays = (0, 1, 2, 3, 4)
    """Weekdays on which it ships."""
    payment_days: Days = 30.0


class Sourcing(CsvFile, frozen=True):
    """[sourcing] – purchase orders. csv: suppliers and what they sell, instead of [[supplier]]."""

    confirm_s: Seconds = 7_200.0
    """Seconds until a supplier confirms."""
    reliability: Annotated[float, Meta(ge=0, le=100)] = 0.5
    """Weight of a supplier's missing units and lateness against its price in the choice of a supplier."""
    share_forecast: bool = True
    """Suppliers see the forecast and have goods ready, so that their fill rate holds for larger orders too."""

    @property
    def form(self) -> Form:
        """Return the format of the CSV."""
        return Form(self.encoding, self.separator, self.decimal, section="[sourcing]")


class Receiving(CsvFile, frozen=True):
    """[receiving] – dock doors and receiving. csv: trailers besides those of purchase orders."""

    timestamp: DateForm = ""
    """Form of the CSV's dates."""
    doors: AtLeastOne = 4
    people: AtLeastOne = 6
    unload_s: Seconds = 2.0
    """Seconds per unit and person, check against the ASN included (cases of six to twelve; our own arithmetic)."""
    begin: Clock = "05:00"
    end: Clock = "22:00"
    """Hours with appointments."""
    unknown: Share = 0.001
    """Share of lines with an item nobody ordered."""
    over: Share = 0.005
    """Share of lines with a pack too many."""
    problem_s: Seconds = 14_400.0
    """Seconds until someone decides on units in the problem place."""

    @property
    def form(self) -> Form:
        """Return the format of the CSV."""
        return Form(self.encoding, self.separator, self.decimal, self.timestamp, "[receiving]")


class StockPolicy(Struct, frozen=True):
    """[inventory] – forecasts, reorder points, and the reaction to stockouts."""

    reorder: bool = True
    """If false, nothing is ordered and the stock is used up."""
    review: Clock = "06:00"
    """Time of day at which levels are computed and purchase orders created."""
    service: tuple[Share, Share, Share] = (0.98, 0.95, 0.90)
    """Target cycle service of A, B and C SKUs (z 2.054, 1.645, 1.282)."""
    model: Literal["auto", "sba", "tsb", "ses", "seasonal-naive"] = "auto"
    """Forecast model; auto: by class, the one that did best on the history."""
    library: Literal["own", "statsforecast"] = "own"
    """statsforecast: its models instead of the built-in ones; needs the extra `forecast`. Deprecated."""
    history_days: Annotated[int, Meta(ge=0, le=1_000)] = 56
    """Days of demand known at tick 0: with [orders] csv those before its `day`, else synthetic.

    Every model processes all of them at the start, and again every day: a thousand take seconds, more would take
    minutes.
    """
    cover_days: Annotated[float, Meta(gt=0, le=365)] = 7.0
    """Days of demand an order is for, beyond the time until the next review."""
    pods_days: Annotated[float, Meta(gt=0, le=365)] = 3.0
    """Days of demand that pods hold; further receipts wait in the reserve."""
    fetch_s: Seconds = 900.0
    """Seconds from the reserve to the dock (a walk with a pallet truck; our own arithmetic)."""
    stockout: Literal["backorder", "cancel"] = "backorder"
    cancel_s: Seconds = 172_800.0
    """With cancel: seconds an order waits for stock first."""


class Promising(Struct, frozen=True):
    """[promise] – the promise to a customer when the order arrives."""

    same_day: Share = 0.2
    next_day: Share = 0.5
    """Shares of customers who want same-day and next-day delivery; the rest accept two days."""
    work_s: Seconds = HOUR_S
    """Seconds from an order to its parcel at the dock on a floor without a backlog."""
    margin_s: Seconds = 900.0
    """Safety margin before a departure."""
    use: Some = 0.85
    """Share of people's largest output that promises count on (WERC: utilisation ≤ 85 %)."""
    day_ends: Clock = "22:00"
    """Time at which a promised day ends."""


class Box(Struct, frozen=True):
    """[[box]] – a carton. Without any, there are five default ones."""

    name: Name
    inside_mm: tuple[AtLeastOne, AtLeastOne, AtLeastOne]
    weight_g: AtLeastOne = 100
    holds_g: AtLeastOne = 20_000
    cents: Cents = 30.0


class Packing(Struct, frozen=True):
    """[packing] – boxes and SLAM (scan, label, apply, manifest)."""

    slam_s: Seconds = 4.0
    """Seconds per parcel and line."""
    slam_lines: AtLeastOne = 2
    fault: Share = 0.002
    """Share of parcels with a wrong weight; they are opened and packed again."""
    efficiency: Some = 0.75
    """Largest share of a box that several units fill; the space between them is air (our own arithmetic)."""
    repack_s: Seconds = 120.0


class Lane(Struct, frozen=True):
    """[[lane]] – a shipping lane to customers with its departures.

    Without any, there are two for vans and one by air.
    """

    name: Name
    service: Literal["van", "air"] = "van"
    """air: parcels fly to a distant area and are delivered there by a partner."""
    departures: Annotated[tuple[Clock, ...], Meta(min_length=1, description="clocks, at least one")] = (
        "09:00",
        "13:00",
        "17:00",
    )
    """CPTs (critical pull times): when its trailers or vans leave with the parcels present."""
    center_km: tuple[Km, Km] = (0.0, 0.0)
    """Centre of its area, relative to the warehouse."""
    radius_km: Annotated[float, Meta(gt=0, le=10_000)] = 12.0
    share: Share = 0.5
    """Share of the customers."""
    transit_s: Seconds = HOUR_S
    """Seconds from departure to the first delivery, without [last_mile]; with it for air only."""
    rounds_s: Seconds = 14_400.0
    """Seconds from the first delivery of a departure to its last, as assumed by promises (a driver's block of four
    hours).
    """
    trailers: AtLeastOne = 1
    """Largest number of trailers of a departure."""


class Shipping(Struct, frozen=True):
    """[shipping] – sorter, chutes and trailers."""

    sort_s: Seconds = 60.0
    """Seconds from SLAM to the chute."""
    chute_parcels: AtLeastOne = 300
    """Capacity of a chute in parcels; further parcels recirculate until it has been emptied."""
    load_s: Seconds = 5.0
    """Seconds per parcel and person, chute to trailer."""
    load_people: AtLeastOne = 4
    trailer_parcels: AtLeastOne = 2_500
    """Parcels loose in a trailer of 53 feet: 110 m³, 60 % filled, 25 l per parcel with its air (our own arithmetic)."""


class LastMile(Struct, frozen=True):
    """[last_mile] – delivery by vans and drivers, on routes of PyVRP (extra `routes`)."""

    diesel_vans: Vehicles = 2
    electric_vans: Vehicles = 3
    flex: Vehicles = 4
    """Drivers in their own cars, for a shift of four hours."""
    begin: Clock = "08:00"
    end: Clock = "22:00"
    """Hours of deliveries. Customers with other hours of their own are served in theirs."""
    speed_kmh: Annotated[float, Meta(gt=0, le=200)] = 30.0
    """Speed from door to door within an area (our own arithmetic); between areas and the warehouse it is 50."""
    stop_s: Seconds = 120.0
    """Seconds at a door."""
    window_share: Share = 0.3
    """Share of customers who are at home for only about four hours of the day."""
    failed: Share = 0.04
    """Share of attempts at which nobody is at home (2–8 % are usual)."""
    attempts: AtLeastOne = 3
    delays: Annotated[float, Meta(ge=0, le=5)] = 0.1
    """Spread of driving times."""
    iterations: AtLeastOne = 40
    """Iterations of the route search: a count, so that a scenario gives the same routes on any machine."""


class Returns(Struct, frozen=True):
    """[returns] – customer returns."""

    csv: PathText = ""
    """Returns to run instead of random ones; its columns are those of [orders] csv, quantities may be negative."""
    rate: Annotated[float, Meta(ge=0, le=10)] = 1.0
    """Factor on the goods' usual return rate."""
    after_days: Days = 5.0
    """Mean days until a customer requests a return."""
    drop_off: Share = 0.8
    """Share handed in at a shop; the rest is collected."""
    transit_s: Seconds = DAY_S
    people: AtLeastOne = 2
    inspect_s: Seconds = 90.0


class Sellers(Struct, frozen=True):
    """[sellers] – third-party stock. [stock] seller_share determines which SKUs are theirs."""

    capacity: AtLeastOne = 20_000
    """Units a seller may store here."""
    cover_days: Annotated[float, Meta(gt=0, le=365)] = 10.0
    """Days of demand a seller's shipment is for, beyond the time until the next."""
    lead_days: Annotated[float, Meta(gt=0, le=365)] = 2.0
    lead_sd_days: Days = 0.5
    """Days from a seller's announcement to the trailer in the yard: mean and standard deviation."""
    damaged: Share = 0.002
    """Share of sellers' units that arrive damaged."""
    storage_cents_l_month: Cents = 2.6
    aged_days: Days = 180.0
    aged_factor: Annotated[float, Meta(ge=1, le=100)] = 3.0
    """Factor on the storage price of units that have been here longer than `aged_days`."""
    pick_cents: Cents = 60.0
    pack_cents: Cents = 70.0
    ship_cents: Cents = 180.0
    return_cents: Cents = 120.0
    """Prices per unit, as the three before.

    Returning a unit to its seller also costs the seller what it costs the warehouse.
    """
    commission: Share = 0.12
    remove_days: Days = 365.0
    """Days after which units are sent back to their seller."""
    settle_days: Annotated[float, Meta(gt=0, le=365)] = 14.0


class Costs(Struct, frozen=True):
    """[costs] – prices of people, energy and transport. Sources in docs/reference/scenario.md."""

    wage_cents_hour: Cents = 2_200.0
    power_cents_kwh: Cents = 22.0
    power_g_kwh: Annotated[float, Meta(ge=0, le=5_000)] = 350.0
    diesel_cents_l: Cents = 165.0
    charger_loss: Annotated[float, Meta(ge=0, le=0.9)] = 0.1
    """Share of the grid's energy that does not reach a battery."""


class Chain(Struct, frozen=True):
    """All supply-chain sections. A part that a scenario can leave out is then None."""

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

    @property
    def vans(self) -> LastMile:
        """Settings of vans and drivers: the defaults where carriers deliver, and no van is ever called."""
        return self.last_mile or LastMile()


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
"""Tables that may occur several times: {name in the file: (field of `Chain`, kind)}."""


DEFAULT_LANES = (
    Lane("city", center_km=(5.0, 2.0), radius_km=9.0, share=0.5),
    Lane("suburbs", departures=("09:00", "17:00"), center_km=(-14.0, 6.0), radius_km=12.0, share=0.3),
    Lane("far", "air", ("14:00", "22:00"), center_km=(600.0, 150.0), radius_km=40.0, share=0.2, transit_s=36_000.0),
)
DEFAULT_BOXES = (
    Box("extra small", (230, 165, 80), 60, 5_000, 14.0),
    Box("small", (280, 200, 110), 100, 10_000, 20.0),
    Box("medium", (330, 250, 160), 170, 15_000, 32.0),
    Box("large", (430, 320, 260), 340, 20_000, 52.0),
    Box("extra large", (600, 450, 400), 800, 30_000, 98.0),
)
"""Five cartons with the sizes and prices that packaging dealers list for bulk orders: of the sets of five we tried on
the synthetic items the one with the least air (65 % of a parcel's box on average, because random items have odd sides;
our own arithmetic).
"""
