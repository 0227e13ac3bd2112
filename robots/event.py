"""What all events have."""

from msgspec import Struct


class Event(Struct, frozen=True, tag=True, omit_defaults=True):
    """t: the tick it happened at."""

    t: int
