"""A drive unit of one's own on the robot link, as docs/how-to/connect-your-robot.md explains it.

The unit here speaks over a serial line: a line of text out, a line back at once. Its wheels know three words, and it stops
by itself at the end of what it was told: "drive ROW,COL ROW,COL … HEADING", "stop", "lift POD" (-1: down); "status" is
answered by "ROW,COL HEADING moving|resting LOAD WH FAULT-OR-ok". Yours will differ; the five methods stay.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from robots.agent import run_agents
from robots.keys import find_robot_keys
from robots.pilot import Pose


class Line(Protocol):
    """Two methods of serial.Serial."""

    def write(self, data: bytes) -> object: ...
    def readline(self) -> bytes: ...


class SerialUnit:
    """A Body: what the agent asks of a drive unit. No method waits for the wheels."""

    def __init__(self, line: Line, width: int) -> None:
        self._line, self._width = line, width
        self._wh = 0.0

    def drive(self, cells: Sequence[int], face: int) -> None:
        """Also called in motion, with a way that has grown: the unit takes each as the whole of what it may do."""
        self._tell(" ".join(["drive", *map(self._place, cells), str(face)]))

    def stop(self) -> None:
        self._tell("stop")

    def pose(self) -> Pose:
        place, heading, motion, load, wh, fault = self._tell("status").split()
        row, col = map(int, place.split(","))
        self._wh = float(wh)
        cell = row * self._width + col
        return Pose(cell, int(heading), motion == "moving", int(load), "" if fault == "ok" else fault)

    def lift(self, what: int) -> None:
        self._tell(f"lift {what}")

    def battery(self) -> float:
        return self._wh

    def _place(self, cell: int) -> str:
        return f"{cell // self._width},{cell % self._width}"

    def _tell(self, words: str) -> str:
        self._line.write(f"{words}\n".encode())
        return self._line.readline().decode()


def main() -> None:
    import serial  # type: ignore[import-untyped,import-not-found,unused-ignore]  # pip install pyserial

    words = argparse.ArgumentParser(description="Put one drive unit on a floor.")
    words.add_argument("--connect", default="tcp://127.0.0.1:5600", help="the controller")
    words.add_argument("--robot", type=int, required=True, help="its number on the floor, from 0")
    words.add_argument("--width", type=int, required=True, help="columns of the floor's grid")
    words.add_argument("--port", default="/dev/ttyUSB0", help="the serial line")
    words.add_argument("--keys", type=Path, help="its key file")
    given = words.parse_args()
    body = SerialUnit(serial.Serial(given.port, 115200, timeout=0.2), given.width)
    keys = find_robot_keys(given.keys, [given.robot]) if given.keys else None
    run_agents(given.connect, {given.robot: body}, keys)


if __name__ == "__main__":
    main()
