"""Operators' decisions on robots that aren't where they were believed: removed, or confirmed where they report themselves.

Both take two steps, because they can't be undone: the first answer says what will be done and gives a code that confirms it.
"""

import hashlib

from controller.floor.failures import closed_cells, misplaced_robots, robot_faults
from controller.site.operator_state import Answer, Refusal, RemovalAsked
from controller.site.site import Site
from layout.grid import CellKind
from robots.units.lifecycle import RobotState
from robots.wording.formatting import cell_at

_CONFIRM_S = 600.0
"""Floor time in s for which a code is valid."""
_ANYWHERE = -1


def remove(site: Site, robot: int, code: str) -> tuple[Answer, bool]:
    """Return (answer, whether the robot is off the floor now and the link must know)."""
    operator_state = site.operator_state
    if robot in operator_state.removed and robot not in site.robots.elsewhere:
        return Answer(f"robot {robot} is already removed", {}), False
    if not code:
        return _ask_back(site, robot, _ANYWHERE, _lost_by_removal(site, robot)), False
    _check_code(site, robot, _ANYWHERE, code)
    _take_off(site, robot)
    cell = cell_at(int(site.robots.cell[robot]), site.grid.width)
    return Answer(f"robot {robot} is removed; its cell {cell} stays closed", {}), True


def confirm_place(site: Site, robot: int, cell: int, code: str) -> tuple[Answer, bool]:
    """Return (answer, whether the link is to let the robot log in there)."""
    _check_place(site, robot, cell)
    place = cell_at(cell, site.grid.width)
    if not code:
        text = f"robot {robot} would be let in at {place}, where it reports itself, and the cells kept for it would be released"
        if site.robots.state[robot] == RobotState.DEAD:
            text += "; it gets work again"
        return _ask_back(site, robot, cell, f"{text}. Confirm only if you see it stand there, at rest"), False
    _check_code(site, robot, cell, code)
    site.operator_state.removals.pop(robot)
    misplaced_robots.confirm(site, robot)
    return Answer(f"robot {robot} may log in at {place}; the cells kept for it are free", {}), True


def _check_place(site: Site, robot: int, cell: int) -> None:
    """Raise Refusal unless the robot reports itself in the cell, and no other robot can be there."""
    reported, width = site.robots.elsewhere.get(robot), site.grid.width
    if site.grid.kind[cell] == CellKind.WALL:
        raise Refusal(f"{cell_at(cell, width)} is a wall")
    if reported is None:
        raise Refusal(f"robot {robot} reports itself where it is believed to be; have it log in first")
    if reported != cell:
        raise Refusal(f"robot {robot} reports itself in {cell_at(reported, width)}, not in {cell_at(cell, width)}")
    for other in range(len(site.robots)):
        if other != robot and (cell in site.robots.cells(other) or site.robots.elsewhere.get(other) == cell):
            raise Refusal(f"robot {other} may also be in {cell_at(cell, width)}; settle that first")


def _take_off(site: Site, robot: int) -> None:
    """Take a robot off the floor; of the cells in which it might have been, only its own stays closed."""
    may_be_in = {*site.robots.cells(robot), *site.standstills.get(robot, ())}
    site.operator_state.forget(robot)
    if site.robots.state[robot] != RobotState.DEAD:
        robot_faults.lose_robot(site, robot, "removed")
    closed_cells.open_cells(site, {c: f"robot {robot} was removed" for c in sorted(may_be_in) if c in site.closed})
    closed_cells.check_reach(site)


def _lost_by_removal(site: Site, robot: int) -> str:
    task, load = site.robots.task[robot], int(site.robots.load[robot])
    text = f"robot {robot} at {cell_at(int(site.robots.cell[robot]), site.grid.width)} would be declared dead"
    if task is not None:
        text += f", its {task.kind} task given to another robot"
    if load >= 0:
        text += f", pod {load} quarantined"
    return f"{text}. Do so only if it stands still and can't move"


def _ask_back(site: Site, robot: int, cell: int, what: str) -> Answer:
    """Return the answer that says what would be done, with the code that confirms it."""
    seed = f"{site.scenario.run.seed}:{site.tick}:{robot}:{cell}".encode()
    code = hashlib.blake2b(seed, digest_size=3).hexdigest()
    site.operator_state.removals[robot] = RemovalAsked(code, site.tick, cell)
    return Answer(f"{what}: confirm with code {code}", {"confirm": code, "robot": robot})


def _check_code(site: Site, robot: int, cell: int, code: str) -> None:
    asked = site.operator_state.removals.get(robot)
    if asked is None or asked.cell != cell or site.tick - asked.tick > site.scenario.ticks(_CONFIRM_S):
        raise Refusal(f"robot {robot} has no pending confirmation; send the request without a code to get a new one")
    if code != asked.code:
        raise Refusal(f"this is not the code for robot {robot}; nothing was done")
