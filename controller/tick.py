"""One tick of the floor: the table of contents of the system.

Every decision is a function of the site, the reports and the tick; below here there is no clock and no global random
state.
"""

import logging
import time

import numpy as np
from numpy.typing import NDArray

from controller.floor import charging, dispatch, disruptions, dock, release, station_work, trips
from controller.floor.failures import misplaced_robots, robot_faults
from controller.planning import guard
from controller.planning.planner import PlanInput
from controller.site.frame import frame_of
from controller.site.site import Site
from robots.recording.events import Alarm, Event
from robots.recording.frames import Frame
from robots.units.lifecycle import RobotState

_log = logging.getLogger(__name__)
_STALLED = 12
"""Ticks without coming nearer after which a robot's turn is drawn by lot."""
_LEAVING = 1 << 20
_FAILED = "the planner failed at tick %d"


def tick(site: Site) -> tuple[Frame, list[Event]]:
    """Run one tick; return the frame after it and the events in it."""
    # 1 reports from robots → fleet state
    elsewhere = site.robots.elsewhere
    robot_faults.take_reports(site, site.fleet.receive())
    misplaced_robots.keep_clear(site, elsewhere)
    misplaced_robots.take_back(site)
    trips.advance_trips(site)
    trips.deliver_totes(site)
    # 2 arrivals → books
    station_work.finish_work(site)
    station_work.change_shifts(site)
    disruptions.advance(site)
    site.surroundings.advance()
    release.take_orders(site)
    dock.receive(site)
    # 3 orders → stations
    release.release_orders(site)
    station_work.begin_work(site)
    # 4, 5 pods for open lines, places for pods that leave, tasks for robots
    dispatch.give_work(site)
    # 6 goals → next actions
    trips.place_in_lanes(site)
    drive = _plan(site)
    # 7, 8 actions → grants → fleet
    site.fleet.send(trips.grants(site, drive))
    _watch(site)
    robot_faults.free_the_enclosed(site)
    site.book.look_at_dues(site.tick)
    # 9, 10 events and one frame, for the record, the KPIs and the viewers
    moves = site.ledger.take_moves()
    events = [*site.events, *moves, *site.surroundings.money_moved(moves)]
    site.events = []
    if site.order_log is not None:
        site.order_log.follow(events)
    frame = frame_of(site)
    site.tick += 1
    return frame, events


def _plan(site: Site) -> NDArray[np.int8]:
    """Return the planner's actions; all robots wait if the plan is wrong."""
    robots = site.robots
    standing = robots.standing
    view = PlanInput(
        site.tick,
        robots.cell,
        robots.heading,
        robots.loaded.astype(np.int8),
        np.where(standing, -1, robots.goal).astype(np.int32),
        np.where(robots.state == RobotState.CARRYING, site.distances.lane_heading[robots.goal], -1).astype(np.int8),
        standing,
        _urgency(site),
        site.watch.waited > _STALLED,
    )
    began = time.perf_counter()
    try:
        action = site.planner.plan(view.shown())
        refusal = guard.refusal_of(site.roads, view, action)
    except Exception as error:  # the planner may be a user's own, and the floor survives its faults
        _log.log(logging.DEBUG if site.planner_faults.refused else logging.ERROR, _FAILED, site.tick, exc_info=True)
        refusal = guard.Refusal(f"failed with {type(error).__name__}: {error}")
    site.planner_ms = 1000.0 * (time.perf_counter() - began)
    if refusal:
        text = f"the plan {refusal.text}; all robots wait"
        site.planner_faults.refuse(site.tick, text)
        site.emit(Alarm(site.tick, "refused-plan", text, refusal.cell, refusal.robot))
        return np.zeros(len(robots), np.int8)
    return action.astype(np.int8, copy=False)


def _watch(site: Site) -> None:
    """Report the robots that are stuck from now on."""
    left = site.distance_left()
    held = robot_faults.held(site, left) | charging.held_at_chargers(site)
    site.events += site.watch.look(site.tick, site.robots, left, held, site.grid)


def _urgency(site: Site) -> NDArray[np.int32]:
    """Return int32[robots]: larger goes first. Robots leaving a private area come first, because they cannot make way.

    The others follow by time since their trip began. Robots that have come no nearer for a while draw lots instead,
    again every few ticks, so that no order among them lasts for ever. A robot without a goal makes way for all.
    """
    robots = site.robots
    load = robots.loaded.astype(np.int8)
    area = site.roads.area[load, robots.cell]
    leaving = (area != 0) & (area != site.roads.area[load, np.maximum(robots.goal, 0)])
    urgency = np.minimum(site.tick - robots.since + 1, _LEAVING - 1)
    stalled = site.watch.waited > _STALLED
    if stalled.any():
        urgency[stalled] = site.streams.of("lots", site.tick).integers(1, _LEAVING, len(robots))[stalled]
    return np.where(robots.goal >= 0, urgency + _LEAVING * leaving, 0).astype(np.int32)
