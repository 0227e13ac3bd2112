"""The pictures of life cycles in the docs are those of the declarations."""

import importlib.util
from enum import Enum
from types import ModuleType

import pytest
from statemachine import StateMachine
from statemachine.states import States

from robots.units.lifecycle import RobotLifecycle
from tests.support.floor.tiny_site import ROOT


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """docs/make_life_cycles.py, which isn't part of the program."""
    spec = importlib.util.spec_from_file_location("make_life_cycles", ROOT / "docs" / "make_life_cycles.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class LampState(Enum):
    OFF = 0
    ON = 1
    BROKEN = 2


class Lamp(StateMachine):
    """Three states, two ways between two of them."""

    _ = States.from_enum(LampState, initial=LampState.OFF, final=LampState.BROKEN)

    switch = _.OFF.to(_.ON) | _.ON.to(_.OFF)
    clap = _.OFF.to(_.ON)
    drop = _.OFF.to(_.BROKEN) | _.ON.to(_.BROKEN)


def test_a_diagram_by_eye(make: ModuleType) -> None:
    """Beginnings, ends, and an arrow for each pair of states with all its events."""
    assert make.diagram(Lamp).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> off",
        "    off --> on: switch, clap",
        "    off --> broken: drop",
        "    on --> off: switch",
        "    on --> broken: drop",
        "    broken --> [*]",
    ]


def test_the_pages_are_up_to_date(make: ModuleType) -> None:
    """If this fails, run python docs/make_life_cycles.py and look at what has changed."""
    for path in make.PAGES:
        page = path.read_text(encoding="utf-8")
        assert make.drawn(page) == page, path.name


def test_every_declared_life_is_drawn(make: ModuleType) -> None:
    """A life cycle that is declared has its picture on one page."""
    assert {"RobotLifecycle", "SessionLifecycle", "TaskLifecycle", "PurchaseOrderLifecycle"} <= set(make.declarations())
    text = "".join(path.read_text(encoding="utf-8") for path in make.PAGES)
    for name in make.declarations():
        assert text.count(f"<!-- drawn from {name} by docs/make_life_cycles.py -->\n```mermaid\nstateDiagram-v2\n") == 1


def test_a_picture_that_is_out_of_date_is_noticed(make: ModuleType) -> None:
    """A drawing that somebody changed by hand is drawn anew, and the text around it stays."""
    page = (make.PAGES[0].parent / "life-cycles.md").read_text(encoding="utf-8")
    changed = page.replace("picked --> packing: pack\n", "")
    assert changed != page
    assert make.drawn(changed) == page


def test_what_may_happen_in_every_state_is_a_note(make: ModuleType) -> None:
    """A robot may die in each of eleven states: one line instead of eleven arrows."""
    picture = make.diagram(RobotLifecycle)
    assert "    note right of dead: die, from every state" in picture
    assert "--> dead" not in picture
