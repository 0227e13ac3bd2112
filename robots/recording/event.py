"""Base of all events."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

Result = TypeVar("Result")


class Event(Struct, frozen=True, tag=True, omit_defaults=True):
    """t: the tick it happened at."""

    t: int

    @property
    def tick(self) -> int:
        """The tick it happened at, by the name that a frame has for it."""
        return self.t


EventCall = Callable[[Any], Result]
"""Function for one kind of event. A table {kind: function} holds functions for different kinds, which no type can say."""
