"""Robots in other places than believed, and robots that return: cells closed for them, and work resumed.

A place counts only if the robot reports it and an operator confirms it (CONFIRM_PLACE); until then no robot is sent
there.
"""

from controller.floor import storing
from controller.floor.failures import closed_cells, robot_faults
from controller.site.site import Site
from robots.recording.events import RobotRecovered, TaskAssigned
from robots.recording.kinds import TaskKind
from robots.units.lifecycle import RobotState

_AT_A_PLACE = (RobotState.LIFTING, RobotState.PRESENTING, RobotState.SETTING_DOWN, RobotState.CHARGING)
"""States of a robot that hold only at the place where it was believed to be."""
_TICKS = 3
"""Ticks after which the link has either applied a confirmation or the robot reports something else."""


def keep_clear(site: Site, before: dict[int, int]) -> None:
    """Close the cells in which robots report to be although they cannot be; open those that none reports any more.

    before: {robot: cell} of the previous tick.
    """
    reported = site.robots.elsewhere
    if reported == before:
        return
    new = {
        cell: f"robot {robot} reports that it is here" for robot, cell in reported.items() if cell not in site.closed
    }
    if new:
        closed_cells.close_cells(site, new)
    gone = {cell: robot for robot, cell in before.items() if cell in site.closed and cell not in reported.values()}
    if gone:
        closed_cells.open_cells(site, {c: f"robot {robot} stands elsewhere" for c, robot in gone.items()})
    closed_cells.check_reach(site)


def confirm(site: Site, robot: int) -> None:
    """Record that an operator has confirmed where a robot is. Work it had at another place goes to other robots."""
    if site.robots.state[robot] in _AT_A_PLACE:
        robot_faults.lose_robot(site, robot, "removed")
    site.operator_state.confirmed[robot] = site.tick


def take_back(site: Site) -> None:
    """Give robots that were lost work again, once the link has admitted them."""
    robots = site.robots
    for robot, since in list(site.operator_state.confirmed.items()):
        settled = not robots.reports.dead[robot] and robot not in robots.elsewhere
        if settled and robots.state[robot] == RobotState.DEAD:
            _come_back(site, robot)
        if settled or site.tick - since > _TICKS:
            del site.operator_state.confirmed[robot]
    loaded = robots.in_state(RobotState.IDLE)
    for robot in loaded[(robots.load[loaded] >= 0) & robots.ready[loaded]].tolist():
        _store_pod(site, robot)


def _come_back(site: Site, robot: int) -> None:
    site.robots.advance(robot, "come_back", site.tick)
    site.operator_state.removed.discard(robot)
    site.emit(RobotRecovered(site.tick, robot, int(site.robots.cell[robot])))
    closed_cells.open_cells(site, dict.fromkeys(sorted(site.closed), f"robot {robot} is back"))
    closed_cells.check_reach(site)


def _store_pod(site: Site, robot: int) -> None:
    """Create a task to store the pod that a returning robot still carries."""
    pod, cell = int(site.robots.load[robot]), int(site.robots.cell[robot])
    if pod >= len(site.pods) or site.pods.cell[pod] >= 0:
        return
    reason = f"robot {robot} is back with it"
    task = site.new_task(TaskKind.MOVE, pod, cell, -1, reason)
    task.robot = robot
    task.advance("assign")
    task.advance("begin")
    site.robots.task[robot] = task
    site.emit(TaskAssigned(site.tick, task.id, robot, reason))
    storing.store(site, task, storing.nearest_station(site, cell))
