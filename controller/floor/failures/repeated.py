"""Actions that fail repeatedly: one alarm, a few tries, then the task goes to other robots and people have to look.

A single place does not show whether the robot or the thing is at fault. After `[robots] action_tries` failures in a row
the pod (charger, outfeed) is taken out of service. If the same robot then fails with another one before it has
succeeded once, the robot itself is taken out of service and what it had discredited comes back. A failed set-down or
drive can only be the robot's fault: it stops.
"""

import numpy as np
from numpy.typing import NDArray

from controller.floor.failures import closed_cells, recovery
from controller.site.out_of_service import Kind, Thing, Tries, named
from controller.site.site import Site
from controller.warehouse.tasks import Task
from robots.recording.events import Alarm, BackInService, OutOfService
from robots.recording.frames import NO_LOAD
from robots.recording.kinds import TaskKind
from robots.units.fleet import Action
from robots.units.lifecycle import DRIVING, RobotState

_PAUSE_S = 5.0
"""Seconds between two tries."""
_VERBS = {Action.LIFT: "lift", Action.SET_DOWN: "set down", Action.CHARGE: "charge at", Action.FORWARD: "drive on"}
_EMPTY_HANDED = (RobotState.FETCHING, RobotState.HOLDING, RobotState.TO_CHARGER)


def take_failures(site: Site, failed: NDArray[np.int8]) -> None:
    """Count the actions that robots report as failed. failed: int8[robots], an Action or 0."""
    _take_back_drivers(site, failed)
    for robot in np.flatnonzero(failed).tolist():
        action = _action(Action(int(failed[robot])))
        if _concerns(site, robot, action):
            _count(site, robot, action)


def succeeded(site: Site, robot: int, action: Action) -> None:
    """Forget a robot's earlier failures in an action. Things they took out of service still wait for people."""
    out = site.out_of_service
    out.suspects.pop((robot, action), None)
    if robot in out.tries and out.tries[robot].action == action:
        del out.tries[robot]
        out.again_at.pop(robot, None)


def waiting(site: Site) -> list[int]:
    """Return the robots that must not try again yet."""
    return [robot for robot, tick in site.out_of_service.again_at.items() if tick > site.tick]


def restore(site: Site, thing: Thing, reason: str) -> None:
    """Put a thing back into service. KeyError if it is in service."""
    out = site.out_of_service
    del out.reasons[thing]
    if thing.kind == Kind.ROBOT:
        out.forget_robot(thing.number)
    site.emit(BackInService(site.tick, str(thing.kind), *_place(site, thing), reason))
    if thing.kind == Kind.POD:
        closed_cells.check_pods(site, reason)


def _action(action: Action) -> Action:
    """Return the action that counts as failed; turns count as driving."""
    return Action.FORWARD if action in (Action.TURN_LEFT, Action.TURN_RIGHT) else action


def _concerns(site: Site, robot: int, action: Action) -> bool:
    """Return whether the robot is still performing the action it failed in."""
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
        site.emit(Alarm(site.tick, "action", text, int(site.robots.cell[robot]), robot))
    if failures >= site.scenario.robots.action_tries:
        del out.tries[robot], out.again_at[robot]
        _give_up(site, robot, action, _target(site, robot, action))


def _target(site: Site, robot: int, action: Action) -> Thing | None:
    """Return the thing a robot has failed with if it may be at fault, None if only the robot can be."""
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
    """Return the failed action in words: "lift pod 12"."""
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
    """Pass the task on, and take the pod, the charger, the outfeed or the robot out of service."""
    tries = site.scenario.robots.action_tries
    attempt = _what(site, robot, action)
    cell = int(site.robots.cell[robot])
    if target is None:
        _stand_down(site, robot)
        _take_out_robot(site, robot, action, f"it could not {attempt} in {tries} tries")
        return
    _drop_task(site, robot, f"robot {robot} could not {attempt}")
    out = site.out_of_service
    others = [thing for thing in out.suspects.pop((robot, action), ()) if thing in out.reasons and thing != target]
    if not others:
        out.suspects[robot, action] = [target]
        _take_out(site, target, cell, f"robot {robot} could not {attempt} in {tries} tries")
        return
    before = ", ".join(named(site.floor, thing) for thing in others)
    _take_out_robot(site, robot, action, f"it could not {attempt} in {tries} tries, nor {before} before")
    for thing in others:
        restore(site, thing, f"robot {robot} is to blame: it has failed with {named(site.floor, target)} too")


def _take_out(site: Site, thing: Thing, cell: int, reason: str) -> None:
    site.out_of_service.reasons[thing] = reason
    site.emit(OutOfService(site.tick, str(thing.kind), *_place(site, thing), reason))
    if thing.kind == Kind.POD:
        recovery.quarantine(site, thing.number, cell, reason)
    elif thing.kind == Kind.CHARGER:
        _turn_back(site, thing)


def _turn_back(site: Site, charger: Thing) -> None:
    """Redirect robots on their way to a charger that is out of service."""
    for robot in site.robots.in_state(RobotState.TO_CHARGER).tolist():
        task = site.robots.task[robot]
        if task is not None and task.place == charger.number:
            _drop_task(site, robot, f"{named(site.floor, charger)} is out of service")


def _take_out_robot(site: Site, robot: int, action: Action, reason: str) -> None:
    """Take a robot out of service: it gets no work and, if it can, drives out of the way."""
    site.out_of_service.actions[robot] = action
    _take_out(site, Thing(Kind.ROBOT, robot), int(site.robots.cell[robot]), reason)


def _drop_task(site: Site, robot: int, reason: str) -> None:
    task = site.robots.task[robot]
    if task is not None:
        recovery.fail_task(site, task, reason, lost=False)
    site.robots.advance(robot, "release", site.tick)
    site.robots.task[robot] = None


def _stand_down(site: Site, robot: int) -> None:
    """Release the work of a robot that cannot move: tasks go to other robots, and its pod's jobs to other pods."""
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
    """Put robots that drive again back into service, and forget their failures."""
    robots, out = site.robots, site.out_of_service
    for robot in [robot for robot, tries in out.tries.items() if tries.action == Action.FORWARD]:
        if not robots.reports.stopped[robot] and not failed[robot]:
            succeeded(site, robot, Action.FORWARD)
    for robot in [robot for robot, action in out.actions.items() if action == Action.FORWARD]:
        if not robots.reports.stopped[robot] and not failed[robot]:
            restore(site, Thing(Kind.ROBOT, robot), "it drives again")


def _place(site: Site, thing: Thing) -> tuple[int, int, int, int]:
    """Return (robot, pod, station, cell) of a thing as used in events; the cell is -1 for a carried pod."""
    number = thing.number
    if thing.kind == Kind.ROBOT:
        return number, -1, -1, int(site.robots.cell[number])
    if thing.kind == Kind.POD:
        return -1, number, -1, int(site.pods.cell[number])
    if thing.kind == Kind.CHARGER:
        return -1, -1, -1, number
    outfeed = site.stations[number].info.outfeed
    return -1, -1, number, -1 if outfeed is None else outfeed
