"""State of the search line: its text, the hits, and the chosen hit."""

from dataclasses import dataclass

from visualizer.view.search import Answer, Hit, Search

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class SearchText:
    """Text and hits of the search line. chosen: index of the hit that the return key takes."""

    text: str
    answer: Answer
    chosen: int = 0


class SearchLine:
    """The search line; open while `shown` is not None. Keys have pygame's names; text comes as text."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._tick = 0
        self.shown: SearchText | None = None

    def open(self, tick: int) -> None:
        """Open the search line. tick: the moment that the search is about."""
        self._tick = tick
        self._write("")

    def close(self) -> None:
        self.shown = None

    def type(self, text: str) -> None:
        """Add text. A leading slash is the one that opened the line, and is left out."""
        if self.shown is not None and text.isprintable():
            self._write((self.shown.text + text).lstrip("/")[:_LONGEST])

    def press(self, key: str) -> Hit | None:
        """Act on a key; return a hit if the key takes one that leads somewhere, which also closes the line."""
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
        """Return the hit with a number; a hit that is only a completion is written into the line instead."""
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
