"""A drive unit of your own on the robot link, as docs/how-to/connect-your-robot.md explains it.

The unit of this example is controlled over a serial line, with one line of text out and one line back at once. Its
drive knows three commands, and stops by itself at the end of what it was told: "drive ROW,COL ROW,COL … HEADING",
"stop", "lift POD" (-1: down); "status" is answered by "ROW,COL HEADING moving|resting LOAD WH FAULT-OR-ok". Yours will
differ; the five methods stay.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from layout.errors import InputError
from robots.agents.agent import run_agents
from robots.agents.drive import UnitBody
from robots.agents.pilot import Pose
from robots.link.keys import find_robot_keys
from robots.link.messages import Welcome

_ANY_WIDTH = 1000
"""Width of the floor for a simulated unit, which has no markers to agree with."""


class Line(Protocol):
    """The two methods of serial.Serial that are used."""

    def write(self, data: bytes) -> object: ...
    def readline(self) -> bytes: ...


class SerialUnit:
    """A Body, the agent's interface to a drive unit. No method waits for the wheels."""

    def __init__(self, line: Line, width: int) -> None:
        self._line, self._width = line, width
        self._wh = 0.0

    def drive(self, cells: Sequence[int], face: int) -> None:
        """Drive along a route. Also called in motion with a longer route, which replaces the previous one."""
        self._tell(" ".join(["drive", *map(self._place, cells), str(face)]))

    def stop(self) -> None:
        self._tell("stop")

    def pose(self) -> Pose:
        place, heading, motion, load, wh, fault = self._tell("status").split()
        row, col = map(int, place.split(","))
        self._wh = float(wh)
        cell = row * self._width + col
        return Pose(cell, int(heading), motion == "moving", int(load), "" if fault == "ok" else fault)

    def lift(self, load: int) -> None:
        self._tell(f"lift {load}")

    def battery(self) -> float:
        return self._wh

    def _place(self, cell: int) -> str:
        return f"{cell // self._width},{cell % self._width}"

    def _tell(self, words: str) -> str:
        self._line.write(f"{words}\n".encode())
        return self._line.readline().decode()


class PretendLine:
    """A serial line without hardware: a simulated unit that knows the same commands."""

    def __init__(self, unit: UnitBody, width: int) -> None:
        self._unit, self._width = unit, width
        self._answer = ""

    def write(self, data: bytes) -> None:
        word, *rest = data.decode().split()
        self._answer = getattr(self, f"_{word}")(*rest) or "ok"

    def readline(self) -> bytes:
        return f"{self._answer}\n".encode()

    def _drive(self, *words: str) -> None:
        places = (map(int, word.split(",")) for word in words[:-1])
        self._unit.drive([row * self._width + col for row, col in places], int(words[-1]))

    def _stop(self) -> None:
        self._unit.stop()

    def _lift(self, load: str) -> None:
        self._unit.lift(int(load))

    def _status(self) -> str:
        pose = self._unit.pose()
        place = f"{pose.cell // self._width},{pose.cell % self._width}"
        motion = "moving" if pose.moving else "resting"
        return f"{place} {pose.heading} {motion} {pose.load} {self._unit.battery():.1f} {pose.fault or 'ok'}"


class PretendUnit(SerialUnit):
    """A unit without hardware. It learns its position from the floor, which a real unit should not."""

    def __init__(self, width: int) -> None:
        self._simulated = UnitBody()
        super().__init__(PretendLine(self._simulated, width), width)

    def place(self, welcome: Welcome) -> None:
        self._simulated.place(welcome)


def body_of(port: str, width: int) -> SerialUnit:
    """Return the unit on a serial line, or a simulated unit if no line is named."""
    if not port:
        return PretendUnit(width)
    import serial  # type: ignore[import-untyped,import-not-found,unused-ignore]  # pip install pyserial

    return SerialUnit(serial.Serial(port, 115200, timeout=0.2), width)


def main() -> None:
    words = argparse.ArgumentParser(description="Put one drive unit on a floor.")
    words.add_argument("--connect", default="tcp://127.0.0.1:5600", help="the controller")
    words.add_argument("--robot", type=int, default=0, help="its number on the floor, from 0")
    words.add_argument("--width", type=int, default=0, help="columns of the floor's grid; needed with --port")
    words.add_argument("--port", default="", help="the serial line, as /dev/ttyUSB0; without it: a pretend unit")
    words.add_argument("--keys", type=Path, help="its key file")
    given = words.parse_args()
    if given.port and given.width < 1:
        words.error("--port needs --width: a unit counts its cells by the floor's columns")
    try:
        keys = find_robot_keys(given.keys, [given.robot]) if given.keys else None
        run_agents(given.connect, {given.robot: body_of(given.port, given.width or _ANY_WIDTH)}, keys)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
