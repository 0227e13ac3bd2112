"""Events in the supply chain around the floor, one frozen struct a kind.

A parcel has the number of its order. Lanes, suppliers, sellers and boxes go by name. Money is whole cents.
"""

from robots.recording.event import Event
from robots.recording.kinds import LateCause
from robots.recording.places import EventPlace, PlaceKind, place_of


class PurchaseOrdered(Event, frozen=True, tag=True):
    """A purchase order was made up. lines: (sku, units, cents a unit). expected: tick of its arrival. before: it was under way
    when the run began.
    """

    po: int
    supplier: str
    lines: list[tuple[int, int, int]]
    expected: int
    reason: str
    before: bool = False


class PurchaseOrderMoved(Event, frozen=True, tag=True):
    """state: one of `PurchaseOrderLifecycle`. reason: why, and what was short."""

    po: int
    state: str
    reason: str = ""


class TrailerMoved(Event, frozen=True, tag=True):
    """kind: "inbound" or "outbound". state: one of `TrailerLifecycle`. where: dock door, or lane."""

    trailer: int
    kind: str
    state: str
    where: str
    reason: str = ""


class Received(Event, frozen=True, tag=True):
    """Result of receiving a line of an advance ship notice. announced, good, damaged, over, short: units; unknown: no such item
    was ordered. source: "po 7", "shipment 3 of seller-2".
    """

    trailer: int
    source: str
    sku: int
    announced: int
    good: int
    damaged: int = 0
    over: int = 0
    short: int = 0
    unknown: bool = False


class DockToStock(Event, frozen=True, tag=True):
    """Units of a receipt lie in a pod, or in the reserve behind the pods, so many ticks after their trailer was at the door.

    place: "pod" for what went there straight from the dock, else "reserve".
    """

    sku: int
    units: int
    ticks: int
    place: str = "pod"


class LevelsSet(Event, frozen=True, tag=True):
    """The day's forecast and what follows from it, for the SKUs that were ordered. mean: units a day."""

    sku: int
    mean: float
    reorder_point: int
    order_up_to: int
    position: int


class ForecastChosen(Event, frozen=True, tag=True):
    """The model that forecasts a velocity class, and how it did on days that had no say in the choice. mase, naive_mase: of it
    and of the seasonal naive forecast, -1 where nothing was sold. better: than that, in MASE and pinball loss both.
    """

    velocity: str
    model: str
    mase: float
    naive_mase: float
    bias: float
    better: bool


class StockRanOut(Event, frozen=True, tag=True):
    """An order line found less sellable stock than it asks for. rule: "backorder" or "cancel"."""

    order: int
    sku: int
    units: int
    rule: str


class OrderPromised(Event, frozen=True, tag=True):
    """promise: "same-day", "next-day", "two-day", or "later" when none of them can be kept. wanted: what the customer asked
    for. cpt: tick at which its trailer leaves. by: tick it is promised to be delivered by. x, y: km on the plane of the
    delivery areas.
    """

    order: int
    promise: str
    wanted: str
    lane: str
    cpt: int
    by: int
    x: float
    y: float
    reason: str


class ParcelPacked(Event, frozen=True, tag=True):
    """box: by name. void: share of the box that is air."""

    parcel: int
    box: str
    boxes: int
    void: float
    weight_g: int


class ParcelMoved(Event, frozen=True, tag=True):
    """A parcel moves to another place in one step. Places read "pack", "slam", "chute 3", "trailer 12", "van 2", "customer"."""

    parcel: int
    source: str
    target: str
    reason: str = ""

    @property
    def from_place(self) -> EventPlace:
        """The place it comes from, as fields."""
        return place_of(self.source)

    @property
    def to_place(self) -> EventPlace:
        """The place it goes to, as fields."""
        return place_of(self.target)

    @property
    def comes_back(self) -> bool:
        """Return whether nobody took the parcel, so that it comes back like a return."""
        return self.to_place.kind == PlaceKind.RETURN


class ParcelLate(Event, frozen=True, tag=True):
    """A parcel missed its trailer or its promise. cause: a word to count by; reason: the same for people."""

    parcel: int
    cause: LateCause
    reason: str


class EtaChanged(Event, frozen=True, tag=True):
    """eta: tick at which the parcel is expected at its customer from now on."""

    parcel: int
    eta: int
    reason: str


class RoutePlanned(Event, frozen=True, tag=True):
    """vehicle: "diesel van 2". parcels in the order of their stops. back: tick it is back at. lane: several joined by " + ".

    depart: tick it leaves at. arrivals: by parcel, the tick it is expected at its customer. cents: what the route costs.
    """

    vehicle: str
    kind: str
    lane: str
    parcels: list[int]
    metres: int
    back: int
    reason: str = ""
    depart: int = -1
    arrivals: tuple[int, ...] = ()
    cents: int = 0


class DeliveryFailed(Event, frozen=True, tag=True):
    """A parcel came to its customer's door and went away again. attempt: 1 for the first."""

    parcel: int
    vehicle: str
    attempt: int
    reason: str


class ReturnMoved(Event, frozen=True, tag=True):
    """rma: the return's number. order: -1 for one that was delivered before the run. state: one of `ReturnLifecycle`."""

    rma: int
    order: int
    state: str
    reason: str = ""


class ReturnGraded(Event, frozen=True, tag=True):
    """One line of a return: what became of its units, and why."""

    rma: int
    sku: int
    units: int
    grade: str
    disposition: str
    reason: str


class ReturnUnmatched(Event, frozen=True, tag=True):
    """A line of the returns file that nothing delivered in the run answers to. name: the file's number of it."""

    name: str
    item: str
    units: int
    reason: str


class SellerInbound(Event, frozen=True, tag=True):
    """state: one of `ShipmentLifecycle`."""

    shipment: int
    seller: str
    state: str
    lines: tuple[tuple[int, int], ...] = ()
    reason: str = ""


class SellerOutbound(Event, frozen=True, tag=True):
    """Units that go back to their seller, as the order `order`. state: "announced" or "received"; lines: (sku, units)."""

    order: int
    seller: str
    state: str
    lines: tuple[tuple[int, int], ...] = ()
    reason: str = ""


class MoneyMoved(Event, frozen=True, tag=True):
    """One entry of the journal, double by its nature: `cents` from the account `credit` to the account `debit`.

    cause: what it is counted under. about: "order 88", "po 7", "seller-2".
    """

    debit: str
    credit: str
    cents: int
    cause: str
    about: str

    @property
    def subject(self) -> EventPlace:
        """Return the subject as fields: an order, a purchase order, a return."""
        return place_of(self.about)


class EnergyUsed(Event, frozen=True, tag=True):
    """cause: "robots", "diesel vans", "electric vans", "line haul", "air". wh: of energy; co2e_g: grams."""

    cause: str
    wh: int
    co2e_g: int


class Disrupted(Event, frozen=True, tag=True):
    """state: "begins" or "ends"."""

    kind: str
    state: str
    text: str
