"""State of the editor: file, draft, drawing, and all actions that don't depend on pixels."""

from layout.formats.floor_file import FloorFile
from visualizer.editor.drafting import Drafting
from visualizer.editor.live_check import LiveCheck
from visualizer.editor.saving import Saving
from visualizer.editor.station_entry import StationEntry
from visualizer.editor.station_rows import StationRow, station_rows
from visualizer.editor.tools import Shape


class Workspace:
    """The editor's workspace. fault: number of the marked message, or -1."""

    def __init__(self, file: FloorFile) -> None:
        self.file, self.draft = file, file.draft()
        self.drafting, self.entry = Drafting(self.draft), StationEntry(self.draft)
        self.check = LiveCheck(file)
        self.saving = Saving(file, self.draft, self.check)
        self.help, self.fault = False, -1
        self._rows: tuple[int, list[StationRow]] = -1, []

    @property
    def running(self) -> bool:
        return not self.saving.done

    @property
    def rows(self) -> list[StationRow]:
        if self._rows[0] != self.draft.revision:
            self._rows = self.draft.revision, station_rows(self.draft)
        return self._rows[1]

    def undo(self) -> None:
        self.draft.undo()
        self.drafting.keep_selection()

    def redo(self) -> None:
        self.draft.redo()
        self.drafting.keep_selection()

    def save(self) -> None:
        if self.entry.commit():
            self.saving.save()

    def quit(self) -> None:
        self.drafting.cancel()
        if self.entry.commit():
            self.saving.quit()

    def add_row(self) -> None:
        self.drafting.grow(0)

    def remove_row(self) -> None:
        self.drafting.shrink(0)

    def add_column(self) -> None:
        self.drafting.grow(1)

    def remove_column(self) -> None:
        self.drafting.shrink(1)

    def take_shape(self, shape: str) -> None:
        self.drafting.shape = Shape(shape)

    def take_ink(self, ink: str) -> None:
        self.drafting.use(ink)

    def remove_note(self) -> None:
        if self.drafting.selected is not None:
            self.draft.note(self.drafting.selected, None)

    def toggle_help(self) -> None:
        self.help = not self.help

    def escape(self) -> None:
        """Leave what is open, one thing at a time."""
        if self.drafting.stroke is not None:
            self.drafting.cancel()
        elif self.help:
            self.help = False
        else:
            self.drafting.selected, self.fault = None, -1

    def advance(self, seconds: float) -> bool:
        """Let time pass; return True if a new picture is needed."""
        checking = self.check.findings.revision != self.draft.revision
        if self.check.advance(self.draft, seconds):
            self.fault = -1
        return checking

    def close(self) -> None:
        self.check.close()
