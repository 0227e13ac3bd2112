"""Search for the text of the search line: words for a thing or a moment, and completions.

    robot 17   order 88   order A-5   pod 5   sku bolt   station pick-1   12,40   tick 500   09:31   day 2 00:10

The kind may be left out, and shortened: "r 17", "pick-1", "17".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

from robots.histories.order_stages import STAGE_WORDS
from robots.recording.moments import tick_of_moment
from robots.wording.formatting import clock
from visualizer.history import RunHistory
from visualizer.scene.scene import Scene, Selection, Thing

OFFERED = 8
"""Largest number of hits."""
_CELL = re.compile(r"(?:cell\s*)?\(?\s*(\d+)\s*,\s*(\d+)\s*\)?")
_CLOCK = re.compile(r"(?:day\s*\d+\s+)?\d{1,2}:\d{2}(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit of a search. words: description. selection, tick: what to select and where to go, None for no change.

    fill: completion of the text if it is only the start of a search, "" if the hit leads anywhere. near: similar to the
    text, but not equal.
    """

    words: str
    selection: Selection | None = None
    tick: int | None = None
    fill: str = ""
    near: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Result of a search. hits: the best first. miss: reason why there are none, "" if there are."""

    hits: tuple[Hit, ...]
    miss: str = ""


class Search:
    """Search in a run."""

    def __init__(self, scene: Scene, history: RunHistory) -> None:
        self._scene, self._header, self._history = scene, scene.header, history
        self._kinds: dict[str, Callable[[str, int], Answer]] = {
            "robot": lambda rest, _: _numbered(Thing.ROBOT, rest, self._header.robots),
            "order": self._order,
            "pod": lambda rest, _: _numbered(Thing.POD, rest, self._header.pods),
            "sku": self._sku,
            "station": lambda rest, _: self._station(rest),
            "tick": lambda rest, _: self._tick(rest),
        }

    def find(self, text: str, tick: int) -> Answer:
        """Return the result for a text. tick: the shown moment, which the search is about."""
        text = " ".join(text.split())
        if not text:
            return Answer(tuple(self._kind_hints("")))
        if result := self._place_or_time(text):
            return result
        word, _, rest = text.partition(" ")
        kinds = [kind for kind in self._kinds if kind.startswith(word.lower())]
        if kinds and (rest or word.lower() in kinds):
            return self._kinds[kinds[0]](rest, tick)
        result = self._without_kind(text, tick)
        hints = tuple(self._kind_hints(word.lower())) if not rest else ()
        hits = (*hints, *result.hits)[:OFFERED]
        return Answer(hits, "" if hits else result.miss)

    def _kind_hints(self, begin: str) -> list[Hit]:
        header = self._header
        examples = {
            "robot": f"robot 0 … {header.robots - 1}",
            "order": "order, by its customer's number",
            "pod": f"pod 0 … {header.pods - 1}",
            "sku": "sku, with the pods that hold it",
            "station": "station, by its name",
            "tick": "tick, or a time of day like 09:31",
        }
        return [Hit(words, fill=f"{kind} ") for kind, words in examples.items() if kind.startswith(begin)]

    def _without_kind(self, text: str, tick: int) -> Answer:
        """Search without a kind: a number may belong to anything with numbers, a word to a station, an order or a SKU."""
        kinds = ("robot", "order", "pod", "tick") if text.isdecimal() else ("station", "order", "sku")
        hits = [hit for kind in kinds for hit in self._kinds[kind](text, tick).hits[: OFFERED // 2]]
        return Answer(tuple(hits[:OFFERED]), "" if hits else f"nothing is called {text}")

    def _station(self, rest: str) -> Answer:
        names = [info.id for info in self._header.stations]
        indices = [n for n, name in enumerate(names) if name.lower().startswith(rest.lower())]
        hits = [Hit(f"station {names[n]}", Selection(Thing.STATION, n)) for n in indices[:OFFERED]]
        return Answer(tuple(hits), "" if hits else f"no station {rest}; there are {_few(names)}")

    def _order(self, rest: str, tick: int) -> Answer:
        """Search an order by the customer's number, including orders still to come; then orders with that beginning,
        without leading zeros.
        """
        if not rest:
            return Answer((), "which order? its customer's number")
        names = dict.fromkeys([rest, *self._history.order_names(rest, OFFERED)])
        numbers = [(name, number) for name in names if (number := self._history.order_named(name)) is not None]
        hits = [replace(hit, near=name != rest) for name, number in numbers if (hit := self._order_hit(number, tick))]
        return Answer(tuple(hits[:OFFERED]), "" if hits else f"no order {rest} {self._read_until()}")

    def _order_hit(self, number: int, tick: int) -> Hit | None:
        selection = Selection(Thing.ORDER, number)
        if order := self._history.order(number, tick):
            return Hit(f"{self._history.order_words(number)}, {STAGE_WORDS[order.stage]}", selection)
        first = self._history.following(("order", number), tick)
        if first is None:
            return None
        return Hit(f"{self._history.order_words(number)}, comes at {clock(self._header, first.t)}", selection, first.t)

    def _sku(self, rest: str, tick: int) -> Answer:
        """Search the pods that hold a SKU with this name, and SKUs whose names start with it."""
        if not rest:
            return Answer((), "which SKU? its name")
        skus, low = self._header.skus, rest.lower()
        exact = next((number for number, name in enumerate(skus) if name.lower() == low), None)
        longer = (name for name in skus if name.lower().startswith(low) and name.lower() != low)
        hints = [Hit(f"sku {name}", fill=f"sku {name}") for name in islice(longer, OFFERED)]
        if exact is None:
            return Answer(tuple(hints), "" if hints else f"no SKU {rest} in this run")
        pods = self._history.pods_with(exact, tick)[: OFFERED - min(len(hints), 2)]
        hits = [Hit(f"pod {pod}, {units} of {skus[exact]}", Selection(Thing.POD, pod)) for pod, units in pods]
        nowhere = f"no pod is known to hold {skus[exact]} at tick {tick:,}"
        return Answer((*hits, *hints)[:OFFERED], "" if hits or hints else nowhere)

    def _tick(self, rest: str) -> Answer:
        if not rest.isdecimal():
            return Answer((), "which tick? a number")
        return self._moment(int(rest))

    def _place_or_time(self, text: str) -> Answer | None:
        if match := _CELL.fullmatch(text):
            return self._cell(int(match[1]), int(match[2]))
        if _CLOCK.fullmatch(text):
            tick = tick_of_moment(self._header, text)
            return Answer((), "no clock shows that") if tick is None else self._moment(tick)
        return None

    def _cell(self, row: int, col: int) -> Answer:
        height, width = self._scene.shape
        if row >= height or col >= width:
            return Answer((), f"no cell ({row}, {col}): rows are 0 to {height - 1}, columns 0 to {width - 1}")
        cell = self._scene.grid.cell(row, col)
        return Answer((Hit(f"cell {self._scene.cell_words(cell)}", Selection(Thing.CELL, cell)),))

    def _moment(self, tick: int) -> Answer:
        first, last = self._history.span
        if not first <= tick <= last:
            ends = f"{clock(self._header, first)} to {clock(self._header, last)}"
            return Answer((), f"no tick {tick:,}: ticks are {first:,} to {last:,}, {ends}")
        return Answer((Hit(f"tick {tick:,}, {clock(self._header, tick)}", tick=tick),))

    def _read_until(self) -> str:
        """Return the tick up to which events are known, in words."""
        reading = " as far as events are read" if self._history.progress < 1.0 else ""
        return f"by tick {max(self._history.read_to, 0):,}{reading}"


def _numbered(thing: Thing, rest: str, count: int) -> Answer:
    """Return a thing with a number, and those whose numbers start with it."""
    if rest and not rest.isdecimal():
        return Answer((), f"no {thing} {rest}: {thing}s have numbers")
    longer = [number for tens in range(1, 5) for number in _beginning(rest, tens, count)]
    own = [int(rest)] if rest and int(rest) < count else []
    hits = [Hit(f"{thing} {number}", Selection(thing, number)) for number in dict.fromkeys([*own, *longer])]
    numbers_there = f"{thing}s are 0 to {count - 1}" if count else f"there are no {thing}s"
    return Answer(tuple(hits[:OFFERED]), "" if hits else f"no {thing} {rest}: {numbers_there}")


def _beginning(digits: str, more: int, count: int) -> range:
    """Return the numbers below `count` with `more` further digits, at most OFFERED."""
    if not digits:
        return range(min(count, OFFERED)) if more == 1 else range(0)
    start = int(digits) * 10**more
    return range(start, min(start + min(10**more, OFFERED), count)) if start else range(0)


def _few(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
