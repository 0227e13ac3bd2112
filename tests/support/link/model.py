"""A floor on paper: link, pilots, crude bodies and a network that loses, doubles, delays and reorders, all from one seed.

It knows where bodies truly are and looks, at each moment, for two in one cell. Bodies and network share no code with the
product, and what is durable is kept as a crash would leave it.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from controller.link.link import Link
from controller.link.sessions import LinkParams, Sender
from robots.agents.pilot import Pilot, Pose
from robots.link.messages import encode, read_controller, read_robot
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Action, Grants
from tests.support.link.link_rig import reports

SIDE = 7
ROBOTS = 8
STEP_S = 0.1
TICK = 5
"""Steps a tick."""


@dataclass(frozen=True)
class Chances:
    """Rates of faults: loss and duplication per message; largest delay in steps; crashes of the controller, reboots and
    freezes per step.
    """

    loss: float = 0.3
    double: float = 0.2
    delay: int = 12
    crash: float = 0.01
    reboot: float = 0.003
    freeze: float = 0.003
    replan: float = 0.15


CALM = Chances(0.0, 0.0, 1, 0.0, 0.0, 0.0, 0.0)


class CrudeBody:
    """Between two cells it is in both. It turns and moves in random time, and never where it wasn't told."""

    def __init__(self, cell: int, dice: random.Random) -> None:
        self.cell, self.next, self.heading = cell, -1, 0
        self.routing_id: list[int] = []
        self.face = 0
        self.load = NO_LOAD
        self._dice = dice

    def live(self) -> None:
        if self._dice.random() > (0.2 if self.next >= 0 else 0.6):
            return
        if self.next >= 0:
            self.cell, self.next = self.next, -1
        elif self.routing_id:
            self.next = self.routing_id.pop(0)
            self.heading = {1: 0, SIDE: 1, -1: 2, -SIDE: 3}[self.next - self.cell]
        else:
            self.heading = self.face

    @property
    def cells(self) -> list[int]:
        return [self.cell] if self.next < 0 else [self.cell, self.next]

    def drive(self, cells: Sequence[int], face: int) -> None:
        self.routing_id, self.face = list(cells), face
        if self.next >= 0 and self.routing_id and self.routing_id[0] == self.next:
            self.routing_id.pop(0)

    def stop(self) -> None:
        self.routing_id, self.face = [], self.heading

    def pose(self) -> Pose:
        moving = self.next >= 0 or bool(self.routing_id) or self.heading != self.face
        return Pose(self.cell, self.heading, moving, self.load)

    def lift(self, what: int) -> None:
        self.load = what

    def battery(self) -> float:
        return 100.0


class World:
    """Run `steps`; `collisions` counts moments with two bodies in one cell. The keyword arguments are for the mutants."""

    def __init__(
        self,
        seed: int,
        chances: Chances,
        *,
        link: type[Link] = Link,
        pilot: type[Pilot] = Pilot,
        body: type[CrudeBody] = CrudeBody,
        recover: Callable[[dict[int, bytes], dict[int, bytes]], dict[int, bytes]] = lambda _, rows: rows,
    ) -> None:
        self.dice = random.Random(seed)
        self.chances = chances
        self.collisions = 0
        self.step_number = 0
        self.moved: Counter[int] = Counter()
        self._link, self._pilot, self._recover = link, pilot, recover
        self._starts = self.dice.sample(range(SIDE * SIDE), ROBOTS)
        self.bodies = [body(cell, self.dice) for cell in self._starts]
        self.pilots = [self._boot(number) for number in range(ROBOTS)]
        self._frozen = [0] * ROBOTS
        self._air: list[tuple[int, int, int, bytes]] = []
        self._sent = 0
        self._rows: dict[int, bytes] = {}
        self._tick_rows: dict[int, bytes] = {}
        self.term = 0
        self.link = self._start()

    @property
    def now(self) -> float:
        return self.step_number * STEP_S

    def run(self, steps: int) -> "World":
        for _ in range(steps):
            self._step()
        return self

    def calm(self) -> None:
        self.chances = CALM

    def _boot(self, number: int) -> Pilot:
        return self._pilot(number, self.bodies[number], self.dice.getrandbits(40))

    def _start(self) -> Link:
        self.term += 1
        rows = self._recover(self._tick_rows, self._rows)
        params = LinkParams(ahead=3, lost_s=1e9)
        return self._link(
            reports(self._starts, battery_wh=100.0), SIDE, np.ones(SIDE * SIDE, bool), self.term, params, rows.items()
        )

    def _step(self) -> None:
        self.step_number += 1
        self._deliver()
        if self.step_number % 3 == 0:
            self.link.beat(self.now)
        if self.step_number % TICK == 0:
            self._plan()
        self._flush(tick=self.step_number % TICK == 0)
        for robot in range(ROBOTS):
            self._live(robot)
        if self.dice.random() < self.chances.crash:
            if self.dice.random() < 0.5:
                self._flush(tick=False, send=self.dice.random() < 0.5)
            self.link = self._start()
        count = Counter(cell for body in self.bodies for cell in body.cells)
        self.collisions += any(number > 1 for number in count.values())

    def _deliver(self) -> None:
        due = sorted(item for item in self._air if item[0] <= self.step_number)
        self._air = [item for item in self._air if item[0] > self.step_number]
        for _, _, robot, data in due:
            if robot < 0:
                self.link.handle(Sender(b"%d" % ~robot), read_robot(data), self.now)
            elif self._frozen[robot] <= self.step_number:
                self.pilots[robot].receive(read_controller(data), self.now)

    def _live(self, robot: int) -> None:
        body, dice = self.bodies[robot], self.dice
        before = body.cell
        body.live()
        self.moved[robot] += body.cell != before
        if dice.random() < self.chances.freeze:
            self._frozen[robot] = self.step_number + dice.randrange(10, 80)
        if dice.random() < self.chances.reboot:
            body.stop()
            self.pilots[robot] = self._boot(robot)
        if self._frozen[robot] > self.step_number:
            return
        pilot = self.pilots[robot]
        if pilot.connected and self.now - pilot.heard_at > 3:
            pilot.lost()
        pilot.step(self.now)
        for message in pilot.outbox:
            self._post(~robot, encode(message))
        pilot.outbox.clear()

    def _flush(self, *, tick: bool, send: bool = True) -> None:
        rows, messages = self.link.take(self.now)
        messages += self.link.take_immediate()
        self._rows |= dict(rows)
        if tick:
            self._tick_rows = dict(self._rows)
        for routing_id, message in messages if send else ():
            self._post(int(routing_id), encode(message))

    def _post(self, to: int, data: bytes) -> None:
        for _ in range(1 + (self.dice.random() < self.chances.double)):
            if self.dice.random() >= self.chances.loss:
                self._sent += 1
                delay = 1 + self.dice.randrange(self.chances.delay)
                self._air.append((self.step_number + delay, self._sent, to, data))

    def _plan(self) -> None:
        """A random walk that a planner could have made: nobody into a cell that another ends in, nobody changes places."""
        dice = self.dice
        if dice.random() < self.chances.replan:
            self.link.cancel_through(set(dice.sample(range(SIDE * SIDE), 6)))
        seen = self.link.collect()
        assert len(set(seen.cell.tolist())) == ROBOTS, "two robots planned to be in one cell"
        action = np.zeros(ROBOTS, np.int8)
        target = seen.cell.tolist()
        for robot in range(ROBOTS):
            if seen.busy[robot] or seen.stopped[robot]:
                continue
            cell, heading = int(seen.cell[robot]), int(seen.heading[robot])
            row, col = divmod(cell, SIDE)
            row, col = row + (0, 1, 0, -1)[heading], col + (1, 0, -1, 0)[heading]
            if dice.random() < 0.75 and 0 <= row < SIDE and 0 <= col < SIDE:
                action[robot], target[robot] = Action.FORWARD, row * SIDE + col
            elif dice.random() < 0.8:
                action[robot] = dice.choice((Action.TURN_LEFT, Action.TURN_RIGHT))
        _take_back(seen.cell.tolist(), action, target)
        self.link.commit(Grants(action, np.full(ROBOTS, NO_LOAD, np.int32)))


def _take_back(cell: list[int], action: "np.ndarray[tuple[int], np.dtype[np.int8]]", target: list[int]) -> None:
    """Take moves back until no two end in one cell or change places."""
    tenant = {place: robot for robot, place in enumerate(cell)}
    again = True
    while again:
        again = False
        count = Counter(target)
        for robot in range(ROBOTS):
            other = tenant.get(target[robot], robot)
            swap = other != robot and target[other] == cell[robot]
            if target[robot] != cell[robot] and (count[target[robot]] > 1 or swap):
                action[robot], target[robot] = Action.WAIT, cell[robot]
                again = True
