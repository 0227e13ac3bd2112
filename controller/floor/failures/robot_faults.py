"""Robots that stop or die: cells are closed, work is given to others, and nothing waits for a robot that cannot come.

A robot that stops keeps its task and continues it later. The costs of a fault are handled in recovery.py, closed cells
in closed_cells.py.
"""

import numpy as np
from numpy.typing import NDArray

from controller.floor import storing
from controller.floor.failures import closed_cells, repeated
from controller.floor.failures.recovery import drop_jobs, fail_task, quarantine
from controller.planning.fields import FAR
from controller.site.site import Site
from controller.warehouse.tasks import Task
from layout.grid import CellKind
from layout.roads import EMPTY, LOADED, main_component
from robots.recording.events import RobotFault, RobotRecovered
from robots.recording.frames import NO_LOAD
from robots.units.fleet import Reports
from robots.units.lifecycle import RobotState

_DEAD = int(RobotState.DEAD)
"""State as an int, because NumPy takes four times as long with an enum member."""
CLOSE_AFTER = 90
"""Ticks a robot is stopped by a fault before others are rerouted; a shorter stop is not worth a detour."""


def take_reports(site: Site, reports: Reports) -> None:
    """Apply the robots' reports, and handle the faults in them."""
    robots = site.robots
    was_stopped = robots.stopped
    robots.take(reports)
    repeated.take_failures(site, reports.failed)
    robots.hold(site.out_of_service.standing)
    for robot in np.flatnonzero(robots.stopped & ~was_stopped).tolist():
        site.emit(RobotFault(site.tick, robot, int(robots.cell[robot]), _why_stopped(site, robot)))
    for robot in np.flatnonzero(was_stopped & ~robots.stopped).tolist():
        site.emit(RobotRecovered(site.tick, robot, int(robots.cell[robot])))
    alive = robots.state != _DEAD
    for robot in np.flatnonzero(reports.dead & alive).tolist():
        lose_robot(site, robot, "die")
    for robot in np.flatnonzero((reports.battery_wh <= 0.0) & ~reports.dead & alive).tolist():
        lose_robot(site, robot, "flat")
    _lead_others_round(site)


def _lead_others_round(site: Site) -> None:
    """Close the cells of robots that have been stopped for long, and open the cells of robots that drive on."""
    robots = site.robots
    free = [robot for robot in site.standstills if not robots.stopped[robot]]
    if free:
        cells = {cell: f"robot {robot} drives again" for robot in free for cell in site.standstills.pop(robot)}
        closed_cells.open_cells(site, cells)
    late = np.flatnonzero((robots.stopped_for == CLOSE_AFTER) & (robots.state != _DEAD)).tolist()
    if late:
        site.standstills |= {robot: robots.cells(robot) for robot in late}
        text = {robot: f"robot {robot} is stopped here, {stopped_words(site, robot)}" for robot in late}
        closed_cells.close_cells(site, {c: text[robot] for robot in late for c in site.standstills[robot]})
    if free or late:
        closed_cells.check_reach(site)


def _why_stopped(site: Site, robot: int) -> str:
    """Return the kind of stop, one of STOPS."""
    if site.robots.reports.offline[robot]:
        return "silent"
    return "pause" if robot in site.operator_state.paused else "stop"


def stopped_words(site: Site, robot: int) -> str:
    """Return why a robot is stopped, in words that follow "robot 7 is stopped here, "."""
    words = {"silent": "with no messages from it", "pause": "paused by an operator", "stop": "stopped by a fault"}
    return words[_why_stopped(site, robot)]


def closed_by(site: Site, cell: int) -> str:
    """Return what keeps a closed cell closed: an operator, or the state of the robot that may be in it."""
    if cell in site.operator_state.closed:
        return "by an operator"
    for robot, cells in site.standstills.items():
        if cell in cells:
            return {"silent": "by silent robots", "pause": "by paused robots"}.get(
                _why_stopped(site, robot), "by robots stopped by a fault"
            )
    if cell in site.robots.elsewhere.values():
        return "by robots that report to be there"
    return "by dead or lost robots"


def held(site: Site, left: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return bool[robots]: kept from driving by a fault, its own or another's, or enclosed by cells that may open again.

    left: int32[robots], cells to the goal.
    """
    enclosed = (left == FAR) & closed_cells.may_open(site)
    robots = site.robots
    return np.asarray(robots.stopped | robots.busy | (robots.state == _DEAD) | enclosed)


def lose_robot(site: Site, robot: int, kind: str) -> None:
    """Take a robot that will not move again out of the run: its cell is closed, its work goes to others."""
    cell = int(site.robots.cell[robot])
    site.emit(RobotFault(site.tick, robot, cell, kind))
    task = site.robots.task[robot]
    site.robots.advance(robot, "die", site.tick)
    site.robots.task[robot] = None
    site.standstills.pop(robot, None)
    site.out_of_service.forget_robot(robot)
    closed_cells.close_cells(site, dict.fromkeys(closed_cells.kept_by(site, robot), f"robot {robot} is dead here"))
    if task is not None:
        carried = bool(site.robots.load[robot] != NO_LOAD)
        _settle_pod(site, task, cell, carried)
        fail_task(site, task, f"robot {robot} died", lost=carried)
    pod_here = int(site.pods.pod_at[cell])
    if pod_here >= 0:
        quarantine(site, pod_here, cell, f"robot {robot} is dead under it")
    closed_cells.check_reach(site)


def _settle_pod(site: Site, task: Task, cell: int, carried: bool) -> None:
    """Book the lift or set-down of a robot that dies in the tick in which it completes it."""
    if task.pod >= 0 and carried == (site.pods.cell[task.pod] >= 0):
        if carried:
            site.pods.lift(task.pod)
        else:
            site.pods.set_down(task.pod, cell)


def free_the_enclosed(site: Site) -> None:
    """Give other work to robots whose goal has become unreachable, or report them as enclosed.

    An enclosed robot waits while another is stopped or an operator keeps cells closed, because a route may open again.
    """
    if not site.closed:
        return
    robots = site.robots
    left = site.distance_left()
    for robot in np.flatnonzero((robots.goal >= 0) & (left == FAR)).tolist():
        task = robots.task[robot]
        if robots.goal[robot] < 0 or robots.state[robot] == RobotState.DEAD:
            continue
        if _cut_off(site, robot):
            if not closed_cells.may_open(site):
                _give_up_place(site, robot, task)
        elif robots.state[robot] == RobotState.STORING and task is not None:
            site.reserved.discard(task.place)
            storing.store(site, task, storing.nearest_station(site, int(robots.cell[robot])))
        elif robots.state[robot] in (RobotState.PARKING, RobotState.TO_CHARGER, RobotState.FETCHING):
            if task is not None:
                fail_task(site, task, "goal out of reach", lost=False)
            robots.advance(robot, "release", site.tick)
            robots.task[robot] = None


def _give_up_place(site: Site, robot: int, task: Task | None) -> None:
    """Set down the pod of an enclosed robot if it is on a free storage location; otherwise the robot is lost.

    Without the pod it can leave under other pods; the pod stays where no loaded robot can fetch it.
    """
    cell = int(site.robots.cell[robot])
    on_place = site.grid.kind[cell] == CellKind.STORAGE and site.pods.pod_at[cell] < 0
    if task is None or site.robots.load[robot] < 0 or not on_place:
        lose_robot(site, robot, "enclosed")
        return
    if task.station >= 0:
        storing.leave_station(site.stations[task.station], task)
        drop_jobs(site, task)
    site.reserved.discard(task.place)
    storing.set_down_at(site, task, cell, "cut off: it can't be carried away")


def _cut_off(site: Site, robot: int) -> bool:
    """Return whether a robot cannot drive to the main part of the floor."""
    main = np.flatnonzero(main_component(site.grid, site.roads))
    if not len(main):
        return True
    load = LOADED if site.robots.load[robot] != NO_LOAD else EMPTY
    field = site.fields.to(int(main[0]), load, site.tick)
    return bool(field[site.robots.cell[robot]] == FAR)
