"""Data exchanged by controller and fleet each tick, as columns over all robots: grants down, reports up."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Action(IntEnum):
    """Action of a drive unit in one tick. Lifting and setting down continue by themselves once begun."""

    WAIT = 0
    FORWARD = 1
    TURN_RIGHT = 2
    TURN_LEFT = 3
    LIFT = 4
    """Lift the pod above, or the totes of the outfeed."""
    SET_DOWN = 5
    """Set the pod down, or hand the totes over."""
    CHARGE = 6


@dataclass(frozen=True, slots=True, eq=False)
class Grants:
    """Actions of a tick. action: int8[robots], an Action each. what: int32[robots], for LIFT the pod or frames.TOTES, else
    unused.
    """

    action: NDArray[np.int8]
    what: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """Reports of a tick. cell, heading, load (pod, NO_LOAD or TOTES): position and load. battery_wh: remaining energy.

    stopped: a fault holds it for now. dead: it will not move again. behind: it is still driving to that cell and heading, or
    busy otherwise, and can't begin work there. busy: it is so far behind that nothing more may be planned for it. trailing:
    robot, cell, robot, cell … in which stopped or dead robots may be instead of in their cell. failed: the Action that failed
    since the last reports, 0 for none. offline: it is silent. misloaded: it reports another load than `load`. elsewhere:
    robot, cell, robot, cell … of robots that report themselves where they can't be.
    """

    cell: NDArray[np.int32]
    heading: NDArray[np.int8]
    load: NDArray[np.int32]
    battery_wh: NDArray[np.float64]
    stopped: NDArray[np.bool_]
    dead: NDArray[np.bool_]
    behind: NDArray[np.bool_]
    busy: NDArray[np.bool_]
    trailing: NDArray[np.int32]
    failed: NDArray[np.int8]
    offline: NDArray[np.bool_]
    misloaded: NDArray[np.bool_]
    elsewhere: NDArray[np.int32]


class Fleet(Protocol):
    """Interface of a fleet: simulated in process, or on the network."""

    def send(self, grants: Grants) -> None:
        """Send the grants of the coming tick."""

    def receive(self) -> Reports:
        """Return the latest reports of all robots."""
