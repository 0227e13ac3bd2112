"""Why robots are idle, told when one begins to be and when its reason has become another."""

import numpy as np

from controller.floor.failures.robot_faults import stopped_words
from controller.policies.eligible import candidates
from controller.site.out_of_service import Kind, Thing
from controller.site.site import Site
from controller.warehouse.lifecycles import StationState
from robots.recording.events import RobotIdle
from robots.units.lifecycle import RobotState
from robots.wording.formatting import count

_AGAIN_S = 60.0
"""A robot that goes on to be idle is asked for its reason again after this time."""


def tell(site: Site, may_work: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> None:
    """An event for each robot that has nothing to do and hasn't said why. may_work: robots that a task could be given to."""
    idle = site.robots.in_state(RobotState.IDLE).tolist()
    told = {robot: site.idle[robot] for robot in idle if robot in site.idle}
    again = site.scenario.ticks(_AGAIN_S)
    asked = [robot for robot in idle if robot not in told or site.tick - told[robot][0] >= again]
    site.idle = told
    if not asked:
        return
    no_work, able = _why_no_work(site), set(may_work.tolist())
    for robot in asked:
        reason = no_work if robot in able else _why_not_able(site, robot)
        if robot not in told or told[robot][1] != reason:
            site.tell(RobotIdle(site.tick, robot, reason))
        site.idle[robot] = site.tick, reason


def _why_not_able(site: Site, robot: int) -> str:
    if robot in site.desk.drained:
        return "it is drained by an operator and gets no work"
    if why := site.out_of_service.reasons.get(Thing(Kind.ROBOT, robot)):
        return f"it is out of service: {why}"
    if site.robots.stopped[robot]:
        return f"it stands still, {stopped_words(site, robot)}"
    taken, chargers = len(site.charging.users), len(site.distances.chargers)
    return f"its battery is too low for work; {taken} of {count(chargers, 'charger')} taken"


def _why_no_work(site: Site) -> str:
    """Why there is no task for a robot that could do one."""
    asking = [s for s in site.pick_stations if s.open_lines and s.state != StationState.CLOSED]
    if not asking:
        return _why_no_line(site)
    most = site.scenario.robots.per_station
    with_room = [station for station in asking if len(station.trips) < most]
    if not with_room:
        return f"each station with open lines has {count(most, 'pod')} on their way, the most it may have"
    if not any(candidates(site, station) for station in with_room):
        return "the pods that open lines need are all under way"
    return "a station asks for one pod a tick, and others were sent for those of this tick"


def _why_no_line(site: Site) -> str:
    if site.desk.draining:
        return "the floor is being drained, and no order is released"
    if not site.book.open:
        return "there is no open order"
    if not site.book.backlog:
        return "no order waits, and each line at the stations has its pod on its way"
    return "each line at the stations has its pod on its way, and what is in the backlog waits for places there"
