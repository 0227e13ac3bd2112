"""Colours by meaning."""

from collections import Counter

from robots.lifecycle import RobotState
from visualizer.palette import DAY, GROUPS, STATE_COLOURS, Ground


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


def test_every_ground_has_a_colour() -> None:
    """The day palette leaves nothing out."""
    assert DAY.grounds().shape == (len(Ground), 3)
