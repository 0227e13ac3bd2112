"""Fault injection on the network, by seed: messages lost, duplicated, late, reordered, or cut off for a while.

ZeroMQ over TCP turns lost packets into delay, so message faults must be injected above it: in the agents, in a proxy between
them and the controller, and in the model check.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from layout.errors import InputError

Side = Literal["up", "down", "both"]
Direction = Literal["up", "down"]
"""Direction of a message; up: from robot to controller."""


@dataclass(frozen=True, slots=True)
class FaultInjection:
    """Faults of the network. drop, duplicate, reorder: probabilities. latency_s, delay_s: s.

    latency_s: fixed delay of each message. delay_s: largest additional delay, uniformly distributed; messages stay in order.
    reorder: the message is held back by up to twice `delay_s` (100 ms if that is 0), and later ones overtake it. partition:
    start and end in s, and the direction in which nothing passes.
    """

    drop: float = 0.0
    duplicate: float = 0.0
    delay_s: float = 0.0
    reorder: float = 0.0
    partition: tuple[float, float, Side] | None = None
    latency_s: float = 0.0

    def channel(self, seed: int | str) -> "Channel":
        return Channel(self, seed)


_HELD_S = 0.1
_GAP_S = 1e-6
"""Seconds between two messages in order, so that rounding can't swap them."""


class Channel:
    """Network between one robot and the controller. `faults` may be changed at any time."""

    def __init__(self, faults: FaultInjection, seed: int | str) -> None:
        self.faults = faults
        self._rng = random.Random(seed)
        self._last: dict[str, float] = {"up": -math.inf, "down": -math.inf}
        """Arrival time of the last message in order, by direction."""

    def deliveries(self, now: float, direction: Direction) -> list[float]:
        """Return the delays in s after which a message sent at `now` (s since the start) arrives: none, one or two."""
        faults, draw = self.faults, self._rng.random
        lost = draw() < faults.drop
        copies = 1 + (draw() < faults.duplicate)
        delays = [self._delay(now, direction) for _ in range(copies)]
        return [] if lost or self._cut(now, direction) else delays

    def _delay(self, now: float, direction: Direction) -> float:
        faults, draw = self.faults, self._rng.random
        delay = faults.latency_s + faults.delay_s * draw()
        if draw() < faults.reorder:
            return delay + 2.0 * (faults.delay_s or _HELD_S / 2.0) * draw()
        self._last[direction] = max(self._last[direction] + _GAP_S, now + delay)
        return self._last[direction] - now

    def _cut(self, now: float, direction: Direction) -> bool:
        partition = self.faults.partition
        return partition is not None and partition[0] <= now < partition[1] and partition[2] in (direction, "both")


_FORM = "e.g. drop=0.2,duplicate=0.1,delay=0.3,reorder=0.2,partition=10:20:up"


def read_faults(text: str, latency_s: float = 0.0) -> FaultInjection:
    """Return the faults written on the command line. InputError for unreadable text."""
    faults = FaultInjection(latency_s=latency_s)
    for word in filter(None, text.split(",")):
        name, _, value = word.partition("=")
        if name not in _READERS:
            raise _unreadable(text, f"there is no fault {name!r}")
        try:
            faults = _READERS[name](faults, value)
        except ValueError as error:
            raise _unreadable(text, f"{word!r} can't be used: {error}") from error
    return faults


def _chance(value: str) -> float:
    chance = float(value)
    if not 0.0 <= chance <= 1.0:
        raise ValueError("a chance is from 0 to 1")
    return chance


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0.0 <= seconds <= 3600.0:
        raise ValueError("seconds are from 0 to 3600")
    return seconds


def _partition(value: str) -> tuple[float, float, Side]:
    begin, end, side = value.split(":") if value.count(":") == 2 else (*value.split(":"), "both")
    if side not in ("up", "down", "both"):
        raise ValueError("a partition is of up, down or both")
    return float(begin), float(end), side  # type: ignore[return-value]


_READERS: dict[str, Callable[[FaultInjection, str], FaultInjection]] = {
    "drop": lambda faults, text: replace(faults, drop=_chance(text)),
    "duplicate": lambda faults, text: replace(faults, duplicate=_chance(text)),
    "delay": lambda faults, text: replace(faults, delay_s=_seconds(text)),
    "reorder": lambda faults, text: replace(faults, reorder=_chance(text)),
    "partition": lambda faults, text: replace(faults, partition=_partition(text)),
}


def _unreadable(text: str, what: str) -> InputError:
    return InputError.single(f"--fault {text}", "", what, _FORM)
