"""The table of stations: shown texts and valid input."""

import math
from dataclasses import dataclass, replace

import numpy as np

from layout.drawing.edit import At, Draft, Note
from layout.drawing.glyphs import SERVICES
from layout.drawing.lanes import default_ids
from layout.floor import StationKind

COLUMNS = ("id", "people", "service_s")


@dataclass(frozen=True, slots=True)
class StationRow:
    """A row of the table. kind: None for a table of the file without a service cell. default: id if none is given."""

    at: At
    kind: StationKind | None
    default: str
    note: Note

    def shown(self, column: str) -> str:
        """Return the text of a column, "" for the default."""
        value = getattr(self.note, column)
        return "" if not value else value if isinstance(value, str) else f"{value:g}"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is being typed into."""

    at: At
    column: str
    text: str
    fault: str = ""


def station_rows(draft: Draft) -> list[StationRow]:
    """Return all stations in reading order, then the tables that belong to no station."""
    flat = draft.glyphs.reshape(-1)
    services = np.flatnonzero(np.isin(flat, [ord(sign) for sign in SERVICES])).tolist()
    kinds = {divmod(cell, draft.shape[1]): SERVICES[chr(flat[cell])] for cell in services}
    ids = default_ids(kinds.values())
    rows = [StationRow(at, kinds[at], name, draft.notes.get(at, Note())) for at, name in zip(kinds, ids, strict=True)]
    return rows + [StationRow(at, None, "no station", note) for at, note in draft.notes.items() if at not in kinds]


def entered(note: Note, field: Field) -> Note:
    """Return the note with the typed text. ValueError says what would be valid."""
    text = field.text.strip()
    if field.column == "id":
        return replace(note, id=text)
    if field.column == "people":
        return replace(note, people=_people(text) if text else 0)
    return replace(note, service_s=_seconds(text) if text else 0.0)


def _people(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0 and len(text) < 7):
        raise ValueError("a whole number from 1")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ValueError("seconds above 0")
    return seconds
