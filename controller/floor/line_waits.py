"""Reasons why a line has no pod yet, reported after 1, 2, 4, 8 … minutes, so that a long wait costs few events."""

from controller.policies.waiting_age import bound
from controller.site.site import Site
from controller.warehouse.orders import OrderLine
from controller.warehouse.pods import PodState
from controller.warehouse.stations import PickStation
from robots.recording.events import LineWaits
from robots.recording.kinds import StationState
from robots.wording.formatting import count

_FIRST_S = 60.0
_LATELY_S = 60.0
"""Seconds for which the pod chosen last counts as the reason why a line was passed over."""


def report(site: Site) -> None:
    """Report each line that has now waited for one of the reporting times."""
    first = site.scenario.ticks(_FIRST_S)
    for station in site.pick_stations:
        for line in station.open_lines:
            waited, rest = divmod(site.tick - line.opened, first)
            if not rest and waited and not waited & (waited - 1):
                _report(site, station, line)


def _report(site: Site, station: PickStation, line: OrderLine) -> None:
    pod, reason = _why(site, station, line)
    deadline = line.opened + bound(site) if pod >= 0 and site.pods.state[pod] == PodState.STORED else -1
    site.emit(LineWaits(site.tick, line.order.id, line.number, line.sku, pod, station.index, deadline, reason))


def _why(site: Site, station: PickStation, line: OrderLine) -> tuple[int, str]:
    """Return (pod that has the stock or -1, why it is not on its way)."""
    if station.state == StationState.CLOSED:
        return -1, f"{station.info.id} is out of reach"
    pods = list(site.pods.free[line.sku])
    if not pods:
        return -1, "no reachable pod has unallocated units of it"
    distance = site.distances.to_station[station.index]
    stored = [pod for pod in pods if site.pods.state[pod] == PodState.STORED]
    if not stored:
        return pods[0], f"pod {pods[0]} has it and is on the move{_where_to(site, pods[0])}"
    pod = min(stored, key=lambda pod: (int(distance[site.pods.cell[pod]]), pod))
    return pod, f"pod {pod} has it and is free; {_what_else(site, station)}"


def _what_else(site: Site, station: PickStation) -> str:
    """Return why no robot fetches a pod that is free."""
    most = site.scenario.robots.per_station
    if len(station.trips) >= most:
        return f"{count(most, 'pod')} on the way to {station.info.id}, its limit"
    latest = station.latest
    if latest is None or site.tick - latest.created > site.scenario.ticks(_LATELY_S):
        return "no robot was free for it"
    return f"robot {latest.robot} was sent for pod {latest.pod} instead: {latest.reason}"


def _where_to(site: Site, pod: int) -> str:
    """Return which robot has the pod and where it takes it, for a reason's end."""
    task = next((task for task in site.tasks.values() if task.pod == pod), None)
    if task is None or task.robot < 0:
        return ""
    goal = f"to {site.stations[task.station].info.id}" if task.station >= 0 else "to its place"
    return f" {goal} with robot {task.robot}"
