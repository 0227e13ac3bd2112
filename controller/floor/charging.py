"""Charging: which robot charges at which charger, from when, and for how long.

Each tick, robots that want to charge are assigned to chargers, lowest battery first; a charger is free for a robot when
the robots before it are done. A robot leaves so that it arrives when its charger comes free; until then it works if its
charge allows, or waits. A stay ends early when the next robot cannot wait for its full length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from controller.floor.failures import repeated
from controller.planning.fields import FAR
from controller.policies import charging as policies
from controller.site import trip_energy
from controller.site.energy_levels import LEAST_CHARGE_S, MARGIN
from controller.site.out_of_service import Kind
from controller.site.site import Site
from layout.roads import EMPTY
from robots.recording.events import ChargeEnded, TaskAssigned
from robots.recording.kinds import TaskKind
from robots.units.fleet import Action
from robots.units.lifecycle import RobotState

PACE = 1.3
"""Ticks per cell on the way to a charger, turns and waits included."""
_LOOK = 2
"""Robots per charger considered in a tick; later ones cannot charge soon."""
_TRIED = 8
"""Chargers to which the exact distance of a robot is looked up."""
_NEVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Slot:
    """Turn of a robot at a charger.

    begins, way: ticks until it can charge, and until it arrives. reason: why it charges.
    """

    robot: int
    cell: int
    begins: int
    way: int
    reason: str


def send_to_charge(site: Site, free: NDArray[np.intp]) -> None:
    """Send robots whose chargers will be free on arrival, and end stays for robots that cannot wait any longer."""
    if not len(site.distances.chargers):
        return
    uncharged = site.out_of_service.uncharged
    able = free[~np.isin(free, uncharged)] if uncharged else free
    robots, reason = policies.choose(site, able)
    if not len(robots):
        return
    slots = list(schedule(site, robots[: _LOOK * len(site.distances.chargers)].tolist(), reason))
    for slot in slots:
        if slot.begins <= slot.way and slot.cell not in site.charging.followers:
            _send(site, slot)
    _end_early(site, slots)


def schedule(site: Site, robots: list[int], reason: str) -> Iterator[Slot]:
    """Yield the robots' turns in their order, each at the charger where it can begin soonest."""
    chargers, free_in = site.distances.chargers, _free_in(site)
    longest = PACE * site.distances.longest_to_charger
    stays = _stays(site, np.array(robots, np.intp)).tolist()
    for robot, stay in zip(robots, stays, strict=True):
        best, begins, way = _soonest(site, robot, chargers, free_in)
        if begins >= _NEVER:
            continue
        yield Slot(robot, int(chargers[best]), begins, way, reason)
        free_in[best] = begins + stay
        if free_in.min() > longest:
            return  # no later robot would leave now


def _soonest(site: Site, robot: int, chargers: NDArray[np.int32], free_in: NDArray[np.int64]) -> tuple[int, int, int]:
    """Return the charger where a robot can begin soonest, the ticks until then, and its travel time in ticks.

    Only the most promising chargers by straight-line distance are tried, so that a thousand chargers cost no more than
    eight.
    """
    cell = int(site.robots.cell[robot])
    (row, col), width = site.grid.at(cell), site.grid.width
    straight = np.abs(chargers // width - row) + np.abs(chargers % width - col)
    likely = np.argsort(np.maximum(free_in, PACE * straight) + straight, kind="stable")[:_TRIED]
    trips = [(_way(site, robot, int(chargers[index])), index) for index in likely.tolist()]
    begins, way, best = min((max(int(free_in[index]), way), way, index) for way, index in trips)
    return best, begins, way


def _way(site: Site, robot: int, charger: int) -> int:
    """Return the ticks a robot takes to a charger; _NEVER if no route leads there."""
    cells = int(site.fields.to(charger, EMPTY, site.tick)[site.robots.cell[robot]])
    return _NEVER if cells == FAR else ceil(PACE * cells)


def waiting(site: Site, free: NDArray[np.intp]) -> bool:
    """Return whether a free robot has too little charge for a task."""
    return bool(len(free)) and not trip_energy.fit(site, free).all()


def detour(site: Site, robot: int, spots: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return int64[spots]: cells from each spot to the nearest charger, for a robot that will charge next; 0 for
    others.
    """
    low = site.levels.low > site.robots.battery_wh[robot]
    distances: NDArray[np.int64] = low * site.distances.to_nearest_charger[spots].astype(np.int64)
    return distances


def _free_in(site: Site) -> NDArray[np.int64]:
    """Return int64[chargers]: ticks until each charger is free for one more robot."""
    number = {cell: index for index, cell in enumerate(site.distances.chargers.tolist())}
    free_in = np.zeros(len(number), np.int64)
    for claims in (site.charging.users, site.charging.followers):
        known = [(number[cell], _way(site, robot, cell), robot) for cell, robot in claims.items() if cell in number]
        if known:
            index, distances, robots = np.array(known).T
            free_in[index] = np.maximum(free_in[index], distances) + _stays(site, robots)
    out_of_service = [number[cell] for cell in site.out_of_service.numbers(Kind.CHARGER) if cell in number]
    free_in[out_of_service] = _NEVER
    return free_in


def _stays(site: Site, robots: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the ticks each robot would charge if it began now."""
    missing = site.levels.full - site.robots.battery_wh[robots]
    return np.maximum(1, np.ceil(missing / site.draws.charging)).astype(np.int64)


def _send(site: Site, slot: Slot) -> None:
    robot, cell = slot.robot, slot.cell
    follows = cell in site.charging.users
    site.charging.claim(cell, robot)
    task = site.new_task(TaskKind.CHARGE, -1, cell, -1, slot.reason)
    task.robot, task.place = robot, cell
    task.advance("assign")
    site.robots.task[robot] = task
    site.robots.advance(robot, "charge", site.tick, cell)
    when = f"the charger that comes free first, in {site.clock(slot.begins)}" if follows else "nearest free charger"
    site.emit(TaskAssigned(site.tick, task.id, robot, f"{slot.reason}; {when}"))


def end_charge(site: Site, robot: int) -> None:
    """End a robot's stay at its charger."""
    task = site.robots.task[robot]
    assert task is not None  # a charging robot has a charge task
    repeated.succeeded(site, robot, Action.CHARGE)
    task.advance("finish")
    site.tasks.pop(task.id, None)
    site.charging.give_back(task.place, robot)
    site.robots.advance(robot, "release", site.tick)
    site.robots.task[robot] = None
    percent = round(100 * float(site.robots.battery_wh[robot]) / site.scenario.robots.battery_wh)
    site.emit(ChargeEnded(site.tick, robot, percent))


def _end_early(site: Site, slots: list[Slot]) -> None:
    """Free a charger for the first robot that would run out of charge before its turn."""
    standing = site.draws.standing
    for slot in slots:
        left = float(site.robots.battery_wh[slot.robot]) - MARGIN * slot.way * site.draws.empty
        if left > (slot.begins + site.scenario.ticks(LEAST_CHARGE_S)) * standing:
            continue
        charging = site.robots.in_state(RobotState.CHARGING)
        charging = charging[trip_energy.fit(site, charging)]
        if len(charging):
            end_charge(site, int(charging[np.argmax(site.robots.battery_wh[charging])]))
        return


def held_at_chargers(site: Site) -> NDArray[np.bool_]:
    """Return bool[robots]: robots on their way to a charger that another robot still uses."""
    held = np.zeros(len(site.robots), bool)
    held[list(site.charging.followers.values())] = True
    return held
