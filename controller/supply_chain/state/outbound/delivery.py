"""State of the last mile: tours under way, parcels waiting for a wave of vans, and vehicles away."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.routing.routes import Route
from controller.supply_chain.state.schedule import Handler
from robots.recording.kinds import LateCause

Hours = tuple[int, int]
"""Seconds of the run's calendar between which a stop may be served."""
STATION = "delivery station"
"""Place where parcels wait for vans."""


@dataclass(slots=True, eq=False)
class Tour:
    """A route being driven. vehicle: "diesel van 2". hours: of each stop. why: {parcel: reason it is on the route}.

    on_return: handler of its return. at: index of the stop it is at or drives to. begun_s: second at which service there
    began. failed: undelivered parcels, still on board.
    """

    vehicle: str
    route: Route
    hours: tuple[Hours, ...]
    why: Mapping[int, str]
    on_return: Handler
    at: int = 0
    begun_s: float = 0.0
    failed: list[int] = field(default_factory=list)

    @property
    def parcels(self) -> list[int]:
        return [int(stop) for stop in self.route.stops]


@dataclass(slots=True)
class LastMileState:
    """State of the delivery station.

    waiting: {parcel: second of the run's calendar from which it may go out}. away: {vehicle: tick from which it can go
    out again}. wave: tick of the next planning of routes, -1 if none is scheduled; last_wave: tick of the last one.
    late_causes: {parcel: (cause, reason)} noted in case it becomes late. reported: parcels whose broken promise has
    been reported.
    """

    waiting: dict[int, float] = field(default_factory=dict)
    away: dict[str, int] = field(default_factory=dict)
    wave: int = -1
    last_wave: int = -1_000_000
    late_causes: dict[int, tuple[LateCause, str]] = field(default_factory=dict)
    reported: set[int] = field(default_factory=set)

    def forget(self, order: int) -> None:
        """Forget why a parcel may be late, because it is delivered, returned, or not going to be packed."""
        self.late_causes.pop(order, None)
        self.reported.discard(order)
