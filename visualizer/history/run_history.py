"""History of a run: reads the run's events in slices between the pictures, and answers for any tick that it has read.

A turn of the window gives it some milliseconds; meanwhile `progress` reports how much is read. A day of 30 robots, with
190,000 events, takes 1.5 s of CPU in all, and 20 MB.
"""

import time
from collections.abc import Callable, Iterator
from itertools import islice

from msgspec import MsgspecError, msgpack

from layout.errors import InputError
from robots.histories.order_history import OrderHistory, Pick, order_history
from robots.recording import events as ev
from robots.recording.chunk import Part
from robots.recording.events import AnyEvent
from visualizer.history.event_log import EventLog, Subject, subjects_of
from visualizer.history.marks import Marks
from visualizer.history.recent_events import LOOK_BACK, RecentEvents
from visualizer.history.stock import Contents, PodStock
from visualizer.history.tasks import TaskHistory, task_history
from visualizer.scene.sources import Source

_SEARCHED = 500
"""Number of events about a pod that are searched for the task that brought it."""

_EARLIER = "order from before"
"""Words for an order whose receipt isn't known, and so not its name either."""

_decode = msgpack.Decoder(AnyEvent).decode


class RunHistory:
    """History of a source. marks: alarms and faults. damage: reason why reading ended early, "" if it didn't.

    clock: seconds, used for the time budget only.
    """

    def __init__(self, source: Source, clock: Callable[[], float] = time.perf_counter) -> None:
        self._source, self._clock = source, clock
        self._recent = RecentEvents(source)
        self._begin()

    def read(self, budget_ms: float) -> bool:
        """Read events for about `budget_ms`; return True if anything was read."""
        if self._source.last_tick < self.read_to:
            self._begin()  # another run at the same address
        end, before = self._clock() + budget_ms / 1000, self._taken
        while (part := self._next()) is not None:
            self._fold(part)
            if self._clock() >= end:
                break
        return self._taken > before

    @property
    def progress(self) -> float:
        """Share of the source that is read, 0 to 1."""
        span = self._source.last_tick - self._source.first_tick + 1
        return 1.0 if span <= 0 else min(max((self.read_to + 1 - self._source.first_tick) / span, 0.0), 1.0)

    @property
    def span(self) -> tuple[int, int]:
        """First and last tick of the source."""
        return self._source.first_tick, self._source.last_tick

    @property
    def whole(self) -> bool:
        """True if the run is known from its first tick on."""
        return self._source.known_from == 0

    @property
    def nbytes(self) -> int:
        """Approximate memory of the index, in bytes."""
        return self._log.nbytes + self._stock.nbytes

    def about(self, subject: Subject, tick: int) -> list[AnyEvent]:
        """Return the events about a subject in the last LOOK_BACK ticks up to `tick`, oldest first. Ticks not read yet
        are read now.
        """
        if self.read_to >= tick:
            return self._log.about(subject, tick - LOOK_BACK, tick)
        return self._recent.about(subject, tick)

    def newest(self, subject: Subject, tick: int, most: int) -> list[AnyEvent]:
        """Return the latest events about a subject up to a tick, newest first, from what is read."""
        return list(islice(self._log.newest(subject, tick), most))

    def following(self, subject: Subject, tick: int) -> AnyEvent | None:
        """Return the first event about a subject after a tick, from what is read."""
        return next(self._log.after(subject, tick), None)

    def order(self, number: int, tick: int) -> OrderHistory | None:
        """Return the history of an order up to a tick. None if it hasn't been received, or if nothing of it is known."""
        events = self._log.about(("order", number), 0, tick)
        if not events:
            return None
        picks = [self._explained(event) for event in events if isinstance(event, ev.Picked)]
        return order_history(number, events, self._source.header, picks)

    def order_named(self, name: str) -> int | None:
        """Return the number of the order with a customer's name for it."""
        return self._log.named(name)

    def order_words(self, number: int) -> str:
        """Return an order by its customer's number; an order received before events were heard has none."""
        name = self._log.name_of(number)
        return f"order {name}" if name else _EARLIER

    def order_names(self, begin: str, most: int) -> list[str]:
        """Return names of orders with a beginning, the latest first, then those that match without leading zeros."""
        short = begin.lstrip("0")
        names = [name for name in self._log.names() if name.startswith(begin)]
        names += [name for name in self._log.names() if short and name.lstrip("0") == short]
        names += [name for name in self._log.names() if short and name.lstrip("0").startswith(short)]
        return list(islice(dict.fromkeys(names), most))

    def task(self, number: int, tick: int) -> TaskHistory | None:
        """Return the history of a task up to a tick. None if it isn't known yet."""
        events = self._log.about(("task", number), 0, tick)
        return task_history(number, events) if events else None

    def contents(self, pod: int, tick: int) -> Contents:
        """Return the contents of a pod after a tick; not whole if movements aren't read, or weren't reported."""
        bins, whole = self._stock.contents(pod, min(tick, self.read_to))
        return Contents(bins, whole and self.whole and tick <= self.read_to)

    def pods_with(self, sku: int, tick: int) -> list[tuple[int, int]]:
        """Return (pod, units) of the pods that hold a SKU after a tick, most units first, as far as known."""
        return self._stock.pods_with(sku, min(tick, self.read_to))

    def _begin(self) -> None:
        self.read_to = self._source.first_tick - 1
        self.damage = ""
        self.marks = Marks()
        self._taken = 0
        self._log, self._stock = EventLog(), PodStock(self._source.header.pods)
        self._visiting: dict[int, int] = {}
        self._coming: Iterator[Part] = iter(())

    def _next(self) -> Part | None:
        """Return the next part, if there is one. At the end of the source, look for parts added since."""
        if self.damage:
            return None
        try:
            part = next(self._coming, None)
            if part is None and self._source.last_tick > self.read_to:
                self._coming = self._source.parts(self.read_to + 1)
                part = next(self._coming, None)
        except InputError as error:
            self.damage = str(error)
            return None
        return part

    def _fold(self, part: Part) -> None:
        for raw in part.events:
            try:
                self._take(_decode(raw), raw)
            except MsgspecError:
                continue  # of a kind that this version doesn't know
        self._taken += len(part.events) + (part.through > self.read_to)
        self.read_to = max(self.read_to, part.through)

    def _take(self, event: AnyEvent, raw: bytes) -> None:
        if isinstance(event, ev.StockMoved):
            self._stock.follow(event)
            return
        self._log.add(event.t, raw, subjects_of(event) + self._task_of(event))
        self.marks.follow(event)
        if isinstance(event, ev.OrderReceived):
            self._log.name(event.name, event.order)

    def _task_of(self, event: AnyEvent) -> list[Subject]:
        """Return the task of the load at the station of a pick or tote."""
        if isinstance(event, ev.VisitStarted):
            self._visiting[event.station] = event.task
        elif isinstance(event, ev.Picked | ev.OrderPacking) and event.station in self._visiting:
            return [("task", self._visiting[event.station])]
        return []

    def _explained(self, pick: ev.Picked) -> Pick:
        """Return a pick with the task that brought its pod, and the reason."""
        for event in islice(self._log.newest(("pod", pick.pod), pick.t), _SEARCHED):
            if isinstance(event, ev.TaskCreated) and (task := self.task(event.task, pick.t)) and pick in task.picks:
                return Pick(pick, task.number, task.why_at(pick.station), task.created)
        return Pick(pick)
