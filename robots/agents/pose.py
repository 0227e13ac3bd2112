"""Where a drive unit is, and what one writes to put it on the link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from robots.link.messages import Welcome


@dataclass(frozen=True, slots=True)
class Pose:
    """cell: the last one fully entered, -1 for a simulated body that is not on the floor yet. load: a pod, TOTES or NO_LOAD.

    fault: in words, "" if the body is well.
    """

    cell: int
    heading: int
    moving: bool
    load: int
    fault: str = ""


class Body(Protocol):
    """What one writes to put a drive unit on the link. No method may block; pose() is asked at least once a cell.

    Any method may raise any Exception. What `lift` and `charge` raise is a failure of that action, and the controller decides
    whether to try it again. What the others raise is a fault of the robot: it is told to stop, nothing more is asked of it
    but its pose, a `drive` or `stop` that raised is tried again each second, and the fault ends when the method that raised
    returns. While `pose` raises, the robot counts as moving, where it was last.
    """

    def drive(self, cells: Sequence[int], face: int) -> None:
        """May enter these cells, one after the other, stop by itself in the last, and then turn to `face`.

        Called again, also in motion, with a way that has grown; it begins with the cells not yet fully entered when pose() was
        asked last, just before.
        """

    def stop(self) -> None:
        """Come to rest as soon as possible in the middle of a cell of the way."""

    def pose(self) -> Pose: ...

    def lift(self, what: int) -> None:
        """Begin to take up pod `what` or the totes, or with NO_LOAD to set down. Done when pose().load == what."""

    def battery(self) -> float:
        """Wh."""


@runtime_checkable
class Charger(Protocol):
    """A body that has to be told to charge."""

    def charge(self, on: bool) -> None: ...


@runtime_checkable
class Placeable(Protocol):
    """A simulated body, which stands where the controller says and lives by its clock."""

    def place(self, welcome: Welcome) -> None: ...
