"""Frame of the site after a tick, for viewers, records and KPIs."""

import numpy as np

from controller.site.site import Site
from controller.site.trouble import frame_counts
from robots.recording.frames import ROBOT_DTYPE, STATION_DTYPE, Frame
from robots.recording.kinds import StationState

_STATES = {StationState.OPEN: 0, StationState.PAUSED: 1, StationState.CLOSED: 2}
_MOST_PEOPLE = 255
"""Largest number of people at a station that a frame can hold; people_sweep tries no more."""


def frame_of(site: Site) -> Frame:
    """Return the frame of the site after this tick."""
    robots, book = site.robots, site.book
    table = np.zeros(len(robots), ROBOT_DTYPE)
    table["cell"], table["heading"] = robots.cell, robots.heading
    table["state"], table["load"], table["goal"] = robots.state, robots.load, robots.goal
    table["task"] = [-1 if task is None else task.id for task in robots.task]
    table["battery"] = np.minimum(np.rint(100.0 * robots.battery_wh / site.scenario.robots.battery_wh), 100.0)
    table["stopped"] = robots.stopped
    lane = site.distances.lane_station[robots.cell]
    queue = np.bincount(lane[(lane >= 0) & robots.loaded], minlength=len(site.stations))
    stations = np.array(
        [
            (
                _STATES[station.state],
                min(station.working, _MOST_PEOPLE),
                queue[station.index],
                len(station.inbound),
                station.waiting_work,
                station.full_totes,
                station.done,
                min(station.people, _MOST_PEOPLE),
            )
            for station in site.stations
        ],
        STATION_DTYPE,
    )
    counts = {
        "orders_received": book.received,
        "orders_shipped": book.shipped,
        "orders_cancelled": book.cancelled,
        "orders_open": len(book.open),
        "orders_due": book.due,
        "orders_late": book.late,
        "backlog": len(book.backlog),
        "short": sum(map(len, book.backordered.values())),
        "lines_picked": book.lines_picked,
        "units_picked": book.units_picked,
        **frame_counts(site),
    }
    return Frame(site.tick, table, stations, site.pods.cell.copy(), counts, site.planner_ms)
