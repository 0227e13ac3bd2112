"""What the user of an agent process is told: how many are connected, who is refused, and that nobody answers."""

from collections import defaultdict
from collections.abc import Callable, Sequence

_SILENT_S = 5.0
_STATUS_S = 2.0
_NAMED = 8


class Words:
    """Lines for the user, each said once: `tell` is given them."""

    def __init__(self, address: str, robots: int, began: float, tell: Callable[[str], None]) -> None:
        self._address, self._robots, self._began, self._tell = address, robots, began, tell
        self._status, self._status_at = "", -1e18
        self.asks_for_silent = True
        """Until it was looked whether somebody was never answered."""
        self._refusals: dict[str, list[int]] = defaultdict(list)

    def refused(self, robot: int, why: str) -> None:
        """Told with the next status, those of one reason together."""
        self._refusals[why].append(robot)

    def silent(self, robots: Sequence[int], now: float) -> None:
        """These have never been answered."""
        if now - self._began < _SILENT_S:
            return
        self.asks_for_silent = False
        if len(robots) == self._robots:
            self._tell(
                f"no answer from {self._address}: is podfleet serve there and done preparing, "
                "or is the address, port or key wrong? Trying on."
            )
        elif robots:
            self._tell(f"no answer from {self._address} to {_names(robots)}: key wrong? Trying on.")

    def status(self, connected: Callable[[], int], now: float) -> None:
        """Told when it has changed, and not more often than each 2 s."""
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
