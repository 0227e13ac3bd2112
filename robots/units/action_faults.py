"""Injected action failures of a simulated fleet: lifts, set-downs, drives, and chargers without power."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from robots.units.fleet import Action

DRIVE_AGAIN = 10
"""Ticks between two failure reports of a robot that is ordered to drive and doesn't."""


@dataclass(frozen=True, slots=True)
class ActionFault:
    """Action that fails in the ticks begin … end - 1. robot, pod, cell: those concerned, -1 for any."""

    action: Action
    begin: int
    end: int
    robot: int = -1
    pod: int = -1
    cell: int = -1


class ActionFaults:
    """All action faults of a fleet."""

    def __init__(self, faults: Iterable[ActionFault]) -> None:
        self._faults = tuple(faults)

    def fail(
        self, action: Action, tick: int, trying: NDArray[np.bool_], pod: NDArray[np.int32], cell: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Return bool[robots]: robots whose action fails. pod, cell: the pod and cell of each action."""
        failing = np.zeros_like(trying)
        for fault in self._faults:
            if fault.action == action and fault.begin <= tick < fault.end:
                concerned = trying.copy()
                if fault.robot >= 0:
                    concerned &= np.arange(len(trying)) == fault.robot
                if fault.pod >= 0:
                    concerned &= pod == fault.pod
                if fault.cell >= 0:
                    concerned &= cell == fault.cell
                failing |= concerned
        return failing

    def undriven(self, tick: int) -> list[int]:
        """Return the robots that report in this tick that they were ordered to drive and didn't."""
        driving = [
            fault for fault in self._faults if fault.action == Action.FORWARD and fault.begin <= tick < fault.end
        ]
        return [fault.robot for fault in driving if (tick - fault.begin) % DRIVE_AGAIN == 0]
