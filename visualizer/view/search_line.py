"""The line that one types a search into: its text, what is offered for it, and which of that is chosen."""

from dataclasses import dataclass

from visualizer.view.search import Answer, Hit, Search

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class SearchText:
    """What the line shows. chosen: index of the hit that return takes."""

    text: str
    answer: Answer
    chosen: int = 0


class SearchLine:
    """Open while `shown` is there. The keys that it knows are named as pygame names them; text comes as text."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._tick = 0
        self.shown: SearchText | None = None

    def open(self, tick: int) -> None:
        """tick: the moment that is asked about."""
        self._tick = tick
        self._write("")

    def close(self) -> None:
        self.shown = None

    def type(self, text: str) -> None:
        """A slash at the beginning is the one that opened the line."""
        if self.shown is not None and text.isprintable():
            self._write((self.shown.text + text).lstrip("/")[:_LONGEST])

    def press(self, key: str) -> Hit | None:
        """What a key does; a hit if it takes one that leads somewhere, and the line is closed then."""
        if self.shown is None:
            return None
        if key == "escape":
            self.close()
        elif key == "backspace":
            self._write(self.shown.text[:-1])
        elif key in ("up", "down"):
            self._choose(self.shown.chosen + (1 if key == "down" else -1))
        elif key in ("return", "enter", "tab"):
            return self.take(self.shown.chosen)
        return None

    def take(self, number: int) -> Hit | None:
        """The hit of that number; one that is only a beginning is written into the line instead."""
        hits = self.shown.answer.hits if self.shown else ()
        if not 0 <= number < len(hits):
            return None
        if hits[number].fill:
            self._write(hits[number].fill)
            return None
        self.close()
        return hits[number]

    def _write(self, text: str) -> None:
        self.shown = SearchText(text, self._search.find(text, self._tick))

    def _choose(self, number: int) -> None:
        if self.shown is not None and self.shown.answer.hits:
            self.shown = SearchText(self.shown.text, self.shown.answer, number % len(self.shown.answer.hits))
