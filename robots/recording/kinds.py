"""Words with few values that travel in events, as enums: kinds of tasks, states of stations, causes of lateness."""

from enum import StrEnum


class TaskKind(StrEnum):
    PICK = "pick"
    STOW = "stow"
    PACK = "pack"
    MOVE = "move"
    CHARGE = "charge"


class StationState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    """Nobody is on shift; loads and orders already there stay."""
    CLOSED = "closed"
    """Robots cannot reach it."""


class LateCause(StrEnum):
    """First cause of a parcel's missed departure or promise, to count by."""

    STOCK = "stock"
    BACKLOG = "backlog"
    PICKING = "picking"
    PACKING = "packing"
    SLAM = "SLAM"
    SORTER = "sorter"
    LOADING = "loading"
    TRAILER_FULL = "trailer full"
    LANE_CLOSED = "lane closed"
    DEPARTURE_MISSED = "departure missed"
    NO_VEHICLE = "no vehicle"
    ON_THE_ROAD = "on the road"
    NOBODY_IN = "nobody in"
    UNDELIVERABLE = "undeliverable"

    @classmethod
    def _missing_(cls, value: object) -> "LateCause | None":
        """Return a cause of another version as it stands, so that its records can be read."""
        if not isinstance(value, str):
            return None
        cause = str.__new__(cls, value)
        cause._name_ = cause._value_ = value
        return cause
