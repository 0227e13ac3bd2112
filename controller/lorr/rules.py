"""Rules of the League of Robot Runners (2024): actions, errands, the pool of open tasks, and the cost of late or wrong plans.

Robots start facing east. A joint action is carried out whole or, if one action in it is wrong, not at all. The pool has
one slot for each open task, numTasksReveal × teamSize of them; a finished task's slot is given to the next task of the
list, which starts again at its end. A task belongs to one robot from its first errand on; until then it may change
robots.
"""

from dataclasses import dataclass, field
from math import ceil

import numpy as np
from numpy.typing import NDArray

from layout.formats.lorr import LorrProblem
from layout.grid import CellKind, steps

WAIT, FORWARD, RIGHT, LEFT = range(4)
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class LeagueMap:
    """Map of a problem: step int32[4]; exits uint8[cells], bit h set if a cell may be left by heading h.

    row, col: int32[cells].
    """

    height: int
    width: int
    free: NDArray[np.bool_]
    exits: NDArray[np.uint8]
    step: NDArray[np.int32]
    row: NDArray[np.int32]
    col: NDArray[np.int32]

    @classmethod
    def of(cls, problem: LorrProblem) -> "LeagueMap":
        grid = problem.floor.grid
        free = (grid.kind != CellKind.WALL).reshape(grid.height, grid.width)
        exits = np.zeros(free.shape, np.uint8)
        exits[:, :-1] |= (free[:, :-1] & free[:, 1:]) * np.uint8(1)
        exits[:-1] |= (free[:-1] & free[1:]) * np.uint8(2)
        exits[:, 1:] |= (free[:, 1:] & free[:, :-1]) * np.uint8(4)
        exits[1:] |= (free[1:] & free[:-1]) * np.uint8(8)
        row, col = np.divmod(np.arange(grid.cells, dtype=np.int32), np.int32(grid.width))
        step = np.array(steps(grid.width), np.int32)
        return cls(grid.height, grid.width, free.reshape(-1), exits.reshape(-1), step, row, col)


@dataclass(slots=True, eq=False)
class Log:
    """Log of a run for its result file. Lists by step; schedules by robot, (step, task or -1)."""

    actual: list[NDArray[np.int8]] = field(default_factory=list)
    planned: list[NDArray[np.int8]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    events: list[tuple[int, int, int, int]] = field(default_factory=list)
    released: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int, int, str]] = field(default_factory=list)
    schedule_errors: list[tuple[int, int, int, str]] = field(default_factory=list)
    changes: list[tuple[int, int, int]] = field(default_factory=list)
    late: int = 0


class League:
    """State of a run, and its changes.

    cell int32, heading int8, slot int32 (of the pool, or NOBODY), all over robots. Over slots: task (its number), begin
    and size (of its errands in `errands`), done (errands), robot.
    """

    def __init__(self, problem: LorrProblem) -> None:
        self.ground = LeagueMap.of(problem)
        self.cell = problem.starts.astype(np.int32)
        self.heading = np.zeros(len(self.cell), np.int8)
        self.slot = np.full(len(self.cell), NOBODY, np.int32)
        self.errands = np.concatenate(problem.tasks).astype(np.int32)
        sizes = np.array([len(task) for task in problem.tasks], np.int32)
        self._sizes, self._begins = sizes, (np.cumsum(sizes) - sizes).astype(np.int32)
        slots = ceil(problem.reveal * len(self.cell))
        self.task = np.zeros(slots, np.int64)
        self.begin = np.zeros(slots, np.int32)
        self.size = np.zeros(slots, np.int32)
        self.done = np.zeros(slots, np.int32)
        self.robot = np.full(slots, NOBODY, np.int32)
        self.step_number = 0
        self.finished = 0
        self.log = Log()
        self._next = 0
        for slot in range(slots):
            self._release(slot)

    @property
    def robots(self) -> int:
        return len(self.cell)

    def goal(self) -> NDArray[np.int32]:
        """Return int32[robots]: the cell of each robot's next errand, -1 without a task."""
        slot = np.maximum(self.slot, 0)
        return np.where(self.slot >= 0, self.errands[self.begin[slot] + self.done[slot]], -1).astype(np.int32)

    def wait(self, steps: int) -> None:
        """Let all robots wait because of a late plan."""
        still = np.zeros(self.robots, np.int8)
        for _ in range(steps):
            self.log.late += 1
            self.log.planned.append(still)
            self._carry_out(still)

    def assign(self, slot: NDArray[np.int32]) -> None:
        """Apply a schedule (slots of the pool by robot), or log its fault and keep the old one."""
        if fault := self._schedule_fault(slot):
            self.log.schedule_errors.append((-1, fault[0], self.step_number, fault[1]))
            return
        for robot in np.flatnonzero(slot != self.slot).tolist():
            number = int(self.task[slot[robot]]) if slot[robot] >= 0 else NOBODY
            self.log.changes.append((self.step_number, robot, number))
        self.robot[:] = NOBODY
        has = np.flatnonzero(slot >= 0)
        self.robot[slot[has]] = has
        self.slot = slot.astype(np.int32)

    def act(self, action: NDArray[np.int8]) -> None:
        """Carry out a joint action, or none of it if one action is wrong."""
        self.log.planned.append(action)
        faults = self.faults(action)
        self.log.errors += [(a, b, self.step_number + 1, why) for a, b, why in faults]
        self._carry_out(np.zeros_like(action) if faults else action)

    def faults(self, action: NDArray[np.int8]) -> list[tuple[int, int, str]]:
        """Return why a joint action cannot be carried out: robots (second or -1) and the league's term for it."""
        ahead, blocked = self._ahead(action)
        if blocked.any():
            return [(int(robot), -1, "unallowed move") for robot in np.flatnonzero(blocked)]
        order = np.argsort(ahead, kind="stable")
        same = np.flatnonzero(ahead[order[1:]] == ahead[order[:-1]])
        met = [(int(order[i]), int(order[i + 1]), "vertex conflict") for i in same]
        stood = np.full(len(self.ground.free), NOBODY, np.int32)
        stood[self.cell] = np.arange(self.robots)
        other = stood[ahead]
        robot = np.arange(self.robots)
        swap = (other > robot) & (ahead[np.maximum(other, 0)] == self.cell)
        return met + [(int(a), int(other[a]), "edge conflict") for a in np.flatnonzero(swap)]

    def _ahead(self, action: NDArray[np.int8]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Return the robots' next cells, and which robots would leave the free cells."""
        moves = action == FORWARD
        blocked = moves & ((self.ground.exits[self.cell] >> self.heading & 1) == 0)
        go = moves & ~blocked
        return (self.cell + np.where(go, self.ground.step[self.heading], 0)).astype(np.int32), blocked

    def _carry_out(self, action: NDArray[np.int8]) -> None:
        self.cell, _ = self._ahead(action)
        turn = np.array([0, 0, 1, 3], np.int8)[action]
        self.heading = ((self.heading + turn) & 3).astype(np.int8)
        self.step_number += 1
        self.log.actual.append(action)
        for robot in np.flatnonzero(self.cell == self.goal()).tolist():
            slot = int(self.slot[robot])
            self.done[slot] += 1
            self.log.events.append((self.step_number, robot, int(self.task[slot]), int(self.done[slot])))
            if self.done[slot] == self.size[slot]:
                self.finished += 1
                self.slot[robot] = NOBODY
                self._release(slot)

    def _release(self, slot: int) -> None:
        """Give a slot of the pool to the next task."""
        which = self._next % len(self._sizes)
        self.task[slot], self.begin[slot], self.size[slot] = self._next, self._begins[which], self._sizes[which]
        self.done[slot] = 0
        self.robot[slot] = NOBODY
        self.log.released.append((self._next, self.step_number))
        self._next += 1

    def _schedule_fault(self, slot: NDArray[np.int32]) -> tuple[int, str] | None:
        given = slot[slot >= 0]
        if len(given) != len(np.unique(given)) or (given >= len(self.task)).any():
            return -1, "task given twice or not open"
        begun = (self.slot >= 0) & (self.done[np.maximum(self.slot, 0)] > 0) & (slot != self.slot)
        if begun.any():
            return int(np.flatnonzero(begun)[0]), "task begun"
        taken = np.flatnonzero((self.done > 0) & (self.robot >= 0))
        wrong = taken[~np.isin(taken, slot[self.robot[taken]])]
        return (int(self.robot[wrong[0]]), "task begun by another") if len(wrong) else None
