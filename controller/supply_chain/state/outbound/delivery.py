"""What is out for delivery, what waits for the next wave of vans, and which vehicles are away."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.routing.routes import Route
from controller.supply_chain.state.schedule import Handler

Hours = tuple[int, int]
"""Seconds of the run's calendar between which a stop may be served."""
STATION = "delivery station"
"""Where parcels wait for vans."""


@dataclass(slots=True, eq=False)
class Tour:
    """A route that is being driven. vehicle: "diesel van 2". hours: of each stop. why: each parcel is on it.

    home: what is done when it is back. at: index of the stop it is at or drives to. begun_s: second at which service began
    there. failed: parcels that nobody took, still on board.
    """

    vehicle: str
    route: Route
    hours: tuple[Hours, ...]
    why: Mapping[int, str]
    home: Handler
    at: int = 0
    begun_s: float = 0.0
    failed: list[int] = field(default_factory=list)

    @property
    def parcels(self) -> list[int]:
        return [int(stop) for stop in self.route.stops]


@dataclass(slots=True)
class LastMileState:
    """waiting: {parcel: second of the run's calendar from which it may go out} of those at the delivery station.

    away: {vehicle: tick from which it can go out again}. wave: tick of the next planning of routes, -1 if none is noted;
    last_wave: of the one before. missed: {parcel: (cause, reason)} of what makes it late, if it is late. told: of
    them those whose broken promise is told already.
    """

    waiting: dict[int, float] = field(default_factory=dict)
    away: dict[str, int] = field(default_factory=dict)
    wave: int = -1
    last_wave: int = -1_000_000
    late_causes: dict[int, tuple[str, str]] = field(default_factory=dict)
    reported: set[int] = field(default_factory=set)

    def forget(self, order: int) -> None:
        """Nothing more is to be told of what makes a parcel late: it is delivered, comes back, or won't be packed."""
        self.late_causes.pop(order, None)
        self.reported.discard(order)
