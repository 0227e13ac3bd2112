"""Stages of an order on the floor: their names, and how long an order was in each.

An order passes four stages: backlog until a pick station has a place for it, pick until its tote is full, transfer until the
tote is at a pack station, pack until the parcel leaves. A withdrawn order is back in the backlog.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.events import Event


class Stage(StrEnum):
    """How far an order is on the floor. The values are the names of stages in report.json."""

    BACKLOG = "backlog"
    PICK = "pick"
    TRANSFER = "transfer"
    PACK = "pack"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


STAGES = (Stage.BACKLOG, Stage.PICK, Stage.TRANSFER, Stage.PACK)
"""Stages of an open order, in order."""
STAGE_WORDS = {
    Stage.BACKLOG: "in the backlog",
    Stage.PICK: "being picked",
    Stage.TRANSFER: "between picking and packing",
    Stage.PACK: "being packed",
    Stage.SHIPPED: "shipped",
    Stage.CANCELLED: "cancelled",
}
STAGE_AFTER: dict[type[Event], Stage] = {
    ev.OrderReceived: Stage.BACKLOG,
    ev.OrderReleased: Stage.PICK,
    ev.OrderWithdrawn: Stage.BACKLOG,
    ev.OrderPicked: Stage.TRANSFER,
    ev.OrderPacking: Stage.PACK,
    ev.OrderShipped: Stage.SHIPPED,
    ev.OrderCancelled: Stage.CANCELLED,
    ce.StockRanOut: Stage.BACKLOG,
}
"""Stage of an order after an event of this kind."""


@dataclass(slots=True)
class StageTimes:
    """Ticks that an order has spent in each stage. since: tick at which it came to its stage."""

    since: int
    stage: Stage = Stage.BACKLOG
    spent: dict[Stage, int] = field(default_factory=dict)

    def enter(self, stage: Stage, tick: int) -> None:
        """Move the order to a stage."""
        self.spent = self.until(tick)
        self.stage, self.since = stage, tick

    def until(self, tick: int) -> dict[Stage, int]:
        """Return {stage that it came to: ticks up to now}."""
        if self.stage not in STAGES:
            return self.spent
        return self.spent | {self.stage: self.spent.get(self.stage, 0) + max(tick - self.since, 0)}
