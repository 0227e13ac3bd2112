"""What people have to look at before the floor may use it again, and the failures in a row that lead there."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from layout.floor import Floor
from robots.units.fleet import Action
from robots.wording.formatting import cell_at

_STILL = (Action.SET_DOWN, Action.FORWARD)
"""A robot that can't do these stands."""


class Kind(StrEnum):
    POD = "pod"
    ROBOT = "robot"
    CHARGER = "charger"
    OUTFEED = "outfeed"


class Thing(NamedTuple):
    """number: of the pod or the robot, cell of the charger, index of the station whose outfeed it is."""

    kind: Kind
    number: int


class Tries(NamedTuple):
    """Failures in a row of one action in one task, -1 for a drive without one."""

    action: Action
    task: int
    failures: int


@dataclass(slots=True)
class OutOfService:
    """reasons: why, by thing, in the order in which they were taken out of service. actions: {robot: what it can't do}.

    tries: the robots' failures under way. suspects: {(robot, action): things} that were taken out because of this robot
    since it last succeeded in that. again_at: {robot: tick} before which it doesn't try again.
    """

    reasons: dict[Thing, str] = field(default_factory=dict)
    actions: dict[int, Action] = field(default_factory=dict)
    tries: dict[int, Tries] = field(default_factory=dict)
    suspects: dict[tuple[int, Action], list[Thing]] = field(default_factory=dict)
    again_at: dict[int, int] = field(default_factory=dict)

    def numbers(self, kind: Kind) -> list[int]:
        """Numbers of the things of a kind that are out of service, ascending."""
        return sorted(thing.number for thing in self.reasons if thing.kind == kind)

    def has(self, kind: Kind, number: int) -> bool:
        return Thing(kind, number) in self.reasons

    @property
    def standing(self) -> list[int]:
        """Robots that must not be moved: they can't set down what they carry, or can't drive."""
        return [robot for robot, action in self.actions.items() if action in _STILL]

    @property
    def uncharged(self) -> list[int]:
        """Robots that aren't sent to charge: it has failed at more than one charger."""
        return [robot for robot, action in self.actions.items() if action in (Action.CHARGE, *_STILL)]

    def forget_robot(self, robot: int) -> None:
        """It is back in service, or will never be: nothing of before counts."""
        self.reasons.pop(Thing(Kind.ROBOT, robot), None)
        self.actions.pop(robot, None)
        self.tries.pop(robot, None)
        self.again_at.pop(robot, None)
        for action in Action:
            self.suspects.pop((robot, action), None)


def named(floor: Floor, thing: Thing) -> str:
    """Return a thing in words: "pod 12", "the charger at (4, 7)", "the outfeed of pick-1"."""
    if thing.kind == Kind.CHARGER:
        return f"the charger at {cell_at(thing.number, floor.grid.width)}"
    if thing.kind == Kind.OUTFEED:
        return f"the outfeed of {floor.stations[thing.number].id}"
    return f"{thing.kind} {thing.number}"
