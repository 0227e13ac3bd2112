"""Events, states and places in words, for explanations and the window alike.

A phrase says what happened to a reader who knows which order or parcel it is about. A headline names that, too, and a sentence
gives the reason.
"""

from collections.abc import Callable, Mapping

from layout.floor import Floor
from layout.formats.toml_format import drawn_floor
from layout.grid import HEADING_NAMES
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.event import EventCall
from robots.recording.events import Event
from robots.recording.frames import NO_LOAD, TOTES, Header
from robots.recording.places import place_of
from robots.units.lifecycle import RobotState
from robots.wording.formatting import cell_at, clock, count, span
from robots.wording.supply_chain_words import chain_phrases, sku_words, units_words

Called = Callable[[int], str]
"""An order in words, by its number in the run: "order A-17"."""
ROBOT_STATES = {
    RobotState.IDLE: "idle",
    RobotState.PARKING: "driving to a parking place",
    RobotState.FETCHING: "driving to its load",
    RobotState.HOLDING: "at its load, waiting for a place in the queue lane",
    RobotState.LIFTING: "lifting its load",
    RobotState.CARRYING: "carrying its load to a station",
    RobotState.PRESENTING: "presenting its load at a station",
    RobotState.STORING: "taking its load to a storage place",
    RobotState.SETTING_DOWN: "setting its load down",
    RobotState.TO_CHARGER: "driving to a charger",
    RobotState.CHARGING: "charging",
    RobotState.DEAD: "dead",
}
_OF_ORDER = (
    *(ev.OrderReceived, ev.OrderReleased, ev.OrderWithdrawn, ev.OrderWaits, ev.OrderPicked, ev.OrderPacking),
    *(ev.OrderShipped, ev.OrderPrioritised, ev.OrderCancelled, ev.LineWaits, ce.OrderPromised, ce.StockRanOut),
)
_OF_PARCEL = (ce.ParcelPacked, ce.ParcelMoved, ce.ParcelLate, ce.EtaChanged, ce.DeliveryFailed)
_KEPT_FOR_ORDERS = ("parcel", "tote", "quarantine")
"""Places of stock that are numbered by their order's number in the run."""


def floor_of(header: Header) -> Floor:
    """Return the floor that a record carries. InputError if its text is no layout."""
    return drawn_floor(header.floor, "the record's floor")


def station_name(header: Header, station: int) -> str:
    """Return the id of a station by its index."""
    if station < 0:
        return "no station"
    return header.stations[station].id if station < len(header.stations) else f"station {station}"


def load_words(load: int) -> str:
    """Return what a robot carries: "pod 5", "totes", "nothing"."""
    return {NO_LOAD: "nothing", TOTES: "totes"}.get(load, f"pod {load}")


class EventWords:
    """Names of what is on one floor, and what happened there in words."""

    def __init__(self, header: Header, floor: Floor) -> None:
        self.header = header
        self._grid = floor.grid
        self._places = _places(floor)
        self._phrases: Mapping[type[Event], EventCall[str]] = {
            **self._order_phrases(),
            **self._task_phrases(),
            **self._robot_phrases(),
            **self._service_phrases(),
            **chain_phrases(header),
        }

    def when(self, t: int) -> str:
        """Return a tick as time of day and number."""
        return f"{clock(self.header, t)} (tick {t})"

    def station(self, index: int) -> str:
        """Return the id of a station by its index."""
        return station_name(self.header, index)

    def cell(self, cell: int) -> str:
        """Return a cell and, if it is one, what place it is: "(0, 1), the service cell of pick-1"."""
        if not 0 <= cell < self._grid.cells:
            return "nowhere"
        place = self._places.get(cell)
        return cell_at(cell, self._grid.width) + (f", {place}" if place else "")

    def heading(self, heading: int) -> str:
        """Return a heading by its number: "south"."""
        return HEADING_NAMES[heading]

    def purpose(self, kind: str, pod: int, station: int) -> str:
        """Return what a task is for: "bring pod 5 to pick-1"."""
        load = f"pod {pod}" if pod >= 0 else "totes"
        if kind == "move":
            return f"move {load} to its place"
        return kind if kind == "charge" or station < 0 else f"bring {load} to {self.station(station)}"

    def phrase(self, event: Event) -> str:
        """Return what happened, to a reader who knows whose event it is: "released to pick-1"."""
        return self._phrases[type(event)](event)

    def headline(self, event: Event, called: Called) -> str:
        """Return what happened to which order: "order A-17 released to pick-1"."""
        if isinstance(event, ev.StockMoved):
            return self._moved(event, called)
        if isinstance(event, ev.Picked):
            return f"{self.phrase(event)} for {called(event.order)}"
        if isinstance(event, _OF_ORDER):
            return f"{called(event.order)} {self.phrase(event)}"
        return (
            f"parcel of {called(event.parcel)} {self.phrase(event)}"
            if isinstance(event, _OF_PARCEL)
            else self.phrase(event)
        )

    def reason(self, event: Event) -> str:
        """Return why it happened, "" where the event doesn't say."""
        reason = str(getattr(event, "reason", "") or getattr(event, "text", ""))
        if isinstance(event, ev.LineWaits) and event.by > event.t:
            reason += f"; it is fetched by {clock(self.header, event.by)} at the latest"
        return reason

    def sentence(self, event: Event) -> str:
        """Return what happened and why: "released to pick-1: due first"."""
        reason = self.reason(event)
        return self.phrase(event) + (f": {reason}" if reason else "")

    def line(self, event: Event) -> str:
        """Return one line of a history: when, what and why."""
        return f"  {self.when(event.t)}: {self.sentence(event)}"

    def _order_phrases(self) -> dict[type[Event], EventCall[str]]:
        return {
            ev.OrderReceived: lambda e: f"received, due {clock(self.header, e.due)}",
            ev.OrderReleased: lambda e: f"released to {self.station(e.station)}",
            ev.OrderWithdrawn: lambda _: "back in the backlog",
            ev.OrderWaits: lambda _: "not yet released",
            ev.OrderPicked: lambda e: f"complete; its tote is on the outfeed of {self.station(e.station)}",
            ev.OrderPacking: lambda e: f"arrived at {self.station(e.station)}",
            ev.OrderShipped: lambda e: f"shipped from {self.station(e.station)}{self._late(e)}",
            ev.OrderPrioritised: lambda _: "prioritised",
            ev.OrderCancelled: lambda _: "cancelled",
            ev.LineWaits: lambda e: f"waits for a pod for line {e.line + 1} ({sku_words(self.header, e.sku)})",
            ev.Picked: lambda e: f"{self._units(e)} picked from pod {e.pod} at {self.station(e.station)}",
            ev.StockMoved: lambda e: f"{self._units(e)} from {e.source} to {e.target}",
        }

    def _task_phrases(self) -> dict[type[Event], EventCall[str]]:
        return {
            ev.TaskCreated: lambda e: f"task {e.task} created to {self.purpose(e.kind, e.pod, e.station)}",
            ev.TaskAssigned: lambda e: f"task {e.task} given to robot {e.robot}",
            ev.NextStop: lambda e: f"task {e.task} goes on to {self.station(e.station)}",
            ev.PlaceChosen: lambda e: f"pod {e.pod} goes to {self.cell(e.cell)}",
            ev.TaskDone: lambda e: f"task {e.task} done",
            ev.TaskFailed: lambda e: f"task {e.task} failed",
            ev.VisitStarted: lambda e: f"robot {e.robot} is at {self.station(e.station)}",
            ev.VisitEnded: lambda e: f"robot {e.robot} leaves {self.station(e.station)} after {count(e.units, 'unit')}",
            ev.Stowed: lambda e: f"{self._units(e)} stowed into pod {e.pod} at {self.station(e.station)}",
            ev.TakenOut: lambda e: (
                f"{self._units(e)} taken out of pod {e.pod} at {self.station(e.station)}, for another bin"
            ),
        }

    def _robot_phrases(self) -> dict[type[Event], EventCall[str]]:
        return {
            ev.Parked: lambda e: f"robot {e.robot} parks at {self.cell(e.cell)}",
            ev.RobotIdle: lambda e: f"robot {e.robot} is idle",
            ev.ChargeEnded: lambda e: f"robot {e.robot} leaves its charger at {e.percent} %",
            ev.RobotFault: lambda e: f"robot {e.robot} {ev.FAULT_WORDS.get(e.kind, e.kind)} at {self.cell(e.cell)}",
            ev.RobotRecovered: lambda e: f"robot {e.robot} drives again from {self.cell(e.cell)}",
            ev.PodQuarantined: lambda e: f"pod {e.pod} is out of reach at {self.cell(e.cell)}",
            ev.PodAvailable: lambda e: f"pod {e.pod} can be fetched again at {self.cell(e.cell)}",
        }

    def _service_phrases(self) -> dict[type[Event], EventCall[str]]:
        return {
            ev.OutOfService: lambda e: f"{self._thing(e)} is out of service until people have looked",
            ev.BackInService: lambda e: f"{self._thing(e)} is back in service",
            ev.Alarm: lambda e: f"alarm, {e.kind}",
            ev.CellClosed: lambda e: f"cell {self.cell(e.cell)} is closed",
            ev.CellOpened: lambda e: f"cell {self.cell(e.cell)} is open again",
            ev.StationState: lambda e: f"{self.station(e.station)} is {e.state}",
        }

    def _units(self, event: ev.Picked | ev.Stowed | ev.TakenOut | ev.StockMoved) -> str:
        return units_words(self.header, event.sku, event.quantity)

    def _late(self, event: ev.OrderShipped) -> str:
        return f", {span(event.late * self.header.tick_s)} late" if event.late > 0 else ""

    def _thing(self, event: ev.OutOfService | ev.BackInService) -> str:
        """Return what is out of service: "pod 5", "the charger at (3, 4)"."""
        names = {
            "pod": f"pod {event.pod}",
            "robot": f"robot {event.robot}",
            "outfeed": f"the outfeed of {self.station(event.station)}",
        }
        return names.get(event.kind, f"the {event.kind} at {cell_at(event.cell, self._grid.width)}")

    def _moved(self, event: ev.StockMoved, called: Called) -> str:
        return f"{self._units(event)} from {_stock_place(event.source, called)} to {_stock_place(event.target, called)}"


def _stock_place(name: str, called: Called) -> str:
    """Return a place of stock in words; one that is kept for an order goes by the order."""
    kind, number, _ = place_of(name)
    return f"the {kind} of {called(number)}" if kind in _KEPT_FOR_ORDERS and number >= 0 else name


def _places(floor: Floor) -> dict[int, str]:
    places = {int(cell): "a charger" for cell in floor.chargers}
    places |= {int(cell): "a storage place" for cell in floor.storage}
    for station in floor.stations:
        places |= dict.fromkeys(station.queue, f"the queue lane of {station.id}")
        places[station.cell] = f"the service cell of {station.id}"
        if station.outfeed is not None:
            places[station.outfeed] = f"the outfeed of {station.id}"
    return places
