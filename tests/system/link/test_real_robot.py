"""examples/real_robot.py on a served floor, with a driver that stands in for the wheels."""

import time

from served import TINY, Crew, served, wait_until

from controller.scenario_file import load_scenario
from examples.real_robot import SerialUnit
from robots.drive import UnitBody
from robots.frames import NO_LOAD
from robots.messages import VERSION, Welcome
from robots.pilot import Body, Pilot, Pose


class Wheels:
    """The other end of the serial line: a simulated unit that knows the example's words."""

    def __init__(self, unit: UnitBody, width: int) -> None:
        self._unit, self._width = unit, width
        self._answer = ""
        self.told: list[str] = []

    def write(self, data: bytes) -> None:
        word, *rest = data.decode().split()
        self.told.append(word)
        self._answer = getattr(self, f"_{word}")(*rest) or "ok"

    def readline(self) -> bytes:
        return f"{self._answer}\n".encode()

    def _drive(self, *words: str) -> None:
        places = (map(int, word.split(",")) for word in words[:-1])
        self._unit.drive([row * self._width + col for row, col in places], int(words[-1]))

    def _stop(self) -> None:
        self._unit.stop()

    def _lift(self, what: str) -> None:
        self._unit.lift(int(what))

    def _status(self) -> str:
        pose = self._unit.pose()
        place = f"{pose.cell // self._width},{pose.cell % self._width}"
        motion = "moving" if pose.moving else "resting"
        return f"{place} {pose.heading} {motion} {pose.load} {self._unit.battery():.1f} {pose.fault or 'ok'}"


def unit(cell: int, width: int, heading: int = 0) -> UnitBody:
    """Stands in a cell already, and takes 60 ms for the next."""
    placed = UnitBody()
    at = (cell, heading, NO_LOAD, 400.0)
    placed.place(Welcome(VERSION, 1, 1, 0, 1, 1000, 100.0, 1.0, 3.0, width, *at))
    return placed


def test_the_example_is_a_whole_body() -> None:
    """Its five methods, and what they say on the line; the pilot takes it as it is."""
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


def test_the_example_works_on_a_served_floor() -> None:
    """It logs in where it stands, drives, lifts and sets down; orders are shipped, and no rule is broken."""
    scenario = load_scenario(TINY, {})
    with served(scenario, speed=20.0) as serve:
        site = serve.run_.site
        start, width = site.robots.reports, site.grid.width
        wheels = Wheels(unit(int(start.cell[0]), width, int(start.heading[0])), width)
        others = {robot: UnitBody() for robot in range(1, len(site.robots))}
        with Crew(serve.addresses[0], {0: SerialUnit(wheels, width), **others}):
            wait_until(lambda: wheels.told.count("lift") >= 2 and site.book.shipped >= 1, patience_s=90)
        assert serve.board.link.counts["security"] == 0
        assert serve.board.malformed == 0
        assert not [seat.held for seat in serve.board.link.seats if seat.held]
