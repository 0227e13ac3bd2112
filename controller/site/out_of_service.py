"""Things that people have to check before the floor may use them again, and the failures in a row that lead there."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from layout.floor import Floor
from robots.units.fleet import Action
from robots.wording.formatting import cell_at

_STILL = (Action.SET_DOWN, Action.FORWARD)
"""Actions without which a robot stands still."""


class Kind(StrEnum):
    POD = "pod"
    ROBOT = "robot"
    CHARGER = "charger"
    OUTFEED = "outfeed"


class Thing(NamedTuple):
    """Thing that can be taken out of service.

    number: of the pod or robot, cell of the charger, or index of the station whose outfeed it is.
    """

    kind: Kind
    number: int


class Tries(NamedTuple):
    """Failures in a row of one action in one task, -1 for a drive without a task."""

    action: Action
    task: int
    failures: int


@dataclass(slots=True)
class OutOfService:
    """Things out of service, and failures under way.

    reasons: by thing, in the order in which they were taken out of service. actions: {robot: action it cannot do}.
    tries: failures in a row of each robot. suspects: {(robot, action): things} taken out of service because of this
    robot since it last succeeded in that action. again_at: {robot: tick} before which it does not try again.
    """

    reasons: dict[Thing, str] = field(default_factory=dict)
    actions: dict[int, Action] = field(default_factory=dict)
    tries: dict[int, Tries] = field(default_factory=dict)
    suspects: dict[tuple[int, Action], list[Thing]] = field(default_factory=dict)
    again_at: dict[int, int] = field(default_factory=dict)

    def numbers(self, kind: Kind) -> list[int]:
        """Return the numbers of the things of a kind that are out of service, ascending."""
        return sorted(thing.number for thing in self.reasons if thing.kind == kind)

    def has(self, kind: Kind, number: int) -> bool:
        return Thing(kind, number) in self.reasons

    @property
    def standing(self) -> list[int]:
        """Return the robots that must not be moved: they cannot set down their load, or cannot drive."""
        return [robot for robot, action in self.actions.items() if action in _STILL]

    @property
    def uncharged(self) -> list[int]:
        """Return the robots not sent to charge, because they have failed at more than one charger."""
        return [robot for robot, action in self.actions.items() if action in (Action.CHARGE, *_STILL)]

    def forget_robot(self, robot: int) -> None:
        """Forget a robot's failures: it is back in service, or will never be."""
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
