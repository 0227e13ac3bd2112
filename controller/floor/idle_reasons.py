"""Reasons why robots are idle, reported when a robot becomes idle and when its reason changes."""

import numpy as np

from controller.floor.failures.robot_faults import stopped_words
from controller.policies.eligible import candidates
from controller.site.out_of_service import Kind, Thing
from controller.site.site import Site
from robots.recording.events import RobotIdle
from robots.recording.kinds import StationState
from robots.units.lifecycle import RobotState
from robots.wording.formatting import count

_AGAIN_S = 60.0
"""Seconds after which the reason of a robot that stays idle is determined again."""


def report(site: Site, may_work: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> None:
    """Report each idle robot whose reason is new. may_work: robots that could be given a task."""
    idle = site.robots.in_state(RobotState.IDLE).tolist()
    known = {robot: site.idle[robot] for robot in idle if robot in site.idle}
    again = site.scenario.ticks(_AGAIN_S)
    due = [robot for robot in idle if robot not in known or site.tick - known[robot][0] >= again]
    site.idle = known
    if not due:
        return
    no_work, able = _why_no_work(site), set(may_work.tolist())
    for robot in due:
        reason = no_work if robot in able else _why_not_able(site, robot)
        if robot not in known or known[robot][1] != reason:
            site.emit(RobotIdle(site.tick, robot, reason))
        site.idle[robot] = site.tick, reason


def _why_not_able(site: Site, robot: int) -> str:
    if robot in site.operator_state.drained:
        return "an operator is draining it, so it gets no work"
    if why := site.out_of_service.reasons.get(Thing(Kind.ROBOT, robot)):
        return f"it is out of service: {why}"
    if site.robots.stopped[robot]:
        return f"it is stopped, {stopped_words(site, robot)}"
    taken, chargers = len(site.charging.users), len(site.distances.chargers)
    return f"its battery is too low to work; {taken} of {count(chargers, 'charger')} taken"


def _why_no_work(site: Site) -> str:
    """Return why there is no task for a robot that could do one."""
    asking = [s for s in site.pick_stations if s.open_lines and s.state != StationState.CLOSED]
    if not asking:
        return _why_no_line(site)
    most = site.scenario.robots.per_station
    with_room = [station for station in asking if len(station.trips) < most]
    if not with_room:
        return f"each station with open lines has {count(most, 'pod')} on their way, its limit"
    if not any(candidates(site, station) for station in with_room):
        return "all pods that open lines need are on the move"
    return "each station requests one pod per tick, and other robots were sent for them in this tick"


def _why_no_line(site: Site) -> str:
    if site.operator_state.draining:
        return "the floor is being drained, and no order is released"
    if not site.book.open:
        return "there is no open order"
    if not site.book.backlog:
        return "no order is waiting, and each line at the stations has its pod on its way"
    return "each line at the stations has its pod on its way, and the backlog waits for free places at stations"
