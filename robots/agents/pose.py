"""Pose of a drive unit, and the interface of a body on the link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from robots.link.messages import Welcome


@dataclass(frozen=True, slots=True)
class Pose:
    """Pose of a drive unit. cell: the last one fully entered, -1 for a simulated body that is not on the floor yet. load: a
    pod, TOTES or NO_LOAD.

    fault: text, "" if the body has none.
    """

    cell: int
    heading: int
    moving: bool
    load: int
    fault: str = ""


class Body(Protocol):
    """Interface to implement for a drive unit on the link. No method may block; pose() is called at least once a cell.

    Any method may raise any Exception. An exception of `lift` or `charge` is a failure of that action, and the controller
    decides whether to repeat it. An exception of another method is a fault of the robot: it is stopped, only its pose is
    requested, a `drive` or `stop` that raised is repeated each second, and the fault ends when the method that raised
    returns. While `pose` raises, the robot counts as moving at its last pose.
    """

    def drive(self, cells: Sequence[int], face: int) -> None:
        """Enter these cells one after the other, stop by itself in the last, and then turn to `face`.

        Called again, also in motion, with an extended route; it begins with the cells not yet fully entered at the last
        pose(), just before.
        """

    def stop(self) -> None:
        """Come to rest as soon as possible in the middle of a cell of the route."""

    def pose(self) -> Pose: ...

    def lift(self, what: int) -> None:
        """Begin to lift pod `what` or the totes, or with NO_LOAD to set down. Done when pose().load == what."""

    def battery(self) -> float:
        """Return the energy of the battery in Wh."""


@runtime_checkable
class Charger(Protocol):
    """Body that needs an order to charge."""

    def charge(self, on: bool) -> None: ...


@runtime_checkable
class Placeable(Protocol):
    """Simulated body that stands where the controller places it and runs by its clock."""

    def place(self, welcome: Welcome) -> None: ...
