"""Text entry in the table of stations."""

from dataclasses import replace

from layout.drawing.edit import At, Draft
from visualizer.editor.station_rows import COLUMNS, Field, entered, station_rows


class StationEntry:
    """State of the entry. field: the field that is being typed into, if any."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.field: Field | None = None

    def begin(self, cell: At, column: str) -> None:
        """Open a field with its present text."""
        rows = {row.at: row for row in station_rows(self._draft)}
        self.field = Field(cell, column, rows[cell].shown(column)) if cell in rows else None

    def type(self, text: str) -> None:
        if self.field is not None and text.isprintable():
            self.field = replace(self.field, text=self.field.text + text, fault="")

    def backspace(self) -> None:
        if self.field is not None:
            self.field = replace(self.field, text=self.field.text[:-1], fault="")

    def cancel(self) -> None:
        self.field = None

    def commit(self) -> bool:
        """Take over what was typed. If it is not valid, keep the field open with the error, and return False."""
        field = self.field
        if field is None:
            return True
        rows = {row.at: row for row in station_rows(self._draft)}
        if field.at in rows:
            try:
                note = entered(rows[field.at].note, field)
            except ValueError as error:
                self.field = replace(field, fault=f"“{field.text}” can't be used: {error}")
                return False
            if note != rows[field.at].note:
                self._draft.note(field.at, note)
        self.field = None
        return True

    def move_on(self) -> None:
        """Commit, and open the next field of the table."""
        field = self.field
        if field is None or not self.commit():
            return
        cells = [row.at for row in station_rows(self._draft)]
        if field.at not in cells:  # an undo has removed the station meanwhile
            return
        index = cells.index(field.at) * len(COLUMNS) + COLUMNS.index(field.column) + 1
        row, column = divmod(index % (len(cells) * len(COLUMNS)), len(COLUMNS))
        self.begin(cells[row], COLUMNS[column])
