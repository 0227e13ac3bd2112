"""Page about an order: state, lateness and its cause, lines and the robots that bring them, stages, parcel."""

from layout.floor import StationKind
from layout.wording import count
from robots.histories.lateness import why_late
from robots.histories.order_history import OrderHistory, OrderLine
from robots.histories.order_stages import STAGE_WORDS, Stage
from visualizer.inspector.open_work import Trip, bringing
from visualizer.inspector.page_lines import (
    Line,
    Moment,
    Style,
    alarm,
    fact,
    head,
    pod,
    robot,
    sentence,
    shortened,
    station,
    title,
)
from visualizer.inspector.parcel_page import parcel_lines

_PODS = 3


def order_page(moment: Moment, number: int) -> list[Line]:
    order = moment.history.order(number, moment.tick)
    if order is None:
        return [title("order"), sentence(_unknown(moment))]
    lines = [title(moment.history.order_words(number)), _state(moment, order), *_due(moment, order)]
    if words := why_late(moment.scene.words, order, moment.tick):
        lines += [head("why late"), sentence(words, pod(_waited_for(moment, order)))]
    return [
        *lines,
        *_not_released(moment, order),
        *_stages(moment, order),
        *_lines(moment, order),
        *_totes(moment, order),
        *_so_far(moment, order),
        *parcel_lines(moment, order),
    ]


def where(moment: Moment, number: int) -> int:
    """Return the station that an order is or was last at, -1 for none."""
    order = moment.history.order(number, moment.tick)
    return -1 if order is None else order.station


def trips_for(moment: Moment, number: int) -> list[Trip]:
    """Return the robots that bring an order what it still needs."""
    order = moment.history.order(number, moment.tick)
    if order is None or order.stage is not Stage.PICK:
        return []
    trips = [trip for sku in _open_skus(moment, order).values() for trip in bringing(moment, sku, order.station)]
    return list({trip.robot: trip for trip in trips}.values())


def _unknown(moment: Moment) -> str:
    if moment.history.read_to < moment.tick:
        return f"{moment.history.progress:.0%} of the record is read."
    return "This order has not been received yet."


def _waited_for(moment: Moment, order: OrderHistory) -> int:
    spent, pick = order.stages(moment.tick), order.longest_gap(moment.tick).pick
    return pick.event.pod if pick is not None and max(spent, key=spent.__getitem__) is Stage.PICK else -1


def _state(moment: Moment, order: OrderHistory) -> Line:
    place = f" at {moment.station(order.station)}" if order.station >= 0 and order.open else ""
    when = f" at {moment.clock(order.ended)}" if order.ended >= 0 else ""
    words = STAGE_WORDS[order.stage] + ("" if order.stage is Stage.BACKLOG else f"{place}{when}")
    return fact("state", words, station(moment, order.station))


def _due(moment: Moment, order: OrderHistory) -> list[Line]:
    late = order.late(moment.tick)
    if late is None:
        return [fact("due", "unknown")]
    if late > 0:
        verb = "shipped " if order.stage is Stage.SHIPPED else ""
        return [fact("due", moment.clock(order.due)), alarm(f"{verb}{moment.span(late)} late")]
    left = moment.span(-late)
    early = f"{left} early" if order.ended >= 0 else f"in {left}"
    return [fact("due", f"{moment.clock(order.due)}, {early}")]


def _lines(moment: Moment, order: OrderHistory) -> list[Line]:
    """Return each line: how much of it is picked, and where the rest will come from."""
    if not order.lines:
        return []
    skus, rows = _open_skus(moment, order), [head("lines")]
    for line in order.lines:
        rows.append(fact(f"{line.picked} of {line.quantity}", f"{line.sku}{_picked(order, line)}"))
        if line.sku in skus and line.picked < line.quantity and order.open:
            rows += _coming(moment, order, skus[line.sku])
    for pick in order.picks:
        words = moment.scene.words.phrase(pick.event)
        rows.append(Line(Style.WHEN, words, moment.clock(pick.event.t), pod(pick.event.pod)))
        rows += [Line(Style.WHY, pick.why)] if pick.why else []
    return rows


def _picked(order: OrderHistory, line: OrderLine) -> str:
    if order.stage is Stage.CANCELLED:
        return ", no longer needed"
    return " picked" if line.picked >= line.quantity else " not picked yet"


def _coming(moment: Moment, order: OrderHistory, sku: int) -> list[Line]:
    """Return the robots that bring a SKU; if there are none, the pods that hold it."""
    trips = bringing(moment, sku, order.station) if order.stage is Stage.PICK else []
    if trips:
        return [
            fact(f"robot {trip.robot}", f"pod {trip.pod} for it: {trip.doing}", robot(trip.robot)) for trip in trips
        ]
    pods = moment.history.pods_with(sku, moment.tick)
    if not pods:
        return [alarm("in no known pod")]
    lines = shortened([_held(moment, number, units) for number, units in pods], _PODS)
    return [*_not_yet(moment, order, sku), sentence("No robot is bringing it. It is in"), *lines]


def _not_yet(moment: Moment, order: OrderHistory, sku: int) -> list[Line]:
    """Return the last reported reason why no pod was sent for, and the tick by which one is."""
    report = order.waits.get(moment.scene.header.skus[sku])
    if report is None or order.stage is not Stage.PICK:
        return []
    words = moment.scene.words
    return [
        Line(Style.WHEN, words.phrase(report), moment.clock(report.t), pod(report.pod)),
        Line(Style.WHY, words.reason(report)),
    ]


def _not_released(moment: Moment, order: OrderHistory) -> list[Line]:
    """Return the last reported reason why the order has no place at a station."""
    report = order.waiting
    if report is None or order.stage is not Stage.BACKLOG:
        return []
    return [
        Line(Style.WHEN, moment.scene.words.phrase(report), moment.clock(report.t), tick=report.t),
        Line(Style.WHY, report.reason),
    ]


def _held(moment: Moment, number: int, units: int) -> Line:
    carrier = moment.scene.carrier(moment.frame, number)
    place = f"on robot {carrier}" if carrier >= 0 else "standing"
    return fact(f"pod {number}", f"{count(units, 'unit')}, {place}", pod(number))


def _open_skus(moment: Moment, order: OrderHistory) -> dict[str, int]:
    """Return the numbers of the SKUs that aren't picked completely, by their names."""
    skus = moment.scene.header.skus
    names = {line.sku for line in order.lines if line.picked < line.quantity}
    return {name: skus.index(name) for name in names if name in skus}


def _totes(moment: Moment, order: OrderHistory) -> list[Line]:
    """Return the robots that may have the order's tote: frames don't tell which totes a robot has."""
    if order.stage is not Stage.TRANSFER or order.station < 0:
        return []
    outfeed = moment.scene.stations[order.station].outfeed
    robots = moment.frame.robots
    if moment.scene.stations[order.station].kind != StationKind.PICK or outfeed is None:
        return []
    coming = (robots["goal"] == outfeed).nonzero()[0].tolist()
    fetch = [fact(f"robot {number}", "is driving to the outfeed", robot(number)) for number in coming]
    waiting = int(moment.frame.stations["totes"][order.station])
    return [
        head("its tote"),
        sentence(f"{count(waiting, 'tote waits', 'totes wait')} on the outfeed of {moment.station(order.station)}."),
        *fetch,
    ]


def _stages(moment: Moment, order: OrderHistory) -> list[Line]:
    """Return the duration of each stage up to now."""
    if order.received < 0:
        return []
    spent = order.stages(moment.tick)
    return [head("stages"), *(fact(moment.span(ticks), STAGE_WORDS[stage]) for stage, ticks in spent.items())]


def _so_far(moment: Moment, order: OrderHistory) -> list[Line]:
    """Return the events of the order with their reasons, each with a link to its tick."""
    if order.received < 0:
        return []
    words, lines = moment.scene.words, [head("history")]
    for event in order.steps:
        lines.append(Line(Style.WHEN, words.phrase(event), moment.clock(event.t), tick=event.t))
        lines += [Line(Style.WHY, reason)] if (reason := words.reason(event)) else []
    return lines
