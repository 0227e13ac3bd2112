"""True positions of simulated bodies, to check afterwards that no two were ever in one cell.

A line is `ns,robot,cell,other`: from that time of the machine's monotonic clock on, the robot is in `cell`, and also in
`other` while it is between both (else empty). Lines of one robot are in order of time, those of several are not. All
processes of a machine share the clock.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from layout.files.writing import writing


class Trace:
    """File of true positions. Call `flush` before a report is sent, so that the trace of a killed process is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with writing(path):
            self._file = path.open("wb", buffering=0)
        self._lines: list[str] = []

    def of(self, robot: int) -> Callable[[float, int, int], None]:
        """Return a body's callback: monotonic s, its cell, the cell it is entering or -1."""

        def occupied(now: float, cell: int, other: int) -> None:
            self._lines.append(f"{round(now * 1e9)},{robot},{cell},{other if other >= 0 else ''}\n")

        return occupied

    def flush(self) -> None:
        if self._lines:
            lines = "".join(self._lines).encode()
            self._lines.clear()  # also if they can't be written: closing would fail again
            with writing(self._path):
                self._file.write(lines)

    def close(self) -> None:
        self.flush()
        self._file.close()

    def __enter__(self) -> "Trace":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()
