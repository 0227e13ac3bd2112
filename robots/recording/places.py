"""Places that events name, as fields: "trailer 12" is number 12 of the kind trailer.

Records hold places as text, so that records of all versions can be read and shown; this is the one module that reads the text.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

_FORM = re.compile(r"(.+) (\d+)(?:\.(\d+))?", re.ASCII)


class PlaceKind(StrEnum):
    """Kinds that are told apart by name. Vehicles are further kinds, called as they are."""

    BIN = "bin"
    CHUTE = "chute"
    CUSTOMER = "customer"
    DOCK = "dock"
    INBOUND = "inbound"
    ORDER = "order"
    PARCEL = "parcel"
    PURCHASE_ORDER = "po"
    RETURN = "return"
    SUPPLIER = "supplier"
    TOTE = "tote"
    TRAILER = "trailer"
    TRUCK = "truck"


class EventPlace(NamedTuple):
    """Place or subject that an event names. number: the pod for a bin, -1 if there is none. bin: number in the pod, or -1."""

    kind: str
    number: int = -1
    bin: int = -1

    def number_if(self, kind: PlaceKind) -> int:
        """Return its number if it is of this kind, else -1."""
        return self.number if self.kind == kind else -1


@lru_cache(maxsize=1 << 16)
def place_of(text: str) -> EventPlace:
    """Return the place that a text of an event names; a text without a number is a kind of its own."""
    found = _FORM.fullmatch(text)
    if found is None:
        return EventPlace(text)
    return EventPlace(found[1], int(found[2]), -1 if found[3] is None else int(found[3]))
