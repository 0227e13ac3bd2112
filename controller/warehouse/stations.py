"""Stations at work: loads in the lane, jobs of their people, and work that waits to be taken away."""

from collections import deque
from dataclasses import dataclass, field

from controller.warehouse.lifecycles import StationLifecycle
from controller.warehouse.orders import Order, OrderLine
from controller.warehouse.tasks import Job, Task
from layout.floor import Station, StationKind
from robots.recording.kinds import StationState


@dataclass(slots=True, eq=False)
class WorkStation:
    """Station of any kind.

    trips: tasks on their way here, from their creation on. inbound: of them, loads that have one of the station's
    places. visit: the task at the service cell. working: people at work. done: units or parcels so far. usual: people
    of a normal day. manned: False while the site has too few people to staff this station.
    """

    index: int
    info: Station
    people: int
    state: StationState = StationState.OPEN
    trips: dict[int, Task] = field(default_factory=dict)
    inbound: dict[int, Task] = field(default_factory=dict)
    visit: Task | None = None
    working: int = 0
    done: int = 0
    manned: bool = True
    usual: int = field(init=False)

    def __post_init__(self) -> None:
        self.usual = self.people

    @property
    def kind(self) -> StationKind:
        return self.info.kind

    @property
    def place_free(self) -> bool:
        """Return whether the lane has a place for one more load."""
        return self.state != StationState.CLOSED and len(self.inbound) < len(self.info.places)

    def advance(self, event: str) -> None:
        """Send an event to its life cycle. TransitionNotAllowed if it is not allowed in the station's state."""
        StationLifecycle(self).send(event)

    def next_job(self) -> Job | None:
        """Return the next job for a free person."""
        return self.visit.jobs.popleft() if self.visit is not None and self.visit.jobs else None

    @property
    def waiting_work(self) -> int:
        """Return the number of orders placed, items to stow or totes to pack, for frames."""
        return 0

    @property
    def full_totes(self) -> int:
        return 0


@dataclass(slots=True, eq=False)
class PickStation(WorkStation):
    """Pick station.

    orders: open here. open_lines: of them, lines that still need a pod. outfeed: (order, tick) of full totes.
    """

    orders: dict[int, Order] = field(default_factory=dict)
    open_lines: dict[OrderLine, None] = field(default_factory=dict)
    outfeed: deque[tuple[Order, int]] = field(default_factory=deque)
    collector: Task | None = None
    """Pack task that comes for the totes."""
    latest: Task | None = None
    """Task created last to bring a pod here."""

    @property
    def waiting_work(self) -> int:
        return len(self.orders)

    @property
    def full_totes(self) -> int:
        return len(self.outfeed)


@dataclass(slots=True, eq=False)
class StowStation(WorkStation):
    """Stow station.

    put_away: {sku: units} on this station's dock for which no pod has been chosen, oldest first. since: {sku: tick}
    since which they have been there.
    """

    put_away: dict[int, int] = field(default_factory=dict)
    since: dict[int, int] = field(default_factory=dict)

    def take_in(self, sku: int, units: int, since: int) -> None:
        """Add units to the dock; a SKU's units count as old as the oldest of them."""
        self.put_away[sku] = self.put_away.get(sku, 0) + units
        self.since[sku] = min(since, self.since.get(sku, since))

    def take_off(self, sku: int, units: int) -> None:
        """Remove units for which a pod has been chosen."""
        self.put_away[sku] -= units
        if not self.put_away[sku]:
            del self.put_away[sku], self.since[sku]

    def transfer_put_away(self, other: "StowStation") -> None:
        """Transfer all units to another station."""
        for sku, units in self.put_away.items():
            other.take_in(sku, units, self.since[sku])
        self.put_away.clear()
        self.since.clear()

    @property
    def waiting_work(self) -> int:
        return len(self.put_away)


@dataclass(slots=True, eq=False)
class PackStation(WorkStation):
    """Pack station. totes: orders to pack."""

    totes: deque[Order] = field(default_factory=deque)

    def next_job(self) -> Job | None:
        if not self.totes:
            return None
        order = self.totes.popleft()
        return Job(order.units, order=order)

    @property
    def waiting_work(self) -> int:
        return len(self.totes) + self.working  # a tote being packed is not done yet


_KINDS: dict[StationKind, type[WorkStation]] = {
    StationKind.PICK: PickStation,
    StationKind.STOW: StowStation,
    StationKind.PACK: PackStation,
}


def work_station(index: int, info: Station, packers: int) -> WorkStation:
    """Return the work station of a floor's station.

    packers: people at a pack station that sets no number; other stations have one person.
    """
    usual = packers if info.kind == StationKind.PACK else 1
    return _KINDS[info.kind](index, info, info.people or usual)
