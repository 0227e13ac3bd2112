"""Lines for the user of an agent process: how many robots are connected, which are refused, and that nobody answers."""

from collections import defaultdict
from collections.abc import Callable, Sequence

_SILENT_S = 5.0
_STATUS_S = 2.0
_NAMED = 8


class StatusLines:
    """Status lines for the user, each printed once by `tell`."""

    def __init__(self, address: str, robots: int, began: float, tell: Callable[[str], None]) -> None:
        self._address, self._robots, self._began, self._tell = address, robots, began, tell
        self._status, self._status_at = "", -1e18
        self.asks_for_silent = True
        """True while robots without any answer are still to be reported."""
        self._refusals: dict[str, list[int]] = defaultdict(list)

    def refused(self, robot: int, why: str) -> None:
        """Record a refusal, for the next status; robots refused for one reason are reported together."""
        self._refusals[why].append(robot)

    def silent(self, robots: Sequence[int], now: float) -> None:
        """Report robots that never got an answer."""
        if now - self._began < _SILENT_S:
            return
        self.asks_for_silent = False
        if len(robots) == self._robots:
            self._tell(
                f"no answer from {self._address}: is podfleet serve there and done preparing, "
                "or is the address, port or key wrong? Still trying."
            )
        elif robots:
            self._tell(f"no answer from {self._address} to {_names(robots)}: key wrong? Still trying.")

    def status(self, connected: Callable[[], int], now: float) -> None:
        """Report the status when it has changed, at most every 2 s."""
        for why, robots in self._refusals.items():
            self._tell(f"{_names(robots)} refused: {why}")
        self._refusals.clear()
        if now - self._status_at < _STATUS_S:
            return
        number = connected()
        status = f"robots connected {number} of {self._robots}"
        if status != self._status and (number or self._status):
            self._tell(status)
            self._status = status
        self._status_at = now if self._status else -1e18


def _names(robots: Sequence[int]) -> str:
    shown = ", ".join(map(str, sorted(robots)[:_NAMED])) + (" …" if len(robots) > _NAMED else "")
    return f"robot {shown}" if len(robots) == 1 else f"{len(robots)} robots ({shown})"
