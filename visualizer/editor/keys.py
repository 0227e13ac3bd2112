"""Keys and mouse of the editor: one table for the window, the help and the documentation."""

from visualizer.editor.tools import INKS, SHAPE_KEYS
from visualizer.view.keys import Binding

BINDINGS = (
    Binding("undo", ("ctrl+z",), "ctrl Z", "take the last stroke back"),
    Binding("redo", ("ctrl+y", "ctrl+shift+z"), "ctrl Y", "do it again"),
    Binding("save", ("ctrl+s",), "ctrl S", "save"),
    Binding("add_row", ("ctrl+down",), "ctrl ↓", "a row more, above the selected cell or at the bottom"),
    Binding("remove_row", ("ctrl+up",), "ctrl ↑", "the selected cell's row, or the last, less"),
    Binding("add_column", ("ctrl+right",), "ctrl →", "a column more, left of the selected cell or at the right"),
    Binding("remove_column", ("ctrl+left",), "ctrl ←", "the selected cell's column, or the last, less"),
    Binding("pick_up", ("i",), "I", "draw with what is under the pointer"),
    Binding("next_fault", ("n",), "N", "to the next fault"),
    Binding("remove_note", ("delete",), "del", "the selected station back to its defaults"),
    Binding("fit", ("f",), "F", "the whole floor"),
    Binding("toggle_help", ("?", "f1"), "?", "this help"),
    Binding("escape", ("escape",), "esc", "leave the stroke, the entry, the question, the selection"),
    Binding("quit", ("ctrl+q",), "ctrl Q", "quit; asks about unsaved changes"),
)

MOUSE = (
    ("drag", "draw with the shape and ink in hand"),
    ("right drag", "erase to aisle"),
    ("wheel", "zoom at the cursor; over a list: scroll it"),
    ("middle drag", "move the floor; with select in hand the left button does, too"),
    ("message", "click to go to its cells"),
    ("station's entry", "click to type id, people or seconds a unit; enter, tab"),
)


def tool_rows() -> list[tuple[str, str]]:
    """Return the keys of shapes and inks with their meaning."""
    shapes = [(key, f"shape: {shape}") for key, shape in SHAPE_KEYS.items()]
    return shapes + [(ink.key, ink.name) for ink in INKS.values()]
