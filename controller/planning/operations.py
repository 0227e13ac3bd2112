"""Operations: the short action sequences among which EPIBT lets a robot choose.

An operation is a sequence of `depth` actions. Sequences that visit the same cells at the same ticks and end with the
same heading are one operation, represented by the one that turns earliest. Yukhnevich and Andreychuk, "Enhancing PIBT
via Multi-Action Operations", AAAI 2026.
"""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from robots.units.fleet import Action

WAIT = 0
"""Number of the operation of waiting."""


@dataclass(frozen=True, slots=True, eq=False)
class Operations:
    """Operations as arrays.

    first: int8[ops], the action to take now. go: int8[4, ops, depth], by heading at the start, the heading of the move
    in each tick or -1. turned: int8[4, ops, depth], the heading after each tick. after: int16[ops], the operation that
    remains when the first action is done and a wait follows.
    """

    first: NDArray[np.int8]
    go: NDArray[np.int8]
    turned: NDArray[np.int8]
    after: NDArray[np.int16]

    @property
    def count(self) -> int:
        return len(self.first)

    @property
    def depth(self) -> int:
        return int(self.go.shape[2])


def operations(depth: int) -> Operations:
    """Return all operations of a depth, waiting first, then those that move early and far."""
    actions = (Action.FORWARD, Action.TURN_RIGHT, Action.TURN_LEFT, Action.WAIT)
    sequences: dict[tuple[object, ...], tuple[Action, ...]] = {}
    for sequence in product(actions, repeat=depth):
        if not _wasteful(sequence):
            sequences.setdefault(_trace(sequence), sequence)
    waiting = (Action.WAIT,) * depth
    number = {
        trace: index for index, trace in enumerate([_trace(waiting), *(t for t in sequences if t != _trace(waiting))])
    }
    ordered = [sequences[trace] for trace in number]
    after = [number.get(_trace((*sequence[1:], Action.WAIT)), WAIT) for sequence in ordered]
    go = np.array([[_moves(sequence, heading) for sequence in ordered] for heading in range(4)], np.int8)
    turned = np.array([[_headings(sequence, heading) for sequence in ordered] for heading in range(4)], np.int8)
    return Operations(np.array([s[0] for s in ordered], np.int8), go, turned, np.array(after, np.int16))


def _wasteful(sequence: tuple[Action, ...]) -> bool:
    """Return whether turns undo each other, or three stand for one, or two left for two right."""
    turns = [action for action in sequence if action != Action.WAIT]
    for first, second in pairwise(turns):
        if {first, second} == {Action.TURN_RIGHT, Action.TURN_LEFT} or first == second == Action.TURN_LEFT:
            return True
    return any(a == b == c == Action.TURN_RIGHT for a, b, c in zip(turns, turns[1:], turns[2:], strict=False))


def _headings(sequence: tuple[Action, ...], heading: int) -> list[int]:
    turn = {Action.TURN_RIGHT: 1, Action.TURN_LEFT: 3}
    turned = []
    for action in sequence:
        heading = (heading + turn.get(action, 0)) % 4
        turned.append(heading)
    return turned


def _moves(sequence: tuple[Action, ...], heading: int) -> list[int]:
    headings = [heading, *_headings(sequence, heading)]
    return [headings[t] if action == Action.FORWARD else -1 for t, action in enumerate(sequence)]


def _trace(sequence: tuple[Action, ...]) -> tuple[object, ...]:
    """Return what distinguishes operations: the moves by tick, and the final heading."""
    return (*_moves(sequence, 0), _headings(sequence, 0)[-1])
