"""State of the docks: trailers on their way, the yard, doors in use, and units on the dock."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from controller.supply_chain.state.lifecycles import TrailerState
from controller.supply_chain.state.schedule import Handler
from controller.supply_chain.state.staff import WorkerPool


@dataclass(frozen=True, slots=True)
class AsnLine:
    """A line of an advance ship notice, and its actual content.

    announced, sent, damaged: units; damaged ones are part of those sent. pack: units of a pack, for one too many. over:
    units beyond those announced; None: drawn at random, now and then a pack too many or another item.
    """

    sku: int
    announced: int
    sent: int
    damaged: int = 0
    pack: int = 1
    over: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A trailer of the receipts file. tick: its earliest arrival. lines: in the file's order."""

    asn: str
    tick: int
    lines: tuple[AsnLine, ...]


@dataclass(frozen=True, slots=True)
class Cargo:
    """A line as unloaded. over: units that the sender does not know of. item: the SKU actually in it."""

    line: AsnLine
    item: int
    over: int = 0

    @property
    def unknown(self) -> bool:
        return self.item != self.line.sku

    @property
    def units(self) -> int:
        return self.line.sent + self.over


@dataclass(slots=True, eq=False)
class InboundTrailer:
    """An announced trailer. source: "po 7". appointment, at_door: ticks. done: called with the site, the chain,
    `arguments` and {sku: good units}.
    """

    id: int
    source: str
    cargo: list[Cargo]
    appointment: int
    done: Handler
    arguments: tuple[object, ...]
    state: TrailerState = TrailerState.ANNOUNCED
    door: int = -1
    at_door: int = -1

    @property
    def units(self) -> int:
        return sum(cargo.units for cargo in self.cargo)


class Docked(NamedTuple):
    """Units of a SKU on the dock. since: tick at which their trailer was at its door, -1 if they came another way."""

    since: int
    units: int


@dataclass(slots=True, eq=False)
class ReceivingState:
    """State of receiving.

    trailers: under way or at a door, by number. yard: trailers waiting for a door, in order. slots: {hour of the run:
    appointments in it}. docked: {sku: units on the dock, oldest first}. receipts: trailers of the scenario's file, by
    tick.
    """

    people: WorkerPool
    free_doors: list[int]
    receipts: tuple[Receipt, ...] = ()
    trailers: dict[int, InboundTrailer] = field(default_factory=dict)
    yard: deque[InboundTrailer] = field(default_factory=deque)
    slots: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    docked: defaultdict[int, deque[Docked]] = field(default_factory=lambda: defaultdict(deque))
    next_trailer: int = 0

    def note_docked(self, sku: int, units: int, since: int) -> None:
        self.docked[sku].append(Docked(since, units))

    def take_docked(self, sku: int, units: int) -> list[Docked]:
        """Remove units that leave the dock, and return their lots, oldest first; fewer if their origin is not known."""
        waiting, taken = self.docked[sku], list[Docked]()
        while units and waiting:
            first = waiting.popleft()
            part = min(units, first.units)
            units -= part
            taken.append(Docked(first.since, part))
            if part < first.units:
                waiting.appendleft(Docked(first.since, first.units - part))
        if not waiting:
            del self.docked[sku]
        return taken


def receiving_state(doors: int, people: int, receipts: tuple[Receipt, ...] = ()) -> ReceivingState:
    return ReceivingState(WorkerPool(people), list(range(doors)), receipts)
