"""Options for what a picture shows."""

import argparse

import pytest

from visualizer.export.options import (
    NAMES,
    Shot,
    add_shot_options,
    fps_of,
    layers_on,
    shot_of,
    size_of,
    speed_of,
    zoom_of,
)
from visualizer.inspector.inspector import Tab
from visualizer.scene.layers import LAYERS, USUAL, Heat, Layer, Layers


def shot(*words: str) -> Shot:
    parser = argparse.ArgumentParser()
    add_shot_options(parser)
    return shot_of(parser.parse_args(words))


def test_without_options_a_shot_is_the_window_s_first_picture() -> None:
    """The shot has the whole floor with the default layers, in 1280 × 720 pixels."""
    assert shot() == Shot() == Shot((1280, 720), None, "", "", "", Layers(), Tab.NOW)


def test_options_become_a_shot() -> None:
    """Each option sets its part of the shot."""
    words = "--size 640x480 --zoom 24 --center 12,40 --follow 17 --heat flow --span all --layers none,pods --night"
    seen = shot(*words.split(), "--select", "order 88", "--page", "events")
    layers = Layers(frozenset({Layer.PODS}), Heat.FLOW, 0, night=True)
    assert seen == Shot((640, 480), 24.0, "12,40", "17", "order 88", layers, Tab.EVENTS)


def test_heat_without_a_name_is_velocity() -> None:
    """Earlier versions had heat of velocity only."""
    assert shot("--heat").layers.heat is Heat.VELOCITY


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("goals", USUAL | {Layer.GOALS}),
        ("no-ids, no-pods", USUAL - {Layer.IDS, Layer.PODS}),
        ("none", frozenset()),
        ("none,next-cells,Robots", {Layer.NEXT, Layer.ROBOTS}),
        ("next cells", USUAL | {Layer.NEXT}),
        (",".join(NAMES), frozenset(LAYERS)),
    ],
)
def test_layers_are_added_and_taken_away_by_name(words: str, on: frozenset[Layer]) -> None:
    """Layers change the default ones, or start from none."""
    assert layers_on(words) == on


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (layers_on, "shelves"),
        (layers_on, "no-none"),
        (size_of, "1280"),
        (zoom_of, "0.1"),
        (zoom_of, "near"),
        (speed_of, "0"),
        (speed_of, "nan"),
        (fps_of, "61"),
        (fps_of, "inf"),
    ],
)
def test_what_makes_no_sense_is_refused(read: object, words: str) -> None:
    """The message contains the option's text."""
    with pytest.raises(argparse.ArgumentTypeError, match=words):
        read(words)  # type: ignore[operator]
