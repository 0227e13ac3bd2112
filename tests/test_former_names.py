"""Modules that plug-ins and agents import keep their former names for one release."""

import subprocess
import sys
import warnings
from importlib import import_module, reload

import pytest

from tests.test_import_circles import ROOT

FORMER = {
    "controller.policies.protocols": ("controller.policies.own.protocols", "ReleasePolicy"),
    "controller.policies.view": ("controller.policies.own.view", "FloorView"),
    "robots.agent": ("robots.agents.agent", "run_agents"),
    "robots.drive": ("robots.agents.drive", "UnitBody"),
    "robots.events": ("robots.recording.events", "OrderShipped"),
    "robots.fleet": ("robots.units.fleet", "Action"),
    "robots.keys": ("robots.link.keys", "find_robot_keys"),
    "robots.lifecycle": ("robots.units.lifecycle", "RobotState"),
    "robots.messages": ("robots.link.messages", "Welcome"),
    "robots.pilot": ("robots.agents.pilot", "Pose"),
    "robots.pose": ("robots.agents.pose", "Pose"),
    "robots.record": ("robots.recording.record", "Record"),
}
"""{former name: (name of the module now, something that users import from it)}."""


@pytest.mark.parametrize("former", FORMER)
def test_a_former_name_gives_the_same_objects_with_a_warning(former: str) -> None:
    """The class is the same one by both names, and the warning says what to write."""
    now, name = FORMER[former]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = import_module(former)
    with pytest.warns(DeprecationWarning, match=f"{former} is now {now}"):
        reload(module)
    assert getattr(module, name) is getattr(import_module(now), name)


def test_the_warning_points_at_the_line_that_imports() -> None:
    """A user sees the own file and line, not ours."""
    done = subprocess.run(
        [sys.executable, "-c", "import robots.fleet"],
        cwd=ROOT,
        env={"PYTHONWARNINGS": "always::DeprecationWarning"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.startswith("<string>:1: DeprecationWarning: robots.fleet is now robots.units.fleet")


def test_the_former_entry_point_runs_the_command_line() -> None:
    """Scripts that were installed with an earlier version call controller.cli:main."""
    code = "import sys; from controller.cli import main; sys.argv = ['podfleet', '--version']; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("podfleet ")
