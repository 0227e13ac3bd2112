"""Keys and mouse of the editor: one table for the window, the help and the documentation."""

from visualizer.editor.tools import INKS, SHAPE_KEYS
from visualizer.view.keys import Binding

BINDINGS = (
    Binding("undo", ("ctrl+z",), "ctrl Z", "undo the last stroke"),
    Binding("redo", ("ctrl+y", "ctrl+shift+z"), "ctrl Y", "redo"),
    Binding("save", ("ctrl+s",), "ctrl S", "save"),
    Binding("add_row", ("ctrl+down",), "ctrl ↓", "insert a row above the selected cell, or at the bottom"),
    Binding("remove_row", ("ctrl+up",), "ctrl ↑", "remove the selected cell's row, or the last one"),
    Binding("add_column", ("ctrl+right",), "ctrl →", "insert a column left of the selected cell, or at the right"),
    Binding("remove_column", ("ctrl+left",), "ctrl ←", "remove the selected cell's column, or the last one"),
    Binding("pick_up", ("i",), "I", "draw with the ink under the pointer"),
    Binding("next_fault", ("n",), "N", "go to the next fault"),
    Binding("remove_note", ("delete",), "del", "reset the selected station to its defaults"),
    Binding("fit", ("f",), "F", "the whole floor"),
    Binding("toggle_help", ("?", "f1"), "?", "this help"),
    Binding("escape", ("escape",), "esc", "cancel the stroke, entry, question or selection"),
    Binding("quit", ("ctrl+q",), "ctrl Q", "quit; asks about unsaved changes"),
)

MOUSE = (
    ("drag", "draw with the present shape and ink"),
    ("right drag", "erase to aisle"),
    ("wheel", "zoom at the cursor; over a list: scroll it"),
    ("middle drag", "move the floor; with the select tool also the left button"),
    ("message", "click to go to its cells"),
    ("station's entry", "click to type id, people or seconds per unit; enter, tab"),
)


def tool_rows() -> list[tuple[str, str]]:
    """Return the keys of shapes and inks with their meaning."""
    shapes = [(key, f"shape: {shape}") for key, shape in SHAPE_KEYS.items()]
    return shapes + [(ink.key, ink.name) for ink in INKS.values()]
