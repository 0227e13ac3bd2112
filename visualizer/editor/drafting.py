"""State of drawing: tool, stroke in progress, selection. Independent of pixels and of pygame."""

from dataclasses import dataclass, replace

from layout.drawing.edit import At, Axis, Draft
from layout.drawing.strokes import area, box, frame, freehand, inked, straight
from visualizer.editor.tools import ERASER, Shape

_SPANS = {Shape.LINE: straight, Shape.FRAME: frame, Shape.BOX: box}


@dataclass(frozen=True, slots=True)
class Stroke:
    """A stroke in progress. points: cells that the pointer has passed, the first one where the button was pressed."""

    shape: Shape
    ink: str
    points: tuple[At, ...]


class Drafting:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.ink = "#"
        self.shape = Shape.BRUSH
        self.stroke: Stroke | None = None
        self.selected: At | None = None
        self._previewed: tuple[Stroke, int] | None = None
        self._preview: tuple[list[At], list[int]] = [], []

    def press(self, cell: At, *, erase: bool = False) -> None:
        """Start at a cell: select it, or begin a stroke."""
        if self.shape is Shape.SELECT and not erase:
            self.selected = cell if self.holds(cell) else None
        else:
            shape = Shape.BRUSH if self.shape is Shape.SELECT else self.shape
            self.stroke = Stroke(shape, ERASER if erase else self.ink, (cell,))

    def drag(self, cell: At) -> None:
        """Continue the stroke to a cell, which may be off the grid."""
        if self.stroke is not None and cell != self.stroke.points[-1]:
            brush = self.stroke.shape is Shape.BRUSH
            points = (*self.stroke.points, cell) if brush else (self.stroke.points[0], cell)
            self.stroke = replace(self.stroke, points=points)

    def release(self) -> bool:
        """Paint the stroke; return False if it changes nothing."""
        cells, glyphs = self.preview()
        self.stroke = None
        return bool(cells) and self.draft.paint(cells, glyphs)

    def cancel(self) -> None:
        self.stroke = None

    def preview(self) -> tuple[list[At], list[int]]:
        """Return cells and glyphs that the stroke would paint."""
        if self.stroke is None:
            return [], []
        if self._previewed != (self.stroke, self.draft.revision):
            self._previewed = self.stroke, self.draft.revision
            self._preview = inked(self.draft.glyphs, self._cells(self.stroke), self.stroke.ink)
        return self._preview

    def pick_up(self, cell: At) -> None:
        """Take the glyph of a cell as the ink."""
        if self.holds(cell):
            self.use(chr(self.draft.glyphs[cell]))

    def use(self, ink: str) -> None:
        """Draw with an ink. If the select tool is in use, switch to the brush."""
        self.ink = ink
        if self.shape is Shape.SELECT:
            self.shape = Shape.BRUSH

    def grow(self, axis: Axis) -> None:
        """Insert a row or column: before the selected cell, or at the end."""
        index = self.draft.shape[axis] if self.selected is None else self.selected[axis]
        self.draft.insert(axis, index)
        if self.selected is not None:
            row, col = self.selected
            self.selected = (row + 1, col) if axis == 0 else (row, col + 1)

    def shrink(self, axis: Axis) -> None:
        """Remove a row or column: the selected cell's, or the last one."""
        last = self.draft.shape[axis] - 1
        self.draft.remove(axis, last if self.selected is None else self.selected[axis])
        self.keep_selection()

    def keep_selection(self) -> None:
        """Clear the selection if the grid has become too small for it."""
        if self.selected is not None and not self.holds(self.selected):
            self.selected = None

    def holds(self, cell: At) -> bool:
        height, width = self.draft.shape
        return 0 <= cell[0] < height and 0 <= cell[1] < width

    def _cells(self, stroke: Stroke) -> list[At]:
        first, last = stroke.points[0], stroke.points[-1]
        if stroke.shape is Shape.FILL:
            return area(self.draft.glyphs, first) if self.holds(first) else []
        if stroke.shape is Shape.BRUSH:
            return [cell for cell in freehand(stroke.points) if self.holds(cell)]
        return _SPANS[stroke.shape](self._inside(first), self._inside(last))

    def _inside(self, cell: At) -> At:
        """Return the nearest cell of the grid."""
        height, width = self.draft.shape
        return min(max(cell[0], 0), height - 1), min(max(cell[1], 0), width - 1)
