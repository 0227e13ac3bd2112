"""Options for what a picture shows: for the window's first picture, and for pictures and films without a window."""

import argparse
import math
from dataclasses import dataclass, replace

from visualizer.inspector.inspector import Tab
from visualizer.scene.layers import AS_USUAL, HEATS, LAYERS, SPANS, USUAL, Heat, Layer, Layers, span_words

USUAL_SIZE = 1280, 720
"""Default size, in units of `scale` pixels."""
NAMES = {str(layer).replace(" ", "-"): layer for layer in LAYERS}
"""Layers by the names that `layers_on` reads."""


@dataclass(frozen=True, slots=True)
class Shot:
    """View and content of a picture. size: (width, height) in pixels. scale: pixels per unit, see fonts.

    zoom: pixels per cell; None for the whole floor, or for a default zoom at a thing. centre, follow, select: names as
    in the window's search, "" for nothing.
    """

    size: tuple[int, int] = USUAL_SIZE
    zoom: float | None = None
    centre: str = ""
    follow: str = ""
    select: str = ""
    layers: Layers = AS_USUAL
    tab: Tab = Tab.NOW
    scale: float = 1.0


def add_shot_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `shot_of` reads."""
    group = parser.add_argument_group("what is shown")
    group.add_argument("--size", type=size_of, metavar="WxH", help="pixels, default 1280x720 times --scale")
    group.add_argument(
        "--scale", type=scale_of, metavar="N", help="size of text and panels; default by the screen, or 1"
    )
    group.add_argument("--zoom", type=zoom_of, metavar="PIXELS", help="pixels per cell; default: the whole floor")
    group.add_argument("--center", "--centre", default="", metavar="THING", help='in the middle: "12,40", "pod 5"')
    group.add_argument("--follow", default="", metavar="THING", help='kept in the middle, such as "robot 17"')
    group.add_argument("--select", default="", metavar="THING", help='inspected: "robot 17", "order 000088", "12,40"')
    for thing in ("robot", "order", "pod"):
        words = f"{thing} {{}}".format
        group.add_argument(f"--{thing}", dest="select", type=words, metavar="NUMBER", help=f"inspected: this {thing}")
    group.add_argument("--page", choices=[str(tab) for tab in Tab], default="inspect", help="of the panel (key E)")
    heats, spans = [str(heat) for heat in HEATS], [span_words(span).removesuffix(" min") for span in SPANS]
    group.add_argument("--heat", nargs="?", const="velocity", default="none", choices=heats, help="tint (key H)")
    group.add_argument("--span", choices=spans, default="5", help="minutes of heat (key J)")
    layers = f"such as goals,no-ids: {', '.join(NAMES)}; none for a bare floor"
    group.add_argument("--layers", type=layers_on, default=USUAL, metavar="NAMES", help=layers)
    group.add_argument("--night", action="store_true", help="dark colours (key C)")


def shot_of(given: argparse.Namespace) -> Shot:
    """Return the shot for the given options."""
    span = 0 if given.span == "all" else int(given.span)
    layers = replace(AS_USUAL, on=given.layers, heat=Heat(given.heat), span=span, night=given.night)
    scale = given.scale or 1.0
    size = given.size or (round(USUAL_SIZE[0] * scale), round(USUAL_SIZE[1] * scale))
    return Shot(size, given.zoom, given.center, given.follow, given.select, layers, Tab(given.page), scale)


def layers_on(text: str) -> frozenset[Layer]:
    """Return the layers by name: added to the default ones, removed from them with "no-" before the name, or added to
    "none".
    """
    on = USUAL
    for word in text.lower().split(","):
        name = word.strip().replace(" ", "-")
        if name == "none":
            on = frozenset()
        elif name in NAMES:
            on |= {NAMES[name]}
        elif name.removeprefix("no-") in NAMES:
            on -= {NAMES[name.removeprefix("no-")]}
        else:
            raise argparse.ArgumentTypeError(f"{word.strip()!r} is not a layer; layers are {', '.join(NAMES)}, none")
    return on


def size_of(text: str) -> tuple[int, int]:
    """Return (width, height) of a picture from text like 1280x720."""
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is not a size like 1280x720")
    if not (160 <= int(width) <= 16384 and 120 <= int(height) <= 16384):
        raise argparse.ArgumentTypeError(f"{text} is not between 160x120 and 16384x16384")
    return int(width), int(height)


def zoom_of(text: str) -> float:
    """Return pixels per cell, within the range of the window's wheel."""
    return _number(text, 0.25, 96.0)


def scale_of(text: str) -> float:
    """Return pixels per unit."""
    return _number(text, 1.0, 4.0)


def speed_of(text: str) -> float:
    """Return the speed, in times real time."""
    return _number(text.removeprefix("×"), 0.01, 100_000.0)


def fps_of(text: str) -> float:
    """Return pictures per second."""
    return _number(text, 0.1, 60.0)


def _number(text: str, least: float, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a number between {least:g} and {most:g}")
    return number
