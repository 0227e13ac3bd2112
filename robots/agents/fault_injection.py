"""A bad network, by seed: which messages are lost, doubled, late, out of order, or cut off for a while.

ZeroMQ over TCP turns lost packets into delay, so message faults have to be made above it: in the agents themselves, in a
proxy between them and the controller, and in the model check.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from layout.errors import InputError

Side = Literal["up", "down", "both"]
Way = Literal["up", "down"]
"""up: from robot to controller."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What the network does to a message. drop, duplicate, reorder: chances. latency_s, delay_s: s.

    latency_s: what each message takes. delay_s: up to so much more, drawn evenly; messages stay in order all the same.
    reorder: held back by up to twice `delay_s` (100 ms if there is none) without those behind it. partition: from and to,
    in s since the start, and which way: nothing passes.
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
"""Between two messages in order, so that rounding can't swap them."""


class Channel:
    """The network between one robot and the controller. `faults` may be changed on the way."""

    def __init__(self, faults: Faults, seed: int | str) -> None:
        self.faults = faults
        self._rng = random.Random(seed)
        self._last: dict[str, float] = {"up": -math.inf, "down": -math.inf}
        """When the last message in order arrives."""

    def deliveries(self, now: float, way: Way) -> list[float]:
        """After how many s a message sent at `now` (s since the start) arrives: none, one or two figures."""
        faults, draw = self.faults, self._rng.random
        lost = draw() < faults.drop
        copies = 1 + (draw() < faults.duplicate)
        delays = [self._delay(now, way) for _ in range(copies)]
        return [] if lost or self._cut(now, way) else delays

    def _delay(self, now: float, way: Way) -> float:
        faults, draw = self.faults, self._rng.random
        delay = faults.latency_s + faults.delay_s * draw()
        if draw() < faults.reorder:
            return delay + 2.0 * (faults.delay_s or _HELD_S / 2.0) * draw()
        self._last[way] = max(self._last[way] + _GAP_S, now + delay)
        return self._last[way] - now

    def _cut(self, now: float, way: Way) -> bool:
        partition = self.faults.partition
        return partition is not None and partition[0] <= now < partition[1] and partition[2] in (way, "both")


_FORM = "e.g. drop=0.2,duplicate=0.1,delay=0.3,reorder=0.2,partition=10:20:up"


def read_faults(text: str, latency_s: float = 0.0) -> Faults:
    """Faults as written on the command line. InputError for what can't be read."""
    faults = Faults(latency_s=latency_s)
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


_READERS: dict[str, Callable[[Faults, str], Faults]] = {
    "drop": lambda faults, text: replace(faults, drop=_chance(text)),
    "duplicate": lambda faults, text: replace(faults, duplicate=_chance(text)),
    "delay": lambda faults, text: replace(faults, delay_s=_seconds(text)),
    "reorder": lambda faults, text: replace(faults, reorder=_chance(text)),
    "partition": lambda faults, text: replace(faults, partition=_partition(text)),
}


def _unreadable(text: str, what: str) -> InputError:
    return InputError.single(f"--fault {text}", "", what, _FORM)
