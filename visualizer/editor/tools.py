"""Drawing tools: inks, which are glyphs of the layout format or lanes that follow the drag, and shapes of a stroke."""

from dataclasses import dataclass
from enum import StrEnum

from layout.drawing.strokes import LANE_ALONG, QUEUE_ALONG


@dataclass(frozen=True, slots=True)
class Ink:
    """An ink. sign: a glyph, or the name of an ink that follows the drag. key: its shortcut."""

    sign: str
    key: str
    name: str


class Shape(StrEnum):
    """Effect of a drag."""

    SELECT = "select"
    BRUSH = "brush"
    LINE = "line"
    FRAME = "frame"
    BOX = "box"
    FILL = "fill"


SHAPE_KEYS = {str(number): shape for number, shape in enumerate(Shape)}
ERASER = "."
"""Ink of a stroke with the right button."""
GROUND_INKS = (
    Ink("#", "#", "wall"),
    Ink(".", ".", "aisle"),
    Ink("P", "P", "storage"),
    Ink("C", "C", "charger"),
    Ink("K", "K", "pick"),
    Ink("o", "o", "outfeed"),
    Ink("S", "S", "stow"),
    Ink("B", "B", "pack"),
)
LANE_INKS = (
    Ink(LANE_ALONG, "a", "lane along the drag"),
    Ink("<", "<", "lane west"),
    Ink("^", "^", "lane north"),
    Ink("v", "v", "lane south"),
    Ink(">", ">", "lane east"),
)
QUEUE_INKS = (
    Ink(QUEUE_ALONG, "q", "queue lane along the drag"),
    Ink("l", "l", "queue lane left"),
    Ink("u", "u", "queue lane up"),
    Ink("d", "d", "queue lane down"),
    Ink("r", "r", "queue lane right"),
)
INKS = {ink.sign: ink for ink in (*GROUND_INKS, *LANE_INKS, *QUEUE_INKS)}
INK_KEYS = {ink.key: ink.sign for ink in INKS.values()}
NAMES = {sign: ink.name for sign, ink in INKS.items()}
