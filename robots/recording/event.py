"""What all events have."""

from msgspec import Struct


class Event(Struct, frozen=True, tag=True, omit_defaults=True):
    """t: the tick it happened at."""

    t: int

    @property
    def tick(self) -> int:
        """The tick it happened at, by the name that a frame has for it."""
        return self.t
