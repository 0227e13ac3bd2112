"""Robot tasks: the load to fetch, where it goes, and the work people do on it there."""

from collections import deque
from dataclasses import dataclass, field

from controller.warehouse.lifecycles import TASK, TaskState, advance
from controller.warehouse.orders import Order, OrderLine
from robots.recording.kinds import TaskKind


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Piece of work for a person: units of a SKU for an order line (pick), into a bin or `out` of it (stow), or an
    order (pack). since: tick since which units to stow have been on a dock.
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
    """Task of a robot.

    pod: to fetch, -1 for totes. source: cell of the load. station: index of the stop it is on its way to or at, -1 for
    none. jobs: work left at that stop. working: jobs people are doing. place: storage cell of the pod, or the charger.
    totes: orders whose totes a pack task carries. reason: why it was created.
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


@dataclass(frozen=True, slots=True)
class MoveTask:
    """Pod to be moved, or carried to a stow station (index, else -1) where units are taken out."""

    kind: TaskKind
    pod: int
    reason: str
    station: int = -1
    place: int = -1
    """Target cell of the pod; -1 for its place by the slotting, or the usual storage choice."""
    jobs: list[Job] = field(default_factory=list)
