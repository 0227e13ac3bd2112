"""Events, states and times in words for people."""

from robots import events as ev
from robots.events import AnyEvent
from robots.frames import Header
from robots.lifecycle import RobotState
from visualizer.chain_wording import Called, chain_headline
from visualizer.scene import Scene

STATES = {
    RobotState.IDLE: "idle",
    RobotState.PARKING: "driving to a parking place",
    RobotState.FETCHING: "driving to its load",
    RobotState.HOLDING: "at its load, waiting for a place in the queue lane",
    RobotState.LIFTING: "lifting its load",
    RobotState.CARRYING: "carrying its load to a station",
    RobotState.PRESENTING: "presenting its load at a station",
    RobotState.STORING: "taking its load home",
    RobotState.SETTING_DOWN: "setting its load down",
    RobotState.TO_CHARGER: "driving to a charger",
    RobotState.CHARGING: "charging",
    RobotState.DEAD: "dead, will not move again",
}
STATION_STATES = ("open", "paused", "closed")
_OF_ORDERS = ("parcel", "tote", "quarantine")
"""Places of stock that go by an order's number in the run."""


def clock(header: Header, tick: float) -> str:
    """Time of day at a tick, with the day from the second on: "09:31:07", "day 2 00:10:00"."""
    day, second = divmod(int(header.start_s + tick * header.tick_s), 86_400)
    time = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return f"day {day + 1} {time}" if day else time


def station_name(header: Header, station: int) -> str:
    return header.stations[station].id if 0 <= station < len(header.stations) else f"station {station}"


def place(scene: Scene, cell: int) -> str:
    """(row, column) of a cell, "nowhere" off the floor."""
    row, col = scene.grid.at(cell)
    return f"({row}, {col})" if scene.on_floor(cell) else "nowhere"


def span(header: Header, ticks: int) -> str:
    """How long so many ticks are: "45 s", "1 min 35 s", "2 h 5 min", "3 days 2 h"."""
    seconds = round(ticks * header.tick_s)
    for unit, name, part, part_name in _UNITS:
        if seconds >= unit:
            rest = seconds % unit // part
            days = f"{name}s" if name == "day" and seconds >= 2 * unit else name
            return f"{seconds // unit} {days}" + (f" {rest} {part_name}" if rest else "")
    return f"{seconds} s"


def units(count: int) -> str:
    return f"{count:,} unit{'s' * (count != 1)}"


def headline(event: AnyEvent, scene: Scene, called: Called) -> str:
    """What happened, in a few words, without the reason for it. called: an order in words, by its number in the run."""
    told = _order_headline(event, scene, called) or _floor_headline(event, scene) or _service_headline(event, scene)
    return told or _plain(event, called)


def reason(event: AnyEvent) -> str:
    """Why it happened, "" where the event doesn't say."""
    return str(getattr(event, "reason", "") or getattr(event, "text", ""))


def _order_headline(event: AnyEvent, scene: Scene, called: Called) -> str:
    header = scene.header
    match event:
        case ev.OrderReleased():
            return f"{called(event.order)} to {station_name(header, event.station)}"
        case ev.OrderPicked():
            return f"{called(event.order)} picked at {station_name(header, event.station)}"
        case ev.OrderPacking():
            return f"{called(event.order)} at {station_name(header, event.station)}"
        case ev.OrderShipped():
            late = f", {span(header, event.late)} late" if event.late > 0 else ""
            return f"{called(event.order)} shipped{late}"
        case ev.OrderReceived() | ev.OrderWithdrawn() | ev.OrderCancelled() | ev.OrderPrioritised():
            return f"{called(event.order)} {_ORDERS[type(event)]}"
        case ev.Picked():
            return f"{units(event.quantity)} from pod {event.pod} for {called(event.order)}"
        case ev.OrderWaits():
            return f"{called(event.order)} waits for a place at a station"
        case ev.LineWaits():
            return f"{called(event.order)} waits for a pod"
        case ev.Stowed():
            return f"{units(event.quantity)} stowed into pod {event.pod}"
        case ev.TakenOut():
            return f"{units(event.quantity)} taken out of pod {event.pod}"
        case ev.StockMoved():
            return f"{units(event.quantity)} from {_stock_place(event.source, called)} to {_stock_place(event.target, called)}"
    return ""


def _floor_headline(event: AnyEvent, scene: Scene) -> str:
    header = scene.header
    match event:
        case ev.TaskCreated():
            load = f"fetch pod {event.pod}" if event.pod >= 0 else "fetch totes"
            if event.kind == "move":
                return f"move pod {event.pod} to its place"
            return "charge" if event.kind == "charge" else f"{load} for {station_name(header, event.station)}"
        case ev.TaskAssigned():
            return f"given to robot {event.robot}"
        case ev.NextStop():
            return f"next to {station_name(header, event.station)}"
        case ev.PlaceChosen():
            return f"pod {event.pod} goes home to {place(scene, event.cell)}"
        case ev.VisitStarted() | ev.VisitEnded():
            return f"robot {event.robot} {_VISITS[type(event)]} {station_name(header, event.station)}"
        case ev.PodQuarantined():
            return f"pod {event.pod} quarantined"
        case ev.PodAvailable():
            return f"pod {event.pod} can be fetched again"
        case ev.StationState():
            return event.state
        case ev.RobotFault():
            return ev.FAULT_WORDS.get(event.kind, event.kind)
        case ev.ChargeEnded():
            return f"charged to {event.percent} %"
        case ev.Alarm():
            return f"alarm: {event.kind}"
    return ""


def _stock_place(name: str, called: Called) -> str:
    """A place of stock; what is kept for an order goes by the order."""
    kind, _, number = name.partition(" ")
    return f"the {kind} of {called(int(number))}" if kind in _OF_ORDERS and number.isdigit() else name


def _service_headline(event: AnyEvent, scene: Scene) -> str:
    if not isinstance(event, ev.OutOfService | ev.BackInService):
        return ""
    names = {
        "pod": f"pod {event.pod}",
        "robot": f"robot {event.robot}",
        "outfeed": f"outfeed of {station_name(scene.header, event.station)}",
    }
    thing = names.get(event.kind, f"{event.kind} at {place(scene, event.cell)}")
    return f"{thing} {'out of' if isinstance(event, ev.OutOfService) else 'back in'} service"


def _plain(event: AnyEvent, called: Called) -> str:
    return chain_headline(event, called) or _PLAIN.get(type(event), type(event).__name__)


_UNITS = ((86_400, "day", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))
"""Seconds, name, seconds of the part that is told beside it, and its name."""

_ORDERS: dict[type, str] = {
    ev.OrderReceived: "received",
    ev.OrderWithdrawn: "back to the backlog",
    ev.OrderCancelled: "cancelled",
    ev.OrderPrioritised: "prioritised",
}
_VISITS: dict[type, str] = {ev.VisitStarted: "at", ev.VisitEnded: "left"}

_PLAIN: dict[type, str] = {
    ev.TaskDone: "task done",
    ev.TaskFailed: "task failed",
    ev.Parked: "parks",
    ev.RobotIdle: "idle",
    ev.RobotRecovered: "works again",
    ev.CellClosed: "cell closed",
    ev.CellOpened: "cell open again",
}
