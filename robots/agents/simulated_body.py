"""Simulated bodies of drive units: the pose at any time is computed, not stepped, so that a thousand cost little.

A body stands in the middle of a cell, turns there, or is between two middles and so in both cells. It has fully entered a
cell at its middle. It continues while nobody asks: each pose() reports one cell or turn that has happened. Times are floor
seconds × tick_ms / 1000 / tick_s, so that a floor may run faster than life. A cell is 1 m.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Sequence

from layout.time_units import HOUR_S
from robots.agents.pilot import Pose
from robots.link.messages import Welcome
from robots.recording.frames import NO_LOAD
from robots.units.body import BodyParams

Occupied = Callable[[float, int, int], None]
"""Callback for each change: monotonic s, the cell, and the one being entered or -1."""

STANDING, EDGE, TURNING, LIFTING = range(4)
_PARAMS = BodyParams()


class SimulatedBody:
    """Base of both bodies: a route, a heading, a load and a battery. It is nowhere until it is placed."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        occupied: Occupied | None = None,
        params: BodyParams = _PARAMS,
    ) -> None:
        self._clock, self._occupied, self._params = clock, occupied, params
        self._cell, self._heading, self._load = -1, 0, NO_LOAD
        self._unreported = deque[tuple[int, int]]()
        """(cell, heading) of changes that pose() has not reported yet."""
        self._pose = Pose(-1, 0, moving=False, load=NO_LOAD)
        self._route = deque[int]()
        self._face, self._want = 0, NO_LOAD
        self._doing, self._until = STANDING, math.inf
        self._scale, self._tick_s, self._lift_s, self._width = 1.0, 1.0, 1.0, 1
        self._charging = False
        self._wh, self._wh_at, self._full_wh = 0.0, 0.0, 0.0

    def place(self, welcome: Welcome) -> None:
        """Put the body where the controller says, and run by the floor's clock."""
        now = self._clock()
        self._cell, self._heading, self._load = welcome.cell, welcome.heading, welcome.load
        self._face, self._want, self._width = welcome.heading, welcome.load, welcome.width
        self._tick_s, self._scale = welcome.tick_s, welcome.tick_ms / 1000.0 / welcome.tick_s
        self._lift_s = welcome.lift_s
        self._wh, self._wh_at = welcome.battery, now
        self._full_wh = max(self._params.battery_wh, welcome.battery)
        self._pose = Pose(self._cell, self._heading, moving=False, load=self._load)
        self._report_occupied(now, -1)

    @property
    def due(self) -> float:
        """Return the monotonic s of the next change of pose() that comes by itself; inf if there is none."""
        return -math.inf if self._unreported else self._until

    def drive(self, cells: Sequence[int], face: int) -> None:
        """Follow a route (see Body). ValueError, and nothing changes, if the cells leave the route before it can stop, or
        jump.
        """
        now = self._advance()
        new = list(cells)
        passed = self._passed()
        if new[: len(passed)] != passed:
            raise ValueError(f"route {new} given where {passed} are driven already")
        new = new[len(passed) :]
        if new != list(self._route):
            self._check(new, self._cells_to_stop(now))
            self._route = deque(new)
            if self._doing == EDGE:
                self._replan(now)
        self._face = face
        self._begin_if_standing(now)

    def stop(self) -> None:
        """Come to rest in the middle of the first cell in which it can stop; a turn that has begun is finished."""
        now = self._advance()
        needed = self._cells_to_stop(now)
        self._face = self._last_heading(needed)
        if needed < len(self._route):
            self._route = deque(list(self._route)[:needed])
            if self._doing == EDGE:
                self._replan(now)

    def pose(self) -> Pose:
        self._advance()
        before = self._pose
        cell, heading = self._unreported.popleft() if self._unreported else (self._cell, self._heading)
        moving = self._doing in (EDGE, TURNING) or bool(self._unreported)
        fault = "" if self._wh > 0.0 or self._charging or cell < 0 else "battery empty"
        after = (cell, heading, moving, self._load, fault)
        if after != (before.cell, before.heading, before.moving, before.load, before.fault):
            self._pose = Pose(*after)
        return self._pose

    def lift(self, what: int) -> None:
        """Begin a lift as soon as the body stands."""
        now = self._advance()
        self._want = what
        self._begin_if_standing(now)

    def battery(self) -> float:
        now = self._advance()
        if self._doing == STANDING:
            self._rest(now)
        return self._wh

    def charge(self, on: bool) -> None:
        """Charge while it stands; driving ends it."""
        now = self._advance()
        if self._doing == STANDING:
            self._rest(now)
            self._charging = on
            self._begin_if_standing(now)

    # Differences of the two bodies; both override these, so they are never called

    def _turn_s(self) -> float:
        """Return the floor seconds of a 90° turn."""
        raise NotImplementedError

    def _begin_edge(self, now: float) -> float:
        """Leave the middle of a cell for the next one; return the arrival time in monotonic s."""
        raise NotImplementedError

    def _replan(self, now: float) -> None:
        """Adapt to a route that has changed beyond the cell being entered."""

    def _cells_to_stop(self, now: float) -> int:  # noqa: ARG002 - DriveUnit looks at its speed now
        """Return the number of cells that must still be entered before it can stand."""
        return 1 if self._doing == EDGE else 0

    # Time

    def _advance(self) -> float:
        """Advance to the present time; return it."""
        now = self._clock()
        while self._until <= now:
            then, was = self._until, self._doing
            self._finish(then)
            self._begin(then)
            if was == EDGE and self._doing != EDGE:
                self._report_occupied(then, -1)
        return now

    def _finish(self, now: float) -> None:
        params = self._params
        if self._doing == EDGE:
            self._cell = self._route.popleft()
            self._unreported.append((self._cell, self._heading))
            cost = params.drive_empty_wh if self._load == NO_LOAD else params.drive_loaded_wh
        elif self._doing == TURNING:
            self._heading = self._turning_to()
            self._unreported.append((self._cell, self._heading))
            cost = params.turn_wh
        else:
            self._load = self._lifting
            cost = params.lift_wh
        self._draw(now, params.awake_w, cost)

    def _begin_if_standing(self, now: float) -> None:
        if self._doing == STANDING and self._cell >= 0:
            self._begin(now)

    def _begin(self, now: float) -> None:
        """Begin the next activity: the route, then the turn at its end, then the lift."""
        self._doing, self._until = STANDING, math.inf
        heading = self._heading_to(self._cell, self._route[0]) if self._route else self._face
        if not self._route and heading == self._heading and self._want == self._load:
            return
        self._rest(now)
        if self._wh <= 0.0:
            return
        self._charging = False
        if heading != self._heading:
            self._aim = heading
            self._doing, self._until = TURNING, now + self._turn_s() * self._scale
        elif self._route:
            self._doing, self._until = EDGE, self._begin_edge(now)
            self._report_occupied(now, self._route[0])
        else:
            self._lifting = self._want
            self._doing, self._until = LIFTING, now + self._lift_s * self._scale

    _aim = 0
    _lifting = NO_LOAD

    def _turning_to(self) -> int:
        """Return the heading after the 90° turn under way."""
        return (self._heading + (3 if (self._aim - self._heading) % 4 == 3 else 1)) % 4

    # Energy

    def _rest(self, now: float) -> None:
        watts = -self._params.charge_w if self._charging else self._params.asleep_w
        self._draw(now, watts, 0.0)

    def _draw(self, now: float, watts: float, wh: float) -> None:
        hours = (now - self._wh_at) / self._scale / HOUR_S
        self._wh = min(max(self._wh - watts * hours - wh, 0.0), self._full_wh)
        self._wh_at = now

    # The way

    def _passed(self) -> list[int]:
        """Return the cells entered that pose() has not reported yet; a turn is reported with its cell."""
        before, passed = self._pose.cell, []
        for cell, _ in self._unreported:
            if cell != before:
                passed.append(cell)
            before = cell
        return passed

    def _check(self, new: list[int], needed: int) -> None:
        route = list(self._route)
        if new[:needed] != route[:needed]:
            raise ValueError(f"route {new} given where it can't stop before {route[:needed]}")
        if new[: len(route)] == route:  # those were checked when they came
            before, new = (route[-1] if route else self._cell), new[len(route) :]
        else:
            before = self._cell
        for cell in new:
            self._heading_to(before, cell)
            before = cell

    def _heading_to(self, cell: int, other: int) -> int:
        step = other - cell
        if step == self._width:
            return 1
        if step == -self._width:
            return 3
        if step in (1, -1) and cell // self._width == other // self._width:
            return 0 if step == 1 else 2
        raise ValueError(f"cell {other} is not beside {cell}")

    def _last_heading(self, needed: int) -> int:
        """Return the heading after stopping in the last of `needed` cells; a turn that has begun is finished."""
        if not needed:
            return self._turning_to() if self._doing == TURNING else self._heading
        places = [self._cell, *self._route]
        return self._heading_to(places[needed - 1], places[needed])

    def _report_occupied(self, now: float, other: int) -> None:
        if self._occupied is not None:
            self._occupied(now, self._cell, other)
