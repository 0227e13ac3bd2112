"""Events on the floor, one frozen struct a kind. The record, the KPIs, `explain` and the window read these.

Those of the supply chain around the floor are in robots/recording/supply_chain_events.py.

Every event carries `t`, the tick it happened at. Ids are ints: robots and pods count from 0, stations by their index in
`Header.stations`, orders and tasks by number. `reason` says why a choice was made, in words for people.
"""

from msgspec import msgpack

from robots.recording import kinds
from robots.recording import supply_chain_events as chain
from robots.recording.event import Event as Event
from robots.recording.kinds import TaskKind
from robots.recording.places import EventPlace, place_of


class OrderReceived(Event, frozen=True, tag=True):
    order: int
    name: str
    """The customer's number of the order."""
    lines: list[tuple[int, int]]
    """(sku, quantity) each."""
    due: int
    """Tick by which it has to leave the floor."""


class OrderReleased(Event, frozen=True, tag=True):
    """An order got a place at a pick station."""

    order: int
    station: int
    reason: str


class OrderWithdrawn(Event, frozen=True, tag=True):
    """An order went back to the backlog: its station closed, or its tote was lost with a robot."""

    order: int
    reason: str


class OrderPicked(Event, frozen=True, tag=True):
    """The last unit is in the tote and the tote is on the outfeed."""

    order: int
    station: int


class OrderPacking(Event, frozen=True, tag=True):
    """The tote reached a pack station."""

    order: int
    station: int


class OrderShipped(Event, frozen=True, tag=True):
    """The parcel left the pack station. late: ticks after due, 0 or less if on time."""

    order: int
    station: int
    late: int


class OrderCancelled(Event, frozen=True, tag=True):
    order: int
    reason: str


class OrderPrioritised(Event, frozen=True, tag=True):
    """An order goes before all others to the next free place that it can have. Its due tick stays what was promised."""

    order: int
    reason: str


class TaskCreated(Event, frozen=True, tag=True):
    """Robot work. kind: "pick", "stow", "pack", "move", "charge". For a pick: why this pod for this station."""

    task: int
    kind: TaskKind
    pod: int
    """Pod to fetch, -1 where the load is totes."""
    station: int
    reason: str


class TaskAssigned(Event, frozen=True, tag=True):
    task: int
    robot: int
    reason: str


class NextStop(Event, frozen=True, tag=True):
    """A carried load goes on to another station before it goes home."""

    task: int
    station: int
    reason: str


class PlaceChosen(Event, frozen=True, tag=True):
    """Storage place chosen for a pod."""

    task: int
    pod: int
    cell: int
    reason: str


class TaskDone(Event, frozen=True, tag=True):
    task: int


class TaskFailed(Event, frozen=True, tag=True):
    task: int
    reason: str


class VisitStarted(Event, frozen=True, tag=True):
    """A load stands at a station's service cell."""

    task: int
    station: int
    robot: int


class VisitEnded(Event, frozen=True, tag=True):
    """units: units picked or stowed, or totes taken over, at this visit."""

    task: int
    station: int
    robot: int
    units: int


class Picked(Event, frozen=True, tag=True):
    """A whole or a part of an order line was picked from a pod. line: index in the order's lines."""

    order: int
    line: int
    sku: int
    quantity: int
    pod: int
    station: int


class OrderWaits(Event, frozen=True, tag=True):
    """An order has waited in the backlog for five minutes, ten, twenty … and this is why."""

    order: int
    ahead: int
    """Orders in the backlog that come before it by due time, or by arrival; -1 while it waits for stock."""
    reason: str


class LineWaits(Event, frozen=True, tag=True):
    """An order line at a station has waited for a pod for a minute, two, four … and this is why."""

    order: int
    line: int
    """Index in the order's lines."""
    sku: int
    pod: int
    """A pod that has it, -1 if there is none in reach."""
    station: int
    by: int
    """Tick by which that pod is fetched, -1 where nothing can be said of it."""
    reason: str


class Stowed(Event, frozen=True, tag=True):
    sku: int
    quantity: int
    pod: int
    station: int


class TakenOut(Event, frozen=True, tag=True):
    """Units taken out of a pod at a stow station, to be stowed into another bin."""

    sku: int
    quantity: int
    pod: int
    station: int


class StockMoved(Event, frozen=True, tag=True):
    """A movement of the ledger: from one place to another in one step. Places read "bin 12.3", "tote 88", "supplier"."""

    sku: int
    owner: str
    quantity: int
    source: str
    target: str

    @property
    def from_place(self) -> EventPlace:
        """The place it comes from, as fields."""
        return place_of(self.source)

    @property
    def to_place(self) -> EventPlace:
        """The place it goes to, as fields."""
        return place_of(self.target)


class Parked(Event, frozen=True, tag=True):
    robot: int
    cell: int
    reason: str


class RobotIdle(Event, frozen=True, tag=True):
    """A robot has no task; told again when the reason has changed."""

    robot: int
    reason: str


class ChargeEnded(Event, frozen=True, tag=True):
    robot: int
    percent: int


FAULT_WORDS = {
    "stop": "stopped by a fault",
    "pause": "stands paused by an operator",
    "silent": "isn't heard",
    "die": "died",
    "flat": "ran flat",
    "enclosed": "is walled in",
    "removed": "was removed by an operator",
}
"""Names of a robot's faults; all but those in STOPS are for good."""
STOPS = ("stop", "pause", "silent")
"""A robot stands for now: by a fault, by an operator's word, or because it was never or is no longer heard."""


class RobotFault(Event, frozen=True, tag=True):
    """kind: a key of FAULT_WORDS."""

    robot: int
    cell: int
    kind: str


class RobotRecovered(Event, frozen=True, tag=True):
    robot: int
    cell: int


class CellClosed(Event, frozen=True, tag=True):
    cell: int
    reason: str


class CellOpened(Event, frozen=True, tag=True):
    """A closed cell may be entered again."""

    cell: int
    reason: str


class StationState(Event, frozen=True, tag=True):
    """state: "open", "paused" (nobody on shift), "closed" (out of reach)."""

    station: int
    state: kinds.StationState
    reason: str


class PodQuarantined(Event, frozen=True, tag=True):
    """A pod that stands where nobody can fetch it. Its stock is unavailable, not lost."""

    pod: int
    cell: int
    reason: str


class PodAvailable(Event, frozen=True, tag=True):
    """A quarantined pod can be fetched again."""

    pod: int
    cell: int
    reason: str


class OutOfService(Event, frozen=True, tag=True):
    """Something isn't used until people have looked at it. kind: "pod", "robot", "charger", "outfeed".

    robot, pod, station: the one that it is about, -1 for none; station is the one whose outfeed it is. cell: where it is.
    """

    kind: str
    robot: int
    pod: int
    station: int
    cell: int
    reason: str


class BackInService(Event, frozen=True, tag=True):
    """A thing that was out of service is used again. Fields as in OutOfService."""

    kind: str
    robot: int
    pod: int
    station: int
    cell: int
    reason: str


class Alarm(Event, frozen=True, tag=True):
    """Something people have to look at. kind: "stuck", "collision", "stock", "refused-plan", "planner", "policy", "action"."""

    kind: str
    text: str
    cell: int = -1
    robot: int = -1


AnyEvent = (
    OrderReceived
    | OrderReleased
    | OrderWithdrawn
    | OrderPicked
    | OrderPacking
    | OrderShipped
    | OrderCancelled
    | OrderPrioritised
    | TaskCreated
    | TaskAssigned
    | NextStop
    | PlaceChosen
    | TaskDone
    | TaskFailed
    | VisitStarted
    | VisitEnded
    | Picked
    | OrderWaits
    | LineWaits
    | Stowed
    | TakenOut
    | StockMoved
    | Parked
    | RobotIdle
    | ChargeEnded
    | RobotFault
    | RobotRecovered
    | CellClosed
    | CellOpened
    | StationState
    | PodQuarantined
    | PodAvailable
    | OutOfService
    | BackInService
    | Alarm
    | chain.PurchaseOrdered
    | chain.PurchaseOrderMoved
    | chain.TrailerMoved
    | chain.Received
    | chain.DockToStock
    | chain.LevelsSet
    | chain.ForecastChosen
    | chain.StockRanOut
    | chain.OrderPromised
    | chain.ParcelPacked
    | chain.ParcelMoved
    | chain.ParcelLate
    | chain.EtaChanged
    | chain.RoutePlanned
    | chain.DeliveryFailed
    | chain.ReturnMoved
    | chain.ReturnGraded
    | chain.ReturnUnmatched
    | chain.SellerInbound
    | chain.SellerOutbound
    | chain.MoneyMoved
    | chain.EnergyUsed
    | chain.Disrupted
)

encode_events = msgpack.Encoder().encode
decode_events = msgpack.Decoder(list[AnyEvent]).decode
