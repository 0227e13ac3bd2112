"""Incidents that people had to handle: faults, closed cells and stations, quarantined pods, failed tasks, alarms."""

from collections import Counter
from typing import NamedTuple

from robots.recording import events as ev
from robots.recording.event import EventCall
from robots.recording.events import Event

KEPT = 200
"""Number of incidents kept in words; further ones are only counted, so that a broken run cannot fill the memory."""


class Incident(NamedTuple):
    t: int
    kind: str
    robot: int
    """Robot concerned, -1 for none; likewise cell, pod and station."""
    cell: int
    pod: int
    station: int
    text: str


class Incidents:
    """First KEPT incidents, and the count of all by kind."""

    def __init__(self) -> None:
        self.first: list[Incident] = []
        self.counts: Counter[str] = Counter()

    def handlers(self) -> dict[type[Event], EventCall[None]]:
        return {
            ev.RobotFault: self._fault,
            ev.RobotRecovered: self._recovered,
            ev.CellClosed: self._cell_closed,
            ev.CellOpened: self._cell_opened,
            ev.StationState: self._station,
            ev.PodQuarantined: self._quarantined,
            ev.PodAvailable: self._available,
            ev.OutOfService: self._out_of_service,
            ev.BackInService: self._back_in_service,
            ev.TaskFailed: self._task_failed,
            ev.Alarm: self._alarm,
        }

    def _add(
        self,
        t: int,
        kind: str,
        text: str,
        *,
        robot: int = -1,
        cell: int = -1,
        pod: int = -1,
        station: int = -1,
    ) -> None:
        self.counts[kind] += 1
        if len(self.first) < KEPT:
            self.first.append(Incident(t, kind, robot, cell, pod, station, text))

    def _fault(self, event: ev.RobotFault) -> None:
        self._add(
            event.t,
            f"robot fault: {event.kind}",
            ev.FAULT_WORDS.get(event.kind, event.kind),
            robot=event.robot,
            cell=event.cell,
        )

    def _recovered(self, event: ev.RobotRecovered) -> None:
        self._add(event.t, "robot recovered", "drives again", robot=event.robot, cell=event.cell)

    def _cell_closed(self, event: ev.CellClosed) -> None:
        self._add(event.t, "cell closed", event.reason, cell=event.cell)

    def _cell_opened(self, event: ev.CellOpened) -> None:
        self._add(event.t, "cell opened", event.reason, cell=event.cell)

    def _station(self, event: ev.StationState) -> None:
        self._add(event.t, f"station {event.state}", event.reason, station=event.station)

    def _quarantined(self, event: ev.PodQuarantined) -> None:
        self._add(event.t, "pod quarantined", event.reason, pod=event.pod, cell=event.cell)

    def _available(self, event: ev.PodAvailable) -> None:
        self._add(event.t, "pod available again", event.reason, pod=event.pod, cell=event.cell)

    def _out_of_service(self, event: ev.OutOfService) -> None:
        self._service(event, f"{event.kind} out of service", event.reason)

    def _back_in_service(self, event: ev.BackInService) -> None:
        self._service(event, f"{event.kind} back in service", event.reason)

    def _service(self, event: ev.OutOfService | ev.BackInService, kind: str, text: str) -> None:
        self._add(event.t, kind, text, robot=event.robot, cell=event.cell, pod=event.pod, station=event.station)

    def _task_failed(self, event: ev.TaskFailed) -> None:
        self._add(event.t, "task failed", f"task {event.task}: {event.reason}")

    def _alarm(self, event: ev.Alarm) -> None:
        self._add(event.t, f"alarm: {event.kind}", event.text, robot=event.robot, cell=event.cell)
