"""Events, states and times in words for people."""

from robots import events as ev
from robots.events import AnyEvent
from robots.frames import Header
from robots.lifecycle import RobotState
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


def headline(event: AnyEvent, scene: Scene) -> str:
    """What happened, in a few words, without the reason for it."""
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
        case ev.OrderReleased():
            return f"order {event.order} to {station_name(header, event.station)}"
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
    return _PLAIN.get(type(event), type(event).__name__)


def reason(event: AnyEvent) -> str:
    """Why it happened, "" where the event doesn't say."""
    return str(getattr(event, "reason", "") or getattr(event, "text", ""))


_PLAIN: dict[type, str] = {
    ev.TaskDone: "task done",
    ev.TaskFailed: "task failed",
    ev.VisitStarted: "at the station",
    ev.VisitEnded: "left the station",
    ev.Parked: "parks",
    ev.RobotRecovered: "works again",
    ev.CellClosed: "cell closed",
    ev.CellOpened: "cell open again",
}
