"""Why an order is late: the stage that took longest, and what it waited for in it, in a sentence."""

from robots.histories.order_history import Gap, OrderHistory
from robots.histories.order_stages import STAGE_WORDS, Stage
from robots.recording import events as ev
from robots.wording.event_words import EventWords
from robots.wording.formatting import share, span


def why_late(words: EventWords, history: OrderHistory, tick: int) -> str:
    """Return one sentence, "" for an order that isn't late, was cancelled, or whose beginning isn't known."""
    late = history.late(tick)
    if history.received < 0 or late is None or late <= 0 or history.stage is Stage.CANCELLED:
        return ""
    spent = history.stages(tick)
    longest, whole = max(spent, key=spent.__getitem__), sum(spent.values())
    most = f"{_span(words, spent[longest])} {STAGE_WORDS[longest]} ({share(spent[longest] / max(whole, 1), 0)})"
    return f"Of {_span(words, whole)} it was {most}{_detail(words, history, longest, tick)}."


def _detail(words: EventWords, history: OrderHistory, stage: Stage, tick: int) -> str:
    if stage is Stage.BACKLOG:
        return _released(words, history)
    if stage is not Stage.PICK:
        return ""
    gap = history.longest_gap(tick)
    if gap.pick is None:
        return f"; it has waited {_span(words, gap.ticks)} for a pod by now{_told(history, gap)}" if gap.ticks else ""
    much = "all of it" if gap.ticks >= history.stages(tick)[stage] else f"{_span(words, gap.ticks)} of it"
    return f", {much} waiting for pod {gap.pick.event.pod}{_sent(words, gap) or _told(history, gap)}"


def _released(words: EventWords, history: OrderHistory) -> str:
    """Return why it went back to the backlog, if it did; else what brought it out of there, or why it waits."""
    for event in reversed(history.steps):
        if isinstance(event, ev.OrderWithdrawn):
            return f": {event.reason}"
    for event in history.steps:
        if isinstance(event, ev.OrderReleased):
            return f" until {words.station(event.station)} took it" + (f": {event.reason}" if event.reason else "")
    return " and still is" + (f": {history.waiting.reason}" if history.waiting else "")


def _sent(words: EventWords, gap: Gap) -> str:
    """Return that no task fetched the pod for most of that time, if so: that is the cause."""
    idle = gap.pick.created - gap.since if gap.pick is not None and gap.pick.created >= 0 else 0
    return f", which no robot was sent for in the first {_span(words, idle)}" if idle > gap.ticks / 2 else ""


def _told(history: OrderHistory, gap: Gap) -> str:
    """Return why no pod was sent for, as it was reported last in that time."""
    told = [wait for wait in history.waits.values() if gap.since <= wait.t <= gap.since + gap.ticks]
    return f": {max(told, key=lambda wait: wait.t).reason}" if told else ""


def _span(words: EventWords, ticks: int) -> str:
    return span(ticks * words.header.tick_s)
