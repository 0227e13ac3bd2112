"""The simulated fleet: the bodies of `robots.units.body` as arrays, one call a tick for thousands of drive units."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from layout.grid import steps
from robots.recording.frames import NO_LOAD
from robots.units.action_faults import ActionFault, ActionFaults
from robots.units.body import BodyParams
from robots.units.fleet import Action, Grants, Reports

_WAIT, _FORWARD, _RIGHT, _LEFT, _LIFT, _SET_DOWN, _CHARGE = map(int, Action)
"""Plain integers: numpy takes four times as long for an enum's member."""


class SimFleet:
    """Simulated fleet in process. Faults begin before the tick they are set for, so that tick's reports show them.

    cell, heading: where the robots start. width: of the grid, in cells. battery_wh: charge at the start. faults: (tick,
    robot, ticks) each; ticks < 0 means forever. action_faults: actions that fail. charger_power: ratio to the chargers'
    normal power.
    """

    def __init__(
        self,
        params: BodyParams,
        cell: NDArray[np.int32],
        width: int,
        battery_wh: NDArray[np.float64],
        faults: Iterable[tuple[int, int, int]] = (),
        action_faults: Iterable[ActionFault] = (),
    ) -> None:
        count = len(cell)
        self._params = params
        self._step = np.array(steps(width), np.int32)
        self.cell = cell.astype(np.int32)
        self.heading = np.zeros(count, np.int8)
        self.load = np.full(count, NO_LOAD, np.int32)
        self.battery_wh = battery_wh.astype(np.float64)
        self.drawn_wh = np.zeros(count)
        self._lifting = np.zeros(count, np.int16)
        self._what = np.full(count, NO_LOAD, np.int32)
        self._stopped_for = np.zeros(count, np.int32)
        self.charger_power = 1.0
        self._dead = np.zeros(count, bool)
        self._paused = np.zeros(count, bool)
        self._all_paused = False
        self._tick = 0
        self._action_faults = ActionFaults(action_faults)
        self._failed = np.zeros(count, np.int8)
        self._faults: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for tick, robot, ticks in faults:
            self._faults[tick].append((robot, ticks))

    def pause(self, robot: int | None) -> None:
        """Pause a robot, or with None all; they continue what they have begun once they are resumed."""
        if robot is None:
            self._all_paused = True
        else:
            self._paused[robot] = True

    def resume(self, robot: int | None) -> None:
        """Resume a robot; with None all robots but those paused one by one."""
        if robot is None:
            self._all_paused = False
        else:
            self._paused[robot] = False

    def receive(self) -> Reports:
        """Return the state before the coming tick; faults set for it have begun."""
        for robot, ticks in self._faults.pop(self._tick, ()):
            if ticks < 0:
                self._dead[robot] = True
            else:
                self._stopped_for[robot] = max(self._stopped_for[robot], ticks)
        self._failed[self._action_faults.undriven(self._tick)] = _FORWARD
        failed, self._failed = self._failed, np.zeros_like(self._failed)
        return Reports(
            self.cell.copy(),
            self.heading.copy(),
            self.load.copy(),
            self.battery_wh.copy(),
            (self._stopped_for > 0) | self._paused | (self.battery_wh <= 0.0),
            self._dead.copy(),
            np.full_like(self._dead, self._all_paused),
            np.full_like(self._dead, self._all_paused),
            np.empty(0, np.int32),
            failed,
            np.zeros_like(self._dead),
            np.zeros_like(self._dead),
            np.empty(0, np.int32),
        )

    def send(self, grants: Grants) -> None:
        """Advance by one tick."""
        params, action = self._params, grants.action
        held = ~self._dead & ((self._stopped_for > 0) | self._paused | self._all_paused)
        able = ~self._dead & ~held & (self.battery_wh > 0.0)
        busy = able & (self._lifting > 0)
        free = able & ~busy
        draw = np.zeros(len(action))

        begin = free & ((action == _LIFT) | (action == _SET_DOWN))
        self._what[begin] = np.where(action == _LIFT, grants.what, NO_LOAD)[begin]
        self._lifting[begin] = params.lift_ticks
        draw[begin] += params.lift_wh
        self._lift_on(busy | begin)
        self._drive(free, action, draw)

        charging = free & (action == _CHARGE)
        charging &= ~self._fail(Action.CHARGE, charging, self.load)
        asleep = held | (able & (action == _WAIT) & (self._lifting == 0) & ~charging)
        awake = able & ~asleep & ~charging
        draw[asleep] += params.asleep_w * params.tick_s / 3600.0
        draw[awake] += params.awake_w * params.tick_s / 3600.0
        self.battery_wh = np.maximum(0.0, self.battery_wh - draw)
        charge = params.charge_w * self.charger_power * params.tick_s / 3600.0
        self.battery_wh[charging] = np.minimum(params.battery_wh, self.battery_wh[charging] + charge)
        self.drawn_wh += draw
        self._stopped_for[held & (self._stopped_for > 0)] -= 1
        self._tick += 1

    def _lift_on(self, lifting: NDArray[np.bool_]) -> None:
        self._lifting[lifting] -= 1
        done = lifting & (self._lifting == 0)
        rising = self._what != NO_LOAD
        failed = self._fail(Action.LIFT, done & rising, self._what)
        failed |= self._fail(Action.SET_DOWN, done & ~rising, self.load)
        done &= ~failed
        self.load[done] = self._what[done]

    def _fail(self, action: Action, trying: NDArray[np.bool_], pod: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return bool[robots]: robots whose action fails; they will report it."""
        failed = self._action_faults.fail(action, self._tick, trying, pod, self.cell)
        self._failed[failed] = action
        return failed

    def _drive(self, free: NDArray[np.bool_], action: NDArray[np.int8], draw: NDArray[np.float64]) -> None:
        ahead = free & (action == _FORWARD)
        self.cell[ahead] += self._step[self.heading[ahead]]
        loaded = self.load[ahead] != NO_LOAD
        draw[ahead] += np.where(loaded, self._params.drive_loaded_wh, self._params.drive_empty_wh)
        for turn, by in ((_RIGHT, 1), (_LEFT, 3)):
            turning = free & (action == turn)
            self.heading[turning] = (self.heading[turning] + by) % 4
            draw[turning] += self._params.turn_wh
