"""examples/real_robot.py on a served floor, with a driver in place of the wheels."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from controller.scenario.read import load_scenario
from examples.real_robot import PretendLine, PretendUnit, SerialUnit, main
from robots.agents.drive import UnitBody
from robots.agents.pilot import Body, Pilot, Pose
from robots.link.messages import VERSION, Welcome
from robots.recording.frames import NO_LOAD
from tests.support.processes.patience import wait_until
from tests.support.processes.served import TINY, Crew, served


class Wheels(PretendLine):
    """The simulated line, which keeps the commands it receives."""

    def __init__(self, unit: UnitBody, width: int) -> None:
        super().__init__(unit, width)
        self.told: list[str] = []

    def write(self, data: bytes) -> None:
        self.told.append(data.decode().split()[0])
        super().write(data)


def unit(cell: int, width: int, heading: int = 0) -> UnitBody:
    """Return a unit that stands in a cell already, and takes 60 ms for the next."""
    placed = UnitBody()
    at = (cell, heading, NO_LOAD, 400.0)
    placed.place(Welcome(VERSION, 1, 1, 0, 1, 1000, 100.0, 1.0, 3.0, width, *at))
    return placed


def test_the_example_is_a_whole_body() -> None:
    """It has the five methods, and sends the right commands; the pilot accepts it as it is."""
    wheels = Wheels(unit(25, 10), 10)
    body: Body = SerialUnit(wheels, 10)
    assert body.pose() == Pose(25, 0, moving=False, load=NO_LOAD)
    assert body.battery() == 400.0
    body.drive([26, 27], 1)
    while body.pose().moving:
        time.sleep(0.005)
    assert body.pose() == Pose(27, 1, moving=False, load=NO_LOAD)
    body.lift(4)
    while body.pose().load != 4:
        time.sleep(0.005)
    body.stop()
    assert wheels.told[:3] == ["status", "drive", "status"]
    assert not Pilot(0, body, 1).connected


def test_without_a_line_the_unit_is_pretended() -> None:
    """Without a line, a simulated unit stands where the floor says, and drives; `--help` needs no serial line either."""
    body = PretendUnit(10)
    body.place(Welcome(VERSION, 1, 1, 0, 1, 1000, 100.0, 1.0, 3.0, 10, 25, 0, NO_LOAD, 400.0))
    body.drive([26], 0)
    while body.pose().moving:
        time.sleep(0.005)
    assert body.pose().cell == 26
    done = subprocess.run(
        [sys.executable, "-m", "examples.real_robot", "--help"], capture_output=True, text=True, check=True
    )
    assert "pretend" in done.stdout


def test_the_example_works_on_a_served_floor() -> None:
    """It logs in where it stands, drives, lifts and sets down; orders are shipped, and no rule is broken."""
    scenario = load_scenario(TINY, {})
    with served(scenario, speed=20.0) as serve:
        site = serve.run_.site
        start, width = site.robots.reports, site.grid.width
        wheels = Wheels(unit(int(start.cell[0]), width, int(start.heading[0])), width)
        others = {robot: UnitBody() for robot in range(1, len(site.robots))}
        with Crew(serve.addresses[0], {0: SerialUnit(wheels, width), **others}):
            wait_until(lambda: wheels.told.count("lift") >= 2 and site.book.shipped >= 1)
        assert serve.server.link.counts["security"] == 0
        assert serve.server.malformed == 0
        assert not [session.held for session in serve.server.link.sessions if session.held]


@pytest.mark.parametrize("given", [["--connect", "tcp://127.0.0.1:99999"], ["--keys", "nowhere.key"]])
def test_a_bad_address_or_key_is_one_line(
    given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, one line, and no traceback."""
    monkeypatch.setattr(sys, "argv", ["real_robot.py", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_page_names_the_modules_that_a_body_of_ones_own_needs() -> None:
    """The lines around a body on the page can be copied as they are."""
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "connect-your-robot.md").read_text(encoding="utf-8")
    imports = [line.strip() for line in page.splitlines() if line.startswith(("    from ", "    import "))]
    names: dict[str, object] = {}
    exec("\n".join(imports), names)
    assert {"InputError", "Pose", "find_robot_keys", "run_agents"} <= names.keys()
