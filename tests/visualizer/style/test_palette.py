"""Colours by meaning."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from robots.units.lifecycle import RobotState
from visualizer.style.palette import BODIES, DAY, GROUPS, NIGHT, STATE_COLOURS, Ground, Palette, contrast, ink_on

_SIGHT = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Linear red, green, blue as seen without one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1.0)."""
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_NEAR, _TOO_NEAR = 20.0, 2.0
"""CIE 1976 differences: below the first the body has to differ, too; a just noticeable one is 2.3."""


def seen(colour: tuple[int, int, int], sight: str) -> NDArray[np.float64]:
    """CIELAB of what somebody sees of a colour."""
    parts = np.array(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = _XYZ @ np.clip(np.array(_SIGHT[sight]) @ linear, 0.0, 1.0) / (0.9505, 1.0, 1.089)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", list(_SIGHT))
def test_states_are_told_apart_without_a_kind_of_cone(sight: str) -> None:
    """Any two groups of states differ clearly in colour, or have bodies of different shapes."""
    for one, other in combinations(GROUPS, 2):
        away = float(np.linalg.norm(seen(one.colour, sight) - seen(other.colour, sight)))
        assert away > _TOO_NEAR, (one.name, other.name)
        assert away > _NEAR or one.body is not other.body, (one.name, other.name)


@pytest.mark.parametrize("palette", [DAY, NIGHT], ids=["day", "night"])
def test_text_can_be_read(palette: Palette) -> None:
    """Contrast of all text is 4.5 at the least, by day and by night."""
    texts = [palette.ink, palette.muted, palette.warning, palette.accent, *palette.station.values()]
    assert min(contrast(text, palette.panel) for text in texts) >= 4.5
    assert min(contrast(palette.station_ink, plate) for plate in palette.station.values()) >= 4.5
    assert min(contrast(palette.ink, palette.raised), contrast(palette.muted, palette.raised)) >= 4.4
    assert contrast(palette.panel, palette.ink) >= 4.5


def test_ids_can_be_read() -> None:
    """Every robot's id stands out from its body."""
    assert min(contrast(ink_on(group.colour), group.colour) for group in GROUPS) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    """Black on white is 21, a colour on itself 1, and the grey 777777 on white the well-known 4.48."""
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
    assert contrast((9, 8, 7), (9, 8, 7)) == 1.0
    assert contrast((0x77,) * 3, (255, 255, 255)) == pytest.approx(4.48, abs=0.005)


def test_every_state_has_a_body() -> None:
    """The shape of its group's."""
    assert set(BODIES) == set(RobotState)


def test_every_state_belongs_to_one_group() -> None:
    """The legend counts each robot exactly once."""
    assert Counter(state for group in GROUPS for state in group.states) == Counter(RobotState)


def test_groups_have_colours_of_their_own() -> None:
    """No two groups look alike, and none looks like the alarm colour."""
    colours = {group.colour for group in GROUPS}
    assert len(colours) == len(GROUPS)
    assert DAY.alarm not in colours


def test_a_state_has_the_colour_of_its_group() -> None:
    """The table that is drawn from says the same as the legend."""
    for group in GROUPS:
        for state in group.states:
            assert tuple(STATE_COLOURS[state]) == group.colour


@pytest.mark.parametrize("palette", [DAY, NIGHT], ids=["day", "night"])
def test_every_ground_has_a_colour(palette: Palette) -> None:
    """Neither palette leaves anything out."""
    assert palette.grounds().shape == (len(Ground), 3)


def test_the_night_is_darker() -> None:
    """Everything that the day paints light is dark by night."""
    assert (NIGHT.grounds().mean(axis=1) < DAY.grounds().mean(axis=1)).all()
