"""Page about a station: people, queue, open orders, trips to it, and why orders were released to it."""

from layout.floor import StationKind
from layout.wording import count
from robots.recording import events as ev
from robots.wording.event_words import load_words
from visualizer.inspector.open_work import OpenOrder, open_orders, shipped_late, trips
from visualizer.inspector.page_lines import (
    Line,
    Moment,
    Style,
    fact,
    head,
    order,
    recent_about,
    robot,
    sentence,
    shortened,
    title,
    why,
)

STATION_STATES = ("open", "paused", "closed")
_NEWS = (ev.OrderReleased, ev.StationState)
_WORK = {StationKind.PICK: "orders", StationKind.STOW: "items to stow", StationKind.PACK: "totes to pack"}
_DONE = {
    StationKind.PICK: ("picked", "unit"),
    StationKind.STOW: ("stowed", "unit"),
    StationKind.PACK: ("packed", "parcel"),
}
_LATE = 5
"""Largest number of late orders on a page."""
_TRIPS = 12


def station_page(moment: Moment, index: int) -> list[Line]:
    station, row = moment.scene.stations[index], moment.frame.stations[index]
    present = int(row["people"]) or station.people
    people = f" of {present}" if present else ""
    coming = max(int(row["inbound"]) - int(row["queue"]), 0)
    lines = [
        title(moment.station(index)),
        fact("state", STATION_STATES[min(int(row["state"]), 2)]),
        fact("people", f"{row['working']}{people} at work"),
        fact(_WORK[station.kind], str(row["orders"])),
        fact("queue", f"{row['queue']} of {count(len(station.places), 'place')}, {coming} more coming"),
    ]
    if station.kind == StationKind.PICK:
        lines.append(fact("full totes", str(row["totes"])))
    done, things = _DONE[station.kind]
    lines.append(fact(done, count(int(row["done"]), things)))
    lines += _orders(moment, index) if station.kind != StationKind.STOW else []
    return [
        *lines,
        *_late(moment, index),
        *_trips(moment, index),
        *why(moment, recent_about(moment, ("station", index), _NEWS)),
    ]


def due_line(moment: Moment, open_order: OpenOrder) -> Line:
    """Return an open order with the time left; as an alarm if it is late."""
    name = moment.history.order_words(open_order.number)
    if open_order.due < 0:
        return fact(name, "due at an unknown time", order(open_order.number))
    left = open_order.due - moment.tick
    if left < 0:
        return Line(Style.ALARM, f"{moment.span(-left)} late", name, order(open_order.number))
    return fact(name, f"due in {moment.span(left)}", order(open_order.number))


def _orders(moment: Moment, index: int) -> list[Line]:
    """Return the known open orders, and the number of further ones."""
    known, more = open_orders(moment, index)
    lines = [due_line(moment, open_order) for open_order in known]
    if more > 0:
        lines.append(sentence(f"and {more:,} more, released before the events that are known"))
    return [head("open orders, first due first"), *lines] if lines else []


def _late(moment: Moment, index: int) -> list[Line]:
    if moment.scene.stations[index].kind != StationKind.PACK:
        return []
    lines = [
        Line(
            Style.ALARM,
            f"shipped {moment.span(shipped.late)} late",
            moment.history.order_words(shipped.order),
            order(shipped.order),
        )
        for shipped in shipped_late(moment, index, _LATE)
    ]
    return [head("left late, the latest first" if len(lines) == _LATE else "left late"), *lines] if lines else []


def _trips(moment: Moment, index: int) -> list[Line]:
    """Return the loads on their way, including those in the queue lane."""
    coming = trips(moment, index)
    lines = [fact(f"robot {trip.robot}", f"{_load(trip.pod)}: {trip.doing}", robot(trip.robot)) for trip in coming]
    return [head("on their way"), *shortened(lines, _TRIPS)] if lines else []


def _load(pod: int) -> str:
    return load_words(pod) if pod >= 0 else "totes"
