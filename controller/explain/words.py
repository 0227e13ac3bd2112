"""Events and places in words, for `podfleet explain`."""

from collections.abc import Callable
from typing import Any

from controller.explain.chain_words import chain_sentences
from controller.wording import cell_at, clock, count
from layout.floor import Floor
from layout.grid import HEADING_NAMES
from layout.toml_format import drawn_floor
from robots import events as ev
from robots.events import Event
from robots.frames import NO_LOAD, TOTES, Header

STATE_WORDS = (
    "is idle",
    "is parking",
    "is on its way to fetch a load",
    "waits at its load for a place in the queue lane",
    "lifts its load",
    "carries its load to a station",
    "presents its load to the people of a station",
    "carries its pod home",
    "sets its pod down",
    "is on its way to a charger",
    "is charging",
    "is dead",
)
"""By RobotState."""


def floor_of(header: Header) -> Floor:
    """The floor that a record carries. InputError if its text is no layout."""
    return drawn_floor(header.floor, "the record's floor")


class Words:
    """Names of what is on one floor, and sentences about what happened there."""

    def __init__(self, header: Header, floor: Floor) -> None:
        self.header = header
        self._width = floor.grid.width
        self._places = _places(floor)
        self._tell: dict[type[Event], Callable[[Any], str]] = {
            **self._order_sentences(),
            **self._task_sentences(),
            **self._robot_sentences(),
            **chain_sentences(header),
        }

    def when(self, t: int) -> str:
        return f"{clock(self.header, t)} (tick {t})"

    def station(self, number: int) -> str:
        return self.header.stations[number].id if 0 <= number < len(self.header.stations) else "no station"

    def sku(self, number: int) -> str:
        return self.header.skus[number] if number < len(self.header.skus) else f"SKU {number}"

    def units(self, event: ev.Picked | ev.Stowed | ev.TakenOut) -> str:
        """Units of a SKU: "3 × bolt"."""
        return f"{event.quantity} × {self.sku(event.sku)}"

    def cell(self, cell: int) -> str:
        """A cell and, if it is one, what place it is: "(0, 1), the service cell of pick-1"."""
        place = self._places.get(cell)
        return cell_at(cell, self._width) + (f", {place}" if place else "")

    def load(self, load: int) -> str:
        return {NO_LOAD: "nothing", TOTES: "totes"}.get(load, f"pod {load}")

    def thing(self, event: ev.OutOfService | ev.BackInService) -> str:
        """What is out of service: "pod 5", "the charger at (3, 4)"."""
        names = {
            "pod": f"pod {event.pod}",
            "robot": f"robot {event.robot}",
            "outfeed": f"the outfeed of {self.station(event.station)}",
        }
        return names.get(event.kind, f"the {event.kind} at {cell_at(event.cell, self._width)}")

    def heading(self, heading: int) -> str:
        return HEADING_NAMES[heading]

    def line(self, event: Event) -> str:
        """One line of a history: when, and what happened."""
        return f"  {self.when(event.t)}: {self.tell(event)}"

    def tell(self, event: Event) -> str:
        """What happened, in a sentence without its end."""
        sentence = self._tell.get(type(event))
        return sentence(event) if sentence else type(event).__name__

    def _order_sentences(self) -> dict[type[Event], Callable[[Any], str]]:
        return {
            ev.OrderReceived: lambda e: f"received, due {clock(self.header, e.due)}",
            ev.OrderReleased: lambda e: f"released to {self.station(e.station)}: {e.reason}",
            ev.OrderWithdrawn: lambda e: f"back in the backlog: {e.reason}",
            ev.OrderWaits: lambda e: f"not yet released: {e.reason}",
            ev.OrderPicked: lambda e: f"complete; its tote is on the outfeed of {self.station(e.station)}",
            ev.OrderPacking: lambda e: f"its tote reached {self.station(e.station)}",
            ev.OrderShipped: lambda e: f"shipped from {self.station(e.station)}",
            ev.OrderPrioritised: lambda e: f"prioritised: {e.reason}",
            ev.OrderCancelled: lambda e: f"cancelled: {e.reason}",
            ev.Picked: lambda e: f"{self.units(e)} picked from pod {e.pod} at {self.station(e.station)}",
        }

    def _task_sentences(self) -> dict[type[Event], Callable[[Any], str]]:
        return {
            ev.TaskCreated: lambda e: f"task {e.task} created, {self.purpose(e)}: {e.reason}",
            ev.TaskAssigned: lambda e: f"task {e.task} given to robot {e.robot}: {e.reason}",
            ev.NextStop: lambda e: f"goes on to {self.station(e.station)}: {e.reason}",
            ev.PlaceChosen: lambda e: f"pod {e.pod} goes home to {self.cell(e.cell)}: {e.reason}",
            ev.LineWaits: self._line_waits,
            ev.TaskDone: lambda e: f"task {e.task} done",
            ev.TaskFailed: lambda e: f"task {e.task} failed: {e.reason}",
            ev.VisitStarted: lambda e: f"robot {e.robot} stands at {self.station(e.station)}",
            ev.VisitEnded: lambda e: f"robot {e.robot} leaves {self.station(e.station)}, {count(e.units, 'unit')}",
            ev.Stowed: lambda e: f"{self.units(e)} stowed at {self.station(e.station)}",
            ev.TakenOut: lambda e: f"{self.units(e)} taken out at {self.station(e.station)}, for another bin",
        }

    def _robot_sentences(self) -> dict[type[Event], Callable[[Any], str]]:
        return {
            ev.Parked: lambda e: f"robot {e.robot} parks at {self.cell(e.cell)}: {e.reason}",
            ev.RobotIdle: lambda e: f"robot {e.robot} is idle: {e.reason}",
            ev.ChargeEnded: lambda e: f"robot {e.robot} leaves its charger at {e.percent} %",
            ev.RobotFault: lambda e: f"robot {e.robot} {ev.FAULT_WORDS.get(e.kind, e.kind)} at {self.cell(e.cell)}",
            ev.RobotRecovered: lambda e: f"robot {e.robot} drives again from {self.cell(e.cell)}",
            ev.PodQuarantined: lambda e: f"pod {e.pod} is out of reach at {self.cell(e.cell)}: {e.reason}",
            ev.PodAvailable: lambda e: f"pod {e.pod} can be fetched again at {self.cell(e.cell)}: {e.reason}",
            ev.OutOfService: lambda e: f"{self.thing(e)} is out of service until people have looked: {e.reason}",
            ev.BackInService: lambda e: f"{self.thing(e)} is back in service: {e.reason}",
            ev.Alarm: lambda e: f"alarm, {e.kind}: {e.text}",
        }

    def _line_waits(self, event: ev.LineWaits) -> str:
        by = f"; it is fetched by {clock(self.header, event.by)} at the latest" if event.by > event.t else ""
        return f"not yet, line {event.line + 1} ({self.sku(event.sku)}): {event.reason}{by}"

    def purpose(self, task: ev.TaskCreated) -> str:
        """What a task is for: "pick, pod 5 for pick-1"."""
        load = f"pod {task.pod} " if task.pod >= 0 else ("" if task.kind == "charge" else "totes ")
        place = f"for {self.station(task.station)}" if task.station >= 0 else ""
        return ", ".join(part for part in (task.kind, f"{load}{place}".strip()) if part)


def _places(floor: Floor) -> dict[int, str]:
    places = {int(cell): "a charger" for cell in floor.chargers}
    places |= {int(cell): "a storage place" for cell in floor.storage}
    for station in floor.stations:
        places |= dict.fromkeys(station.queue, f"the queue lane of {station.id}")
        places[station.cell] = f"the service cell of {station.id}"
        if station.outfeed is not None:
            places[station.outfeed] = f"the outfeed of {station.id}"
    return places
