"""Tracking of an order for its customer: its history in lines with times, and in the last line its state and ETA."""

from collections.abc import Iterator, Sequence

from controller.explain.orders import find_order, size_words
from controller.explain.search import events_between
from controller.warehouse.order_events import OrderEventLog, OrderEvents
from robots.histories.order_history import OrderHistory, order_history
from robots.recording import events as ev
from robots.recording.events import Event
from robots.recording.record import Record
from robots.wording.event_words import EventWords, floor_of
from robots.wording.formatting import clock, count


def track(record: Record, wanted: str) -> list[str]:
    """Return the history of the order with that name. InputError if the record has none."""
    received = find_order(record, wanted, record.last_tick)
    log = OrderEventLog(only=received.order)
    log.follow(events_between(record, record.first_tick, record.last_tick))
    order = log.of(received.name)
    assert order is not None  # its receipt is in the record
    return track_lines(EventWords(record.header, floor_of(record.header)), order, record.last_tick)


def track_lines(words: EventWords, order: OrderEvents, tick: int) -> list[str]:
    """Return a line per event, the picks of the order as one, and last its state after a tick."""
    received = order.received
    lines = [f"Order {received.name}: {size_words(received)}", words.line(received)]
    if order.promised is not None:
        lines.append(words.line(order.promised))
    lines += [f"  {words.when(event.t)}: {text}" for event, text in _texts(words, order.events)]
    return [*lines, state_line(words, order, tick)]


def state_line(words: EventWords, order: OrderEvents, tick: int) -> str:
    """Return the state of an order, and when it is expected."""
    promised = [] if order.promised is None else [order.promised]
    history = order_history(order.order, [*promised, order.received, *order.events], words.header)
    return f"Order {history.name} {history.standing}{_expected(words, history, tick)}"


def _texts(words: EventWords, events: Sequence[Event]) -> Iterator[tuple[Event, str]]:
    """Yield events with their texts; picks into a tote are reported when it is full, and only the last wait of a line."""
    picks: list[ev.Picked] = []
    waits = {_waiting(event): event for event in events if isinstance(event, ev.LineWaits | ev.OrderWaits)}
    for event in events:
        if isinstance(event, ev.LineWaits | ev.OrderWaits) and waits[_waiting(event)] is not event:
            continue
        if isinstance(event, ev.Picked):
            picks.append(event)
            if len(picks) == 1:
                yield event, f"first pick, at {words.station(event.station)}"
            continue
        if isinstance(event, ev.OrderWithdrawn):
            picks = []
        text = words.sentence(event)
        if isinstance(event, ev.OrderPicked) and picks:
            units, pods = sum(pick.quantity for pick in picks), len({pick.pod for pick in picks})
            text = f"{count(units, 'unit')} picked from {count(pods, 'pod')}; {text}"
        yield event, text


def _waiting(event: ev.LineWaits | ev.OrderWaits) -> int:
    """Return the line of an order that waits; -1 for the order itself."""
    return event.line if isinstance(event, ev.LineWaits) else -1


def _expected(words: EventWords, history: OrderHistory, tick: int) -> str:
    """Return the end of the last line."""
    if history.done:
        return ""
    parcel = history.parcel
    if parcel is None or parcel.by < 0:
        return f", {'was due' if tick > history.due else 'due'} {_at(words, history.due)}"
    parts = [f"expected {_at(words, parcel.eta)}"] if parcel.eta >= 0 else []
    late = ", which is over" if tick > parcel.by else ""
    return ", ".join(["", *parts, f"promised by {_at(words, parcel.by)}{late}"])


def _at(words: EventWords, tick: int) -> str:
    return clock(words.header, tick, seconds=False)
