"""Random floors with random robots on them, for tests of planners."""

import tomllib
from pathlib import Path

from hypothesis import strategies as st

from controller.planning.planner import PlanInput
from layout.floor import Floor
from layout.formats.toml_format import floor_from
from tests.support import naive
from tests.support.planning.plan_view import plan_view

GLYPHS = "..##PPP<>^vCK"
QUEUE = ("...", "rrK")
"""A station with a lane of two, laid over a random floor so that it has private ground of several cells."""


def drawn(*rows: str) -> Floor:
    return floor_from(tomllib.loads('[floor]\ngrid = """\n' + "\n".join(rows) + '\n"""\n'), "a.toml", Path())


@st.composite
def floors(draw: st.DrawFn) -> Floor:
    """Any jumble of cells, four by four to six by seven, with a station and its queue somewhere in it."""
    width, height = draw(st.integers(4, 7)), draw(st.integers(4, 6))
    rows = [list(draw(st.text(GLYPHS, min_size=width, max_size=width))) for _ in range(height)]
    top, left = draw(st.integers(0, height - 2)), draw(st.integers(0, width - 3))
    for down, glyphs in enumerate(QUEUE):
        rows[top + down][left : left + 3] = glyphs
    return drawn(*map("".join, rows))


@st.composite
def crowds(draw: st.DrawFn) -> tuple[Floor, PlanInput]:
    """A random floor with random robots: some loaded, some standing, some stalled, most with a goal."""
    floor = draw(floors())
    ground = naive.ground(floor)
    cells = draw(st.lists(st.sampled_from(ground), min_size=1, max_size=9, unique=True))
    count = len(cells)
    goals = draw(st.permutations(ground))[:count]

    def flags(share: int) -> list[bool]:
        return [number < share for number in draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))]

    no_goal = flags(2)
    return floor, plan_view(
        cells,
        draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)),
        load=flags(4),
        face=draw(st.lists(st.integers(-1, 3), min_size=count, max_size=count)),
        goal=[-1 if none else goal for none, goal in zip(no_goal, goals, strict=True)],
        standing=flags(2),
        urgency=draw(st.lists(st.integers(0, 99), min_size=count, max_size=count)),
        stalled=flags(2),
    )
