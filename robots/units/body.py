"""One drive unit in plain Python: the slow, simple body that the fleet's arrays are tested against.

Its figures are plausible, not measured: a 150 kg drive unit with a 450 kg pod, rolling resistance 0.02, 50 W of electronics
while it works, 10 W while it stands [our arithmetic, from the masses and speeds in RAWSim-O].
"""

from dataclasses import dataclass

from layout.grid import steps
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Action

_DRIVE_WH = {False: 0.015, True: 0.060}
"""Energy of one cell empty and loaded: m·g·0.02·1 m for 150 and 600 kg is 0.008 and 0.033 Wh, about doubled for starts and
losses.
"""


@dataclass(frozen=True, slots=True)
class BodyParams:
    """Parameters of a drive unit. tick_s: seconds a tick. lift_ticks: ticks to lift and to set down. Energies in Wh, charge_w
    in W.
    """

    tick_s: float = 1.0
    lift_ticks: int = 3
    battery_wh: float = 500.0
    charge_w: float = 900.0
    drive_empty_wh: float = _DRIVE_WH[False]
    drive_loaded_wh: float = _DRIVE_WH[True]
    turn_wh: float = 0.010
    lift_wh: float = 0.120
    """Energy to raise 450 kg by 5 cm at half efficiency."""
    awake_w: float = 50.0
    asleep_w: float = 10.0


@dataclass(slots=True)
class Body:
    """State of one drive unit. `lifting` counts the ticks left of a lift or set-down, `what` is its load after it."""

    params: BodyParams
    cell: int
    heading: int
    width: int
    battery_wh: float
    load: int = NO_LOAD
    lifting: int = 0
    what: int = NO_LOAD
    stopped_for: int = 0
    dead: bool = False
    drawn_wh: float = 0.0

    def act(self, action: Action, what: int) -> None:
        """Advance by one tick: do the action, unless a lift is under way, a fault stops the unit or its battery is flat."""
        if self.dead:
            return
        if self.stopped_for > 0:
            self.stopped_for -= 1
            self._draw(self.params.asleep_w * self.params.tick_s / 3600.0)
            return
        if self.battery_wh <= 0.0:
            return
        if self.lifting > 0:
            self._lift_on()
        elif action in (Action.LIFT, Action.SET_DOWN):
            self.what = what if action == Action.LIFT else NO_LOAD
            self.lifting = self.params.lift_ticks
            self._draw(self.params.lift_wh)
            self._lift_on()
        elif action == Action.CHARGE:
            charge = self.params.charge_w * self.params.tick_s / 3600.0
            self.battery_wh = min(self.params.battery_wh, self.battery_wh + charge)
            return
        else:
            self._drive(action)
        watts = self.params.asleep_w if action == Action.WAIT and self.lifting == 0 else self.params.awake_w
        self._draw(watts * self.params.tick_s / 3600.0)

    def _lift_on(self) -> None:
        self.lifting -= 1
        if self.lifting == 0:
            self.load = self.what

    def _drive(self, action: Action) -> None:
        if action == Action.FORWARD:
            self.cell += steps(self.width)[self.heading]
            loaded = self.load != NO_LOAD
            self._draw(self.params.drive_loaded_wh if loaded else self.params.drive_empty_wh)
        elif action in (Action.TURN_RIGHT, Action.TURN_LEFT):
            self.heading = (self.heading + (1 if action == Action.TURN_RIGHT else 3)) % 4
            self._draw(self.params.turn_wh)

    def _draw(self, wh: float) -> None:
        self.battery_wh = max(0.0, self.battery_wh - wh)
        self.drawn_wh += wh
