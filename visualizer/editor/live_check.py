"""Result of `layout check` for the draft, computed in a thread so that no stroke waits for it."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from layout.checks import LayoutFault
from layout.drawing.edit import Draft
from layout.formats.floor_file import FloorFile

_REST_S = 0.15
"""Seconds without a change before the check starts."""


_NOWHERE = np.zeros((0, 2), np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Faults of a draft. revision: of the draft that was checked. shape: of its grid. readable: whether it is a floor
    at all.

    cells: int64[n, 2], (row, column) of all faulty cells. owner: int64[n], number of the fault of each cell.
    """

    revision: int = -1
    readable: bool = True
    faults: tuple[LayoutFault, ...] = ()
    shape: tuple[int, int] = (0, 0)
    cells: NDArray[np.int64] = field(default_factory=_NOWHERE.copy)
    owner: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def sound(self) -> bool:
        return self.readable and not self.faults


class LiveCheck:
    """Runs one check at a time, on the newest draft, once it has not changed for a moment."""

    def __init__(self, file: FloorFile) -> None:
        self._file = file
        self._pool = ThreadPoolExecutor(1, "layout-check")
        self._running: Future[Findings] | None = None
        self._seen, self._rested_s = -1, 0.0
        self.findings = Findings()

    def advance(self, draft: Draft, seconds: float) -> bool:
        """Let time pass; return True if there are new findings."""
        self._rested_s = self._rested_s + seconds if draft.revision == self._seen else 0.0
        self._seen = draft.revision
        if self._running is not None:
            return self._running.done() and self._take()
        if self.findings.revision != draft.revision and (self._rested_s >= _REST_S or self.findings.revision < 0):
            self._running = self._pool.submit(findings_of, self._file, draft.copy())
        return False

    def now(self, draft: Draft) -> Findings:
        """Return the findings for the present draft; waits for the check."""
        if self._running is not None:
            self._take()
        if self.findings.revision != draft.revision:
            self.findings = findings_of(self._file, draft)
        return self.findings

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _take(self) -> bool:
        if self._running is not None:
            self.findings = self._running.result()
            self._running = None
        return True


def findings_of(file: FloorFile, draft: Draft) -> Findings:
    """Return the findings of the check for a draft."""
    readable, faults = file.faults_of(draft)
    flat = np.array([cell for fault in faults for cell in fault.cells], np.int64)
    owner = np.repeat(np.arange(len(faults)), [len(fault.cells) for fault in faults])
    cells = np.stack(np.divmod(flat, draft.shape[1]), axis=1)
    return Findings(draft.revision, readable, tuple(faults), draft.shape, cells, owner)
