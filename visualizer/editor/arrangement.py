"""Arrangement of the editor by the window's size: tools on the left, the floor, stations and faults on the right."""

from dataclasses import dataclass

from visualizer.editor.tools import GROUND_INKS, LANE_INKS, QUEUE_INKS, Shape
from visualizer.view.arrangement import Box

TOOLS, STATUS = 204, 28
_SIDE, _NARROW_SIDE, _NARROW = 340, 250, 1100
_PAD, _ROW, _GAP = 12, 26, 4
SMALLEST = (640, 500)


@dataclass(frozen=True, slots=True)
class Button:
    """Button of the tools.

    action: method of the window. argument: passed to the method, unless "". key: shortcut.
    """

    box: Box
    action: str
    argument: str = ""
    label: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    tools: Box
    floor: Box
    stations: Box
    faults: Box
    status: Box
    buttons: tuple[Button, ...]
    captions: tuple[tuple[int, int, str], ...]
    """Captions above the buttons, as (x, y, text)."""


def arrange(width: int, height: int, stations: int) -> Parts:
    """Return the parts of a window of `width` × `height` pixels with `stations` rows in the table of stations."""
    side = _SIDE if width >= _NARROW else _NARROW_SIDE
    middle = height - STATUS
    table = min(60 + 24 * max(stations, 1), middle * 11 // 20)
    buttons, captions = _tools()
    return Parts(
        Box(0, 0, TOOLS, middle),
        Box(TOOLS, 0, max(width - TOOLS - side, 1), middle),
        Box(width - side, 0, side, table),
        Box(width - side, table, side, middle - table),
        Box(0, middle, width, STATUS),
        buttons,
        captions,
    )


def _tools() -> tuple[tuple[Button, ...], tuple[tuple[int, int, str], ...]]:
    """Return the buttons and captions of the tools, from the top."""
    buttons, captions, y = [], [], _PAD
    actions = (("undo", "undo"), ("redo", "redo"), ("save", "save"))
    buttons += [Button(box, name, label=label) for box, (name, label) in zip(_row(y, 3), actions, strict=True)]
    y += _ROW + 12
    captions.append((_PAD, y, "shape"))
    y += 18
    for number, shape in enumerate(Shape):
        box = _row(y + number // 2 * (_ROW + _GAP), 2)[number % 2]
        buttons.append(Button(box, "take_shape", shape.value, shape.value, str(number)))
    y += 3 * (_ROW + _GAP) + 8
    captions.append((_PAD, y, "ink"))
    y += 18
    for number, ink in enumerate(GROUND_INKS):
        box = _row(y + number // 2 * (_ROW + _GAP), 2)[number % 2]
        buttons.append(Button(box, "take_ink", ink.sign, ink.name, ink.key))
    y += 4 * (_ROW + _GAP) + 4
    for caption, inks in (("lanes (A: along the drag)", LANE_INKS), ("queue lanes (Q: along)", QUEUE_INKS)):
        captions.append((_PAD, y, caption))
        buttons += [
            Button(box, "take_ink", ink.sign, "", ink.key) for box, ink in zip(_row(y + 17, 5), inks, strict=True)
        ]
        y += 17 + _ROW + 8
    for name in ("row", "column"):
        minus, plus = _row(y, 5)[3:]
        captions.append((_PAD, y + 5, f"{name}s"))
        buttons += [Button(minus, f"remove_{name}", label="–"), Button(plus, f"add_{name}", label="+")]
        y += _ROW + _GAP
    return tuple(buttons), tuple(captions)


def _row(y: int, count: int) -> list[Box]:
    """Return `count` boxes of equal width side by side."""
    room = TOOLS - 2 * _PAD
    width = (room - (count - 1) * _GAP) // count
    return [Box(_PAD + number * (width + _GAP), y, width, _ROW) for number in range(count)]
