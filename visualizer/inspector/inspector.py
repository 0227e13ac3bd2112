"""Content of the side panel: a page about the selection with reasons, and a page of the events about it."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from robots.recording.frames import Frame
from visualizer.history import RunHistory
from visualizer.inspector.cell_page import cell_page
from visualizer.inspector.events_page import events_page
from visualizer.inspector.highlights import Highlights, highlights_of
from visualizer.inspector.order_page import order_page
from visualizer.inspector.page_lines import Line, Moment, sentence, title
from visualizer.inspector.pod_page import pod_page
from visualizer.inspector.robot_page import robot_page
from visualizer.inspector.station_page import station_page
from visualizer.scene.recent_visitors import RecentVisitors
from visualizer.scene.scene import Scene, Selection, Thing
from visualizer.scene.sources import Source
from visualizer.scene.wait_chains import IntendedRoutes

_PAGES: dict[Thing, Callable[[Moment, int], list[Line]]] = {
    Thing.ROBOT: robot_page,
    Thing.POD: pod_page,
    Thing.STATION: station_page,
    Thing.CELL: cell_page,
    Thing.ORDER: order_page,
}


class Tab(StrEnum):
    """Pages of the side panel."""

    NOW = "inspect"
    EVENTS = "events"


class Inspector:
    """Writes the pages and highlights of one run. Pages and highlights that haven't changed are not computed again."""

    def __init__(self, source: Source, scene: Scene, history: RunHistory) -> None:
        self._scene, self._history = scene, history
        self._routes, self._visitors = IntendedRoutes(scene.floor), RecentVisitors(source)
        self._written: tuple[object, list[Line]] = None, []
        self._highlighted: tuple[object, Highlights] = None, Highlights()

    def lines(self, frame: Frame, selection: Selection, tab: Tab = Tab.NOW) -> list[Line]:
        """Return the page about a selection at the frame's tick."""
        key = frame.tick, selection, tab, self._history.read_to
        if key != self._written[0]:
            lines = self._write(frame, selection, tab)
            self._written = key, [replace(line, link=None) if line.link == selection else line for line in lines]
        return self._written[1]

    def highlights(self, frame: Frame, selection: Selection) -> Highlights:
        """Return the highlights of a selection."""
        key = frame.tick, selection, self._history.read_to
        if key != self._highlighted[0]:
            self._highlighted = key, highlights_of(self._moment(frame), selection)
        return self._highlighted[1]

    def _write(self, frame: Frame, selection: Selection, tab: Tab) -> list[Line]:
        moment = self._moment(frame)
        if not known(self._scene, selection):
            return [title(f"{selection.thing} {selection.number}"), sentence("is not part of this run.")]
        if tab is Tab.EVENTS:
            return events_page(moment, selection)
        lines = _PAGES[selection.thing](moment, selection.number)
        if self._history.read_to >= frame.tick:
            return lines
        return [
            *lines,
            sentence(f"{self._history.progress:.0%} of the run's events are read; more will be known."),
        ]

    def _moment(self, frame: Frame) -> Moment:
        return Moment(self._scene, frame, self._history, self._routes, self._visitors)


def known(scene: Scene, selection: Selection) -> bool:
    """Return whether the run has such a robot, pod, station or cell; any number may be an order's."""
    counts = {
        Thing.ROBOT: scene.header.robots,
        Thing.POD: scene.header.pods,
        Thing.STATION: len(scene.stations),
        Thing.CELL: scene.grid.cells,
    }
    return 0 <= selection.number < counts.get(selection.thing, selection.number + 1)
