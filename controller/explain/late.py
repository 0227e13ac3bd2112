"""Why an order is late: the stage that took longest, and what it waited for there."""

from collections.abc import Sequence

from controller.kpis.orders import BACKLOG, PICK, STAGES, SlowOrder
from robots import events as ev
from robots.event_words import EventWords
from robots.events import Event
from robots.formatting import share, span

_STAGES = dict(
    zip(
        STAGES, ("in the backlog", "being picked", "on the outfeed and on its way to pack", "being packed"), strict=True
    )
)


def why_late(words: EventWords, story: SlowOrder, news: Sequence[Event]) -> str:
    """Of an order that is late, a sentence. news: all events about it up to now, oldest first."""
    tick_s, now = words.header.tick_s, story.received + story.turnover
    stage = max(range(len(STAGES)), key=story.spent.__getitem__)
    part = share(story.spent[stage] / max(1, story.turnover))
    longest = f"{span(story.spent[stage] * tick_s)} {_STAGES[STAGES[stage]]} ({part})"
    detail = {BACKLOG: _backlog, PICK: _picking}.get(stage)
    return f"Why late: of {span(story.turnover * tick_s)} it was {longest}{detail(words, news, now) if detail else ''}"


def _backlog(words: EventWords, news: Sequence[Event], _: int) -> str:
    """What brought it back there, if anything did; else what brought it out, or why it waits."""
    for event in reversed(news):
        if isinstance(event, ev.OrderWithdrawn):
            return f": {event.reason}"
    for event in news:
        if isinstance(event, ev.OrderReleased):
            return f", until {words.station(event.station)} took it: {event.reason}"
    told = next((event.reason for event in reversed(news) if isinstance(event, ev.OrderWaits)), "")
    return " and still is" + (f": {told}" if told else "")


def _picking(words: EventWords, news: Sequence[Event], now: int) -> str:
    """The longest time without a pick while it was at a pick station, and the pod that ended it or why none comes."""
    gaps, since = [(0, -1)], -1
    for event in news:
        if isinstance(event, ev.Picked) and since >= 0:
            gaps.append((event.t - since, event.pod))
        if isinstance(event, ev.OrderReleased | ev.Picked):
            since = event.t
        elif isinstance(event, ev.OrderPicked | ev.OrderWithdrawn):
            since = -1
    ticks, pod = max([*gaps, (now - since, -1)] if since >= 0 else gaps)
    told = next((event.reason for event in reversed(news) if isinstance(event, ev.LineWaits)), "")
    whom = f"pod {pod}" if pod >= 0 else "a pod, and still is"
    return f", {span(ticks * words.header.tick_s)} of it waiting for {whom}" + (f": {told}" if told else "")
