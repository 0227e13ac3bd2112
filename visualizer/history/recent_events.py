"""Finds the events about a task, robot, pod, station or cell shortly before a tick. Events are indexed in blocks of
ticks.
"""

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field

from robots.recording.events import AnyEvent
from visualizer.scene.sources import Source

LOOK_BACK = 1000
"""Number of ticks before the shown one that are searched."""
_BLOCK = 100
_BLOCKS_KEPT = 2 * LOOK_BACK // _BLOCK
_SUBJECTS = ("task", "robot", "pod", "station", "cell")

Subject = tuple[str, int]


@dataclass(slots=True)
class _Block:
    """Events by subject, of the block's ticks up to `read`."""

    read: int
    about: defaultdict[Subject, list[AnyEvent]] = field(default_factory=lambda: defaultdict(list))


class RecentEvents:
    """Looks up events by their subject: ("task", 17), ("station", 2) …"""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._blocks: OrderedDict[int, _Block] = OrderedDict()

    def about(self, subject: Subject, tick: int) -> list[AnyEvent]:
        """Return the events about a subject in the last LOOK_BACK ticks up to `tick`, oldest first."""
        first = max(self._source.first_tick, tick - LOOK_BACK)
        events = []
        for number in range(first // _BLOCK, tick // _BLOCK + 1):
            events += self._block(number).about.get(subject, [])
        return [event for event in events if first <= event.t <= tick]

    def _block(self, number: int) -> _Block:
        start = number * _BLOCK
        block = self._blocks.setdefault(number, _Block(start - 1))
        self._blocks.move_to_end(number)
        if len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        until = min(start + _BLOCK - 1, self._source.last_tick)
        if until > block.read:
            _index(block, self._source.events(block.read + 1, until))
            block.read = until
        return block


def _index(block: _Block, events: list[AnyEvent]) -> None:
    for event in events:
        for name in _SUBJECTS:
            number = getattr(event, name, None)
            if number is not None:
                block.about[name, number].append(event)
