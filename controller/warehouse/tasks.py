"""Robot work: what is fetched, where it goes, and what people do to it there."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from controller.warehouse.lifecycles import TASK, TaskState, advance
from controller.warehouse.orders import Order, OrderLine


class TaskKind(StrEnum):
    PICK = "pick"
    STOW = "stow"
    PACK = "pack"
    MOVE = "move"
    CHARGE = "charge"


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One piece of people's work: units of a SKU for an order line (pick), into a bin or `out` of it (stow), or an order.

    since: tick from which on units to stow have lain on a dock.
    """

    units: int
    sku: int = -1
    line: OrderLine | None = None
    bin: int = -1
    order: Order | None = None
    out: bool = False
    since: int = -1


@dataclass(slots=True, eq=False)
class Task:
    """pod: to fetch, -1 for totes. source: cell where the load is. station: index of the stop it is on its way to or at, -1 for
    none.

    jobs: what is left to do at that stop. working: jobs people have in hand. place: storage cell on the way home, or the
    charger. totes: orders whose totes a pack task carries. reason: why it was made.
    """

    id: int
    kind: TaskKind
    pod: int
    source: int
    station: int
    created: int
    state: TaskState = TaskState.CREATED
    robot: int = -1
    place: int = -1
    jobs: deque[Job] = field(default_factory=deque)
    working: int = 0
    units: int = 0
    totes: list[Order] = field(default_factory=list)
    reason: str = ""

    def advance(self, event: str) -> None:
        advance(TASK, self, event)
