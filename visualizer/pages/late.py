"""Why an order is late: the stage that took longest, and what it waited for in it, in a sentence.

Stages are those of `podfleet explain`: backlog, picking, outfeed and way to pack, packing.
"""

from typing import NamedTuple

from visualizer.chronicle import OrderState, OrderStory
from visualizer.pages.line import Moment

STAGES = {
    OrderState.BACKLOG: "in the backlog",
    OrderState.PICKING: "being picked",
    OrderState.PICKED: "on the outfeed and on its way to packing",
    OrderState.PACKING: "being packed",
}


class Stage(NamedTuple):
    state: OrderState
    ticks: int


class Gap(NamedTuple):
    """Time without a pick, and the pod that ended it with the task that brought it; -1 if none has yet."""

    since: int
    ticks: int
    pod: int = -1
    task: int = -1


def stages(story: OrderStory, tick: int) -> list[Stage]:
    """How long an order has been in each stage up to a tick, in the order of the stages; only those that it came to."""
    end = story.ended if story.ended >= 0 else tick
    spent: dict[OrderState, int] = {}
    marks = [(story.received, OrderState.BACKLOG), *((step.tick, step.state) for step in story.steps[1:])]
    for (since, state), until in zip(marks, [*(tick for tick, _ in marks[1:]), end], strict=True):
        spent[state] = spent.get(state, 0) + max(until - since, 0)
    return [Stage(state, spent[state]) for state in STAGES if state in spent]


def longest_gap(story: OrderStory, tick: int) -> Gap:
    """While it was picked, the longest time that nothing was picked for it."""
    released = max((step.tick for step in story.steps if step.state is OrderState.PICKING), default=tick)
    picks = [pick for pick in story.picks if pick.tick >= released]
    before = [released, *(pick.tick for pick in picks)]
    gaps = [Gap(since, pick.tick - since, pick.pod, pick.task) for since, pick in zip(before, picks, strict=False)]
    if story.state is OrderState.PICKING:
        gaps.append(Gap(before[-1], tick - before[-1]))
    return max(gaps, key=lambda gap: gap.ticks, default=Gap(tick, 0))


def why_late(moment: Moment, story: OrderStory) -> str:
    """One sentence, "" for an order that isn't late or whose beginning isn't known."""
    late, found = story.late(moment.tick), stages(story, moment.tick)
    if story.received < 0 or late is None or late <= 0 or not found:
        return ""
    whole, longest = sum(stage.ticks for stage in found), max(found, key=lambda stage: stage.ticks)
    share = round(100 * longest.ticks / max(whole, 1))
    words = f"Of {moment.span(whole)} it was {moment.span(longest.ticks)} {STAGES[longest.state]} ({share} %)"
    return f"{words}{_detail(moment, story, longest)}."


def _detail(moment: Moment, story: OrderStory, stage: Stage) -> str:
    state, ticks = stage
    if state is OrderState.BACKLOG:
        return _released(moment, story)
    if state is not OrderState.PICKING:
        return ""
    gap = longest_gap(story, moment.tick)
    if gap.pod < 0:
        return f"; it has waited {moment.span(gap.ticks)} for a pod by now{_not_yet(story)}" if gap.ticks else ""
    return f", {_much(moment, gap, ticks)} waiting for pod {gap.pod}{_sent(moment, gap)}"


def _not_yet(story: OrderStory) -> str:
    """Why no pod was sent for, as it was told last."""
    latest = max(story.waits.values(), key=lambda told: told.t, default=None)
    return "" if latest is None else f": {latest.reason}"


def _much(moment: Moment, gap: Gap, ticks: int) -> str:
    return "all of it" if gap.ticks >= ticks else f"{moment.span(gap.ticks)} of it"


def _sent(moment: Moment, gap: Gap) -> str:
    """If for most of that time nobody was sent for the pod, that is the cause."""
    task = moment.book.task(gap.task, moment.tick) if gap.task >= 0 else None
    idle = task.created - gap.since if task else 0
    return f", which no robot was sent for in the first {moment.span(idle)}" if idle > gap.ticks / 2 else ""


def _released(moment: Moment, story: OrderStory) -> str:
    """Why it went back to the backlog, if it did; else what brought it out of there, if anything has."""
    back = [step.reason for step in story.steps[1:] if step.state is OrderState.BACKLOG and step.reason]
    if back:
        return f": {back[-1]}"
    first = next((step for step in story.steps if step.state is OrderState.PICKING), None)
    if first is None:
        return " and still is"
    return f" until {moment.station(first.station)} took it" + (f": {first.reason}" if first.reason else "")
