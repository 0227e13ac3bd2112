"""The report's figures on robots, times and places: robot time, samples, congestion, incidents."""

import numpy as np

from controller.kpis import Kpis
from controller.kpis.incidents import Incident
from layout.grid import CellKind
from robots.units.lifecycle import RobotState
from robots.wording.formatting import cell_at, clock

WORST_CELLS = 12

ReportData = dict[str, object]


def ratio(part: object, whole: object) -> float | None:
    if isinstance(part, int | float) and isinstance(whole, int | float) and whole:
        return float(part) / float(whole)
    return None


def robot_time(kpis: Kpis) -> ReportData:
    ticks = kpis.robots.state_ticks
    total, cell_m = int(ticks.sum()), kpis.floor.cell_m
    return {
        "hours": {state.name: int(ticks[state]) * kpis.header.tick_s / 3600 for state in RobotState},
        "share": {state.name: ratio(int(ticks[state]), total) for state in RobotState},
        "distance_loaded_m": kpis.robots.cells_loaded * cell_m,
        "distance_empty_m": kpis.robots.cells_empty * cell_m,
    }


def samples(kpis: Kpis) -> ReportData:
    """Return columns over time, one sample a minute. time_s: seconds after midnight of day 1."""
    header = kpis.header
    queue, battery, states = (
        kpis.stations.queue_table(),
        kpis.robots.battery_table(),
        kpis.robots.state_table(),
    )
    return {
        "time_s": [header.start_s + tick * header.tick_s for tick in kpis.sampled],
        "backlog": list(kpis.backlog),
        "queue": {station.id: queue[:, index].tolist() for index, station in enumerate(header.stations)},
        "battery": {name: battery[:, index].tolist() for index, name in enumerate(("least", "p10", "p50", "p90"))},
        "robot_ticks": {state.name: states[:, state].tolist() for state in RobotState},
    }


def congestion(kpis: Kpis) -> ReportData:
    """Return by cell in reading order: robots that drove in, and robot ticks spent and waited there."""
    grid, robots = kpis.floor.grid, kpis.robots
    worst = np.argsort(-robots.waited, kind="stable")[:WORST_CELLS]
    return {
        "height": grid.height,
        "width": grid.width,
        "entered": robots.entered.tolist(),
        "occupied_ticks": robots.occupied.tolist(),
        "waited_ticks": robots.waited.tolist(),
        "worst": [
            {
                "row": int(cell) // grid.width,
                "col": int(cell) % grid.width,
                "kind": CellKind(int(grid.kind[cell])).name.lower(),
                "waited_s": int(robots.waited[cell]) * kpis.header.tick_s,
                "entered": int(robots.entered[cell]),
            }
            for cell in worst
            if robots.waited[cell]
        ],
    }


def incidents(kpis: Kpis) -> ReportData:
    return {
        "counts": dict(sorted(kpis.incidents.counts.items())),
        "first": [_incident(incident, kpis) for incident in kpis.incidents.first],
    }


def _incident(incident: Incident, kpis: Kpis) -> ReportData:
    place = []
    if incident.robot >= 0:
        place.append(f"robot {incident.robot}")
    if incident.pod >= 0:
        place.append(f"pod {incident.pod}")
    if incident.station >= 0:
        place.append(kpis.header.stations[incident.station].id)
    if incident.cell >= 0:
        place.append(f"cell {cell_at(incident.cell, kpis.floor.grid.width)}")
    return {
        "tick": incident.t,
        "time": clock(kpis.header, incident.t),
        "kind": incident.kind,
        "where": ", ".join(place),
        "text": incident.text,
    }
