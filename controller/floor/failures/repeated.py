"""Actions that fail again and again: one alarm, a few tries, and then the task goes to others and people have to look.

Who is to blame can't be known from one place. After `[robots] action_tries` failures in a row the pod (charger, outfeed) is
taken out of service. If the same robot fails with another one before it has succeeded in this once, it is the robot that is
taken out, and what was taken out because of it comes back. A set-down and a drive are the robot's alone: it stands.
"""

import numpy as np
from numpy.typing import NDArray

from controller.floor.failures import closed_cells, recovery
from controller.site.out_of_service import Kind, Thing, Tries, named
from controller.site.site import Site
from controller.warehouse.robots import DRIVING
from controller.warehouse.tasks import Task, TaskKind
from robots.recording.events import Alarm, BackInService, OutOfService
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Action
from robots.units.lifecycle import RobotState

_PAUSE_S = 5.0
"""Between two tries."""
_VERBS = {Action.LIFT: "lift", Action.SET_DOWN: "set down", Action.CHARGE: "charge at", Action.FORWARD: "drive on"}
_EMPTY_HANDED = (RobotState.FETCHING, RobotState.HOLDING, RobotState.TO_CHARGER)


def take_failures(site: Site, failed: NDArray[np.int8]) -> None:
    """Count what robots report to have failed in. failed: int8[robots], an Action or 0."""
    _take_back_drivers(site, failed)
    for robot in np.flatnonzero(failed).tolist():
        action = _action(Action(int(failed[robot])))
        if _concerns(site, robot, action):
            _count(site, robot, action)


def succeeded(site: Site, robot: int, action: Action) -> None:
    """Forget the failures before it: whatever is out of service because of them waits for people all the same."""
    out = site.out_of_service
    out.suspects.pop((robot, action), None)
    if robot in out.tries and out.tries[robot].action == action:
        del out.tries[robot]
        out.again_at.pop(robot, None)


def waiting(site: Site) -> list[int]:
    """Robots that aren't to try again yet."""
    return [robot for robot, tick in site.out_of_service.again_at.items() if tick > site.tick]


def restore(site: Site, thing: Thing, reason: str) -> None:
    """Put a thing back into service. KeyError if it is in service."""
    out = site.out_of_service
    del out.reasons[thing]
    if thing.kind == Kind.ROBOT:
        out.forget_robot(thing.number)
    site.tell(BackInService(site.tick, str(thing.kind), *_place(site, thing), reason))
    if thing.kind == Kind.POD:
        closed_cells.check_pods(site, reason)


def _action(action: Action) -> Action:
    """Turns are part of driving."""
    return Action.FORWARD if action in (Action.TURN_LEFT, Action.TURN_RIGHT) else action


def _concerns(site: Site, robot: int, action: Action) -> bool:
    """Whether the robot is still at what it failed in."""
    robots, task = site.robots, site.robots.task[robot]
    state = RobotState(int(robots.state[robot]))
    if robot in site.out_of_service.actions or state == RobotState.DEAD:
        return False
    if action == Action.LIFT:
        return state == RobotState.LIFTING and task is not None and robots.load[robot] == NO_LOAD
    if action == Action.SET_DOWN:
        handing_over = state == RobotState.PRESENTING and task is not None and task.kind == TaskKind.PACK
        return (state == RobotState.SETTING_DOWN or handing_over) and robots.load[robot] != NO_LOAD
    return state == RobotState.CHARGING if action == Action.CHARGE else state in DRIVING


def _count(site: Site, robot: int, action: Action) -> None:
    out, task = site.out_of_service, site.robots.task[robot]
    number = -1 if task is None else task.id
    tries = out.tries.get(robot)
    failures = tries.failures + 1 if tries is not None and tries[:2] == (action, number) else 1
    out.tries[robot] = Tries(action, number, failures)
    out.again_at[robot] = site.tick + site.scenario.ticks(_PAUSE_S)
    if failures == 1:
        text = f"robot {robot} could not {_what(site, robot, action)}"
        site.tell(Alarm(site.tick, "action", text, int(site.robots.cell[robot]), robot))
    if failures >= site.scenario.robots.action_tries:
        del out.tries[robot], out.again_at[robot]
        _give_up(site, robot, action, _target(site, robot, action))


def _target(site: Site, robot: int, action: Action) -> Thing | None:
    """What a robot has failed with, where that may be to blame; None where it can only be the robot."""
    task = site.robots.task[robot]
    if task is None or action not in (Action.LIFT, Action.CHARGE):
        return None
    if action == Action.CHARGE:
        return Thing(Kind.CHARGER, task.place)
    return Thing(Kind.POD, task.pod) if task.pod >= 0 else Thing(Kind.OUTFEED, _collected(site, task))


def _collected(site: Site, task: Task) -> int:
    """Index of the pick station whose outfeed a pack task empties."""
    return next(station.index for station in site.pick_stations if station.info.outfeed == task.source)


def _what(site: Site, robot: int, action: Action) -> str:
    """What it was to do, in words: "lift pod 12"."""
    load = int(site.robots.load[robot])
    carried = f"pod {load}" if load >= 0 else "its totes"
    target = _target(site, robot, action)
    if target is not None:
        thing = (
            f"the totes on {named(site.floor, target)}" if target.kind == Kind.OUTFEED else named(site.floor, target)
        )
        return f"{_VERBS[action]} {thing}"
    return f"set down {carried}" if action == Action.SET_DOWN else "drive on"


def _give_up(site: Site, robot: int, action: Action, target: Thing | None) -> None:
    """The task goes to others; the pod, the charger, the outfeed or the robot is taken out of service."""
    tries = site.scenario.robots.action_tries
    what = _what(site, robot, action)
    cell = int(site.robots.cell[robot])
    if target is None:
        _stand_down(site, robot)
        _take_out_robot(site, robot, action, f"it could not {what} in {tries} tries")
        return
    _drop_task(site, robot, f"robot {robot} could not {what}")
    out = site.out_of_service
    others = [thing for thing in out.suspects.pop((robot, action), ()) if thing in out.reasons and thing != target]
    if not others:
        out.suspects[robot, action] = [target]
        _take_out(site, target, cell, f"robot {robot} could not {what} in {tries} tries")
        return
    before = ", ".join(named(site.floor, thing) for thing in others)
    _take_out_robot(site, robot, action, f"it could not {what} in {tries} tries, nor {before} before")
    for thing in others:
        restore(site, thing, f"robot {robot} is to blame: it has failed with {named(site.floor, target)} too")


def _take_out(site: Site, thing: Thing, cell: int, reason: str) -> None:
    site.out_of_service.reasons[thing] = reason
    site.tell(OutOfService(site.tick, str(thing.kind), *_place(site, thing), reason))
    if thing.kind == Kind.POD:
        recovery.quarantine(site, thing.number, cell, reason)
    elif thing.kind == Kind.CHARGER:
        _turn_back(site, thing)


def _turn_back(site: Site, charger: Thing) -> None:
    """Robots on their way to a charger that is out of service go elsewhere."""
    for robot in site.robots.in_state(RobotState.TO_CHARGER).tolist():
        task = site.robots.task[robot]
        if task is not None and task.place == charger.number:
            _drop_task(site, robot, f"{named(site.floor, charger)} is out of service")


def _take_out_robot(site: Site, robot: int, action: Action, reason: str) -> None:
    """It gets no work; where it can, it drives out of the way."""
    site.out_of_service.actions[robot] = action
    _take_out(site, Thing(Kind.ROBOT, robot), int(site.robots.cell[robot]), reason)


def _drop_task(site: Site, robot: int, reason: str) -> None:
    task = site.robots.task[robot]
    if task is not None:
        recovery.fail_task(site, task, reason, lost=False)
    site.robots.advance(robot, "release", site.tick)
    site.robots.task[robot] = None


def _stand_down(site: Site, robot: int) -> None:
    """Nobody waits for a robot that stands: what it was to fetch goes to another, and what its pod was for to other pods."""
    robots, task = site.robots, site.robots.task[robot]
    state, load = RobotState(int(robots.state[robot])), int(robots.load[robot])
    if task is None or state in _EMPTY_HANDED:
        _drop_task(site, robot, f"robot {robot} does not drive")
        return
    if task.station >= 0 and task.id in site.stations[task.station].trips:
        closed_cells.turn_away(site, site.stations[task.station], task, f"robot {robot} stands")
    if load >= 0:
        recovery.quarantine(site, load, int(robots.cell[robot]), f"robot {robot} stands with it")


def _take_back_drivers(site: Site, failed: NDArray[np.int8]) -> None:
    """A robot that drives again has shown that it can: nothing counts that was before, and one that was given up is back."""
    robots, out = site.robots, site.out_of_service
    for robot in [robot for robot, tries in out.tries.items() if tries.action == Action.FORWARD]:
        if not robots.reports.stopped[robot] and not failed[robot]:
            succeeded(site, robot, Action.FORWARD)
    for robot in [robot for robot, action in out.actions.items() if action == Action.FORWARD]:
        if not robots.reports.stopped[robot] and not failed[robot]:
            restore(site, Thing(Kind.ROBOT, robot), "it drives again")


def _place(site: Site, thing: Thing) -> tuple[int, int, int, int]:
    """(robot, pod, station, cell) of a thing, as events have it; the cell is -1 for a pod that is carried."""
    number = thing.number
    if thing.kind == Kind.ROBOT:
        return number, -1, -1, int(site.robots.cell[number])
    if thing.kind == Kind.POD:
        return -1, number, -1, int(site.pods.cell[number])
    if thing.kind == Kind.CHARGER:
        return -1, -1, -1, number
    outfeed = site.stations[number].info.outfeed
    return -1, -1, number, -1 if outfeed is None else outfeed
